"""Restricted cubic splines: shape, edges, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats.restricted_cubic_spline import default_knots, spline_basis


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=7, unique=True), st.sampled_from([0, 1, 2]))
@settings(max_examples=60, deadline=None)
def test_straight_beyond_the_outer_knots(knots, norm):
    knots = sorted(knots)
    right = spline_basis(np.array([1.0, 2.0, 3.0]) + knots[-1], knots, norm)
    left = spline_basis(np.array([-3.0, -2.0, -1.0]) + knots[0], knots, norm)
    for side in (left, right):
        bend = side[0] - 2 * side[1] + side[2]
        assert np.allclose(bend, 0, atol=1e-6 * max(1.0, float(np.abs(side).max())))
    assert (left[:, 1:] == 0).all()


def test_knots_of_a_large_and_of_a_small_sample():
    assert default_knots(np.arange(101.0), 3).tolist() == pytest.approx([10, 50, 90])
    assert default_knots([*np.arange(51.0), math.nan], 4)[[0, -1]].tolist() == [4, 46]


@pytest.mark.parametrize(
    ("x", "number", "words"),
    [(range(50), 2, "3 to 7 knots"), ([1, 2], 3, "too few to place"), ([1] * 50, 3, "too few different")],
)
def test_impossible_knots_are_refused(x, number, words):
    with pytest.raises(ValueError, match=words):
        default_knots(x, number)


def test_impossible_bases_are_refused():
    with pytest.raises(ValueError, match="at least 3 knots"):
        spline_basis([1.0], [1, 2])
    with pytest.raises(ValueError, match="each above"):
        spline_basis([1.0], [1, 3, 2])
    with pytest.raises(ValueError, match="scales"):
        spline_basis([1.0], [1, 2, 3], 3)
