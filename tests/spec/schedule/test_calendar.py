"""# The calendar

When a person comes, what is due on the day, and which results a product in the blood hides. Day 0 is the day of
allocation, and week n is day 7n. The reference study is the example throughout.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from equipoise.plan.calendar import GivenDose, VisitStatus, calendar, calendar_after, maskings_on, status_on
from equipoise.plan.plan import plan_of
from equipoise.study.masking import masked_visits
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[3]
ALLOCATED = date(2026, 3, 2)


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(ROOT / "studies" / "nct07328711")


def amended(study: Study, **schedule: Any) -> Study:
    """Return the study as if its schedule had been written otherwise."""
    content = study.model_dump()
    content["schedule"] |= schedule
    return Study.model_validate(content)


def hidden(study: Study, arm: str) -> list[str]:
    return [visit.visit for visit in calendar(study, ALLOCATED, arm) if visit.days.hides("hbsag")]


def test_a_visit_is_counted_from_the_day_of_allocation(study: Study) -> None:
    """Week 4 is four weeks to the day after the allocation."""
    visits = {visit.visit: visit for visit in calendar(study, ALLOCATED, "control")}
    assert visits["baseline"].on == ALLOCATED
    assert visits["week 4"].on == date(2026, 3, 30)
    assert visits["week 48"].on == date(2027, 2, 1)


def test_screening_lies_in_the_28_days_before(study: Study) -> None:
    """The day of allocation is the last day of screening."""
    screening = calendar(study, ALLOCATED, None)[0]
    assert (screening.opens, screening.closes) == (date(2026, 2, 2), ALLOCATED)


def test_a_window_includes_both_its_ends(study: Study) -> None:
    """Seven days to either side at first, fourteen from week 24 on."""
    visits = {visit.visit: visit for visit in calendar(study, ALLOCATED, "control")}
    week_12, week_24 = visits["week 12"], visits["week 24"]
    assert week_12.holds(week_12.on + timedelta(7))
    assert not week_12.holds(week_12.on + timedelta(8))
    assert week_24.holds(week_24.on - timedelta(14))
    assert not week_24.holds(week_24.on - timedelta(15))


def test_a_dose_only_visit_exists_only_where_there_are_doses(study: Study) -> None:
    """The control arm does not come in weeks 16 and 20."""
    hbig, control = ([visit.visit for visit in calendar(study, ALLOCATED, arm)] for arm in ("hbig", "control"))
    assert [visit for visit in hbig if visit not in control] == ["week 16", "week 20"]


def test_the_doses_that_are_due_stand_at_their_visits(study: Study) -> None:
    """Seven doses of 400 IU, weeks 0 to 24; nobody else gets one."""
    due = {visit.visit: visit.days.doses for visit in calendar(study, ALLOCATED, "hbig") if visit.days.doses}
    assert list(due) == ["baseline", *(f"week {week}" for week in (4, 8, 12, 16, 20, 24))]
    assert {(str(dose.amount), dose.unit) for doses in due.values() for dose in doses} == {("400", "IU")}
    assert not any(visit.days.doses for visit in calendar(study, ALLOCATED, "control"))


def test_results_within_the_masking_days_of_a_dose_are_hidden(study: Study) -> None:
    """With doses to week 24 weeks 4 to 36 are masked, and week 48 is not; the control arm never is."""
    assert hidden(study, "hbig") == ["week 4", "week 8", "week 12", "week 24", "week 36"]
    assert hidden(study, "control") == []


def test_blood_is_taken_before_the_dose_of_its_own_visit(study: Study) -> None:
    """The first dose is given at baseline, and the baseline sample is not masked by it."""
    given = [GivenDose("hbig", "baseline", ALLOCATED)]
    assert maskings_on(study, "hbsag", ALLOCATED, given, visit="baseline") == ()
    assert maskings_on(study, "hbsag", ALLOCATED + timedelta(1), given) == ("circulating_hbig",)


def test_the_last_masked_day_is_the_declared_one(study: Study) -> None:
    """125 days after the dose are masked, the 126th is not; ALT never is."""
    given = [GivenDose("hbig", "baseline", ALLOCATED)]
    assert maskings_on(study, "anti_hbs", ALLOCATED + timedelta(125), given) == ("circulating_hbig",)
    assert maskings_on(study, "anti_hbs", ALLOCATED + timedelta(126), given) == ()
    assert maskings_on(study, "alt", ALLOCATED + timedelta(1), given) == ()


def test_later_doses_hide_the_endpoint(study: Study) -> None:
    """A schedule that doses to week 36 masks week 48 too: the calendar says so before anybody is allocated."""
    dose = study.schedule.doses[0].model_dump()
    late = amended(study, doses=[dose | {"visits": [*dose["visits"], "week 36"]}])
    assert "week 48" in hidden(late, "hbig")
    assert "week 72" not in hidden(late, "hbig")


def test_a_window_may_be_masked_in_part(study: Study) -> None:
    """With 160 masking days the first days of the week-48 window are hidden, and its last ones are not."""
    masking = study.schedule.masking[0].model_dump()
    longer = amended(study, masking=[masking | {"days": 160}])
    week_48 = next(visit for visit in calendar(longer, ALLOCATED, "hbig") if visit.visit == "week 48")
    assert [one.whole for one in week_48.days.masked if one.variable == "hbsag"] == [False]


def test_the_doses_really_given_count(study: Study) -> None:
    """A person whose treatment stopped after the dose of week 8 is free of it at week 36."""
    given = [GivenDose("hbig", visit, ALLOCATED + timedelta(day)) for visit, day in (("baseline", 0), ("week 8", 63))]
    stopped = ALLOCATED + timedelta(70)
    visits = calendar_after(study, ALLOCATED, "hbig", given, withheld=["week 4"], stopped_on=stopped)
    masked = [visit.visit for visit in visits if visit.days.hides("hbsag")]
    assert masked == ["week 4", "week 8", "week 12", "week 24"]
    assert [visit.visit for visit in visits if visit.days.doses] == ["baseline", "week 8"]


def test_doses_given_as_planned_change_nothing(study: Study) -> None:
    """A calendar after doses on their planned days is the planned calendar."""
    planned = calendar(study, ALLOCATED, "hbig")
    given = [GivenDose("hbig", visit.visit, visit.on) for visit in planned if visit.days.doses]
    assert calendar_after(study, ALLOCATED, "hbig", given) == planned
    assert calendar_after(study, ALLOCATED, "hbig", []) == planned


def test_the_calendar_and_the_check_of_the_folder_agree(study: Study) -> None:
    """What the check of the folder calls a blind spot, the calendar shows as masked."""
    assert [one.visit for one in masked_visits(study, "hbig") if "hbsag" in one.variables] == hidden(study, "hbig")


def test_a_visit_is_ahead_then_due_then_late(study: Study) -> None:
    """On a day that is passed in; what took place is done, and what was given up is missed."""
    week_4 = next(visit for visit in calendar(study, ALLOCATED, "control") if visit.visit == "week 4")
    assert status_on(week_4, week_4.opens - timedelta(1)) is VisitStatus.AHEAD
    assert status_on(week_4, week_4.opens) is VisitStatus.DUE
    assert status_on(week_4, week_4.closes) is VisitStatus.DUE
    assert status_on(week_4, week_4.closes + timedelta(1)) is VisitStatus.LATE
    assert status_on(week_4, week_4.closes + timedelta(1), done={"week 4": week_4.on}) is VisitStatus.DONE
    assert status_on(week_4, week_4.closes + timedelta(1), missed=["week 4"]) is VisitStatus.MISSED


def test_without_an_arm_only_what_all_arms_share_is_planned(study: Study) -> None:
    """Before the allocation nobody is planned a dose."""
    visits = calendar(study, ALLOCATED, None)
    assert [visit.visit for visit in visits] == [visit.visit for visit in calendar(study, ALLOCATED, "control")]
    assert not any(visit.days.doses for visit in visits)


def test_a_blinded_calendar_does_not_tell_the_arm() -> None:
    """In a double-blind study every arm has the same visits, doses and forms, and so has a sealed one."""
    blinded = read_study(ROOT / "examples" / "blinded")
    calendars = plan_of(blinded).calendar
    assert calendars["active"] == calendars["placebo"] == calendars[None]
    assert [visit.visit for visit in calendars[None] if visit.doses] == ["baseline", "week 6"]
