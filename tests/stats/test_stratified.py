"""Stratified two-arm tables: one stratum is the plain method, invariances, pooling of empty strata."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats import inverse_variance, mantel_haenszel, miettinen_nurminen
from equipoise.stats.breslow_day import breslow_day
from equipoise.stats.exact_stratified import exact_stratified
from equipoise.stats.fisher import fisher_exact
from equipoise.stats.miettinen_nurminen import pool_empty_strata, stratified_risk_difference

STRATA = [[9, 12, 6, 11], [10, 10, 8, 12], [20, 22, 15, 21], [4, 7, 5, 6], [11, 11, 9, 10], [3, 4, 2, 6]]

arm = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
stratum = st.tuples(arm, arm).map(lambda arms: [*arms[0], *arms[1]])


@given(stratum, st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=60, deadline=None)
def test_one_stratum_is_the_plain_method(row, conf):
    assert stratified_risk_difference([row], conf) == miettinen_nurminen.risk_difference(*row, conf)


@given(st.lists(stratum, min_size=2, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_strata_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    there, back = stratified_risk_difference(rows), stratified_risk_difference(shuffled)
    assert there.low == pytest.approx(back.low, abs=1e-9)
    assert there.p == pytest.approx(back.p, abs=1e-9)


@given(st.lists(stratum, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_swapping_the_arms_mirrors_the_difference(rows):
    there = stratified_risk_difference(rows)
    back = stratified_risk_difference([[x0, n0, x1, n1] for x1, n1, x0, n0 in rows])
    assert there.low == pytest.approx(-back.high, abs=1e-9)
    assert there.low <= there.estimate <= there.high


@given(st.lists(stratum, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_the_limits_are_where_the_test_just_rejects(rows):
    found = stratified_risk_difference(rows)
    for limit, sign in ((found.low, 1), (found.high, -1)):
        if -1 < limit < 1:
            z = stratified_risk_difference(rows, null=limit).z
            assert z == pytest.approx(sign * 1.959963984540054, abs=1e-6)


def test_weights():
    """The estimate is the Mantel-Haenszel risk difference: its weights are n1 n0 / (n1 + n0)."""
    found = stratified_risk_difference(STRATA)
    assert found.estimate == pytest.approx(mantel_haenszel.risk_difference(STRATA).estimate, abs=1e-14)


def test_the_test_at_zero_is_the_mantel_haenszel_test():
    """Under no difference each stratum's variance is the hypergeometric one: z squared is the CMH statistic."""
    z = stratified_risk_difference(STRATA).z
    assert z**2 == pytest.approx(mantel_haenszel.association(STRATA).statistic, rel=1e-12)


def test_nobody_responds():
    found = stratified_risk_difference([[0, 5, 0, 5], [0, 8, 0, 7]])
    assert (found.estimate, found.z, found.p) == (0, 0, 1)
    assert found.low < 0 < found.high


@pytest.mark.parametrize(
    ("strata", "words"),
    [
        ([], "rows of four counts"),
        ([[1, 2, 3]], "rows of four counts"),
        ([[1, 2, 0, 0]], "stratum 0 has an empty arm"),
        ([[1, 2, 1, 2], [3, 2, 1, 2]], "stratum 1: responders must lie between 0"),
        ([[0.5, 2, 1, 2]], "whole numbers"),
    ],
)
def test_impossible_strata_are_refused(strata, words):
    for method in (
        stratified_risk_difference,
        mantel_haenszel.association,
        mantel_haenszel.odds_ratio,
        mantel_haenszel.risk_ratio,
        mantel_haenszel.risk_difference,
        inverse_variance.risk_difference,
        breslow_day,
        exact_stratified,
    ):
        with pytest.raises(ValueError, match=words):
            method(strata)


def test_exact_of_one_stratum_is_fisher():
    found, fisher = exact_stratified([[9, 12, 3, 11]]), fisher_exact(9, 12, 3, 11)
    assert found.p == pytest.approx(fisher.p, abs=1e-14)
    assert found.odds_ratio.high == pytest.approx(fisher.odds_ratio.high, rel=1e-10)


