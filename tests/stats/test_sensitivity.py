"""Rubin's rules and the tipping point: hand-made examples, edges, refusals and invariances."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats.fisher import fisher_exact
from equipoise.stats.miettinen_nurminen import risk_difference
from equipoise.stats.rubin import combined_wald_test, pool_scalar, pooled_covariance, wald_test
from equipoise.stats.tipping_point import tipping_grid


def test_pooling_by_hand():
    """Estimates 1, 2, 3 with variance 1: between is 1, total 1 + 4/3."""
    found = pool_scalar([1, 2, 3], [1, 1, 1], math.inf)
    assert (found.estimate, found.within, found.between) == (2, 1, 1)
    assert found.total == pytest.approx(7 / 3)
    assert found.df == pytest.approx(2 / (4 / 7) ** 2)
    assert found.df == found.df_large


def test_without_variance_between_the_degrees_of_freedom_stay_finite():
    found = pool_scalar([1, 1, 1], [1, 1, 1], 30)
    assert found.increase == 0
    assert found.df_large == math.inf
    assert 27 < found.df < 30


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=10), st.floats(0.1, 4), st.floats(5, 500))
@settings(max_examples=80, deadline=None)
def test_complete_data_bound_the_degrees_of_freedom(estimates, variance, df):
    found = pool_scalar(estimates, [variance] * len(estimates), df)
    assert found.df < df
    assert found.low <= found.estimate <= found.high
    matrix = pooled_covariance([[e] for e in estimates], [[[variance]]] * len(estimates))
    assert matrix[0, 0] == pytest.approx(found.total)


def test_data_sets_that_agree_wholly_are_one_analysis():
    q, u = np.tile([1.0, 2.0], (5, 1)), np.tile(np.eye(2), (5, 1, 1))
    for joint in (wald_test(q, u, math.inf), combined_wald_test(q, u)):
        assert joint.statistic == pytest.approx(5 / 2)
        assert joint.df2 == math.inf
        assert joint.p == pytest.approx(math.exp(-5 / 2))
    assert wald_test(q, u, 50).df2 < 50


def test_one_coefficient_is_the_square_of_t():
    q, u = np.array([1.0, 2.0, 1.5, 2.2, 0.9, 1.7]), np.full(6, 0.4)
    joint = wald_test(q[:, None], u[:, None, None], math.inf)
    assert joint.statistic == pytest.approx(pool_scalar(q, u, math.inf).t ** 2)
    assert joint.df1 == 1
    assert combined_wald_test(q[:, None], u[:, None, None]).df1 == 1


@pytest.mark.parametrize(
    ("estimates", "variances", "df", "words"),
    [
        ([1], [1], 10, "two or more"),
        ([1, 2], [1], 10, "two or more"),
        ([1, 2], [1, 0], 10, "positive"),
        ([1, 2], [1, 1], 0, "degrees of freedom"),
    ],
)
def test_impossible_poolings_are_refused(estimates, variances, df, words):
    with pytest.raises(ValueError, match=words):
        pool_scalar(estimates, variances, df)


def test_impossible_joint_tests_are_refused():
    with pytest.raises(ValueError, match="too few"):
        wald_test([[1.0], [2.0]], [[[1.0]], [[1.0]]], 10)
    with pytest.raises(ValueError, match="m estimates of k coefficients"):
        combined_wald_test([[1.0, 2.0]], [[[1.0]]])


def test_the_grid_holds_each_method_s_own_figures():
    grid = tipping_grid((30, 3, 40), (20, 2, 38))
    assert grid.difference.shape == (4, 3)
    assert grid.low[2, 1] == risk_difference(32, 40, 21, 38).low
    assert grid.p_score[2, 1] == risk_difference(32, 40, 21, 38).p
    assert grid.p_fisher[2, 1] == pytest.approx(fisher_exact(32, 40, 21, 38).p, abs=1e-14)


def test_the_tipping_line():
    grid = tipping_grid((30, 4, 40), (20, 12, 38))
    line = grid.tipping(grid.p_score)
    # More responders imputed in the treatment arm need more in the control arm to tip.
    known = [j for j in line if j is not None]
    assert known == sorted(known)
    for i, j in enumerate(line):
        if j is not None:
            assert grid.p_score[i, j] >= 0.05 or grid.difference[i, j] <= 0
            assert (grid.p_score[i, :j] < 0.05).all()
    assert tipping_grid((40, 0, 40), (2, 1, 38)).tipping(np.zeros((1, 2))) == (None,)


def test_without_responders_chi_squared_is_not_significant():
    assert tipping_grid((0, 1, 5), (0, 0, 5)).p_chi_squared[0, 0] == 1


def test_missing_beyond_the_rest_is_refused():
    with pytest.raises(ValueError, match="arm 0 has 5 missing of 10, 6 of them known responders"):
        tipping_grid((3, 2, 10), (6, 5, 10))
