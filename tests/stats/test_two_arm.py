"""Two-arm tables: published examples, edges, refusals and invariances."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats import chi_squared, log_ratio, mee, miettinen_nurminen, newcombe, score_ratio, wald
from equipoise.stats.barnard import barnard_exact
from equipoise.stats.boschloo import boschloo_exact
from equipoise.stats.fisher import fisher_exact

DIFFERENCES = [
    miettinen_nurminen.risk_difference,
    mee.risk_difference,
    newcombe.risk_difference,
    wald.risk_difference,
    wald.agresti_caffo,
]
RATIOS = [log_ratio.risk_ratio, log_ratio.odds_ratio, score_ratio.risk_ratio, score_ratio.odds_ratio]
TESTS = [fisher_exact, barnard_exact, boschloo_exact, chi_squared.chi_squared]


def arms(largest=40):
    return st.integers(1, largest).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("table", "method", "low", "high"),
    [
        ((56, 70, 48, 80), miettinen_nurminen.risk_difference, 0.0528, 0.3382),
        ((56, 70, 48, 80), mee.risk_difference, 0.0533, 0.3377),
        ((56, 70, 48, 80), newcombe.risk_difference, 0.0524, 0.3339),
        ((9, 10, 3, 10), mee.risk_difference, 0.1821, 0.8370),
        ((10, 10, 0, 20), newcombe.risk_difference, 0.6791, 1.0000),
        ((10, 10, 0, 20), mee.risk_difference, 0.7225, 1.0000),
    ],
)
def test_newcombe_1998_table_2(table, method, low, high):
    """Newcombe (1998), Statistics in Medicine 17:873-890, table II: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/20."""
    interval = method(*table)
    assert interval.low == pytest.approx(low, abs=6e-5)
    assert interval.high == pytest.approx(high, abs=6e-5)


def test_newcombe_corrected_published():
    interval = newcombe.risk_difference(56, 70, 48, 80, corrected=True)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0428, 0.3422)


def test_tea_tasting():
    """Fisher (1935): 3 of 4 cups named rightly; 17/70 one-sided."""
    found = fisher_exact(3, 4, 1, 4)
    assert found.p_greater == pytest.approx(17 / 70)
    assert found.p == pytest.approx(34 / 70)
    assert found.p_mid_greater == pytest.approx(9 / 70)


def test_barnard_exact_rational():
    """7/7 against 0/7: the two outer tables have probability 2 p^7 q^7, at most 2 / 4^7."""
    assert barnard_exact(7, 7, 0, 7) == pytest.approx(2 / 4**7, rel=1e-9)
    assert barnard_exact(7, 7, 0, 7, "greater") == pytest.approx(1 / 4**7, rel=1e-9)
    assert barnard_exact(7, 7, 0, 7, "less") == 1


@pytest.mark.parametrize("method", DIFFERENCES + RATIOS + TESTS)
def test_an_empty_arm_is_refused(method):
    with pytest.raises(ValueError, match="arm 0 needs at least one participant; it has 0"):
        method(1, 2, 0, 0)
    with pytest.raises(ValueError, match="arm 1 has 3 responders, which is not between 0 and its 2 participants"):
        method(3, 2, 0, 1)


def test_a_fraction_is_refused():
    with pytest.raises(TypeError):
        miettinen_nurminen.risk_difference(1.5, 2, 0, 1)


def test_unknown_choices_are_refused():
    with pytest.raises(ValueError, match="sides are"):
        barnard_exact(1, 2, 1, 2, "both")
    with pytest.raises(ValueError, match="sides are"):
        boschloo_exact(1, 2, 1, 2, "both")
    with pytest.raises(ValueError, match="kinds of chi-squared"):
        chi_squared.chi_squared(1, 2, 1, 2, "fisher")
    with pytest.raises(ValueError, match="strictly between -1 and 1"):
        miettinen_nurminen.risk_difference(1, 2, 1, 2, null=1.0)


def test_everybody_responds():
    found = miettinen_nurminen.risk_difference(10, 10, 12, 12)
    assert (found.estimate, found.z, found.p) == (0, 0, 1)
    assert found.low < 0 < found.high
    assert math.isnan(chi_squared.chi_squared(10, 10, 12, 12).p)
    assert math.isnan(log_ratio.odds_ratio(10, 10, 12, 12).estimate)


def test_a_whole_difference_reaches_its_end():
    assert miettinen_nurminen.risk_difference(10, 10, 0, 10).high == 1
    assert miettinen_nurminen.risk_difference(0, 10, 10, 10).low == -1


def test_the_score_test_at_zero_is_the_n_minus_1_chi_squared():
    z = miettinen_nurminen.risk_difference(56, 70, 48, 80).z
    assert z**2 == pytest.approx(chi_squared.chi_squared(56, 70, 48, 80, "n-1").statistic, rel=1e-12)


@given(arms(), arms(), st.sampled_from(DIFFERENCES))
@settings(max_examples=100, deadline=None)
def test_swapping_the_arms_mirrors_the_difference(arm1, arm0, method):
    there, back = method(*arm1, *arm0), method(*arm0, *arm1)
    assert there.low == pytest.approx(-back.high, abs=1e-9)
    assert there.high == pytest.approx(-back.low, abs=1e-9)


@given(arms(), arms(), st.sampled_from(DIFFERENCES))
@settings(max_examples=100, deadline=None)
def test_counting_failures_mirrors_the_difference(arm1, arm0, method):
    there = method(*arm1, *arm0)
    back = method(arm1[1] - arm1[0], arm1[1], arm0[1] - arm0[0], arm0[1])
    assert there.low == pytest.approx(-back.high, abs=1e-9)


@given(arms(), arms())
@settings(max_examples=100, deadline=None)
def test_the_score_limits_are_where_the_test_just_rejects(arm1, arm0):
    found = miettinen_nurminen.risk_difference(*arm1, *arm0)
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    for limit, sign in ((found.low, 1), (found.high, -1)):
        if -1 < limit < 1:
            z = miettinen_nurminen.statistic(*arm1, *arm0, null=limit)
            assert z == pytest.approx(sign * 1.959963984540054, abs=1e-6)


@given(arms(), arms())
@settings(max_examples=100, deadline=None)
def test_the_statistic_falls_with_the_null_value(arm1, arm0):
    nulls = [step / 50 for step in range(-49, 50)]
    z = [miettinen_nurminen.statistic(*arm1, *arm0, null=null) for null in nulls]
    assert all(left >= right - 1e-9 for left, right in itertools.pairwise(z))


@given(arms(12), arms(12))
@settings(max_examples=50, deadline=None)
def test_boschloo_is_never_above_fisher(arm1, arm0):
    fisher = fisher_exact(*arm1, *arm0)
    assert boschloo_exact(*arm1, *arm0, "greater") <= fisher.p_greater + 1e-9
    assert boschloo_exact(*arm1, *arm0) <= fisher.p + 1e-9


@given(arms(), arms(), st.sampled_from(RATIOS))
@settings(max_examples=100, deadline=None)
def test_swapping_the_arms_inverts_the_ratio(arm1, arm0, method):
    there, back = method(*arm1, *arm0), method(*arm0, *arm1)
    if there.low > 0 and math.isfinite(back.high):
        assert there.low == pytest.approx(1 / back.high, rel=1e-7)


@given(arms(25), arms(25))
@settings(max_examples=50, deadline=None)
def test_the_exact_limits_leave_half_of_alpha_in_each_tail(arm1, arm0):
    from equipoise.stats.conditional import hypergeometric

    limits = fisher_exact(*arm1, *arm0).odds_ratio
    conditional = hypergeometric(arm1[1], arm0[1], arm1[0] + arm0[0])
    if limits.low > 0:
        assert conditional.at_least(arm1[0], math.log(limits.low)) == pytest.approx(0.025, abs=1e-9)
    if limits.high < math.inf:
        assert conditional.at_most(arm1[0], math.log(limits.high)) == pytest.approx(0.025, abs=1e-9)
