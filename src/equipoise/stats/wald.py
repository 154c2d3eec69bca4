"""Wald intervals of a risk difference."""

import math

from equipoise.stats.normal import critical_value, two_sided
from equipoise.stats.results import Difference, Interval
from equipoise.stats.two_arm import TwoArmTable


def risk_difference(x1: int, n1: int, x0: int, n0: int, conf: float = 0.95, *, corrected: bool = False) -> Difference:
    """Return the Wald interval of a risk difference, not truncated to [-1, 1].

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    conf : float
        Confidence level.
    corrected : bool
        Widen each side by the continuity correction ``(1/n1 + 1/n0) / 2``.

    Returns
    -------
    Difference
        ``d -+ z sqrt(p1 q1 / n1 + p0 q0 / n0)``; the test is the uncorrected one.

    Raises
    ------
    ValueError
        If an arm is empty or its responders are not between 0 and its participants.
    """
    table = TwoArmTable(x1, n1, x0, n0)
    p1, p0 = x1 / n1, x0 / n0
    se = math.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
    half = critical_value(conf) * se + ((1 / n1 + 1 / n0) / 2 if corrected else 0.0)
    d = table.difference
    z = d / se if se > 0 else math.nan
    return Difference(d, d - half, d + half, se, z, two_sided(z))


def agresti_caffo(x1: int, n1: int, x0: int, n0: int, conf: float = 0.95) -> Interval:
    """Return the interval of Agresti and Caffo, not truncated to [-1, 1].

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    conf : float
        Confidence level.

    Returns
    -------
    Interval
        Wald interval after adding one responder and one failure to each arm (Agresti and Caffo 2000,
        The American Statistician 54:280-288); the estimate is the observed difference.

    Raises
    ------
    ValueError
        If an arm is empty or its responders are not between 0 and its participants.
    """
    table = TwoArmTable(x1, n1, x0, n0)
    shifted = risk_difference(x1 + 1, n1 + 2, x0 + 1, n0 + 2, conf)
    return Interval(table.difference, shifted.low, shifted.high)
