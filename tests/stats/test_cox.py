"""Cox models: published examples, edges, refusals and invariances."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats import cox_residuals
from equipoise.stats.concordance import concordance
from equipoise.stats.cox import NoMaximumError, fit_cox
from equipoise.stats.cox_data import read_data
from equipoise.stats.cox_likelihood import partial_likelihood
from equipoise.stats.cox_survival import baseline_hazard, predict_survival
from equipoise.stats.kaplan_meier import kaplan_meier
from equipoise.stats.log_rank import log_rank

# Remission of leukaemia, weeks: Freireich et al. (1963), Blood 21:699-716, as printed in Cox (1972).
TIME = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35,
        1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]  # fmt: skip
EVENT = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0] + [1] * 21
TREATED = [1] * 21 + [0] * 21


def simulated(n=60, seed=3, p=2):
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(0, 2, n), *rng.normal(size=(p - 1, n))])
    time = rng.exponential(np.exp(-x @ np.full(p, 0.4)))
    return x, time, rng.integers(0, 4, n) > 0


@pytest.mark.parametrize(
    ("ties", "coef", "se"), [("efron", -1.572, 0.412), ("breslow", -1.509, 0.410), ("exact", -1.628, 0.433)]
)
def test_leukaemia(ties, coef, se):
    """The values that texts print for these data, to three digits."""
    fit = fit_cox(TREATED, TIME, EVENT, ties=ties)
    assert fit.coef[0] == pytest.approx(coef, abs=0.001)
    assert fit.se[0] == pytest.approx(se, abs=0.001)


def test_the_exact_score_test_is_the_log_rank_test():
    fit = fit_cox(TREATED, TIME, EVENT, ties="exact")
    assert fit.score.statistic == pytest.approx(log_rank(TIME, EVENT, TREATED).statistic, rel=1e-10)


def test_stratified_score_test_is_the_stratified_log_rank_test():
    strata = np.arange(len(TIME)) % 3
    fit = fit_cox(TREATED, TIME, EVENT, strata, ties="exact")
    assert fit.score.statistic == pytest.approx(log_rank(TIME, EVENT, TREATED, strata).statistic, rel=1e-10)
    assert fit.hazard_ratio().low < fit.hazard_ratio().estimate < fit.hazard_ratio().high


def test_without_ties_all_methods_are_one():
    x, time, event = simulated()
    fits = [fit_cox(x, time, event, ties=ties) for ties in ("efron", "breslow", "exact")]
    for other in fits[1:]:
        assert np.allclose(fits[0].coef, other.coef, atol=1e-9)
        assert np.allclose(fits[0].vcov, other.vcov, atol=1e-9)
        assert fits[0].loglik == pytest.approx(other.loglik, abs=1e-9)


def test_derivatives_by_differences():
    x, time, event = simulated()
    data = read_data(x, np.ceil(time * 4), event, np.arange(60) % 2, np.zeros(60) - (np.arange(60) % 3))
    at = np.array([0.3, -0.2])
    for ties in ("efron", "breslow", "exact"):
        here = partial_likelihood(data, at, ties)
        for j, step in enumerate(np.eye(2) * 1e-5):
            up, down = partial_likelihood(data, at + step, ties), partial_likelihood(data, at - step, ties)
            assert (up.value - down.value) / 2e-5 == pytest.approx(here.score[j], abs=1e-6)
            assert np.allclose((up.score - down.score) / 2e-5, -here.information[j], atol=1e-5)


def test_splitting_a_row_in_time_changes_nothing():
    x, time, event = simulated()
    cut = np.median(time)
    long = time > cut
    whole = fit_cox(x, time, event)
    split = fit_cox(
        np.vstack([x, x[long]]),
        np.concatenate([np.minimum(time, cut), time[long]]),
        np.concatenate([event & ~long, event[long]]),
        start=np.concatenate([np.zeros(60), np.full(long.sum(), cut)]),
    )
    assert np.allclose(whole.coef, split.coef, atol=1e-9)
    assert whole.loglik == pytest.approx(split.loglik, abs=1e-9)


def test_residuals_sum_to_nothing_at_the_estimate():
    fit = fit_cox(TREATED, TIME, EVENT)
    arguments = (fit.data, fit.coef, fit.ties)
    assert cox_residuals.martingale(*arguments).sum() == pytest.approx(0, abs=1e-9)
    assert cox_residuals.score(*arguments).sum() == pytest.approx(0, abs=1e-9)
    assert cox_residuals.schoenfeld(*arguments).sum() == pytest.approx(0, abs=1e-9)
    assert (np.sign(cox_residuals.deviance(*arguments)) == np.sign(cox_residuals.martingale(*arguments))).all()


def test_every_row_its_own_cluster_is_close_to_the_model_variance():
    x, time, event = simulated(400)
    fit = fit_cox(x, time, event, cluster=np.arange(400))
    assert np.allclose(fit.se, np.sqrt(np.diag(fit.vcov)), rtol=0.15)
    assert not np.array_equal(fit.vcov_robust, fit.vcov)


def test_repeating_all_rows_under_the_same_cluster_leaves_the_robust_variance():
    x, time, event = simulated()
    once = fit_cox(x, time, event, ties="breslow", cluster=np.arange(60))
    twice = fit_cox(
        np.tile(x, (2, 1)), np.tile(time, 2), np.tile(event, 2), ties="breslow", cluster=np.tile(np.arange(60), 2)
    )
    assert np.allclose(once.vcov_robust, twice.vcov_robust, atol=1e-8)
    assert np.allclose(once.vcov, 2 * twice.vcov, atol=1e-8)


def test_the_baseline_of_a_useless_covariate_is_nelson_and_aalen():
    x = np.tile([0.0, 1.0], 4)
    time, event = np.repeat([1.0, 2.0, 3.0, 4.0], 2), np.repeat([1, 0, 1, 0], 2)
    fit = fit_cox(x, time, event, ties="breslow")
    assert fit.coef[0] == pytest.approx(0, abs=1e-9)
    found = baseline_hazard(fit)
    assert np.allclose(found.cumulative_hazard, kaplan_meier(time, event).cumulative_hazard, atol=1e-9)
    predicted = predict_survival(fit, [0.0], [0.5, 1.0, 9.0])
    assert predicted.survival[0] == 1
    assert predicted.low[0] == 1
    assert predicted.low[1] < predicted.survival[1] < predicted.high[1]


def test_an_arm_without_events_has_no_estimate():
    with pytest.raises(NoMaximumError, match="rises without end"):
        fit_cox([1, 1, 1, 0, 0, 0], [3, 4, 5, 1, 2, 6], [0, 0, 0, 1, 1, 1])
    with pytest.raises(NoMaximumError, match="rises without end"):
        fit_cox(np.arange(500) == 250, np.arange(500), np.arange(500) != 250)


@pytest.mark.parametrize(
    ("x", "time", "event", "options", "words"),
    [
        ([0, 1], [1, 2], [0, 0], {}, "nobody had the event"),
        ([0, 1, 1], [1, 2], [1, 1], {}, "needs its covariates"),
        ([0, math.nan], [1, 2], [1, 1], {}, "missing or infinite"),
        ([0, 1], [1, 2], [1, 1], {"start": [1, 0]}, "start before it ends"),
        ([0, 1], [1, 2], [1, 1], {"ties": "discrete"}, "ties are handled"),
        ([0, 1], [1, 2], [1, 1], {"ties": "exact", "cluster": [1, 2]}, "robust variance"),
        ([1, 1, 1], [1, 2, 3], [1, 1, 1], {}, "constant in every risk set"),
        ([[0, 0], [1, 2], [0, 0]], [1, 2, 3], [1, 1, 1], {}, "combination"),
    ],
)
def test_impossible_data_are_refused(x, time, event, options, words):
    with pytest.raises(ValueError, match=words):
        fit_cox(x, time, event, **options)


def test_what_the_exact_method_does_not_give_is_refused():
    fit = fit_cox(TREATED, TIME, EVENT, ties="exact")
    with pytest.raises(ValueError, match="Efron's and Breslow's"):
        baseline_hazard(fit)
    efron = fit_cox(TREATED, TIME, EVENT)
    with pytest.raises(ValueError, match="1 strata"):
        baseline_hazard(efron, 1)
    with pytest.raises(ValueError, match="1 covariates"):
        predict_survival(efron, [1, 2], [3])


def test_a_stratum_without_events_has_no_baseline():
    fit = fit_cox([0, 1, 0, 1, 0], [1, 2, 3, 4, 5], [1, 1, 1, 0, 0], [0, 0, 0, 1, 1])
    with pytest.raises(ValueError, match="did not happen in stratum 1"):
        baseline_hazard(fit, 1)


def test_concordance_by_hand():
    """Three events and a censored row: 5 pairs, of which 4 agree and 1 is tied in the score."""
    data = read_data([3.0, 2.0, 2.0, 1.0], [1, 2, 3, 2], [1, 1, 1, 0], None, None)
    found = concordance(data, np.array([3.0, 2.0, 2.0, 1.0]))
    assert (found.pairs, found.estimate) == (5, 4.5 / 5)


@given(st.integers(0, 10**6), st.floats(-3, 3), st.floats(0.2, 5))
@settings(max_examples=40, deadline=None)
def test_shifting_and_scaling_a_covariate(seed, shift, factor):
    x, time, event = simulated(40, seed)
    there = fit_cox(x, time, event)
    back = fit_cox(x * [1, factor] + shift, time, event)
    assert np.allclose(there.coef, back.coef * [1, factor], atol=1e-7)
    assert there.loglik == pytest.approx(back.loglik, abs=1e-8)


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_does_not_matter(seed):
    x, time, event = simulated(40, seed)
    time = np.ceil(time * 3)
    order = np.random.default_rng(seed).permutation(40)
    there, back = fit_cox(x, time, event), fit_cox(x[order], time[order], event[order])
    assert np.allclose(there.coef, back.coef, atol=1e-9)
