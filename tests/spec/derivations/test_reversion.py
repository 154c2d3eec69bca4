"""Reversion: what a marker that came back means, in the order in which samples are taken."""

from datetime import date

import pytest


def status(story, *samples, doses=()):
    told = story()
    who = told.person()
    for on in doses:
        told.dose(who, on)
    for on, value in samples:
        told.sample(who, on, value)
    return told.row("reversions")["status"]


def test_a_positive_sample_is_confirmed_by_the_first_one_at_least_four_weeks_later(story):
    assert status(story, (84, "0.2"), (112, "0.3")) == "confirmed"
    assert status(story, (84, "0.2"), (111, "0.3")) == "unrepeated"


def test_a_value_at_the_threshold_is_positive(story):
    assert status(story, (84, "0.05"), (112, "0.05")) == "confirmed"
    assert status(story, (84, "<0.05"), (112, "0.049")) == "none"


def test_a_negative_repeat_makes_the_first_a_blip(story):
    assert status(story, (84, "0.2"), (112, "<0.05"), (168, "<0.05")) == "blip"


def test_only_the_first_deciding_sample_decides(story):
    # The repeat of day 112 was negative: what comes on day 140 begins anew, and nothing has repeated it.
    assert status(story, (84, "0.2"), (112, "<0.05"), (140, "0.4")) == "unrepeated"


def test_a_sample_within_four_weeks_decides_nothing(story):
    assert status(story, (84, "0.2"), (100, "<0.05"), (112, "0.3")) == "confirmed"


def test_every_positive_sample_calls_for_a_repeat_of_its_own(story):
    # Day 112 refutes day 84, and comes too early to refute day 100.
    assert status(story, (84, "0.2"), (100, "0.3"), (112, "<0.05")) == "unrepeated"
    assert status(story, (84, "0.2"), (100, "0.3"), (112, "<0.05"), (128, "<0.05")) == "blip"


def test_a_masked_negative_refutes_nothing(story):
    assert status(story, (84, "0.2"), (112, "<0.05"), doses=(86,)) == "unrepeated"
    assert status(story, (84, "0.2"), (112, "<0.05"), (240, "0.3"), doses=(86,)) == "confirmed"


def test_no_masked_sample_decides_not_even_a_positive_one(story):
    assert status(story, (84, "0.2"), (112, "0.3"), doses=(86,)) == "unrepeated"


def test_a_masked_positive_sample_is_a_positive_sample(story):
    # What binds a marker can hide it; it cannot make it appear.
    assert status(story, (112, "0.2"), (240, "0.3"), doses=(84,)) == "confirmed"


def test_a_result_that_does_not_decide_is_passed_over(story):
    assert status(story, (84, "0.2"), (112, "<0.1"), (140, "0.3")) == "confirmed"
    assert status(story, (84, "<0.1"), (112, "0.3")) == "unrepeated"


def test_after_a_blip_a_later_positive_starts_afresh(story):
    assert status(story, (84, "0.2"), (112, "<0.05"), (168, "0.3"), (200, "0.4")) == "confirmed"


def test_before_the_allocation_nothing_reverts(story):
    assert status(story, (-7, "0.2"), (84, "<0.05")) == "none"


def test_the_interval_runs_from_the_last_unmasked_negative_to_the_first_positive(story):
    told = story()
    who = told.person()
    told.sample(who, 84, "<0.05")
    told.dose(who, 86)
    told.sample(who, 168, "<0.05")  # masked: it does not show that the marker was absent
    told.sample(who, 240, "0.2")
    seq = told.sample(who, 336, "0.3")
    row = told.row("reversions")
    assert (row["left_day"], row["right_day"], row["status"], row["seq"]) == (84, 240, "confirmed", seq)
    assert row["first_positive"] == row["right_on"] == date(2026, 10, 28)
    assert row["decided_on"] == date(2027, 2, 1)


def test_the_interval_after_a_blip_begins_at_the_sample_that_refuted_it(story):
    told = story()
    who = told.person()
    for on, value in [(84, "0.2"), (112, "<0.05"), (168, "0.3"), (200, "0.4")]:
        told.sample(who, on, value)
    row = told.row("reversions")
    assert (row["left_day"], row["right_day"]) == (112, 168)


@pytest.mark.parametrize("value", ["unknown", "declined", "not detected"])
def test_a_sample_without_a_positive_result_begins_nothing(story, value):
    assert status(story, (84, value), (112, "<0.05")) == "none"
