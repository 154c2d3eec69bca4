"""Restricted cubic splines: smooth between knots, straight beyond the outer ones."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# Outer quantiles by the number of knots (Harrell 2015, Regression Modeling Strategies, table 2.3).
_OUTER = {3: 0.10, 4: 0.05, 5: 0.05, 6: 0.05, 7: 0.025}
_SMALL_SAMPLE = 100


def default_knots(x: ArrayLike, number: int) -> Floats:
    """Return knots at quantiles of the data.

    Parameters
    ----------
    x : array_like, shape (n,)
        The data; ``nan`` is left out.
    number : int
        Number of knots, 3 to 7.

    Returns
    -------
    numpy.ndarray, shape (number,)
        Equally spaced quantiles between the outer ones, which are 0.10 and 0.90 for 3 knots, 0.05 and 0.95 for 4 to 6,
        0.025 and 0.975 for 7. With fewer than 100 values the outer knots are the fifth smallest and fifth largest.

    Raises
    ------
    ValueError
        If the number of knots is not 3 to 7, or the data give fewer different knots.
    """
    if number not in _OUTER:
        raise ValueError(f"a restricted cubic spline has 3 to 7 knots here; not {number}")
    values = np.asarray(x, dtype=np.float64)
    values = np.sort(values[~np.isnan(values)])
    if len(values) < 6:
        raise ValueError(f"{len(values)} values are too few to place knots")
    knots = np.quantile(values, np.linspace(_OUTER[number], 1 - _OUTER[number], number))
    if len(values) < _SMALL_SAMPLE:
        knots[0], knots[-1] = values[4], values[-5]
    if (np.diff(knots) <= 0).any():
        raise ValueError(f"the data have too few different values for {number} knots; give the knots")
    return np.asarray(knots)


def spline_basis(x: ArrayLike, knots: ArrayLike, norm: Literal[0, 1, 2] = 2) -> Floats:
    """Return the truncated power basis of a restricted cubic spline.

    Parameters
    ----------
    x : array_like, shape (n,)
        Where to evaluate.
    knots : array_like, shape (k,)
        Knots, rising, at least 3.
    norm : {0, 1, 2}
        Scale of the cubic terms: as they are; divided by the cube of the last interval; or by the square of the whole
        range, which puts them in the unit of ``x``.

    Returns
    -------
    numpy.ndarray, shape (n, k - 1)
        ``x`` and k - 2 cubic terms that are linear beyond the outer knots (Stone and Koo 1985; Harrell 2015,
        Regression Modeling Strategies, equation 2.25).

    Raises
    ------
    ValueError
        If there are fewer than 3 knots, they do not rise, or ``norm`` is unknown.
    """
    t, values = np.asarray(knots, dtype=np.float64), np.asarray(x, dtype=np.float64)
    if t.ndim != 1 or len(t) < 3 or not (np.diff(t) > 0).all():
        raise ValueError("a restricted cubic spline needs at least 3 knots, each above the one before")
    if norm not in (0, 1, 2):
        raise ValueError(f"the scales of the cubic terms are 0, 1 and 2; not {norm!r}")
    last = t[-1] - t[-2]
    scale = {0: 1.0, 1: last**3, 2: (t[-1] - t[0]) ** 2}[norm]

    def cubed(knot: float) -> Floats:
        return np.maximum(values - knot, 0.0) ** 3

    terms = [
        (cubed(knot) - cubed(t[-2]) * (t[-1] - knot) / last + cubed(t[-1]) * (t[-2] - knot) / last) / scale
        for knot in t[:-2]
    ]
    return np.column_stack([values, *terms])
