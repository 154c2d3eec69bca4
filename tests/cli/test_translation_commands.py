"""`equipoise translation new` and `check`, and a language of one's own on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli.main import app
from equipoise.core.languages import learn
from equipoise.core.words import rooms


@pytest.fixture(autouse=True)
def _languages_end_with_the_test() -> Iterator[None]:
    yield
    learn(None)


def run(*arguments: object, **env: str) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200", **env})


def begun(folder: Path) -> Path:
    """Begin French, with three texts said."""
    assert run("translation", "new", folder, "fr", "--name", "Français").exit_code == 0
    (folder / "fr" / "core.yaml").write_text(
        'problems: {bad-unit: {what: "{from_unit} ne devient pas {to_unit}.", mend: "En {unité}."}, autre: {what: x}}\n',
        encoding="utf-8",
    )
    return folder / "fr"


def test_a_new_language_is_a_file_a_room_and_is_spoken_at_once(tmp_path: Path) -> None:
    begun(tmp_path)
    assert {file.name for file in (tmp_path / "fr").iterdir()} == {
        "language.yaml",
        *(f"{room}.yaml" for room in rooms()),
    }
    assert (tmp_path / "fr" / "language.yaml").read_text(encoding="utf-8") == (
        'name: "Français"\ncode: "fr"\ndirection: "ltr"\n'
    )
    helped = run("--language", "fr", "translation", "check", tmp_path / "fr", EQUIPOISE_WORDS=str(tmp_path))
    assert helped.exit_code == 1
    assert "fr: " in helped.stdout  # in English, for what French does not say yet


def test_the_check_lists_what_is_wrong_and_how_far_the_language_is(tmp_path: Path) -> None:
    told = run("translation", "check", begun(tmp_path))
    assert told.exit_code == 1
    assert "core  problems.bad-unit.mend  placeholders differ  Give the value in {to_unit}" in told.stdout
    assert "core  problems.autre.what  nobody asks for it  x" in told.stdout
    assert "core  problems.bad-result.what  missing" in told.stdout
    assert "empty: " in told.stdout
    assert told.stdout.splitlines()[-1].startswith("fr: 1 of ")
    assert told.stdout.splitlines()[-1].endswith("(0 %)")
    chinese = run("--language", "zh-hans", "translation", "check", tmp_path / "fr")
    assert "占位符不符" in chinese.stdout


def test_the_check_as_json_is_json_alone(tmp_path: Path) -> None:
    told = run("translation", "check", begun(tmp_path), "--json")
    assert told.exit_code == 1
    found = json.loads(told.stdout)
    assert (found["language"], found["said"]) == ("fr", 1)
    assert found["broken"] == [
        {
            "room": "core",
            "key": "problems.bad-unit.mend",
            "text": "Give the value in {to_unit}, or in a unit of the same kind.",
        }
    ]
    assert found["superfluous"] == [{"room": "core", "key": "problems.autre.what", "text": "x"}]
    assert found["wanted"] == 1 + sum(len(found[each]) for each in ("missing", "empty", "broken"))


@pytest.mark.parametrize("code", ["en", "zh-hans", "French", "x", "f/r", ".."])
def test_a_code_that_cannot_be_one_is_refused(tmp_path: Path, code: str) -> None:
    refused = run("translation", "new", tmp_path, code)
    assert refused.exit_code == 1
    assert "cannot be the code of a new language" in refused.stdout
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten_and_nothing_is_checked_that_is_no_language(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    before = (folder / "core.yaml").read_text(encoding="utf-8")
    assert run("translation", "new", tmp_path, "fr").exit_code == 1
    assert (folder / "core.yaml").read_text(encoding="utf-8") == before
    assert run("translation", "check", tmp_path / "nowhere").exit_code == 1
    (folder / "core.yaml").write_text("a: [\n", encoding="utf-8")
    told = run("translation", "check", folder)
    assert told.exit_code == 1
    assert "fr/core.yaml:2:1" in told.stdout


def test_a_broken_folder_of_languages_is_said_and_the_command_goes_on(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    done = run("translation", "new", tmp_path / "others", "de", EQUIPOISE_WORDS=str(tmp_path))
    assert done.exit_code == 0
    assert "fr/language.yaml" in done.stderr
    assert run("--language", "fr", "study", "--help", EQUIPOISE_WORDS=str(tmp_path)).exit_code == 2


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "缺失"),
        ({"LANG": "zh_TW.UTF-8"}, "缺失"),
        ({"LANG": "fr_FR.UTF-8"}, "missing"),
        ({"LANG": "C.UTF-8"}, "missing"),
        ({"EQUIPOISE_LANGUAGE": "zh-hans", "LANG": "en_GB.UTF-8"}, "缺失"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "missing"),
    ],
)
def test_the_terminals_language_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], said: str
) -> None:
    for name in ("EQUIPOISE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert (
        f"core  problems.bad-result.what  {said}" in run("translation", "check", begun(tmp_path), **environment).stdout
    )