def test_ratios_without_events():
    assert mantel_haenszel.risk_ratio([[0, 5, 2, 5]]).estimate == 0
    assert mantel_haenszel.odds_ratio([[2, 5, 0, 5]]).estimate == math.inf
    assert math.isnan(mantel_haenszel.odds_ratio([[0, 5, 0, 5]]).estimate)
    assert math.isnan(mantel_haenszel.association([[0, 5, 0, 5]]).p)


class TestPooling:
    """`pool_empty_strata`: an empty arm is added to the next in the declared line."""

    def test_full_strata_stay(self):
        pooled = pool_empty_strata(STRATA, range(6))
        assert pooled.strata == tuple(map(tuple, STRATA))
        assert pooled.groups == ((0,), (1,), (2,), (3,), (4,), (5,))

    def test_an_empty_arm_joins_the_next(self):
        pooled = pool_empty_strata([[3, 5, 2, 4], [1, 2, 0, 0], [6, 8, 5, 9]], order=[0, 1, 2])
        assert pooled.strata == ((3, 5, 2, 4), (7, 10, 5, 9))
        assert pooled.groups == ((0,), (1, 2))

    def test_the_declared_order_rules(self):
        pooled = pool_empty_strata([[3, 5, 2, 4], [1, 2, 0, 0], [6, 8, 5, 9]], order=[2, 1, 0])
        assert pooled.strata == ((6, 8, 5, 9), (4, 7, 2, 4))
        assert pooled.groups == ((2,), (1, 0))

    def test_the_last_joins_the_one_before(self):
        pooled = pool_empty_strata([[3, 5, 2, 4], [6, 8, 5, 9], [0, 0, 1, 1]], order=[0, 1, 2])
        assert pooled.groups == ((0,), (1, 2))

    def test_neighbours_empty_in_turn(self):
        pooled = pool_empty_strata([[1, 2, 0, 0], [1, 1, 0, 0], [0, 0, 2, 3], [4, 5, 4, 6]], order=[0, 1, 2, 3])
        assert pooled.strata == ((2, 3, 2, 3), (4, 5, 4, 6))
        assert pooled.groups == ((0, 1, 2), (3,))

    def test_a_stratum_without_anybody_is_left_out(self):
        pooled = pool_empty_strata([[3, 5, 2, 4], [0, 0, 0, 0], [6, 8, 5, 9]], order=[0, 1, 2])
        assert pooled.groups == ((0,), (2,))

    def test_one_arm_empty_everywhere_is_refused(self):
        with pytest.raises(ValueError, match="nothing to compare"):
            pool_empty_strata([[1, 2, 0, 0], [3, 4, 0, 0]], order=[0, 1])

    def test_an_order_that_forgets_a_stratum_is_refused(self):
        with pytest.raises(ValueError, match="name each of the 3 strata once"):
            pool_empty_strata(STRATA[:3], order=[0, 1])

    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=7), st.integers(0, 99))
    @settings(max_examples=100, deadline=None)
    def test_nobody_is_lost_and_responses_do_not_matter(self, sizes, seed):
        rng = np.random.default_rng(seed)
        rows = [[int(rng.integers(n1 + 1)), n1, int(rng.integers(n0 + 1)), n0] for n1, n0 in sizes]
        if not (sum(n1 for n1, _ in sizes) and sum(n0 for _, n0 in sizes)):
            return
        pooled = pool_empty_strata(rows, range(len(rows)))
        assert np.array_equal(np.sum(pooled.strata, axis=0), np.sum(rows, axis=0))
        assert all(n1 and n0 for _, n1, _, n0 in pooled.strata)
        nobody_responds = pool_empty_strata([[0, n1, 0, n0] for n1, n0 in sizes], range(len(rows)))
        assert nobody_responds.groups == pooled.groups
