"""Logistic regression and marginal risks: closed forms, edges, refusals and invariances."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats import log_ratio, wald
from equipoise.stats.logistic import SeparationError, fit_logistic
from equipoise.stats.standardisation import marginal_risks

ARM = np.repeat([1, 1, 0, 0], [56, 14, 48, 32])
RESPONSE = np.repeat([1, 0, 1, 0], [56, 14, 48, 32])


def simulated(seed, n=120):
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(0, 2, n), rng.normal(size=n)])
    return x, (rng.random(n) < 1 / (1 + np.exp(-0.3 - x @ [0.6, -0.8]))).astype(float)


def test_one_arm_alone_is_woolf():
    fit = fit_logistic(ARM, RESPONSE)
    woolf = log_ratio.odds_ratio(56, 70, 48, 80)
    assert fit.coef[1] == pytest.approx(math.log(woolf.estimate), abs=1e-10)
    assert fit.se[1] == pytest.approx(woolf.log_se, abs=1e-10)
    assert math.exp(fit.wald_interval(1).low) == pytest.approx(woolf.low, rel=1e-9)


@pytest.mark.parametrize("variance", ["influence", "model", "HC0"])
def test_without_covariates_the_marginal_risks_are_the_observed(variance):
    found = marginal_risks(fit_logistic(ARM, RESPONSE), variance=variance)
    plain = wald.risk_difference(56, 70, 48, 80)
    assert (found.p1, found.p0) == (pytest.approx(56 / 70), pytest.approx(48 / 80))
    assert found.difference().se == pytest.approx(plain.se, rel=1e-9)
    assert found.ratio().log_se == pytest.approx(log_ratio.risk_ratio(56, 70, 48, 80).log_se, rel=1e-9)
    assert found.odds_ratio().log_se == pytest.approx(log_ratio.odds_ratio(56, 70, 48, 80).log_se, rel=1e-9)


def test_the_likelihood_ratio_of_one_arm():
    fit = fit_logistic(ARM, RESPONSE)
    assert fit.likelihood_ratio_test(1).statistic == pytest.approx(2 * (fit.loglik - fit.loglik_null), abs=1e-9)


def test_the_profile_limits_are_where_the_likelihood_has_fallen():
    x, y = simulated(4)
    fit = fit_logistic(x, y)
    interval = fit.profile_interval(1)
    assert interval.low < fit.coef[1] < interval.high
    wald_interval = fit.wald_interval(1)
    assert interval.low == pytest.approx(wald_interval.low, abs=0.1)
    assert interval.low != wald_interval.low


def test_separated_data_have_no_estimate():
    with pytest.raises(SeparationError, match="infinite"):
        fit_logistic([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1])
    with pytest.raises(SeparationError, match="infinite"):
        fit_logistic(np.arange(400) < 3, np.arange(400) > 200)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([1, 2], [1], "needs its covariates"),
        ([1, 2], [1, 2], "0 or 1"),
        ([1, math.nan], [1, 0], "missing"),
        ([1, 1], [1, 0], "constant"),
    ],
)
def test_impossible_data_are_refused(x, y, words):
    with pytest.raises(ValueError, match=words):
        fit_logistic(x, y)


def test_unknown_choices_are_refused():
    fit = fit_logistic(*simulated(1))
    with pytest.raises(ValueError, match="kinds of sandwich"):
        fit.sandwich("HC9")
    with pytest.raises(ValueError, match="the variances are"):
        marginal_risks(fit, variance="bootstrap")
    with pytest.raises(ValueError, match="does not hold an arm"):
        marginal_risks(fit, arm=2)


@given(st.integers(0, 10**6), st.floats(-5, 5), st.floats(0.1, 10))
@settings(max_examples=50, deadline=None)
def test_the_unit_of_a_covariate_does_not_matter(seed, shift, factor):
    x, y = simulated(seed)
    there = marginal_risks(fit_logistic(x, y)).difference()
    back = marginal_risks(fit_logistic(x * [1, factor] + [0, shift], y)).difference()
    assert there.estimate == pytest.approx(back.estimate, abs=1e-8)
    assert there.se == pytest.approx(back.se, abs=1e-8)
