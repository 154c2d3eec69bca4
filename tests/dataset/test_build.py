"""A history folds into tables: every row with its event, corrections in place, what is withdrawn left out and counted."""

from datetime import date

import pytest

from equipoise.core.problem import ProblemsError
from equipoise.dataset.build import build


def test_every_table_is_there_and_empty_without_participants(story):
    dataset = story().dataset()
    assert {name: frame.height for name, frame in dataset.tables.items()} == dict.fromkeys(dataset.tables, 0)
    assert dataset.header.origin == "conducted"
    assert dataset.header.declarations is None


def test_a_participant_is_told_with_what_was_known_at_allocation(story):
    told = story()
    who = told.person(weight="68")
    told.sample(who, 84, "0.2")
    row = told.row("participants")
    assert row["site"] == "01"
    assert row["state"] == "allocated"
    assert row["allocated_on"] == date(2026, 3, 2)
    assert row["verdict"] == "eligible"
    assert row["age"] == 40
    assert row["weight"] == 68.0
    assert row["bmi"] == pytest.approx(68 / 1.7**2)
    assert (row["marker"], row["marker_text"]) == (0.05, "<0.05")
    assert row["seq"] == len(told.events)
    assert told.row("allocation") | {"seq": 0} == {
        "participant": who,
        "slot": 1,
        "arm": "active",
        "on": date(2026, 3, 2),
        "centre": "01",
        "weight_class": "light",
        "seq": 0,
    }


def test_a_laboratory_result_keeps_its_shape(story):
    told = story()
    who = told.person()
    seq = told.item(who, "shield", 84, "<0.01", "week 12", unit="IU/mL", assay="A", laboratory="L")
    row = told.row("labs", variable="shield")
    assert (row["comparator"], row["value"], row["unit"], row["text"]) == ("<", 10.0, "mIU/mL", "<0.01")
    assert (row["limit"], row["assay"], row["laboratory"], row["seq"]) == (3.0, "A", "L", seq)
    assert (row["day"], row["on"]) == (84, date(2026, 5, 25))


def test_not_detected_is_below_the_limit_on_the_slip_or_at_the_centre(story):
    told = story()
    who = told.person()
    told.item(who, "shield", 84, "not detected", "week 12")
    told.item(who, "shield", 168, "not detected", "week 24", limit="5")
    told.item(who, "enzyme", 168, "not detected", "week 24")
    rows = told.rows("labs", variable="shield")
    assert [(row["comparator"], row["value"]) for row in rows] == [("<", 3.0), ("<", 5.0)]
    assert told.row("labs", variable="enzyme")["value"] is None


def test_a_correction_replaces_the_value_and_carries_its_own_event(story):
    told = story()
    who = told.person()
    told.item(who, "enzyme", 84, "310", "week 12")
    seq = told.item(who, "enzyme", 84, "31", "week 12", kind="item_corrected", reason="typing slip", previous="310")
    row = told.row("labs", variable="enzyme")
    assert (row["value"], row["seq"]) == (31.0, seq)


def test_unknown_is_kept_as_it_was_said(story):
    told = story()
    who = told.person()
    told.item(who, "enzyme", 84, "declined", "week 12")
    row = told.row("labs", variable="enzyme")
    assert (row["text"], row["comparator"], row["value"]) == ("declined", None, None)


@pytest.mark.parametrize(
    ("use", "labs", "specimens"), [("keep", 2, 1), ("keep_without_specimens", 2, 0), ("no_further_use", 0, 0)]
)
def test_withdrawn_consent_leaves_out_what_it_says_and_counts_it(story, use, labs, specimens):
    told = story()
    who = told.person()
    told.sample(who, 84, "<0.05")
    told.sample(who, 336, "<0.05")
    told.tell(who, "specimen_collected", visit="week 12", specimen="S1", kind="serum", on="2026-05-25")
    told.tell(who, "consent_withdrawn", on="2026-07-01", data_use=use, reason="")
    dataset = told.dataset()
    # One sample of screening and one of week 12; the one of week 48 came after the withdrawal.
    assert dataset.tables["labs"].height == labs
    assert dataset.tables["specimens"].height == specimens
    left_out = dataset.manifest["left_out"]
    assert left_out["after_withdrawal"] == {"labs": 1}
    assert left_out.get("no_further_use", {}).get("labs", 0) == 2 - labs
    assert sum(counts.get("specimens", 0) for counts in left_out.values()) == 1 - specimens
    assert told.row("participants")["state"] == "withdrawn"
    if use == "no_further_use":
        assert told.outcome(who) == ("missing", "no_further_use")
        assert told.row("participants")["weight"] is None
        assert told.row("allocation")["arm"] == "active"


def test_what_was_declared_before_the_first_allocation_is_said(story):
    told = story()
    told.person()
    late = told.declare()
    declared = told.dataset().header.declarations
    assert (declared.seq, declared.before_first_allocation) == (late, False)
    told = story()
    early = told.declare()
    told.person()
    told.declare()
    declared = told.dataset().header.declarations
    assert (declared.seq, declared.before_first_allocation) == (early, True)


def test_a_history_without_a_study_is_refused(story):
    told = story()
    told.person()
    with pytest.raises(ProblemsError) as refused:
        build(told.events[1:])
    assert [problem.code for problem in refused.value.problems] == ["dataset.no-study"]


def test_a_study_that_has_not_its_hash_is_refused(story):
    told = story(content_hash="0" * 64)
    with pytest.raises(ProblemsError) as refused:
        told.dataset()
    assert [problem.code for problem in refused.value.problems] == ["dataset.study-hash"]


def test_who_was_not_allocated_has_no_outcome(story):
    told = story()
    told.person("01-0001", allocated=False)
    told.tell("01-0002", "registered", site="01", on="2026-02-20")
    told.tell("01-0002", "consent_given", document="1", language="en", on="2026-02-20", options={}, age=30)
    told.tell(
        "01-0002", "eligibility_decided", on="2026-02-21", verdict="not eligible", criteria={"I1": "fail"}, contradictions=[]
    )  # fmt: skip
    assert told.rows("endpoints") == []
    assert told.row("dispositions")["kind"] == "screen_failure"
    assert [row["status"] for row in told.rows("criteria")] == ["pass", "fail"]
