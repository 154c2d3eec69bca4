"""Exact power: the reference study's figures, a hand-made enumeration, refusals."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats.fisher import fisher_exact
from equipoise.stats.miettinen_nurminen import risk_difference
from equipoise.stats.power import exact_power, rejection_region


@pytest.mark.parametrize(
    ("p1", "p0", "options", "power"),
    [
        (0.93, 0.75, {}, 0.83),
        (0.93, 0.75, {"test": "fisher"}, 0.77),
        (0.93, 0.75, {"dropout": (0.08, 0.08)}, 0.63),
        (0.95, 0.85, {}, 0.50),
        # The plan says "about 38 %"; the enumeration gives 37.5 %.
        (0.97, 0.90, {}, 0.375),
    ],
)
def test_reference_design(p1, p0, options, power):
    """66 an arm, as the plan of the reference study states it."""
    assert exact_power(66, 66, p1, p0, **options).power == pytest.approx(power, abs=0.005)


@pytest.mark.parametrize("test", ["miettinen-nurminen", "fisher"])
def test_against_the_methods_one_table_at_a_time(test):
    n1, n0, p1, p0 = 9, 7, 0.8, 0.35
    from math import comb

    power = 0.0
    for x1, x0 in itertools.product(range(n1 + 1), range(n0 + 1)):
        method = fisher_exact if test == "fisher" else risk_difference
        if method(x1, n1, x0, n0).p <= 0.05:
            power += comb(n1, x1) * p1**x1 * (1 - p1) ** (n1 - x1) * comb(n0, x0) * p0**x0 * (1 - p0) ** (n0 - x0)
    assert exact_power(n1, n0, p1, p0, test=test).power == pytest.approx(power, abs=1e-12)


def test_non_inferiority_by_a_margin():
    n, margin = 12, -0.15
    region = rejection_region(n, n, 0.025, null=margin, side="greater")
    for x1, x0 in itertools.product(range(n + 1), repeat=2):
        assert region[x1, x0] == (risk_difference(x1, n, x0, n, null=margin).z >= 1.959963984540054)


def test_the_parts_make_the_whole():
    found = exact_power(30, 30, 0.5, 0.5)
    assert found.power == found.in_favour + found.against
    assert found.in_favour == pytest.approx(found.against, rel=1e-9)


def test_dropout_is_failure():
    assert exact_power(20, 25, 0.9, 0.6, dropout=(0.1, 0.2)) == exact_power(20, 25, 0.9 * 0.9, 0.6 * 0.8)


@given(st.integers(1, 14), st.integers(1, 14), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_fisher_never_exceeds_its_level(n1, n0, p):
    assert exact_power(n1, n0, p, p, test="fisher").power <= 0.05 + 1e-12


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ((0, 5, 0.5, 0.5), {}, "at least one participant"),
        ((5, 5, 1.2, 0.5), {}, "p1 lies between 0 and 1"),
        ((5, 5, 0.5, 0.5), {"dropout": (0.0, -0.1)}, "drop-out of arm 0"),
        ((5, 5, 0.5, 0.5, 0.7), {}, "level of a test"),
        ((5, 5, 0.5, 0.5), {"test": "wald"}, "the tests are"),
        ((5, 5, 0.5, 0.5), {"side": "upper"}, "the sides are"),
        ((5, 5, 0.5, 0.5), {"test": "fisher", "null": -0.1}, "cannot test"),
    ],
)
def test_impossible_designs_are_refused(arguments, options, words):
    with pytest.raises(ValueError, match=words):
        exact_power(*arguments, **options)
