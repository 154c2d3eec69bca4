"""The masking flag, and the values outside the masking window."""

import pytest


def flags(story, doses, days, name="marker"):
    told = story()
    who = told.person()
    for on in doses:
        told.dose(who, on)
    for on in days:
        told.sample(who, on, "<0.05", name)
    return {row["day"]: row["masked"] for row in told.rows("labs", variable=name) if row["day"] >= 0}


def test_a_result_within_the_declared_days_of_a_dose_is_flagged(story):
    assert flags(story, [0], [1, 125, 126]) == {1: True, 125: True, 126: False}


def test_blood_is_drawn_before_the_dose_of_the_same_day(story):
    assert flags(story, [0], [0, 84]) == {0: False, 84: True}
    assert flags(story, [0, 84], [84]) == {84: True}


def test_the_last_dose_given_counts_and_not_the_last_one_planned(story):
    assert flags(story, [0, 84], [200, 210]) == {200: True, 210: False}


def test_a_dose_withheld_masks_nothing(story):
    told = story()
    who = told.person()
    told.tell(who, "dose_withheld", visit="week 12", schedule="plan", on="2026-05-25", reason="reaction")
    told.sample(who, 168, "<0.05")
    assert [row["masked"] for row in told.rows("labs", visit="week 24")] == [False]
    assert told.row("doses")["status"] == "withheld"


def test_who_got_none_is_never_masked_whatever_the_arm(story):
    assert not any(flags(story, [], [84, 168]).values())


def test_only_the_declared_variables_are_hidden(story):
    assert flags(story, [0], [84], "shield") == {84: True}
    assert flags(story, [0], [84], "enzyme") == {84: False}


def test_the_flag_leads_to_the_dose(story):
    told = story()
    who = told.person()
    told.dose(who, 0, "baseline")
    seq = told.dose(who, 84)
    told.sample(who, 168, "<0.05")
    row = told.row("labs", visit="week 24")
    assert (row["masked_by"], row["masked_seq"]) == ("globulin", seq)


def test_the_last_value_outside_the_window_is_told_apart(story):
    told = story()
    who = told.person()
    told.sample(who, 0, "4", "shield")
    told.dose(who, 0, "baseline")
    told.sample(who, 84, "180", "shield")
    row = told.row("unmasked", variable="shield")
    assert (row["day"], row["value"]) == (0, 4.0)
    told.sample(who, 336, "12", "shield")
    assert told.row("unmasked", variable="shield")["value"] == 12.0


@pytest.mark.parametrize(("dose", "outcome"), [(84, ("success", "")), (308, ("missing", "masked"))])
def test_a_masked_value_of_a_variable_without_a_reversion_decides_nothing(story, dose, outcome):
    # What is given in the arm is measured in the blood: it is no answer of the body.
    told = story()
    who = told.person()
    told.dose(who, dose)
    told.sample(who, 336, "150", "shield")
    assert told.outcome(who, "protected", "reached") == outcome
