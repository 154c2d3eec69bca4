"""The numbers of prediction: hand-made examples, edges, refusals and invariances."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats.brier import brier, log_loss, spiegelhalter
from equipoise.stats.calibration import calibration, curve, explained
from equipoise.stats.false_discovery import benjamini_hochberg, benjamini_yekutieli
from equipoise.stats.local_regression import loess, lowess
from equipoise.stats.logistic import SeparationError, fit_logistic
from equipoise.stats.net_benefit import decision_curve
from equipoise.stats.penalised_logistic import (
    choose_penalty,
    choose_penalty_many,
    fit_penalised,
    fit_penalised_many,
    penalty_matrix,
)
from equipoise.stats.roc import auc, paired_test, unpaired_test, youden
from equipoise.stats.sample_size_prediction import parameters_carried, riley


def people(seed=1, n=132, k=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, k))
    return x, (rng.random(n) < 1 / (1 + np.exp(1.5 - x[:, 0]))).astype(float), rng


# ---- area under the curve


def test_area_by_counting_pairs():
    """Cases 2, 3, 3 against controls 1, 3: of six pairs four are right and two tie; one case 2 lies below 3."""
    found = auc([1, 1, 1, 0, 0], [2, 3, 3, 1, 3])
    assert found.estimate == pytest.approx((3 + 2 * 0.5) / 6)
    assert (found.cases, found.controls) == (3, 2)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=4, max_size=30))
@settings(max_examples=80, deadline=None)
def test_turning_the_score_round_turns_the_area_round(pairs):
    y, s = np.array([pair[0] for pair in pairs], dtype=float), np.array([pair[1] for pair in pairs], dtype=float)
    if y.min() == y.max():
        return
    one, other = auc(y, s), auc(y, -s)
    assert one.estimate == pytest.approx(1 - other.estimate)
    if not math.isnan(one.variance):
        assert one.variance == pytest.approx(other.variance)
    best = youden(y, s)[0]
    assert best.sensitivity + best.specificity >= 1


def test_a_single_case_has_an_area_without_precision():
    found = auc([1, 0, 0], [3, 1, 2])
    assert (found.estimate, found.low, found.high) == (1, 0, 1)
    assert math.isnan(found.variance)
    with pytest.raises(ValueError, match="two cases"):
        paired_test([1, 0, 0], [3, 1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="two cases"):
        unpaired_test([1, 0, 0], [3, 1, 2], [1, 1, 0, 0], [1, 2, 3, 4])


def test_scores_of_the_same_order_do_not_differ():
    found = paired_test([0, 1, 0, 1], [1, 2, 3, 4], [10, 20, 30, 40])
    assert (found.estimate, found.se) == (0, 0)
    assert math.isnan(found.p)
    perfect = [0, 0, 1, 1], [1, 2, 3, 4]
    assert math.isnan(unpaired_test(*perfect, *perfect).p)


@pytest.mark.parametrize(
    ("y", "s", "words"),
    [
        ([0, 1], [1], "shapes"),
        ([0, 2], [1, 2], "0 or 1"),
        ([1, 1], [1, 2], "one case"),
        ([0, 1], [1, math.nan], "number"),
    ],
)
def test_what_has_no_area_is_refused(y, s, words):
    with pytest.raises(ValueError, match=words):
        auc(y, s)


# ---- calibration, Brier score, net benefit


def test_risks_that_are_right_on_the_whole():
    y, p = [1, 0, 0, 0, 1, 1, 1, 0], [0.25] * 4 + [0.75] * 4
    found = calibration(y, p)
    assert found.intercept.estimate == pytest.approx(0, abs=1e-9)
    assert found.slope.estimate == pytest.approx(1)
    assert found.in_the_large.estimate == pytest.approx(0, abs=1e-9)
    assert found.observed_expected.estimate == 1
    assert found.test.statistic == pytest.approx(0, abs=1e-9)
    assert curve(y, p).observed == pytest.approx([0.25, 0.75])
    assert brier(y, p).estimate == pytest.approx(0.1875)
    assert brier(y, p).scaled == pytest.approx(0.25)
    assert spiegelhalter(y, p).z == pytest.approx(0, abs=1e-12)


def test_risks_made_too_extreme_have_a_slope_below_one():
    x, y, _ = people()
    line = fit_logistic(x, y)
    twice = 1 / (1 + np.exp(-2 * np.log(line.fitted / (1 - line.fitted))))
    assert calibration(y, twice).slope.estimate == pytest.approx(0.5)
    assert explained(y, twice).quality < explained(y, line.fitted).quality


@pytest.mark.parametrize(
    ("y", "p", "words"),
    [
        ([0, 0, 0], [0.1, 0.2, 0.3], "with and without"),
        ([0, 1, 0], [0.0, 0.2, 0.3], "exactly 0 or 1"),
        ([0, 1, 0], [0.2, 0.2, 0.2], "the same"),
        ([0, 1, 0], [0.2, 1.2, 0.2], "between 0 and 1"),
        ([0], [0.2], "two or more"),
    ],
)
def test_what_cannot_be_calibrated_is_refused(y, p, words):
    with pytest.raises(ValueError, match=words):
        calibration(y, p)


def test_risks_that_order_everybody_have_no_slope():
    with pytest.raises(SeparationError):
        calibration([0, 0, 1, 1], [0.1, 0.2, 0.7, 0.8])


def test_edges_of_the_scores():
    assert math.isnan(brier([0, 0], [0.1, 0.2]).scaled)
    assert math.isnan(spiegelhalter([0, 1], [0.5, 0.5]).z)
    assert log_loss([0, 1], [0.0, 1.0]) == 0
    assert log_loss([0, 1], [1.0, 1.0]) == math.inf
    with pytest.raises(ValueError, match="lowess and loess"):
        curve([0, 1], [0.1, 0.2], method="spline")


def test_the_curve_at_given_risks_is_the_curve():
    _, y, rng = people(n=60)
    p = np.round(rng.uniform(0.05, 0.6, 60), 2)
    for method in ("lowess", "loess"):
        whole = curve(y, p, method=method)
        some = curve(y, p, at=whole.risk[::7], method=method)
        assert some.observed == pytest.approx(whole.observed[::7], abs=0.01)
        assert some.ici == whole.ici


@given(st.floats(-3, 3), st.floats(-3, 3), st.integers(5, 40))
@settings(max_examples=50, deadline=None)
def test_a_straight_line_is_smoothed_into_itself(a, b, n):
    x = np.linspace(-1, 2, n) ** 3
    y = a + b * x
    assert lowess(x, y) == pytest.approx(y, abs=1e-7)
    assert loess(x, y, x) == pytest.approx(y, abs=1e-7)


def test_smoothing_with_nothing_but_ties_is_the_mean():
    assert lowess([1, 1, 1], [0, 1, 1]) == pytest.approx([2 / 3] * 3)
    assert loess([1, 1, 1], [0, 1, 1], [1]) == pytest.approx([2 / 3])
    with pytest.raises(ValueError, match="two or more"):
        lowess([1], [1])
    with pytest.raises(ValueError, match="missing"):
        lowess([1, math.nan], [1, 2])
    with pytest.raises(ValueError, match="span"):
        lowess([1, 2], [1, 2], span=0)


def test_net_benefit_by_hand():
    """At 0.2 three are positive, two of them events: 2/5 - 1/5 x 0.25."""
    found = decision_curve([1, 1, 0, 0, 0], [0.5, 0.2, 0.3, 0.1, 0.1], [0.2])
    assert found.net_benefit[0] == pytest.approx(0.35)
    assert found.treat_all[0] == pytest.approx(0.4 - 0.6 * 0.25)
    assert found.net_reduction[0] == pytest.approx(40)


@pytest.mark.parametrize(
    ("y", "p", "t", "words"),
    [
        ([0, 0], [0.1, 0.2], [0.1], "event"),
        ([0, 1], [0.1, 0.2], [1.0], "thresholds"),
        ([0, 3], [0.1, 0.2], [0.1], "0 or 1"),
        ([], [], [0.1], "shapes"),
    ],
)
def test_impossible_decisions_are_refused(y, p, t, words):
    with pytest.raises(ValueError, match=words):
        decision_curve(y, p, t)


# ---- penalised logistic regression


def test_without_penalty_it_is_maximum_likelihood():
    x, y, _ = people()
    plain, fit = fit_logistic(x, y), fit_penalised(x, y)
    assert fit.coef == pytest.approx(plain.coef, abs=1e-9)
    assert fit.vcov == pytest.approx(plain.vcov, abs=1e-8)
    assert fit.effective_df == pytest.approx(3)


def test_weights_are_repeated_rows():
    x, y, rng = people()
    counts = rng.multinomial(len(y), np.full(len(y), 1 / len(y)))
    rows = np.repeat(np.arange(len(y)), counts)
    one, other = fit_penalised(x, y, 3.0, counts), fit_penalised(x[rows], y[rows], 3.0)
    assert one.coef == pytest.approx(other.coef)
    assert one.aic_c == pytest.approx(other.aic_c)
    assert penalty_matrix(x, 1.0, counts) == pytest.approx(penalty_matrix(x[rows], 1.0))


def test_many_fits_are_the_fits_one_by_one():
    x, y, rng = people()
    weights = rng.multinomial(len(y), np.full(len(y), 1 / len(y)), size=8)
    found = choose_penalty_many(x, y, weights=weights, factor=[1, 1, 0])
    for row, weight in enumerate(weights):
        one = choose_penalty(x, y, weights=weight, factor=[1, 1, 0])
        assert found.penalty[row] == one.penalty
        assert found.fits.coef[row] == pytest.approx(one.fit.coef, abs=1e-7)
        assert max(one.aic_c) == pytest.approx(found.fits.aic_c[row])
    own = fit_penalised_many(np.stack([x, x + 1]), np.stack([y, y]), np.eye(3), offset=np.zeros(len(y)))
    assert own.coef[0, 1:] == pytest.approx(own.coef[1, 1:])


def test_units_do_not_matter():
    x, y, _ = people()
    one, other = choose_penalty(x, y), choose_penalty(x * [1, 1000, 0.001], y)
    assert one.penalty == other.penalty
    assert one.fit.fitted == pytest.approx(other.fit.fitted)


@given(st.floats(0.01, 1e4))
@settings(max_examples=50, deadline=None)
def test_a_heavier_penalty_leaves_fewer_degrees_of_freedom(penalty):
    x, y, _ = people(n=40)
    assert fit_penalised(x, y, penalty * 1.5).effective_df < fit_penalised(x, y, penalty).effective_df < 3


def test_separation_is_harmless_under_a_penalty_and_said_without():
    x, y = np.arange(8.0)[:, None], np.arange(8) > 3
    assert np.isfinite(fit_penalised(x, y, 0.1).coef).all()
    with pytest.raises(SeparationError):
        fit_penalised(x, y)
    weights = np.array([np.ones(8), [1, 1, 1, 1, 0, 0, 0, 0]])
    found = choose_penalty_many(x, y, weights=weights)
    assert found.fits.converged.tolist() == [True, False]
    assert np.isfinite(found.fits.coef).all()


def test_a_constant_column_gets_nothing():
    x, y, _ = people(k=1)
    design = np.column_stack([x, np.full(len(y), 0.1)])
    found = choose_penalty(design, y, factor=[1, 0])
    with pytest.raises(ValueError, match="constant or a combination"):
        fit_penalised(design, y)
    assert found.fit.coef[2] == pytest.approx(0, abs=1e-9)
    assert np.isfinite(found.fit.fitted).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"outcome": [0, 2, 1]}, "0 or 1"),
        ({"design": [[1], [2]]}, "shapes"),
        ({"design": [[1], [2], [math.nan]]}, "missing"),
        ({"penalty": -1}, "not negative"),
        ({"penalty": np.eye(2)}, "square"),
        ({"weights": [1, 1]}, "one value a row"),
        ({"weights": [1, 1, -1]}, "not negative"),
        ({"offset": [[0, 0, 0]]}, "one design"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change, words):
    given = {"design": [[1], [2], [3]], "outcome": [0, 1, 0], "penalty": 1} | change
    with pytest.raises(ValueError, match=words):
        fit_penalised(**given)


def test_an_empty_grid_is_refused():
    with pytest.raises(ValueError, match="no penalty"):
        choose_penalty([[1], [2], [3]], [0, 1, 0], [])


# ---- false discovery


def test_adjusted_p_values_by_hand():
    """R: p.adjust(c(.01, .04, .03, .5), "BH") and "BY"."""
    p = [0.01, 0.04, 0.03, 0.5]
    assert benjamini_hochberg(p) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert benjamini_yekutieli(p) == pytest.approx([25 / 300, 1 / 9, 1 / 9, 1])
    assert benjamini_hochberg([]).tolist() == []
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg([0.1, math.nan])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
@settings(max_examples=80, deadline=None)
def test_adjustment_keeps_the_order_and_never_lowers(p):
    found = benjamini_hochberg(p)
    assert (found >= np.array(p) - 1e-15).all()
    assert (np.diff(found[np.argsort(p, kind="stable")]) >= 0).all()
    assert (benjamini_yekutieli(p) >= found).all()


# ---- what people can carry


def test_the_published_example():
    """The example of R's pmsampsize: type b, csrsquared 0.288, parameters 24, prevalence 0.174: 662 people.

    Its three criteria give 623, 662 and 221.
    """
    largest = 1 - (0.174**0.174 * 0.826**0.826) ** 2
    found = riley(24, 0.174, 0.288 / largest)
    assert (found.shrinkage, found.optimism, found.overall_risk, found.people) == (623, 662, 221, 662)
    assert found.shrinkage_expected == pytest.approx(0.905, abs=5e-4)


def test_what_132_people_carry():
    """Risk 10 % to 25 %, Nagelkerke R squared 0.15 to 0.45: 1.1 to 5.4 parameters; the overall risk needs 139 to 289."""
    worst, best = parameters_carried(132, 0.10, 0.15), parameters_carried(132, 0.25, 0.45)
    assert (round(worst.by_shrinkage, 1), worst.parameters) == (1.1, 1)
    assert (round(min(best.by_shrinkage, best.by_optimism), 1), best.parameters) == (5.4, 5)
    assert (worst.overall_risk_needs, best.overall_risk_needs) == (139, 289)
    assert not worst.overall_risk_met
    assert worst.margin_reached == pytest.approx(0.0512, abs=1e-4)
    assert riley(3, 0.10, 0.15).people > 132


@given(st.floats(0.02, 0.5), st.floats(0.05, 0.6), st.integers(1, 30))
@settings(max_examples=80, deadline=None)
def test_the_two_directions_agree(risk, r_squared, parameters):
    needed = riley(parameters, risk, r_squared)
    assert parameters_carried(needed.people, risk, r_squared).parameters >= parameters
    fewer = max(needed.shrinkage, needed.optimism) - 1
    if fewer >= 1:
        assert parameters_carried(fewer, risk, r_squared).parameters < parameters
    assert needed.shrinkage_expected > 0.899


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parameters": 0}, "at least one"),
        ({"risk": 1.0}, "strictly between"),
        ({"r_squared": 0.0}, "strictly between"),
        ({"shrinkage": 1.0}, "strictly between"),
        ({"margin": 0.0}, "margin"),
        ({"risk": 0.5, "r_squared": 0.99, "shrinkage": 0.5}, "says nothing"),
    ],
)
def test_impossible_plans_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        riley(**({"parameters": 3, "risk": 0.1, "r_squared": 0.15} | change))
    if "parameters" not in change:
        with pytest.raises(ValueError, match=words):
            parameters_carried(**({"people": 132, "risk": 0.1, "r_squared": 0.15} | change))


def test_nobody_carries_nothing():
    with pytest.raises(ValueError, match="nobody"):
        parameters_carried(0, 0.1, 0.15)
