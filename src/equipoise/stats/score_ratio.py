"""Score intervals of a risk ratio (Miettinen-Nurminen, Koopman) and of an odds ratio (Miettinen-Nurminen)."""

import math
from collections.abc import Callable

from equipoise.stats.constrained import under_odds_ratio, under_ratio
from equipoise.stats.normal import critical_value
from equipoise.stats.results import Interval
from equipoise.stats.two_arm import TwoArmTable

# Beyond this a statistic only needs its sign: it keeps the root finder's numbers finite.
_LARGE = 1e9


def risk_ratio(x1: int, n1: int, x0: int, n0: int, conf: float = 0.95, *, corrected: bool = True) -> Interval:
    """Return the score interval of a risk ratio.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    conf : float
        Confidence level.
    corrected : bool
        Variance times N / (N - 1) (Miettinen and Nurminen 1985, Statistics in Medicine 4:213-226) or without
        it (Koopman 1984, Biometrics 40:513-517).

    Returns
    -------
    Interval
        From 0 when arm 1 has no responder, to infinity when arm 0 has none; the estimate is ``nan`` when neither
        has.

    Raises
    ------
    ValueError
        If an arm is empty or its responders are not between 0 and its participants.
    """
    table = TwoArmTable(x1, n1, x0, n0)

    def z(log_ratio: float) -> float:
        ratio = math.exp(log_ratio)
        p1, p0 = under_ratio(x1, n1, x0, n0, ratio)
        variance = p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0
        return _standardise(x1 / n1 - ratio * x0 / n0, variance * _factor(table, corrected))

    estimate = math.nan if table.responders == 0 else (math.inf if x0 == 0 else (x1 / n1) / (x0 / n0))
    critical = critical_value(conf)
    start = math.log(estimate) if 0 < estimate < math.inf else 0.0
    low = 0.0 if x1 == 0 else math.exp(_solve(z, critical, start))
    high = math.inf if x0 == 0 else math.exp(_solve(z, -critical, start))
    return Interval(estimate, low, high)


def odds_ratio(x1: int, n1: int, x0: int, n0: int, conf: float = 0.95) -> Interval:
    """Return the score interval of an odds ratio by Miettinen and Nurminen.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    conf : float
        Confidence level.

    Returns
    -------
    Interval
        Miettinen and Nurminen (1985), Statistics in Medicine 4:213-226, variance times N / (N - 1). From 0 when
        arm 1 has no responder or arm 0 no failure, to infinity in the opposite case; the estimate is ``nan`` when
        nobody or everybody responded.

    Raises
    ------
    ValueError
        If an arm is empty or its responders are not between 0 and its participants.
    """
    table = TwoArmTable(x1, n1, x0, n0)

    def z(log_ratio: float) -> float:
        p1, p0 = under_odds_ratio(x1, n1, x0, n0, math.exp(log_ratio))
        information = (n1 * p1 * (1 - p1), n0 * p0 * (1 - p0))
        if min(information) <= 0:
            return _standardise(x1 - n1 * p1, 0.0)
        variance = 1 / (1 / information[0] + 1 / information[1])
        return _standardise(x1 - n1 * p1, variance * _factor(table, corrected=True))

    for_arm1, for_arm0 = x1 * (n0 - x0), (n1 - x1) * x0
    estimate = for_arm1 / for_arm0 if for_arm0 else (math.inf if for_arm1 else math.nan)
    critical = critical_value(conf)
    start = math.log(estimate) if 0 < estimate < math.inf else 0.0
    low = 0.0 if x1 == 0 or x0 == n0 else math.exp(_solve(z, critical, start))
    high = math.inf if x0 == 0 or x1 == n1 else math.exp(_solve(z, -critical, start))
    return Interval(estimate, low, high)


def _factor(table: TwoArmTable, corrected: bool) -> float:
    """Return N / (N - 1) where asked for."""
    return table.total / (table.total - 1) if corrected else 1.0


def _standardise(excess: float, variance: float) -> float:
    """Return excess over standard error, held finite."""
    if variance <= 0:
        return 0.0 if excess == 0 else math.copysign(_LARGE, excess)
    return max(-_LARGE, min(_LARGE, excess / math.sqrt(variance)))


def _solve(z: Callable[[float], float], target: float, start: float) -> float:
    """Return the log ratio at which the statistic, which falls with the ratio, meets its target."""
    from scipy.optimize import brentq

    def gap(log_ratio: float) -> float:
        return z(log_ratio) - target

    step = 1.0
    direction = 1.0 if gap(start) > 0 else -1.0
    while gap(start + direction * step) * direction > 0:
        start, step = start + direction * step, step * 2
    return float(brentq(gap, start, start + direction * step, xtol=1e-15, rtol=1e-14))
