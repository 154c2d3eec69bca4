"""Reversions that are seen at visits: days as visits, curves, hazard ratio, competing events, bounded values."""

import math
from datetime import date, timedelta

import numpy as np
import pytest

from equipoise.analysis.comparison import compare, outcomes_of, reading_of
from equipoise.analysis.methods import REGISTRY
from equipoise.analysis.survival import arrays_of
from equipoise.analysis.visit_days import at_visits, intervals_of, last_day

INF = math.inf
ENDPOINTS = [
    {
        "id": "return",
        "label": "Return",
        "kind": "interval",
        "reversion": "relapse",
        "visit": "week 72",
        "variable": "marker",
        "decisive": "marker < 0.05",
    },
    {
        "id": "seen",
        "label": "Return, by the first positive sample",
        "kind": "time_to_event",
        "variable": "marker",
        "decisive": "marker < 0.05",
        "event": "relapse.confirmed",
        "visit": "week 72",
    },
    {
        "id": "titre",
        "label": "Shield at week 48",
        "kind": "continuous",
        "visit": "week 48",
        "variable": "shield",
        "value": 'shield.at("week 48")',
        "scale": "log10",
    },
]
COMPETING = [{"event": event, "strategy": "while_on_treatment"} for event in ("death", "rescue")]


def estimand(endpoint, summary, intercurrent=()):
    return {
        "id": endpoint,
        "label": endpoint,
        "treatment": "active",
        "versus": "control",
        "endpoint": endpoint,
        "intercurrent": list(intercurrent),
        "summary": summary,
    }


ESTIMANDS = [
    estimand("return", "survival", COMPETING),
    estimand("seen", "cumulative_incidence", COMPETING),
    estimand("titre", "geometric_mean_ratio"),
]


@pytest.fixture
def told(story, study_with):
    """Begin a history of a study with one analysis."""

    def begin(method, endpoint, **more):
        analysis = {
            "id": "it",
            "label": "It",
            "estimand": endpoint,
            "role": "primary",
            "method": method,
            "missing": "excluded",
            **more,
        }
        return story(
            study_with(
                endpoints__endpoints=ENDPOINTS,
                endpoints__estimands=ESTIMANDS,
                endpoints__analyses=[analysis],
                endpoints__power=[],
            )
        )

    return begin


def compared(told):
    dataset = told.dataset()
    analysis = dataset.study.endpoints.analyses[0]
    named = next(each for each in dataset.study.endpoints.estimands if each.id == analysis.estimand)
    endpoint = next(each for each in dataset.study.endpoints.endpoints if each.id == named.endpoint)
    return compare(dataset, analysis, outcomes_of(dataset, named, reading_of(analysis, endpoint)))


def found(told):
    comparison = compared(told)
    return REGISTRY[comparison.analysis.method](comparison)


def follow(told, who, arm, *samples, dosed=False):
    """Allocate a person and take samples: a day, negative unless it is below 0."""
    told.person(who, arm)
    if dosed:
        for on, visit in ((0, "baseline"), (84, "week 12"), (168, "week 24")):
            told.dose(who, on, visit)
    for day in samples:
        told.sample(who, abs(day), "0.2" if day < 0 else "<0.05")


def test_a_day_in_a_window_is_the_windows_end(told):
    study = told("turnbull", "return").study
    days = np.array([0, 76, 77, 84, 91, 92, 200, 322, 350, 351, INF])
    assert at_visits(study, days).tolist() == [0, 76, 91, 91, 91, 92, 200, 350, 350, 351, INF]
    assert last_day(study, "week 48") == 350


def test_intervals_are_told_in_visits(told):
    history = told("turnbull", "return")
    follow(history, "01-0001", "active", 80, 340, 500)
    follow(history, "01-0002", "active", 80, -165, -210)
    follow(history, "01-0003", "control", 170, -330, -370)
    follow(history, "01-0004", "control")
    follow(history, "01-0005", "control", 325, -345, -400)  # both in one window
    data = intervals_of(compared(history))
    assert list(zip(data.left, data.right, data.treated, strict=True)) == [
        (518, INF, 1),
        (91, 182, 1),
        (182, 350, 0),
        (0, INF, 0),
        (325, 350, 0),
    ]
    alike = data.from_day(350)
    assert list(zip(alike.left, alike.right, strict=True)) == [
        (518, INF),
        (0, 350),
        (0, 350),
        (0, INF),
        (0, 350),
    ]


