"""Masking by real doses, held against the plainest way to count it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.plan.calendar import GivenDose, calendar, calendar_after, maskings_on
from equipoise.study.reader import read_study

STUDY = read_study(Path(__file__).parents[2] / "studies" / "nct07328711")
ALLOCATED = date(2026, 3, 2)
DOSED = tuple(visit.visit for visit in calendar(STUDY, ALLOCATED, "hbig") if visit.days.doses)
dose_days = st.dictionaries(st.sampled_from(DOSED), st.integers(0, 250), max_size=len(DOSED))


def given_doses(days: dict[str, int]) -> list[GivenDose]:
    return [GivenDose("hbig", visit, ALLOCATED + timedelta(day)) for visit, day in days.items()]


@settings(max_examples=100, deadline=None)
@given(dose_days, st.integers(0, 600))
def test_a_result_is_masked_exactly_when_a_dose_lies_1_to_125_days_before(days: dict[str, int], day: int) -> None:
    found = maskings_on(STUDY, "hbsag", ALLOCATED + timedelta(day), given_doses(days))
    assert (found == ("circulating_hbig",)) == any(1 <= day - dose <= 125 for dose in days.values())


@settings(max_examples=60, deadline=None)
@given(dose_days)
def test_a_window_is_masked_as_its_days_are(days: dict[str, int]) -> None:
    doses = given_doses(days)
    rest = [visit for visit in DOSED if visit not in days]
    for visit in calendar_after(STUDY, ALLOCATED, "hbig", doses, withheld=rest):
        window = [visit.opens + timedelta(day) for day in range((visit.closes - visit.opens).days + 1)]
        hidden = [bool(maskings_on(STUDY, "hbsag", day, doses, visit=visit.visit)) for day in window]
        shown = [one for one in visit.days.masked if one.variable == "hbsag"]
        # A visit that takes no blood has nothing to hide.
        expected = any(hidden) and "laboratory" in visit.days.forms
        assert bool(shown) == expected
        assert not shown or shown[0].whole == all(hidden)


@settings(max_examples=60, deadline=None)
@given(dose_days, st.integers(0, 200))
def test_a_stopped_treatment_leaves_no_dose_due(days: dict[str, int], stop: int) -> None:
    on = ALLOCATED + timedelta(stop)
    visits = calendar_after(STUDY, ALLOCATED, "hbig", given_doses(days), stopped_on=on)
    due = [visit.visit for visit in visits if visit.days.doses and visit.visit not in days]
    assert all(visit.on < on for visit in visits if visit.visit in due)
