"""Slips as laboratories print them. The oracle is the list of lines, read by a person and written down beside them."""

from __future__ import annotations

import time
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.core.problem import Problem
from equipoise.core.words import say
from equipoise.criteria.facts import Observation
from equipoise.recruit.prescreening import StudySheet
from equipoise.recruit.prescreening.answers import observation_of
from equipoise.recruit.prescreening.slip import LONGEST, Reading, Slip, State, read_slip
from equipoise.study.reader import read_study

HERE = Path(__file__).parent
SHEET = StudySheet(read_study(HERE.parents[2] / "studies" / "nct07328711"))
TODAY = date(2026, 3, 10)
LINES = yaml.safe_load((HERE / "slips.yaml").read_text(encoding="utf-8"))


def readings(text: str) -> tuple[Reading, ...]:
    slip = read_slip(SHEET, text, TODAY)
    assert isinstance(slip, Slip), slip
    return slip.readings


def problem_of(reading: Reading) -> str:
    return reading.why.code.rpartition(".")[2] if reading.why else ""


def test_there_are_enough_lines_in_both_languages() -> None:
    assert len(LINES) >= 60
    chinese = [one for one in LINES if any("一" <= sign <= "鿿" for sign in one["line"])]
    assert len(chinese) >= 25
    assert len(LINES) - len(chinese) >= 20


@pytest.mark.parametrize("one", LINES, ids=lambda one: one["line"])
def test_a_line_is_read_as_a_person_reads_it(one: dict[str, Any]) -> None:
    found = readings(one["line"])
    wanted = one.get("all") or [one]
    assert len(found) == len(wanted)
    for reading, want in zip(found, wanted, strict=True):
        assert reading.state == want.get("state", "read"), reading
        assert reading.variable == want.get("read", "")
        assert reading.value == want.get("answer", "")
        assert problem_of(reading) == want.get("why", "")
        if "note" in want:
            assert [note.code.rpartition(".")[2] for note in reading.notes] == [want["note"]]
        if "on" in want:
            assert str(reading.on) == str(want["on"])
        if reading.state is State.READ:
            assert reading.name in _plain(one["line"])
            assert isinstance(observation_of(SHEET, reading.variable, reading.value, TODAY), Observation)
        if reading.why is not None:
            assert all(say(reading.why, language) for language in ("en", "zh-hans"))


def _plain(line: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", line).split())


def states(text: str) -> list[tuple[str, str]]:
    return [(one.state.value, one.value) for one in readings(text)]


def test_the_latest_of_two_results_stands() -> None:
    assert states("2026-03-01 HBsAg <0.05 IU/mL\n2025-12-05 HBsAg 0.08 IU/mL") == [
        ("read", "<0.05 IU/mL; 2026-03-01"),
        ("older", "0.08 IU/mL; 2025-12-05"),
    ]
    assert [state for state, _ in states("2025 年 12 月 HBsAg 0.08 IU/mL\n2026-03-01 HBsAg <0.05 IU/mL")] == [
        "older",
        "read",
    ]


def test_two_results_of_one_day_or_of_none_contradict_each_other() -> None:
    for text in (
        "采样时间: 2026-03-01\nHBsAg 0.03 IU/mL\nHBsAg 0.09 IU/mL",
        "HBsAg 0.03 IU/mL\nHBsAg 0.09 IU/mL",
        "HBsAg 0.03 IU/mL\n2026-03-01 HBsAg 0.09 IU/mL",
    ):
        slip = read_slip(SHEET, text, TODAY)
        assert isinstance(slip, Slip)
        assert not slip.usable
        assert [one.value.split(";")[0] for one in slip.conflicts["hbsag"]] == ["0.03 IU/mL", "0.09 IU/mL"]


def test_a_later_result_settles_what_contradicted_itself_before() -> None:
    text = "2026-01-01 HBsAg 0.03 IU/mL\n2026-01-01 HBsAg 0.09 IU/mL\n2026-03-01 HBsAg 0.02 IU/mL"
    assert [state for state, _ in states(text)] == ["older", "older", "read"]


def test_the_same_result_twice_is_one_result() -> None:
    assert [state for state, _ in states("HBsAg 0.03 IU/mL\n乙肝表面抗原 30 mIU/mL")] == ["read", "again"]


def test_the_day_of_taking_outweighs_the_day_of_the_report() -> None:
    text = "采样日期 2026-03-01\n报告日期 2026-03-03\nHBsAg 0.03 IU/mL"
    assert states(text)[-1] == ("read", "0.03 IU/mL; 2026-03-01")


def test_no_line_is_dropped() -> None:
    text = "\n".join(one["line"] for one in LINES)
    assert {one.number for one in readings(text)} == set(range(1, len(LINES) + 1))


def test_nothing_and_too_much_are_said() -> None:
    assert isinstance(read_slip(SHEET, "  \n ", TODAY), Problem)
    long = read_slip(SHEET, "HBsAg 0.03\n" * LONGEST, TODAY)
    assert isinstance(long, Problem)
    assert long.code == "recruit.prescreening.slip-too-long"


@pytest.mark.parametrize(
    "piece",
    [" ", "参考 ", "(", "1 ", "<", "limit of ", "<LLOQ ", "0-", "+ ", "log ", "阴性", "2026-01-01 ", "1E1", "HBsAg "],
)
def test_hostile_lines_cost_little(piece: str) -> None:
    # The work is counted by a clock of the processor, with room for a slow one; before lines had an end it was 25 s.
    line = ("HBsAg " + piece * 300)[:290]
    began = time.process_time()
    read_slip(SHEET, "\n".join([line + "x"] * (LONGEST // 300)), TODAY)
    assert time.process_time() - began < 3


def test_a_line_longer_than_any_is_shown_with_the_reason() -> None:
    (one,) = readings("HBsAg 0.03 IU/mL " + "x" * 400)
    assert one.state is State.NOT_RECOGNISED
    assert problem_of(one) == "line-too-long"
    many = read_slip(SHEET, "HBsAg 1\n" * 300, TODAY)
    assert isinstance(many, Problem)
    assert many.code == "recruit.prescreening.slip-too-many-lines"


def test_below_20_never_shows_below_10() -> None:
    (one,) = readings("HBV DNA <20 IU/mL")
    answers = {"hbv_dna": one.value, "hbeag": "negative"}
    from equipoise.recruit.prescreening import Answers
    from equipoise.recruit.prescreening.sheet import statuses_of

    assert statuses_of(SHEET, Answers(answers).facts(SHEET, TODAY))["I4"] == "unknown"


@settings(deadline=None)
@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_shown(text: str) -> None:
    slip = read_slip(SHEET, text, TODAY)
    if isinstance(slip, Slip):
        lines = [line for line in text.splitlines() if line.strip()]
        assert {one.line for one in slip.readings} == {line.strip() for line in lines}


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([one["line"] for one in LINES] + ["(-", "+", "0-", "<", "IU/mL", "10^", "E"]), max_size=6)
)
def test_pieces_of_slips_in_any_mixture_are_read(pieces: list[str]) -> None:
    for glue in (" ", "\n", "；"):
        read_slip(SHEET, glue.join(pieces), TODAY)
