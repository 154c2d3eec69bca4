"""Barnard's unconditional exact test, tables ordered by the pooled score statistic."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.two_arm import TwoArmTable
from equipoise.stats.unconditional import largest_probability

# Statistics closer than this are equal but for rounding: dropping such ties makes the p-value too small.
_TIE = 1e-8


def barnard_exact(
    x1: int, n1: int, x0: int, n0: int, side: Literal["two-sided", "greater", "less"] = "two-sided"
) -> float:
    """Return the p-value of Barnard's test.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    side : {"two-sided", "greater", "less"}
        The alternative: a difference, more, or fewer responders in arm 1.

    Returns
    -------
    float
        The supremum over the common proportion of the probability of all tables with a statistic at least as
        extreme, ties included (Barnard 1947, Biometrika 34:123-138; Suissa and Shuster 1985, JRSS A 148:317-327).

    Raises
    ------
    ValueError
        If an arm is empty, its responders are not between 0 and its participants, or ``side`` is unknown.
    """
    TwoArmTable(x1, n1, x0, n0)
    z = pooled_statistics(n1, n0)
    if side == "greater":
        extreme = z >= z[x1, x0] - _TIE
    elif side == "less":
        extreme = z <= z[x1, x0] + _TIE
    elif side == "two-sided":
        extreme = np.abs(z) >= abs(z[x1, x0]) - _TIE
    else:
        raise ValueError(f"the sides are two-sided, greater and less; not {side!r}")
    return largest_probability(extreme)


def pooled_statistics(n1: int, n0: int) -> NDArray[np.float64]:
    """Return the pooled score statistic of every table.

    Parameters
    ----------
    n1, n0 : int
        Participants of arm 1 and arm 0.

    Returns
    -------
    numpy.ndarray, shape (n1 + 1, n0 + 1)
        ``(p1 - p0) / sqrt(p q (1/n1 + 1/n0))`` in row x1, column x0; 0 when nobody or everybody responded.
    """
    x1, x0 = np.arange(n1 + 1)[:, None], np.arange(n0 + 1)[None, :]
    pooled = (x1 + x0) / (n1 + n0)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n0)
    excess = x1 / n1 - x0 / n0
    return np.asarray(np.divide(excess, np.sqrt(variance), out=np.zeros_like(excess), where=variance > 0))
