"""Cumulative incidence, bounded responses and rates, against R and by hand."""

import math

import numpy as np
import pytest

from equipoise.stats.aalen_johansen import cumulative_incidence
from equipoise.stats.censored_normal import fit_censored_normal
from equipoise.stats.cox import NoMaximumError
from equipoise.stats.kaplan_meier import kaplan_meier
from equipoise.stats.poisson_rate import poisson_rate

INF = math.inf


def test_cumulative_incidence_of_three_people():
    """cmprsk 2.2.11: timepoints(cuminc(c(1, 2, 2, 3), c(1, 2, 0, 2)), 1:3)."""
    one = cumulative_incidence([1, 2, 2, 3], [1, 2, 0, 2], 1).at([1, 2, 3])
    two = cumulative_incidence([1, 2, 2, 3], [1, 2, 0, 2], 2).at([1, 2, 3])
    assert one.incidence == pytest.approx([0.25, 0.25, 0.25])
    assert one.se**2 == pytest.approx([0.0625, 0.0625, 0.0625])
    assert two.incidence == pytest.approx([0, 0.25, 0.75])
    assert two.se**2 == pytest.approx([0, 0.06944444, 0.3125], abs=1e-8)
    assert one.n_risk.tolist() == [4, 3, 1]


def test_without_competing_events_it_is_one_minus_kaplan_meier():
    time, event = [3, 5, 5, 8, 9, 12, 14], [1, 1, 0, 1, 0, 1, 0]
    found = cumulative_incidence(time, event)
    assert found.incidence == pytest.approx(1 - kaplan_meier(time, event).survival)


def test_kinds_of_event_and_survival_sum_to_one():
    rng = np.random.default_rng(2)
    time, cause = rng.integers(1, 9, 60), rng.integers(0, 4, 60)
    shares = sum(cumulative_incidence(time, cause, of).at([7]).incidence[0] for of in (1, 2, 3))
    assert shares == pytest.approx(1 - kaplan_meier(time, cause > 0).at([7]).survival[0])


def test_nobody_had_the_event():
    found = cumulative_incidence([4, 5], [0, 0])
    at = found.at([5])
    assert (found.events, at.incidence[0], at.se[0]) == (0, 0, 0)
    assert np.isnan(at.low[0])


@pytest.mark.parametrize(("cause", "of"), [([0.5, 1], 1), ([-1, 1], 1), ([0, 1], 0)])
def test_causes_are_whole_numbers(cause, of):
    with pytest.raises(ValueError, match="kind"):
        cumulative_incidence([1, 2], cause, of)


LOW = [
    1, 2.139, 1, 1, 1.917, 0.976, 0.45, 2.5, -INF, 1.949, 0.55, 1.481, 1.506, 1.716, 1, 1.98, 1.61, 1.55, -INF, 1,
    2.188, 0.801, 1, 2.001, 1, 1, 1, 0.905, 1, -INF, 0.302, 0.764, 0.433, 2.5, 0.343, 1.549, 0.774, 1.899, 1, 1.449,
    1.593, 0.942, 2.258, 1.705, 1.821, 1, 0.938, -INF, -INF, 1.563, 0.602, 0.905, 0.509, 2.335, -INF, 0.857, 0.501,
    2.002, 1, 1,
]  # fmt: skip
HIGH = [0.3 if low == -INF else 1.4 if low == 1 else INF if low == 2.5 else low for low in LOW]
OTHER = [
    -0.96, -0.29, 0.26, -1.15, 0.2, 0.03, 0.09, 1.12, -1.22, 1.27, -0.74, -1.13, -0.72, 0.25, 0.15, -0.31, -0.95,
    -0.65, 1.22, 0.2, -0.58, -0.94, -0.2, -1.67, -0.48, -0.74, 1.16, 1.01, -0.07, -1.14, 0.9, 0.85, 0.73, 0.74, -0.35,
    0.71, 1.3, 0.04, -0.98, 0.79, 0.79, -0.31, 1.7, -0.79, 0.35, -2.27, -0.16, 1.13, -0.46, -0.9, 0.73, -0.81, 0.27,
    -1.74, -1.41, -0.45, -1.04, 1.36, 0.92, -0.79,
]  # fmt: skip
ARM = np.arange(60) % 2


def test_r_survreg():
    """survreg(Surv(lo, hi, type = "interval2") ~ x + z, dist = "gaussian"); survival 3.5.3, NA for infinite."""
    fit = fit_censored_normal(np.column_stack((ARM, OTHER)), LOW, HIGH)
    assert fit.coef == pytest.approx([0.958531584451414, 0.502905136210067, 0.104792159058863], abs=1e-10)
    assert fit.sigma == pytest.approx(0.657757011338397, abs=1e-10)
    assert fit.loglik == pytest.approx(-74.1910360046241, abs=1e-10)
    assert fit.vcov[1] == pytest.approx(
        [-0.0151012879255859, 0.0304439087020504, 0.00246929655120357, 0.000754726785407881], abs=1e-11
    )
    assert fit.vcov[3, 3] == pytest.approx(0.0103613533569492, abs=1e-11)
    assert (fit.n, fit.exact) == (60, 38)


