"""One proportion: a published example, the boundary, refusals, and the symmetry of success and failure."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats import proportion

METHODS = [
    proportion.wald,
    proportion.wilson,
    proportion.wilson_corrected,
    proportion.clopper_pearson,
    proportion.jeffreys,
    proportion.agresti_coull,
]


@pytest.mark.parametrize(
    ("method", "low", "high"),
    [
        (proportion.wilson, 0.2553, 0.3662),
        (proportion.wilson_corrected, 0.2535, 0.3682),
        (proportion.clopper_pearson, 0.2527, 0.3676),
        (proportion.wald, 0.2522, 0.3638),
    ],
)
def test_newcombe_1998_table_1(method, low, high):
    """81 of 263, Newcombe (1998), Statistics in Medicine 17:857-872, table I."""
    interval = method(81, 263)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@pytest.mark.parametrize("method", [m for m in METHODS if m not in (proportion.wald, proportion.agresti_coull)])
def test_boundary_is_reached_and_not_passed(method):
    assert method(0, 20).low == 0
    assert method(20, 20).high == 1
    assert 0 < method(0, 20).high < 0.3


def test_rule_of_three():
    """With no event in n the exact one-sided 95 % limit is 1 - 0.05^(1/n), about 3/n."""
    assert proportion.clopper_pearson(0, 100, conf=0.9).high == pytest.approx(1 - 0.05 ** (1 / 100), abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("x", "n", "words"),
    [(0, 0, "needs at least one participant"), (-1, 10, "not between 0"), (11, 10, "not between 0")],
)
def test_impossible_counts_are_refused(method, x, n, words):
    with pytest.raises(ValueError, match=words):
        method(x, n)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("conf", [0, 1, 95])
def test_impossible_confidence_is_refused(method, conf):
    with pytest.raises(ValueError, match="confidence level"):
        method(1, 2, conf)


def test_binomial_test_of_one_half():
    assert proportion.binomial_test(1, 6, 0.5) == pytest.approx(14 / 64)
    with pytest.raises(ValueError, match="null proportion"):
        proportion.binomial_test(1, 6, 1.5)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from(METHODS))
@settings(max_examples=100, deadline=None)
def test_failure_mirrors_success(count, method):
    x, n = count
    success, failure = method(x, n), method(n - x, n)
    assert math.isclose(success.low, 1 - failure.high, abs_tol=1e-12)
    assert math.isclose(success.high, 1 - failure.low, abs_tol=1e-12)
    assert success.low <= success.estimate <= success.high
