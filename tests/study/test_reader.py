"""Reading a folder: what YAML means here, what is refused, and that nothing a folder holds can do harm."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter
from small_study import small_study, write

from equipoise.core import canonical
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.words import say
from equipoise.study.model.study import Study
from equipoise.study.places import Places
from equipoise.study.reader import check_folder, read_study
from equipoise.study.structure import read_part
from equipoise.study.yaml_tree import compose, value_of

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("*/*/study.yaml"))


def _values(text: str) -> object:
    tree, problems = compose(text, "x.yaml")
    assert problems == []
    assert tree is not None
    return value_of(tree)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("True", "True"), ("true", True), ("false", False),
        ("~", None), ("null", None), ("", None), ("12", "12"), ("0.050", "0.050"), ("1e3", "1e3"), ("0o14", "0o14"),
        ("012", "012"), ("12:30:00", "12:30:00"), ("2026-02-01", "2026-02-01"), ("1_000", "1_000"), ('"true"', "true"),
        ("'~'", "~"), (".inf", ".inf"), ("=", "="),
    ],
)  # fmt: skip
def test_only_true_false_and_null_are_more_than_text(written: str, read: object) -> None:
    assert _values(f"a: {written}") == {"a": read}


def test_a_study_keeps_numbers_exactly_and_texts_as_written(tmp_path: Path) -> None:
    study = read_study(write(tmp_path, small_study()))
    assert study.version == "1.0"
    assert study.sites["02"].limits == {"vitamin_d": Decimal(8)}
    assert study.endpoints.analyses[0].confidence == Decimal("0.95")
    assert study.examples[1].person["vitamin_d"] == "<60"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_study_that_ships_passes_the_check(folder: Path) -> None:
    checked = check_folder(folder)
    assert [say(problem, "en") for problem in checked.errors] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_canonical_study_comes_back_the_same(folder: Path) -> None:
    study = read_study(folder)
    canonical.check(study.content)
    again = Study.model_validate(study.content)
    assert again == study
    assert again.content_hash == study.content_hash
    assert Study.model_validate_json(canonical.dumps(study.content)).content_hash == study.content_hash


def test_comments_spacing_and_the_order_of_keys_do_not_change_the_hash(tmp_path: Path) -> None:
    files = small_study()
    first = read_study(write(tmp_path / "a", files))
    files["study.yaml"] = "# one more comment\n" + files["study.yaml"].replace("sex: all ", "sex:    all ")
    files["study.yaml"] = files["study.yaml"].replace("enrolment: 60", "") + "\nenrolment: 60\n"
    second = read_study(write(tmp_path / "b", files))
    assert second.content_hash == first.content_hash
    files["study.yaml"] = files["study.yaml"].replace("\nenrolment: 60\n", "\nenrolment: 62\n")
    assert read_study(write(tmp_path / "c", files)).content_hash != first.content_hash


def test_read_study_raises_all_errors_and_no_note(tmp_path: Path) -> None:
    files = small_study()
    files["study.yaml"] = files["study.yaml"].replace("enrolment: 60", "enrolment: 61").replace("sex: all", "sex: both")
    with pytest.raises(ProblemsError) as raised:
        read_study(write(tmp_path, files))
    assert [problem.code for problem in raised.value.problems] == ["study.not-in-list"]


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    checked = check_folder(tmp_path / "nothing")
    assert [problem.code for problem in checked.problems] == ["study.no-folder"]
    assert "nothing" in say(checked.problems[0], "en")
    assert say(checked.problems[0], "zh-hans").startswith("没有文件夹")


def test_an_empty_folder_misses_every_file_at_once(tmp_path: Path) -> None:
    places = [problem.place.file for problem in check_folder(tmp_path).problems if problem.place]
    assert places == ["study.yaml", "variables.yaml", "eligibility.yaml", "schedule.yaml", "endpoints.yaml"]


def test_a_linked_words_folder_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "study", small_study())
    (folder / "words").rename(tmp_path / "elsewhere")
    (folder / "words").symlink_to(tmp_path / "elsewhere")
    assert "study.file-link" in {problem.code for problem in check_folder(folder).errors}


def test_a_language_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("title: secret\n")
    files = small_study()
    files["study.yaml"] = files["study.yaml"].replace("languages: [en, zh-hans]", "languages: [en, ../../secret]", 1)
    checked = check_folder(write(tmp_path / "study", files))
    assert "study.bad-language" in {problem.code for problem in checked.errors}
    assert not any("title" in str(problem.params) for problem in checked.problems)


HOSTILE = {
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n" * 50,
    "brackets": "[" * 500_000,
    "braces": "{a: " * 200_000,
    "dashes": "- " * 400_000,
    "keys": "".join(f"k{i}: {i}\n" for i in range(100_000)),
    "questions": "? " * 100_000,
    "one long scalar": "a: " + "x" * 1_900_000,
    "control characters": "a: \x00\x07\n",
    "tags": "a: !!python/object/apply:os.system ['true']\n",
    "rule": '- {id: I1, kind: inclusion, text: x, rule: "' + "(" * 100_000 + '"}\n',
    "power": "- {id: I1, kind: inclusion, text: x, rule: 9**9**9**9 > age}\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_gets_problems_and_is_never_run(kind: str, tmp_path: Path) -> None:
    files = small_study()
    files["eligibility.yaml"] = HOSTILE[kind]
    checked = check_folder(write(tmp_path, files))
    assert checked.study is None
    assert all(len(say(problem, "en")) < 4_000 for problem in checked.problems)


class _Odd(BaseModel):
    code: str = Field(pattern="^[A-Z]+$")


def test_a_wrongness_without_words_of_its_own_still_names_key_line_and_value() -> None:
    tree, _ = compose("a: 1\ncode: abc\n", "x.yaml")
    assert tree is not None
    _, problems = read_part(TypeAdapter(_Odd), _Odd, "x.yaml", Places({"x.yaml": tree}))
    assert [problem.code for problem in problems] == ["study.invalid-value"]
    assert say(problems[0], "en").startswith("x.yaml:2:7: `code` cannot be abc.")
    assert say(problems[0], "zh-hans")


_FILES = sorted(small_study())


@settings(max_examples=60, deadline=None)
@given(
    file=st.sampled_from(_FILES),
    place=st.floats(0, 1),
    cut=st.integers(0, 40),
    put=st.one_of(st.text(max_size=6), st.sampled_from(["\n", "  ", "- ", ": ", "[", "{", "'", '"', "&a ", "*a", "!x ", "#", "|", "-1", "~", "true"])),
)  # fmt: skip
def test_whatever_is_typed_into_a_file_comes_back_as_problems_and_never_as_a_crash(
    tmp_path_factory: pytest.TempPathFactory, file: str, place: float, cut: int, put: str
) -> None:
    files = small_study()
    text = files[file]
    at = int(place * len(text))
    files[file] = text[:at] + put + text[at + cut :]
    try:
        files[file].encode()
    except UnicodeEncodeError:
        return
    checked = check_folder(write(tmp_path_factory.mktemp("typed"), files))
    for problem in checked.problems:
        assert isinstance(problem, Problem)
        assert say(problem, "en")
        assert say(problem, "zh-hans")
        assert problem.place is not None
    assert (checked.study is None) == bool(checked.errors)
    if checked.study is not None:
        assert len(checked.study.content_hash) == 64
