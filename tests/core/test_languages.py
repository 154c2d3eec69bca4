"""A third language is a folder of words: what it says is said, what it lacks is said in English, what is wrong is told."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from equipoise.core import words
from equipoise.core.languages import language_of, learn, nearest, spoken
from equipoise.core.problem import ProblemsError
from equipoise.core.translation import Fault, check, skeleton

_PSEUDO = runpy.run_path(str(Path(__file__).parent / "pseudo.py"))


@pytest.fixture(autouse=True)
def _languages_end_with_the_test() -> Iterator[None]:
    yield
    learn(None)


def add(folder: Path, code: str = "qps", **files: str) -> Path:
    """Write a language with a few files (`server_web` stands for server.web.yaml)."""
    made = folder / code
    made.mkdir(parents=True)
    files.setdefault("language", f"name: Own\ncode: {code}\n")
    for name, text in files.items():
        (made / f"{name.replace('_', '.')}.yaml").write_text(text, encoding="utf-8")
    return made


def faults(folder: Path, room: str = "core") -> list[tuple[str, str]]:
    return [(found.fault.value, found.key) for found in check(folder).faults if found.room.startswith(room)]


# --- which languages there are ---------------------------------------------------------------------------------------


def test_two_languages_are_built_in_and_no_other_is_spoken() -> None:
    assert spoken() == words.LANGUAGES == ("en", "zh-hans")
    with pytest.raises(words.MissingWordError):
        words.text("core", "problems.bad-unit.what", "qps")


def test_a_folder_of_words_is_a_language_until_it_is_unlearned(tmp_path: Path) -> None:
    add(tmp_path, "fr", core='problems: {bad-unit: {what: "Unité {from_unit} ou {to_unit}."}}')
    (tmp_path / ".git").mkdir()
    assert [each.name for each in learn(tmp_path)] == ["Own"]
    assert spoken() == ("en", "zh-hans", "fr")
    assert words.text("core", "problems.bad-unit.what", "fr", from_unit="a", to_unit="b") == "Unité a ou b."
    learn(None)
    assert spoken() == ("en", "zh-hans")


def test_a_language_states_how_it_is_written(tmp_path: Path) -> None:
    add(tmp_path, "pt-br", language="name: Português\ncode: pt-BR\n")
    add(tmp_path, "ar", language='name: العربية\ncode: ar\ndirection: rtl\nbetween: "، "\n')
    learn(tmp_path)
    assert (language_of("pt-br").tag, language_of("pt-br").direction) == ("pt-BR", "ltr")
    assert (language_of("ar").direction, language_of("ar").between) == ("rtl", "، ")
    assert language_of("zh-hans").tag == "zh-Hans"
    assert language_of("no such").code == "en"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (("zh",), "zh-hans"),
        (("zh-CN",), "zh-hans"),
        (("zh-Hans-CN",), "zh-hans"),
        (("zh_CN",), "zh-hans"),
        (("zh-TW",), "zh-hans"),  # nearer to its reader than English
        (("zh-Hant-HK",), "zh-hans"),
        (("en-US", "zh"), "en"),
        (("de", "zh"), "zh-hans"),
        (("de",), ""),
        ((), ""),
        (("", "*", "C", "POSIX", "-", "\x00"), ""),
    ],
)
def test_the_nearest_language_is_found_by_its_tag(wanted: tuple[str, ...], found: str) -> None:
    assert nearest(wanted) == found


def test_an_added_language_is_found_before_a_relative(tmp_path: Path) -> None:
    add(tmp_path, "zh-hant")
    add(tmp_path, "fr")
    learn(tmp_path)
    assert nearest(["zh-TW"]) == nearest(["zh-HK"]) == "zh-hant"
    assert nearest(["zh-CN"]) == nearest(["zh"]) == "zh-hans"
    assert nearest(["fr-CH", "en"]) == "fr"


@pytest.mark.parametrize(
    ("code", "language", "problem"),
    [
        ("fr", "name: Français\ncode: de\n", "core.language-code"),
        ("french", "name: Français\ncode: french\n", "core.language-code"),
        ("fr", "code: fr\n", "core.language-unnamed"),
        ("fr", "name: F\ncode: fr\ndirection: up\n", "core.language-unnamed"),
        ("en", "name: English\ncode: en\n", "core.language-built-in"),
        ("fr", "name: [\n", "core.words-unreadable"),
        ("fr", "- fr\n", "core.words-unreadable"),
        ("fr", "", "core.language-code"),
    ],
)
def test_a_language_that_is_no_language_is_refused_in_words(
    tmp_path: Path, code: str, language: str, problem: str
) -> None:
    good = tmp_path / "good"
    add(good, "de")
    learn(good)
    add(tmp_path / "bad", code, language=language)
    with pytest.raises(ProblemsError) as refused:
        learn(tmp_path / "bad")
    assert [each.code for each in refused.value.problems] == [problem]
    for spoken_here in words.LANGUAGES:
        assert f"{code}/language.yaml" in words.say(refused.value.problems[0], spoken_here)
    assert spoken() == ("en", "zh-hans", "de")  # what was spoken before


def test_a_folder_that_is_not_there_and_a_file_that_is_missing_are_said(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match=r"core\.languages-missing"):
        learn(tmp_path / "nowhere")
    (tmp_path / "fr").mkdir()
    with pytest.raises(ProblemsError, match=r"core\.words-unreadable"):
        learn(tmp_path)


# --- what is said ----------------------------------------------------------------------------------------------------


def test_what_a_language_lacks_or_gets_wrong_is_said_in_english(tmp_path: Path) -> None:
    add(tmp_path, core="""problems:
  bad-unit: {what: "", mend: "{nobody} knows"}
  bad-result: {what: 7, mend: "{"}
  path-refused: nonsense
