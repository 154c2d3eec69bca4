"""Intercurrent events, and what an estimand's strategies make of an outcome."""

from datetime import date

import pytest

from equipoise.dataset.derive.derive_intercurrent import Occurrence
from equipoise.dataset.derive.derive_strategies import Outcome, derive_strategies


def events(told):
    return {row["event"]: (row["day"], row["seq"]) for row in told.rows("intercurrent")}


def test_a_death_is_told_by_the_end_of_visits_or_by_a_fatal_event(story):
    told = story()
    who = told.person()
    seq = told.tell(who, "visits_stopped", on="2026-06-01", reason="death")
    assert events(told) == {"death": (91, seq)}
    told = story()
    who = told.person()
    fatal = {"severity": "fatal", "serious": True, "related": "not_related", "outcome": "fatal"}
    seq = told.tell(who, "adverse_event_reported", adverse_event="a", term="x", on="2026-05-30", ended="2026-06-01", category="", **fatal)  # fmt: skip
    assert events(told) == {"death": (91, seq)}


def test_a_medication_counts_by_its_category_and_from_the_allocation_on(story):
    told = story()
    who = told.person()
    told.medicate(who, "2026-01-01")
    told.medicate(who, "2026-04-01", "other")
    assert events(told) == {}
    seq = told.medicate(who, "2026-04-01")
    told.medicate(who, "2026-05-01")
    assert events(told) == {"rescue": (30, seq)}


def test_doses_are_missed_when_withheld_or_with_their_visit(story):
    told = story()
    who = told.person()
    seq = told.tell(who, "visit_missed", visit="week 12", reason="travel")
    assert events(told) == {"missed": (84, seq)}
    other = told.person("01-0002", "control")
    told.tell(other, "visit_missed", visit="week 12", reason="travel")
    assert {row["participant"] for row in told.rows("intercurrent")} == {who}


def test_a_rule_happens_on_the_first_day_on_which_it_holds(story):
    told = story()
    who = told.person()
    told.sample(who, 84, "30", "enzyme")
    seq = told.sample(who, 168, "310", "enzyme")
    told.sample(who, 336, "400", "enzyme")
    assert events(told) == {"flare": (168, seq)}


def test_a_reversion_as_an_event_is_dated_at_its_first_sample(story):
    told = story()
    who = told.person()
    told.sample(who, 84, "0.2")
    seq = told.sample(who, 168, "0.3")
    assert events(told) == {"returned": (84, seq)}


def test_a_composite_event_before_the_end_of_the_window_is_a_failure_with_its_name(story):
    told = story()
    who = told.person()
    told.sample(who, 336, "<0.05")
    seq = told.medicate(who, "2027-02-15")  # day 350
    row = told.row("endpoints", endpoint="sustained", reading="sustained")
    assert (row["status"], row["reason"], row["seq"]) == ("failure", "rescue", seq)
    assert (row["measured"], row["until"]) == ("success", 350)


def test_a_composite_event_after_the_window_changes_nothing(story):
    told = story()
    who = told.person()
    told.sample(who, 336, "<0.05")
    told.medicate(who, "2027-02-16")  # day 351
    assert told.outcome(who) == ("success", "")


def test_a_death_without_a_sample_is_a_failure_and_not_missing(story):
    told = story()
    who = told.person()
    told.tell(who, "visits_stopped", on="2026-06-01", reason="death")
    assert told.outcome(who) == ("failure", "death")


def test_what_came_first_is_the_reason(story):
    told = story()
    who = told.person()
    told.sample(who, 84, "0.2")
    told.sample(who, 168, "0.3")
    told.medicate(who, "2026-09-01")
    assert told.outcome(who) == ("failure", "relapse.confirmed")
    told.medicate(who, "2026-04-01")
    assert told.outcome(who) == ("failure", "rescue")


def test_treatment_policy_changes_nothing(story):
    told = story()
    who = told.person()
    told.tell(who, "visit_missed", visit="week 12", reason="travel")
    told.sample(who, 336, "<0.05")
    assert told.outcome(who) == ("success", "")


def _event(on):
    return [Occurrence("stop", date(2026, 3, 2), on, 9)]


@pytest.mark.parametrize("strategy", ["hypothetical", "while_on_treatment"])
def test_what_comes_after_such_an_event_does_not_count(strategy):
    measured = Outcome("binary", "success", "", 5, day=336, until=350)
    assert derive_strategies(measured, _event(200), {"stop": strategy}).status == "missing"
    assert derive_strategies(measured, _event(340), {"stop": strategy}) == measured
    timed = Outcome("time_to_event", "event", "event", 5, day=300, time=300.0)
    changed = derive_strategies(timed, _event(200), {"stop": strategy})
    assert (changed.status, changed.time, changed.seq) == ("censored", 200.0, 9)


def test_a_composite_event_is_the_event_of_a_time():
    timed = Outcome("time_to_event", "censored", "end", 5, day=300, time=300.0)
    changed = derive_strategies(timed, _event(200), {"stop": "composite"})
    assert (changed.status, changed.time, changed.reason) == ("event", 200.0, "stop")
    assert derive_strategies(timed, _event(301), {"stop": "composite"}) == timed


def test_a_composite_event_leaves_no_continuous_value():
    value = Outcome("continuous", "observed", "", 5, day=336, value=3.0, until=350)
    changed = derive_strategies(value, _event(200), {"stop": "composite"})
    assert (changed.status, changed.value) == ("missing", None)
