"""The largest probability of a set of two-arm tables over the common proportion."""

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.enumeration import binomial_probabilities

_GRID = 1001
_PEAKS = 5


def largest_probability(tables: NDArray[np.bool_]) -> float:
    """Return the supremum over the common proportion of the probability of a set of tables.

    Parameters
    ----------
    tables : numpy.ndarray of bool, shape (n1 + 1, n0 + 1)
        True for each table (row x1, column x0) that belongs to the set.

    Returns
    -------
    float
        The maximum of a grid of 1001 proportions, then refined by a bounded search about the highest peaks: the
        same result on every machine, unlike a random search.
    """
    from scipy.optimize import minimize_scalar

    n1, n0 = tables.shape[0] - 1, tables.shape[1] - 1
    region = tables.astype(float)

    def probability(p: NDArray[np.float64] | float) -> NDArray[np.float64]:
        arm1, arm0 = binomial_probabilities(n1, p), binomial_probabilities(n0, p)
        return np.asarray(np.einsum("gi,gi->g", arm1 @ region, arm0))

    grid = np.linspace(0.0, 1.0, _GRID)
    values = probability(grid)
    best = float(values.max())
    padded = np.concatenate(([-1.0], values, [-1.0]))
    # A probability over N common trials bends by at most 2 N^2, so a lower grid value cannot hide a higher peak.
    hidden = ((n1 + n0) / (_GRID - 1)) ** 2 / 4
    peaks = np.flatnonzero((values >= padded[:-2]) & (values >= padded[2:]) & (values >= best - hidden))
    for peak in peaks[np.argsort(values[peaks], kind="stable")[::-1][:_PEAKS]]:
        bounds = (grid[max(peak - 1, 0)], grid[min(peak + 1, _GRID - 1)])
        found = minimize_scalar(lambda p: -probability(p)[0], bounds=bounds, method="bounded", options={"xatol": 1e-10})
        best = max(best, -float(found.fun))
    return min(1.0, best)