""")  # fmt: skip
    learn(tmp_path)
    english = dict(words.texts(words.words("core", "en")))
    assert dict(words.texts(words.words("core", "qps"))) == english
    assert words.words("server.web", "qps") == words.words("server.web", "en")


def test_a_whole_language_says_everything_in_every_room(tmp_path: Path) -> None:
    made = _PSEUDO["make"](tmp_path)
    learn(tmp_path)
    words.read_all()
    checked = check(made)
    assert checked.is_whole
    assert not checked.faults
    assert checked.wanted == checked.said > 1000
    for room in words.rooms():
        english = dict(words.texts(words.words(room, "en")))
        assert dict(words.texts(words.words(room, "qps"))) == _PSEUDO["tree"](english, "qps")


def test_a_file_that_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    made = add(tmp_path, core="problems:\n  bad: [\n", server_web="\tx: 1\n")
    learn(tmp_path)
    with pytest.raises(ProblemsError) as refused:
        words.read_all()
    assert str(refused.value.problems[0].place).startswith("qps/core.yaml:3")
    with pytest.raises(ProblemsError) as refused:
        check(made)
    assert len(refused.value.problems) == 2


# --- the check -------------------------------------------------------------------------------------------------------


def test_the_check_tells_missing_empty_broken_and_superfluous_apart(tmp_path: Path) -> None:
    made = add(tmp_path, core="""problems:
  bad-unit: {what: "", mend: "Rien."}
  bad-result: {what: "{text} et {autre}", mend: "{"}
  path-refused: {what: "{path}: {why}", mend: }
  en-trop: {what: "Trop."}
""")  # fmt: skip
    (made / "kitchen.yaml").write_text("a: b\n", encoding="utf-8")
    found = faults(made)
    assert ("empty", "problems.bad-unit.what") in found
    assert ("broken", "problems.bad-unit.mend") in found  # the unit is not named, though both languages name it
    assert ("broken", "problems.bad-result.what") in found
    assert ("broken", "problems.bad-result.mend") in found
    assert ("empty", "problems.path-refused.mend") in found
    assert ("missing", "problems.language-code.what") in found
    assert ("superfluous", "problems.en-trop.what") in found
    assert not [fault for fault, key in found if key == "problems.path-refused.what"]
    assert faults(made, "kitchen") == [("superfluous", "")]
    checked = check(made)
    assert checked.said == 1
    assert checked.wanted == 1 + sum(each.fault is not Fault.SUPERFLUOUS for each in checked.faults)


def test_a_format_may_name_the_own_language_and_no_other(tmp_path: Path) -> None:
    asked = [
        (room, key, text)
        for room in words.rooms()
        for key, text in words.texts(words.words(room, "en"))
        if ":en}" in text
    ]
    assert asked
    for _, _, text in asked:
        assert words.fits(text.replace(":en}", ":fr}"), text, "fr")
        assert words.fits(text, text, "fr")
        assert not words.fits(text.replace(":en}", ":de}"), text, "fr")


@pytest.mark.parametrize("room", words.rooms())
def test_a_skeleton_has_every_key_empty_and_the_english_as_comments(room: str) -> None:
    made = skeleton(room)
    empty: Any = yaml.safe_load(made) or {}
    wanted = {key: "" for key, text in words.texts(words.words(room, "en")) if text.strip()}
    assert dict(words.texts(empty)) == wanted
    comments = "\n".join(line.strip().removeprefix("#").strip() for line in made.splitlines())
    for _, text in words.texts(words.words(room, "en")):
        for line in text.splitlines():
            assert line.strip() in comments
