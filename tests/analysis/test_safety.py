"""Exposure and adverse events, against a trial small enough to count by hand."""

from datetime import date, timedelta

import pytest

from equipoise.analysis.results import plain_values
from equipoise.analysis.safety import safety_of
from equipoise.stats.miettinen_nurminen import risk_difference


def day(number):
    return (date(2026, 3, 2) + timedelta(days=number)).isoformat()


@pytest.fixture
def told(story):
    told = story()
    for number, arm in enumerate(("active", "active", "active", "control", "control"), 1):
        told.person(f"01-{number:04d}", arm)
    return told


def report(told, who, term, on, category="", **more):
    said = {"severity": "mild", "serious": False, "related": "not_related", "outcome": "recovered", "ended": ""}
    name = f"ae-{len(told.events)}"
    told.tell(
        who, "adverse_event_reported", adverse_event=name, term=term, on=day(on), category=category, **(said | more)
    )


def rows_of(told):
    return {(row.kind, row.category, row.name): row for row in safety_of(told.dataset()).rows}


def test_people_and_events_are_counted_apart(told):
    report(told, "01-0001", "Pain", 3, "injection", related="related")
    report(told, "01-0001", "Pain", 30, "injection", related="possibly_related")
    report(told, "01-0002", "Fever", 30, "general", severity="severe", serious=True)
    report(told, "01-0004", "Fever", 10, "general")
    rows = rows_of(told)
    counts = {key: [(cell.people, cell.n, cell.events) for cell in row.cells] for key, row in rows.items()}
    assert counts["any", "", ""] == [(2, 3, 3), (1, 2, 1)]
    assert counts["serious", "", ""] == [(1, 3, 1), (0, 2, 0)]
    assert counts["related", "", ""] == [(1, 3, 2), (0, 2, 0)]
    assert counts["severity", "", "severe"] == [(1, 3, 1), (0, 2, 0)]
    assert counts["category", "injection", ""] == [(1, 3, 2), (0, 2, 0)]
    assert counts["term", "general", "Fever"] == [(1, 3, 1), (1, 2, 1)]
    expected = risk_difference(2, 3, 1, 2)
    row = rows["any", "", ""]
    assert (row.difference, row.low, row.high) == pytest.approx((expected.estimate, expected.low, expected.high))
    names = [name for kind, _, name in rows if kind == "term"]
    assert names == ["Fever", "Pain"]  # of more people first


def test_there_is_no_p_value(told):
    report(told, "01-0001", "Pain", 3)
    assert "p" not in plain_values(rows_of(told)["any", "", ""])


def test_time_runs_to_the_last_contact_and_rates_are_per_hundred_years(told):
    told.sample("01-0001", 336, "<0.05")
    told.tell("01-0001", "visits_stopped", on=day(500), reason="lost to follow-up")  # given up on that day, not seen
    told.tell("01-0002", "visits_stopped", on=day(100), reason="death")
    report(told, "01-0003", "Pain", 50)
    found = safety_of(told.dataset())
    years = (336 + 100 + 50) / 365.25
    active, control = found.exposure
    assert active.person_years == pytest.approx(years)
    assert control.person_years == 0
    assert [(each.reason, each.count) for each in found.deaths] == [("active", 1)]
    first, other = found.rows[0].cells
    assert first.rate == pytest.approx(100 / years)
    # poisson.test(1, years / 100)$conf.int
    assert (first.rate_low, first.rate_high) == pytest.approx((2.531781 / years, 557.164339 / years), rel=1e-6)
    assert (other.rate, other.share) == (None, 0)


def test_doses_and_what_stopped_them(told):
    told.dose("01-0001", 0, "baseline")
    told.dose("01-0001", 84)
    told.dose("01-0002", 0, "baseline")
    report(told, "01-0001", "Rash", 85, "hypersensitivity")
    told.tell("01-0001", "treatment_stopped", on=day(86), reason="rash")
    report(told, "01-0002", "Rash", 90, "hypersensitivity")
    told.tell("01-0002", "treatment_stopped", on=day(80), reason="Rash")  # before the reported onset
    found = safety_of(told.dataset())
    active, control = found.exposure
    assert (active.dosed, active.doses_given, control.dosed) == (2, 3, None)
    assert sum(each.count for each in active.stopped) == 2
    stopped = next(row for row in found.rows if row.kind == "stopped_treatment")
    assert [(cell.people, cell.events) for cell in stopped.cells] == [(1, 1), (0, 0)]


def test_what_began_before_the_allocation_is_no_event_of_the_trial(told):
    report(told, "01-0001", "Old pain", -3)
    found = safety_of(told.dataset())
    assert found.earlier == 1
    assert found.rows[0].cells[0].people == 0


def test_withdrawn_data_are_in_no_denominator(told):
    report(told, "01-0001", "Pain", 3)
    told.tell("01-0001", "consent_withdrawn", on=day(200), data_use="no_further_use", reason="")
    found = safety_of(told.dataset())
    active = found.exposure[0]
    assert (active.allocated, active.withheld, active.n) == (3, 1, 2)
    assert (found.rows[0].cells[0].people, found.rows[0].cells[0].n) == (0, 2)


def test_an_empty_arm_has_no_share_and_no_difference(story):
    told = story()
    told.person("01-0001", "active")
    found = safety_of(told.dataset())
    assert (found.rows[0].cells[1].n, found.rows[0].cells[1].share, found.rows[0].difference) == (0, None, None)
    plain_values(found)


def test_nobody_allocated(story):
    assert all(row.difference is None for row in safety_of(story().dataset()).rows)