def test_a_sample_that_a_dose_masks_does_not_let_one_arm_look_better(told):
    """Both arms have the same returns; the doses hide the negative samples of one of them up to week 24."""
    history = told("turnbull", "return", at=["week 24", "week 48"], compared_from="week 48")
    for arm, number in (("active", 1), ("control", 21)):
        for place in range(10):
            seen = (84, 168) if place % 2 else (168,)
            tail = (-336, -370) if place < 3 else (336, 500)
            follow(history, f"01-{number + place:04d}", arm, *seen, *tail, dosed=arm == "active")
    curves = found(history).detail.intervals
    early, late = zip(*(curve.at for curve in curves), strict=True)
    assert [at.descriptive for at in early] == [True, True]
    assert [at.descriptive for at in late] == [False, False]
    assert [at.day for at in late] == [350, 350]
    assert [at.estimate for at in late] == pytest.approx([0.7, 0.7])
    assert late[0].low == pytest.approx(late[1].low)
    # The masked arm knows nothing of day 182; the other saw everybody free of it.
    assert math.isnan(early[0].estimate)
    assert early[1].estimate == pytest.approx(1)
    assert [(curve.events, curve.unseen) for curve in curves] == [(3, 7), (3, 7)]


def test_the_hazard_ratio_compares_from_the_visit_on(told):
    histories = []
    for dosed in (False, True):
        history = told("interval_cox", "return", compared_from="week 48")
        for number, (arm, tail) in enumerate(
            [("active", (336, 500)), ("active", (336, -504, -540)), ("active", (-336, -370)), ("active", (340, 510))]
            * 3
            + [("control", (-336, -370)), ("control", (-336, -370)), ("control", (340, 500))] * 4,
            1,
        ):
            follow(history, f"01-{number:04d}", arm, 168, *tail, dosed=dosed and arm == "active")
        histories.append(found(history))
    plain, masked = histories
    assert plain.summary == "hazard_ratio"
    assert 0 < plain.low < plain.estimate < plain.high
    assert plain.estimate < 1
    assert plain.z < 0
    assert masked.estimate == pytest.approx(plain.estimate)
    assert masked.p == pytest.approx(plain.p)
    (term,) = plain.detail.terms
    assert term.name == "treatment"
    assert term.coefficient == pytest.approx(math.log(plain.estimate), abs=1e-6)


def test_an_arm_without_returns_has_a_test_and_no_estimate(told):
    history = told("interval_cox", "return", compared_from="week 48")
    for number in range(1, 9):
        follow(history, f"01-{number:04d}", "active", 336, 500)
        follow(history, f"01-{number + 20:04d}", "control", *((-336, -370) if number < 5 else (336, 500)))
    result = found(history)
    assert (result.estimate, result.note, result.low) == (None, "no_maximum", 0)
    assert 0 < result.high < 1
    assert result.p < 0.05
    assert result.z < 0
    assert result.detail.terms == ()


def test_without_any_return_there_is_no_information(told):
    history = told("interval_cox", "return", compared_from="week 48")
    follow(history, "01-0001", "active", 336)
    follow(history, "01-0002", "control", 336)
    result = found(history)
    assert (result.estimate, result.p, result.note) == (None, None, "no_information")


def test_curves_without_returns_and_of_one_person_have_limits(told):
    history = told("turnbull", "return", at=["week 48", "week 72"], compared_from="week 48")
    follow(history, "01-0001", "active", 336)
    for number in range(2, 32):
        follow(history, f"01-{number:04d}", "control", 336, 504)
    one, many = found(history).detail.intervals
    assert (one.at[0].estimate, one.at[0].low, one.at[0].high) == pytest.approx((1, 0.025, 1))
    assert (math.isnan(one.at[1].estimate), one.at[1].low, one.at[1].high) == (True, 0, 1)
    assert many.at[0].low == pytest.approx(0.025 ** (1 / 30))
    assert (many.events, many.unseen) == (0, 30)


