"""Boschloo's unconditional exact test, tables ordered by Fisher's p-value."""

from typing import Literal

from equipoise.stats.conditional import RELATIVE_TIE
from equipoise.stats.enumeration import fisher_p_values
from equipoise.stats.two_arm import TwoArmTable
from equipoise.stats.unconditional import largest_probability


def boschloo_exact(
    x1: int, n1: int, x0: int, n0: int, side: Literal["two-sided", "central", "greater", "less"] = "two-sided"
) -> float:
    """Return the p-value of Boschloo's test, never larger than Fisher's.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    side : {"two-sided", "central", "greater", "less"}
        The alternative. "two-sided" orders the tables by Fisher's two-sided p-value; "central" is twice the
        smaller one-sided p-value. Both are in use and they differ.

    Returns
    -------
    float
        The supremum over the common proportion of the probability of all tables whose Fisher p-value is no
        larger (Boschloo 1970, Statistica Neerlandica 24:1-35).

    Raises
    ------
    ValueError
        If an arm is empty, its responders are not between 0 and its participants, or ``side`` is unknown.
    """
    TwoArmTable(x1, n1, x0, n0)
    if side == "central":
        return min(1.0, 2 * min(boschloo_exact(x1, n1, x0, n0, "greater"), boschloo_exact(x1, n1, x0, n0, "less")))
    p = fisher_p_values(n1, n0, side)
    return largest_probability(p <= p[x1, x0] * (1 + RELATIVE_TIE))
