"""All two-arm tables of given sizes: their probabilities, and their p-values by Fisher's test."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.conditional import RELATIVE_TIE, hypergeometric


def binomial_probabilities(n: int, p: ArrayLike) -> NDArray[np.float64]:
    """Return the binomial probabilities of every count.

    Parameters
    ----------
    n : int
        Participants.
    p : array_like, shape (g,)
        Proportions.

    Returns
    -------
    numpy.ndarray, shape (g, n + 1)
        One row a proportion, one column a count.
    """
    from scipy.special import gammaln, xlog1py, xlogy

    x = np.arange(n + 1)
    p = np.atleast_1d(np.asarray(p, dtype=float))[:, None]
    log_choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return np.asarray(np.exp(log_choose + xlogy(x, p) + xlog1py(n - x, -p)))


def fisher_p_values(n1: int, n0: int, side: str) -> NDArray[np.float64]:
    """Return the p-value of Fisher's test for every table.

    Parameters
    ----------
    n1, n0 : int
        Participants of arm 1 and arm 0.
    side : {"two-sided", "greater", "less"}
        The alternative: a difference, more, or fewer responders in arm 1.

    Returns
    -------
    numpy.ndarray, shape (n1 + 1, n0 + 1)
        Row x1, column x0.

    Raises
    ------
    ValueError
        If ``side`` is unknown.
    """
    if side not in ("two-sided", "greater", "less"):
        raise ValueError(f"the sides are two-sided, greater and less; not {side!r}")
    p = np.empty((n1 + 1, n0 + 1))
    for responders in range(n1 + n0 + 1):
        conditional = hypergeometric(n1, n0, responders)
        probability = conditional.probability()
        if side == "greater":
            tail = np.cumsum(probability[::-1])[::-1]
        elif side == "less":
            tail = np.cumsum(probability)
        else:
            # Sorted, the tables no more likely than one are a head of the list: its running sum is the p-value.
            ordered = np.sort(probability)
            ends = np.searchsorted(ordered, probability * (1 + RELATIVE_TIE), side="right")
            tail = np.cumsum(ordered)[ends - 1]
        x1 = conditional.support
        p[x1, responders - x1] = tail
    return np.minimum(p, 1.0)
