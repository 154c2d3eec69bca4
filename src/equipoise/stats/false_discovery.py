"""Adjusted p-values that hold the expected share of false discoveries."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Return p-values adjusted by the step-up procedure of Benjamini and Hochberg.

    Parameters
    ----------
    p : array_like, shape (m,)
        P-values; m may be 0.

    Returns
    -------
    numpy.ndarray, shape (m,)
        The smallest rate at which each hypothesis would be rejected, in the order given: Benjamini and Hochberg
        (1995), JRSS B 57:289-300. The rate holds for independent and for positively dependent tests.

    Raises
    ------
    ValueError
        If a p-value does not lie between 0 and 1.
    """
    return _step_up(p, 1.0)


def benjamini_yekutieli(p: ArrayLike) -> Floats:
    """Return p-values adjusted for tests that depend on each other in any way.

    Parameters
    ----------
    p : array_like, shape (m,)
        P-values; m may be 0.

    Returns
    -------
    numpy.ndarray, shape (m,)
        Those of `benjamini_hochberg` times ``1 + 1/2 + ... + 1/m``, at most 1: Benjamini and Yekutieli (2001),
        Annals of Statistics 29:1165-1188.

    Raises
    ------
    ValueError
        If a p-value does not lie between 0 and 1.
    """
    number = np.size(np.asarray(p))
    return _step_up(p, float((1 / np.arange(1, number + 1)).sum()))


def _step_up(p: ArrayLike, price: float) -> Floats:
    """Return the running minimum, from the largest, of ``price m p / rank``."""
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError("p-values form a list and lie between 0 and 1")
    order = np.argsort(values, kind="stable")[::-1]
    ranks = np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.minimum.accumulate(price * len(values) * values[order] / ranks), 1.0)
    return adjusted
