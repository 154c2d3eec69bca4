"""A value at a landmark against a later return: who is followed, who is left out, and who was lost."""

import pytest

from equipoise.analysis.landmarks import associations_of
from equipoise.analysis.results import plain_values

ASSOCIATION = {
    "id": "shield_and_return",
    "label": "Shield and return",
    "variable": "shield",
    "scale": "log10",
    "cuts": ["10", "100"],
    "landmarks": ["week 24", "week 48"],
    "reversion": "relapse",
    "until": "week 72",
}


@pytest.fixture
def told(story, study_with):
    told = story(study_with(endpoints__associations=[ASSOCIATION]))
    told.declare()
    return told


def add(told, who, arm, shield, *samples, at=336, dosed=False):
    """Allocate a person with a value at a landmark; samples are days, positive where below 0."""
    told.person(who, arm)
    if dosed:
        told.dose(who, 168, "week 24")
    if shield:
        told.sample(who, at, shield, "shield")
    for day in samples:
        told.sample(who, abs(day), "0.2" if day < 0 else "<0.05")


def late(told):
    return associations_of(told.dataset())[0].landmarks[1]


def test_who_is_followed_and_what_came(told):
    add(told, "01-0001", "active", "<2", 336, -500, -540)  # a later return
    add(told, "01-0002", "active", "5", 336, 500)  # seen free at the end
    add(told, "01-0003", "active", "50", 336)  # lost
    add(told, "01-0004", "active", "500", -168, -210)  # had it by then
    add(told, "01-0005", "active", None, 336, 500)  # no value
    add(told, "01-0006", "control", "200", 336, 500)
    add(told, "01-0007", "control", "20", 336, -500)  # not repeated: nobody knows
    add(told, "01-0008", "control", "10", 336, 500)
    found = late(told)
    active, control = found.arms
    assert (active.allocated, active.without_value, active.earlier, active.masked, active.followed) == (5, 1, 1, 0, 3)
    assert (control.allocated, control.followed, control.is_masked) == (3, 3, False)
    assert (found.returned, found.free, found.lost) == (1, 3, 2)
    rows = [(group.low, group.high, group.n, group.returned, group.free, group.lost) for group in found.groups]
    assert rows == [(None, 10, 2, 1, 1, 0), (10, 100, 3, 0, 1, 2), (100, None, 1, 0, 1, 0)]
    assert [group.share for group in found.groups] == pytest.approx([0.5, 0, 0])
    assert found.groups[0].share_low == pytest.approx(0.0945, abs=1e-4)  # Wilson, 1 of 2
    assert found.area == 0  # the one who had it had the lowest value of all
    assert found.note == ""
    status = {point.participant: point.status for point in found.points}
    assert status["01-0007"] == "lost"


def test_the_area_and_the_rank_test_tie_values_below_the_limit(told):
    values = ["<2", "<5", "3", "20", "40", "<2", "90", "200", "400", "800"]
    for number, value in enumerate(values, 1):
        tail = (-500, -540) if number <= 4 else (500,)
        add(told, f"01-{number:04d}", "control", value, 336, *tail)
    found = late(told)
    # pROC::auc(c(1,1,1,1,0,0,0,0,0,0), c(1,1,3,20,40,1,90,200,400,800), direction = "<") of 1.18.0, ci.auc();
    # wilcox.test(c(1,1,3,20), c(40,1,90,200,400,800), exact = FALSE)$p.value
    assert found.area == pytest.approx(0.125)
    assert (found.area_low, found.area_high) == pytest.approx((0, 0.374491203293))
    assert found.p == pytest.approx(0.0665679663813)


def test_a_landmark_at_which_an_arm_is_masked_says_so(told):
    for number in range(1, 4):
        add(told, f"01-{number:04d}", "active", "300", 336, at=170, dosed=True)
        add(told, f"01-{number + 10:04d}", "control", "30", 170, 336, at=170)
    found = associations_of(told.dataset())[0].landmarks[0]
    active, control = found.arms
    assert (active.masked, active.followed, active.is_masked) == (3, 0, True)
    assert (control.masked, control.followed, control.is_masked) == (0, 3, False)
    assert {point.arm for point in found.points} == {"control"}


def test_a_bound_across_a_cut_is_in_no_group(told):
    add(told, "01-0001", "active", "<50", 336, 500)
    add(told, "01-0002", "active", "<10", 336, 500)
    add(told, "01-0003", "active", ">100", 336, 500)
    found = late(told)
    assert found.ungrouped == 1
    assert [group.n for group in found.groups] == [1, 0, 1]
    assert found.groups[1].share is None


@pytest.mark.parametrize(
    ("samples", "note"),
    [((336, 500), "no_events"), ((336, -500, -540), "only_events"), ((336,), "no_events"), (None, "nobody")],
)
def test_without_two_sides_there_is_no_area(told, samples, note):
    if samples is None:
        told.person("01-0001", "active")
    else:
        add(told, "01-0001", "active", "5", *samples)
    found = late(told)
    assert (found.area, found.p, found.note) == (None, None, note)
    plain_values(found)


def test_all_masked_is_told_apart_from_nobody(told):
    add(told, "01-0001", "active", "300", 336, at=170, dosed=True)
    assert associations_of(told.dataset())[0].landmarks[0].note == "all_masked"


def test_withdrawn_data_are_counted_apart(told):
    add(told, "01-0001", "active", "5", 336, 500)
    told.tell("01-0001", "consent_withdrawn", on="2027-08-01", data_use="no_further_use", reason="")
    active = late(told).arms[0]
    assert (active.allocated, active.withheld, active.without_value, active.followed) == (1, 1, 0, 0)


def test_equal_values_have_no_rank_test(told):
    add(told, "01-0001", "active", "5", 336, -500, -540)
    add(told, "01-0002", "active", "5", 336, 500)
    found = late(told)
    assert (found.area, found.area_low, found.area_high, found.p) == (0.5, 0, 1, None)


def test_an_association_that_was_not_declared_before_is_post_hoc(story, study_with, told):
    assert not associations_of(told.dataset())[0].post_hoc
    undeclared = story(study_with(endpoints__associations=[ASSOCIATION]))
    undeclared.person("01-0001", "active")
    assert associations_of(undeclared.dataset())[0].post_hoc
