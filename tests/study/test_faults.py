"""Every kind of fault, made on purpose in a small valid folder: the file, the line and the words that come of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fault_table_analyses import ANALYSES, WIDER
from fault_table_files import FILES, KEYS, YAML
from fault_table_meaning import MEANING
from fault_table_prediction import PREDICTION
from small_study import Fault, Spoiled, small_study, write

from equipoise.core.problem import Severity
from equipoise.core.words import say, words
from equipoise.study.reader import check_folder

FAULTS = (*FILES, *YAML, *KEYS, *MEANING, *ANALYSES, *PREDICTION)
# Faults of the folder as a whole, tested beside the functions that find them.
ELSEWHERE = {"no-folder", "folder-in-use", "invalid-value"}


def _id(fault: Fault) -> str:
    return f"{fault.code} {fault.name}".strip()


def test_the_small_study_has_no_fault(tmp_path: Path) -> None:
    checked = check_folder(write(tmp_path / "study", small_study()))
    assert [say(problem, "en") for problem in checked.problems] == []
    assert checked.study is not None


def test_the_wider_study_has_no_fault(tmp_path: Path) -> None:
    files = Spoiled(Fault("", "", "", WIDER)).write(tmp_path / "study")
    assert [say(problem, "en") for problem in check_folder(files).problems] == []


@pytest.mark.parametrize("fault", FAULTS, ids=_id)
def test_a_fault_is_found_at_its_place_and_said_in_both_languages(fault: Fault, tmp_path: Path) -> None:
    spoiled = Spoiled(fault)
    checked = check_folder(spoiled.write(tmp_path / "study"))
    found = [problem for problem in checked.problems if problem.code == fault.full_code]
    assert found, [say(problem, "en") for problem in checked.problems]
    places = [(problem.place.file, problem.place.line) for problem in found if problem.place]
    expected = (fault.file, spoiled.line)
    chosen = [p for p in found if p.place and (p.place.file, p.place.line if fault.at else None) == expected]
    assert chosen, f"expected {expected}, found {places}"
    if fault.column is not None:
        assert chosen[0].place is not None
        assert chosen[0].place.column == fault.column
    english, chinese = say(chosen[0], "en"), say(chosen[0], "zh-hans")
    assert fault.says in english
    assert english != chinese
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    others = {p.code.removeprefix("study.") for p in checked.problems} - {fault.code.removeprefix("study.")}
    assert others <= fault.also, [say(p, "en") for p in checked.problems]
    assert (checked.study is None) == any(p.severity is Severity.ERROR for p in checked.problems)


def test_every_problem_that_has_words_has_its_fault() -> None:
    said = set(words("study", "en")["problems"])
    assert len(said) > 100
    assert said - {fault.code for fault in FAULTS} == ELSEWHERE


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """One mistake of each sort, in five files: a syntax, a kind, a name, a rule, a meaning, a missing word."""
    files = small_study()
    for file, old, new in (
        ("study.yaml", "sex: all", "sexes: all"),
        ("study.yaml", "block_sizes: [4, 6]", "block_sizes: [4, 5]"),
        ("variables.yaml", "kind: laboratory ", "kind: labratory "),
        ("eligibility.yaml", "rule: calcium > 2.6", "rule: calcium > > 2.6"),
        ("schedule.yaml", "arms: [drops]", "arms: [dops]"),
        ("endpoints.yaml", "role: primary ", "role: first "),
        ("words/zh-hans.yaml", "    label: 血钙\n", "    ask: 血钙\n"),
        ("examples.yaml", "because: {I1: pass", "because: {I1: fail"),
    ):
        assert old in files[file]
        files[file] = files[file].replace(old, new, 1)
    codes = {problem.code for problem in check_folder(write(tmp_path, files)).errors}
    assert codes >= {
        "study.unknown-key-close",
        "study.block-size",
        "study.not-in-list-close",
        "criteria.syntax",
        "study.unknown-reference-close",
        "study.not-in-list",
        "study.words-missing",
        "study.example-criterion",
    }
