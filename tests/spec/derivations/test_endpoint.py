"""The endpoint at a visit: sustained absence of the marker at week 48, in two readings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def outcome(story, *samples, doses=(), reading="sustained"):
    told = story()
    who = told.person()
    for on in doses:
        told.dose(who, on)
    for on, value in samples:
        told.sample(who, on, value)
    return told.outcome(who, reading=reading)


def test_success_is_no_confirmed_reversion_and_a_decisive_negative_in_the_window(story):
    assert outcome(story, (84, "<0.05"), (336, "<0.05")) == ("success", "")


def test_an_earlier_gap_between_negatives_is_not_missing(story):
    assert outcome(story, (336, "<0.05")) == ("success", "")


@pytest.mark.parametrize("on", [322, 336, 350])
def test_the_window_has_both_its_ends(story, on):
    assert outcome(story, (on, "<0.05")) == ("success", "")


@pytest.mark.parametrize("on", [321, 351])
def test_a_sample_outside_the_window_does_not_stand_for_the_visit(story, on):
    assert outcome(story, (on, "<0.05")) == ("missing", "no_sample")


def test_a_confirmed_reversion_is_a_failure_whatever_week_48_shows(story):
    assert outcome(story, (84, "0.2"), (168, "0.3"), (336, "<0.05")) == ("failure", "relapse.confirmed")


def test_a_blip_is_recorded_and_no_event(story):
    assert outcome(story, (84, "0.2"), (168, "<0.05"), (336, "<0.05")) == ("success", "")


def test_the_sample_of_week_48_can_itself_refute_or_confirm(story):
    assert outcome(story, (252, "0.2"), (336, "<0.05")) == ("success", "")
    assert outcome(story, (252, "0.2"), (336, "0.3")) == ("failure", "relapse.confirmed")


def test_a_positive_week_48_sample_is_repeated_and_the_repeat_stands_for_the_window(story):
    assert outcome(story, (336, "0.2"), (364, "<0.05")) == ("success", "")
    assert outcome(story, (336, "0.2"), (392, "<0.05")) == ("success", "")
    assert outcome(story, (336, "0.2"), (364, "0.3")) == ("failure", "relapse.confirmed")


def test_a_repeat_after_the_last_day_for_it_does_not_stand(story):
    assert outcome(story, (336, "0.2"), (393, "<0.05")) == ("failure", "relapse.unrepeated")


def test_a_repeat_too_early_does_not_stand(story):
    assert outcome(story, (336, "0.2"), (363, "<0.05")) == ("failure", "relapse.unrepeated")


def test_no_repeat_is_a_failure_and_not_a_missing_value(story):
    assert outcome(story, (336, "0.2")) == ("failure", "relapse.unrepeated")
    assert outcome(story, (252, "0.2")) == ("failure", "relapse.unrepeated")
    assert outcome(story, (252, "0.2"), (336, "<0.1")) == ("failure", "relapse.unrepeated")


def test_a_masked_negative_repeat_leaves_it_unrepeated(story):
    assert outcome(story, (252, "0.2"), (336, "<0.05"), doses=(300,)) == ("failure", "relapse.unrepeated")


def test_a_masked_negative_in_the_window_counts_as_negative_and_carries_its_flag(story):
    told = story()
    who = told.person()
    told.dose(who, 300)
    told.sample(who, 336, "<0.05")
    assert told.outcome(who) == ("success", "")
    assert told.row("decisive", endpoint="sustained")["masked"] is True


def test_a_result_that_does_not_decide_is_missing(story):
    assert outcome(story, (336, "<0.1")) == ("missing", "indecisive")
    assert outcome(story, (336, "<0.1"), (345, "<0.05")) == ("success", "")


def test_the_sample_nearest_to_the_day_stands_then_the_earlier(story):
    told = story()
    who = told.person()
    for on in (326, 330, 342, 349):
        told.sample(who, on, "<0.05")
    assert told.row("decisive", endpoint="sustained")["day"] == 330


def test_a_positive_in_the_window_beside_a_nearer_negative_still_calls_for_its_repeat(story):
    assert outcome(story, (336, "<0.05"), (345, "0.2")) == ("failure", "relapse.unrepeated")
    assert outcome(story, (336, "<0.05"), (345, "0.2"), (380, "<0.05")) == ("success", "")


def test_the_decisive_sample_says_for_which_visit_it_stands(story):
    told = story()
    who = told.person()
    told.sample(who, 336, "0.2")
    seq = told.sample(who, 370, "<0.05")
    row = told.row("decisive", endpoint="sustained")
    assert (row["day"], row["stands_for"], row["seq"]) == (370, "week 48", seq)
    assert told.row("endpoints", endpoint="sustained", reading="sustained")["seq"] == seq


def test_the_second_reading_asks_for_the_visit_alone(story):
    assert outcome(story, (84, "0.2"), (168, "0.3"), (336, "<0.05"), reading="at_visit") == ("success", "")
    assert outcome(story, (252, "0.2"), (336, "<0.05"), doses=(300,), reading="at_visit") == ("success", "")
    assert outcome(story, (336, "0.2"), reading="at_visit") == ("failure", "value")
    assert outcome(story, (336, "0.2"), (370, "<0.05"), reading="at_visit") == ("success", "")
    # Also where week 48 itself confirmed an earlier return: its own repeat stands for the window.
    earlier = ((252, "0.2"), (336, "0.2"), (370, "<0.05"))
    assert outcome(story, *earlier, reading="at_visit") == ("success", "")
    assert outcome(story, *earlier) == ("failure", "relapse.confirmed")


def test_what_comes_later_never_rewrites_the_endpoint(story):
    assert outcome(story, (336, "<0.05"), (504, "0.2"), (540, "0.3")) == ("success", "")
    # A return between the window and the last day for repeats is no sample of the window either.
    assert outcome(story, (336, "<0.05"), (360, "0.2"), (390, "0.3")) == ("success", "")


def test_rescue_before_the_repeat_that_stands_is_a_failure(story):
    for started, expected in (("2027-03-05", "failure"), ("2027-03-09", "success")):  # days 368 and 372
        told = story()
        who = told.person()
        told.sample(who, 336, "0.2")
        told.sample(who, 370, "<0.05")
        told.medicate(who, started)
        assert told.outcome(who)[0] == expected


def test_the_way_back_leads_to_the_event_that_decided(story):
    told = story()
    who = told.person()
    told.sample(who, 84, "0.2")
    confirming = told.sample(who, 168, "0.3")
    told.sample(who, 336, "<0.05")
    assert told.row("endpoints", endpoint="sustained", reading="sustained")["seq"] == confirming


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("visits_stopped", {"on": "2026-06-01", "reason": "moved"}, "moved"),
        ("consent_withdrawn", {"on": "2026-06-01", "data_use": "keep", "reason": ""}, "consent_withdrawn"),
        ("visit_missed", {"visit": "week 48", "reason": "travel"}, "visit_missed"),
    ],
)
def test_a_missing_outcome_says_why(story, kind, data, reason):
    told = story()
    who = told.person()
    seq = told.tell(who, kind, **data)
    row = told.row("endpoints", endpoint="sustained", reading="sustained")
    assert (row["status"], row["reason"], row["seq"]) == ("missing", reason, seq)


def test_a_correction_changes_the_outcome_and_the_way_back(story):
    told = story()
    who = told.person()
    told.sample(who, 336, "0.2")
    slip = {"visit": "week 48", "kind": "item_corrected", "reason": "slip", "previous": "0.2"}
    seq = told.item(who, "marker", 336, "<0.05", **slip)
    row = told.row("endpoints", endpoint="sustained", reading="sustained")
    assert (row["status"], row["seq"]) == ("success", seq)


_values = st.sampled_from(["<0.05", "0.02", "0.05", "0.3", "<0.1", "unknown"])
_history = st.dictionaries(st.integers(1, 350), _values, max_size=6)


def _outcomes(story, samples, doses):
    told = story()
    who = told.person()
    for on in doses:
        told.dose(who, on)
    for number, (on, value) in enumerate(sorted(samples.items()), 1):
        told.item(who, "marker", on, value, f"unscheduled-{number}")
    rows = told.rows("endpoints", endpoint="sustained")
    return [(row["reading"], row["status"], row["reason"]) for row in rows]


@settings(max_examples=40, deadline=None)
@given(
    samples=_history,
    later=st.dictionaries(st.integers(393, 700), _values, max_size=3),
    doses=st.lists(st.integers(0, 300), max_size=2, unique=True),
)
def test_samples_after_the_horizon_change_nothing(samples, later, doses, story_class):
    assert _outcomes(story_class, samples, doses) == _outcomes(story_class, samples | later, doses)


@settings(max_examples=40, deadline=None)
@given(samples=_history, doses=st.lists(st.integers(0, 300), max_size=2, unique=True))
def test_the_order_of_entry_changes_nothing(samples, doses, story_class):
    told = story_class()
    who = told.person()
    for number, (on, value) in reversed(list(enumerate(sorted(samples.items()), 1))):
        told.item(who, "marker", on, value, f"unscheduled-{number}")
    for on in doses:
        told.dose(who, on)
    rows = told.rows("endpoints", endpoint="sustained")
    found = [(row["reading"], row["status"], row["reason"]) for row in rows]
    assert found == _outcomes(story_class, samples, doses)


@settings(max_examples=40, deadline=None)
@given(samples=_history)
def test_success_in_the_sustained_reading_is_success_at_the_visit(samples, story_class):
    found = {reading: status for reading, status, _ in _outcomes(story_class, samples, ())}
    if found["sustained"] == "success":
        assert found["at_visit"] == "success"
