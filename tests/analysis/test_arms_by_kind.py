"""What stands in each arm of an interval endpoint, and of a continuous one of which some values are only bounds."""

import pytest

from equipoise.analysis.analyse import analyse, results_of
from equipoise.analysis.methods import REGISTRY
from equipoise.study.methods import METHODS


@pytest.fixture
def study(study_with, trial):
    content = study_with().content["endpoints"]
    interval = {
        "id": "between", "label": "Return", "kind": "interval", "reversion": "relapse", "variable": "marker",
        "decisive": "marker < 0.05", "visit": "week 72",
    }  # fmt: skip
    titre = {
        "id": "titre", "label": "Shield", "kind": "continuous", "visit": "week 48", "variable": "shield",
        "value": 'shield.at("week 48")', "scale": "log10",
    }  # fmt: skip
    common = {"treatment": "active", "versus": "control"}
    estimands = [
        {"id": "between", "label": "Return", "endpoint": "between", "summary": "hazard_ratio", **common},
        {"id": "titre", "label": "Shield", "endpoint": "titre", "summary": "geometric_mean_ratio", **common},
    ]
    analyses = [
        trial.analysis("hazard", "interval_cox", "primary", estimand="between", reading=""),
        trial.analysis("curve", "turnbull", "supportive", estimand="between", reading="", at=["week 48"]),
        trial.analysis("ratio", "censored_normal", "secondary", estimand="titre", reading=""),
        trial.analysis("means", "difference_in_means", "supportive", estimand="titre", reading=""),
    ]
    return study_with(
        endpoints__endpoints=[*content["endpoints"], interval, titre],
        endpoints__estimands=[*content["estimands"], *estimands],
        endpoints__analyses=analyses,
    )


@pytest.fixture
def told(story, study):
    told = story(study)
    told.declare()
    for number in range(1, 9):
        who = told.person(f"01-{number:04d}", "active" if number <= 4 else "control")
        for day in (84, 168, 336, 504):
            if number in (4, 7, 8) and day == 336:
                told.sample(who, 336, "0.7")
                told.sample(who, 370, "0.9")
            elif number not in (4, 7, 8) or day < 336:
                told.sample(who, day, "<0.05")
        if number not in (3, 8):
            told.sample(who, 336, "<2" if number == 5 else str(10 * number), "shield")
    return told


def test_an_interval_counts_events_and_who_was_seen_without(told):
    (found,) = results_of(told.dataset(), ["hazard"])
    assert [(arm.n, arm.events, arm.unseen, arm.missing) for arm in found.arms] == [(4, 1, 3, 0), (4, 2, 2, 0)]
    assert found.estimate > 0


def test_a_bound_is_counted_where_the_method_takes_it_and_gives_no_mean(told):
    ratio, means = results_of(told.dataset(), ["ratio", "means"])
    assert [(arm.n, arm.bounded, arm.missing) for arm in ratio.arms] == [(3, 0, 1), (3, 1, 1)]
    assert ratio.arms[0].mean == pytest.approx(70 / 3)
    assert ratio.arms[0].geometric_mean == pytest.approx((10 * 20 * 40) ** (1 / 3))
    assert (ratio.arms[1].mean, ratio.arms[1].geometric_mean) == (None, None)
    # The plain difference has no use for "<2": it is told as missing.
    assert [(arm.n, arm.bounded, arm.missing) for arm in means.arms] == [(3, 0, 1), (2, 0, 2)]


def test_the_outcome_of_each_participant_carries_its_bounds(told):
    rows = {(row.participant, row.endpoint): row for row in analyse(told.dataset()).endpoints}
    assert (rows["01-0004", "between"].left, rows["01-0004", "between"].right) == (168, 336)
    assert (rows["01-0001", "between"].left, rows["01-0001", "between"].right) == (504, None)
    assert (rows["01-0005", "titre"].value, rows["01-0005", "titre"].right) == (None, 2)


def test_safety_and_associations_stand_in_the_results(told):
    results = analyse(told.dataset())
    assert results.safety is not None
    assert results.associations == ()
    assert {"safety", "associations"} <= set(results.as_json())


def test_every_kind_of_endpoint_has_a_method():
    assert {METHODS[name].endpoint for name in REGISTRY} == {"binary", "time_to_event", "interval", "continuous"}