def test_death_and_rescue_compete(told):
    history = told("cumulative_incidence", "seen", at=["week 24", "week 48"], compared_from="week 48")
    for number in range(1, 11):
        follow(history, f"01-{number:04d}", "active", 168, 336)
    follow(history, "01-0011", "active", 168, -330, -370)
    follow(history, "01-0012", "active", 168)
    history.medicate("01-0012", (date(2026, 3, 2) + timedelta(days=200)).isoformat())
    follow(history, "01-0020", "control", 336)
    detail = found(history).detail
    rows = {(curve.arm, curve.cause): curve for curve in detail.incidences}
    assert set(rows) == {("active", ""), ("active", "rescue"), ("control", ""), ("control", "rescue")}
    assert detail.compared_from == "week 48"
    early, late = rows["active", ""].at
    assert (early.estimate, early.descriptive, early.low) == (0, True, None)
    # The positive sample of day 330 and the negative ones of day 336 are of one visit: 1 of the 11 who came to it.
    assert late.estimate == pytest.approx(11 / 12 * 1 / 11)
    assert rows["active", "rescue"].at[1].estimate == pytest.approx(1 / 12)
    assert rows["active", "rescue"].time[1] == 200
    assert rows["control", ""].events == 0


def test_times_that_samples_show_are_times_of_visits(told):
    history = told("cumulative_incidence", "seen")
    follow(history, "01-0001", "active", 330)
    follow(history, "01-0002", "control", 80, -170, -200)
    assert arrays_of(compared(history)).time.tolist() == [350, 182]


def titres(told, values):
    for number, (arm, value) in enumerate(values, 1):
        who = told.person(f"01-{number:04d}", arm)
        told.sample(who, 336, value, "shield")
    return told


def test_titres_below_the_limit_are_bounds(told):
    active, control = ("100", "1000", "10", "<2"), ("10", "100", "<2", "1")
    values = [("active", value) for value in active] + [("control", value) for value in control]
    result = found(titres(told("censored_normal", "titre"), values))
    assert result.summary == "geometric_mean_ratio"
    # R: survreg(Surv(lo, hi, type = "interval2") ~ arm, dist = "gaussian") on log10, NA below for "<2".
    assert result.estimate == pytest.approx(6.305708084818, rel=1e-9)
    assert result.p == pytest.approx(0.334246453934, rel=1e-9)
    assert result.low < result.estimate < result.high
    assert [term.name for term in result.detail.terms] == ["constant", "treatment"]
    assert result.detail.scale == pytest.approx(1.133517518285, rel=1e-9)


def test_an_arm_all_below_the_limit_has_no_ratio(told):
    values = [("active", "<2"), ("active", "<2"), ("control", "10"), ("control", "20"), ("control", "3")]
    result = found(titres(told("censored_normal", "titre"), values))
    assert (result.estimate, result.p, result.note) == (None, None, "no_maximum")


def test_a_level_all_below_the_limit_has_no_coefficient_and_the_arm_has_one(told):
    history = told("censored_normal", "titre", adjust=["weight_class"])
    values = {"80": ("<2", "<2", "<2", "<2"), "60": ("100", "20", "9", "4")}
    for weight, titre in values.items():
        for number, value in enumerate(titre, 1):
            arm = ("active", "control")[number % 2]
            who = history.person(f"01-{weight}{number:02d}", arm, weight=weight)
            history.sample(who, 336, value, "shield")
    result = found(history)
    logs = [math.log10(value) for value in (100, 20, 9, 4)]
    difference = (logs[1] + logs[3] - logs[0] - logs[2]) / 2
    assert result.note == ""
    assert result.estimate == pytest.approx(10**difference)
    assert result.low < result.estimate < result.high
    terms = {term.name: term.coefficient for term in result.detail.terms}
    assert [name for name, value in terms.items() if math.isnan(value)] == ["weight_class=heavy"]