def test_exact_responses_are_least_squares_in_any_unit():
    response = np.random.default_rng(1).normal(size=60) * 1e6 + 1e7
    fit = fit_censored_normal(ARM, response, response)
    arms = [response[arm == ARM] for arm in (0, 1)]
    assert fit.coef == pytest.approx([arms[0].mean(), arms[1].mean() - arms[0].mean()], rel=1e-9)
    assert fit.sigma**2 == pytest.approx(sum(((own - own.mean()) ** 2).sum() for own in arms) / 60, rel=1e-9)


def test_a_constant_alone_can_be_fitted():
    fit = fit_censored_normal(np.empty((60, 0)), LOW, HIGH)
    assert len(fit.coef) == 1


@pytest.mark.parametrize(
    ("arm", "low", "high"),
    [
        (ARM, np.full(60, -INF), np.full(60, 0.3)),  # all below it
        (ARM, np.full(60, -INF), np.full(60, INF)),  # nothing is known
        (ARM, np.full(60, 2.0), np.full(60, 2.0)),  # nothing varies
        ([0, 1], [1, 2], [1, 2]),  # one person an arm
    ],
)
def test_without_a_maximum_it_says_so(arm, low, high):
    with pytest.raises(NoMaximumError):
        fit_censored_normal(arm, low, high)


def test_an_arm_all_below_the_limit_leaves_the_other_its_mean():
    below = ARM == 1
    fit = fit_censored_normal(ARM, np.where(below, -INF, LOW), np.where(below, 0.3, HIGH))
    alone = fit_censored_normal(np.empty((30, 0)), np.array(LOW)[~below], np.array(HIGH)[~below])
    assert fit.coef == pytest.approx([alone.coef[0], math.nan], nan_ok=True)
    assert (fit.n, fit.sigma, fit.loglik) == (60, pytest.approx(alone.sigma), pytest.approx(alone.loglik))


LEVEL = np.repeat([0, 1, 2], 20)
LEVELS = np.column_stack((ARM, LEVEL == 1, LEVEL == 2)).astype(float)


@pytest.mark.parametrize(("level", "unknown"), [(1, [2]), (2, [3]), (0, [0, 2, 3])])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_level_with_bounds_alone_loses_its_own_coefficient(level, unknown, side):
    """The likelihood rises to that of the others, who alone tell of the arm."""
    gone = level == LEVEL
    low, high = (-INF, 0.3) if side < 0 else (2.5, INF)
    fit = fit_censored_normal(LEVELS, np.where(gone, low, LOW), np.where(gone, high, HIGH))
    others = LEVELS[~gone]
    kept = [0, 1] if level == 2 else [0, 2]  # the arm, and what tells the two other levels apart
    alone = fit_censored_normal(others[:, kept], np.array(LOW)[~gone], np.array(HIGH)[~gone])
    assert np.flatnonzero(np.isnan(fit.coef)).tolist() == unknown
    assert np.flatnonzero(np.isnan(fit.se)).tolist() == unknown
    found, expected = fit.coefficient(1), alone.coefficient(1)
    assert (found.estimate, found.se) == pytest.approx((expected.estimate, expected.se), rel=1e-9)
    assert (fit.sigma, fit.loglik) == pytest.approx((alone.sigma, alone.loglik), rel=1e-9)


def test_a_level_that_one_arm_knows_keeps_its_coefficient():
    below = (LEVEL == 1) & (ARM == 1)
    fit = fit_censored_normal(LEVELS, np.where(below, -INF, LOW), np.where(below, 0.3, HIGH))
    assert np.isfinite(fit.coef).all()


@pytest.mark.parametrize(
    ("arm", "low", "high", "says"),
    [
        ([], [], [], "no response"),
        ([1, 1], [1, 2], [1, 2], "constant"),
        ([0, 1], [2, 1], [1, 2], "in that order"),
        ([0, math.nan], [1, 2], [1, 2], "missing"),
        ([0], [1, 2], [1, 2], "each response"),
    ],
)
def test_impossible_responses_are_refused(arm, low, high, says):
    with pytest.raises(ValueError, match=says):
        fit_censored_normal(arm, low, high)


def test_rates():
    """poisson.test(5, 2)$conf.int, poisson.test(0, 10)$conf.int; R 4.2.2."""
    five, none = poisson_rate(5, 2), poisson_rate(0, 10)
    assert (five.estimate, five.low, five.high) == pytest.approx((2.5, 0.8117432, 5.8341660), abs=1e-7)
    assert (none.estimate, none.low, none.high) == pytest.approx((0, 0, 0.3688879), abs=1e-7)


@pytest.mark.parametrize(("events", "time"), [(-1, 2), (1, 0), (1, INF)])
def test_a_rate_needs_events_and_time(events, time):
    with pytest.raises(ValueError, match="is"):
        poisson_rate(events, time)
