"""Newcombe's hybrid score interval of a risk difference."""

import math

from equipoise.stats.proportion import wilson, wilson_corrected
from equipoise.stats.results import Interval
from equipoise.stats.two_arm import TwoArmTable


def risk_difference(x1: int, n1: int, x0: int, n0: int, conf: float = 0.95, *, corrected: bool = False) -> Interval:
    """Return the hybrid score interval of a risk difference.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    conf : float
        Confidence level.
    corrected : bool
        Use Wilson limits with continuity correction in each arm (method 11) and not without (method 10).

    Returns
    -------
    Interval
        Newcombe (1998), Statistics in Medicine 17:873-890: with l and u the Wilson limits of an arm,
        ``d - sqrt((p1 - l1)^2 + (u0 - p0)^2)`` to ``d + sqrt((u1 - p1)^2 + (p0 - l0)^2)``.

    Raises
    ------
    ValueError
        If an arm is empty or its responders are not between 0 and its participants.
    """
    table = TwoArmTable(x1, n1, x0, n0)
    method = wilson_corrected if corrected else wilson
    arm1, arm0 = method(x1, n1, conf), method(x0, n0, conf)
    below = math.hypot(arm1.estimate - arm1.low, arm0.high - arm0.estimate)
    above = math.hypot(arm1.high - arm1.estimate, arm0.estimate - arm0.low)
    return Interval(table.difference, table.difference - below, table.difference + above)
