"""The score statistic of a common risk difference, and its inversion into an interval."""

import math
from collections.abc import Sequence

from equipoise.stats.constrained import under_difference
from equipoise.stats.normal import critical_value, two_sided
from equipoise.stats.results import ScoreResult
from equipoise.stats.two_arm import TwoArmTable


def score_variance(tables: Sequence[TwoArmTable], weights: Sequence[float], d: float, *, corrected: bool) -> float:
    """Return the variance of the weighted risk difference when the true difference is ``d`` in every stratum.

    Parameters
    ----------
    tables : sequence of TwoArmTable
        The strata, no arm empty.
    weights : sequence of float
        Weights that sum to 1, one a stratum.
    d : float
        The common risk difference.
    corrected : bool
        Multiply each stratum's variance by N / (N - 1) (Miettinen and Nurminen) or not (Mee).

    Returns
    -------
    float
        ``sum w^2 (p1 q1 / n1 + p0 q0 / n0) N / (N - 1)`` at the proportions most likely under ``d``.
    """
    variance = 0.0
    for table, weight in zip(tables, weights, strict=True):
        n1, n0 = table.n1, table.n0
        p1, p0 = under_difference(table.x1, n1, table.x0, n0, d)
        part = p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0
        if corrected:
            part *= (n1 + n0) / (n1 + n0 - 1)
        variance += weight * weight * part
    return variance


def score_statistic(tables: Sequence[TwoArmTable], weights: Sequence[float], null: float, *, corrected: bool) -> float:
    """Return the score statistic of a null value of the common risk difference.

    Parameters
    ----------
    tables : sequence of TwoArmTable
        The strata, no arm empty.
    weights : sequence of float
        Weights that sum to 1, one a stratum.
    null : float
        Risk difference under the null hypothesis.
    corrected : bool
        As in `score_variance`.

    Returns
    -------
    float
        ``(estimate - null) / sqrt(variance)``. With no variance at all it is 0 when the estimate equals the null
        (nothing speaks against it), and infinite otherwise.
    """
    excess = sum(w * t.difference for t, w in zip(tables, weights, strict=True)) - null
    variance = score_variance(tables, weights, null, corrected=corrected)
    if variance <= 0:
        return 0.0 if excess == 0 else math.copysign(math.inf, excess)
    return excess / math.sqrt(variance)


def score_interval(
    tables: Sequence[TwoArmTable], weights: Sequence[float], conf: float, null: float, *, corrected: bool
) -> ScoreResult:
    """Return the score interval and the score test of a common risk difference.

    Parameters
    ----------
    tables : sequence of TwoArmTable
        The strata, no arm empty.
    weights : sequence of float
        Weights that sum to 1, one a stratum.
    conf : float
        Confidence level.
    null : float
        Risk difference under the null hypothesis of the test, strictly between -1 and 1.
    corrected : bool
        As in `score_variance`.

    Returns
    -------
    ScoreResult
        The limits are the differences at which the statistic equals plus and minus the critical value.

    Raises
    ------
    ValueError
        If the confidence level or the null value is out of range.
    """
    if not -1 < null < 1:
        raise ValueError(f"a null risk difference lies strictly between -1 and 1; it is {null}")
    critical = critical_value(conf)
    estimate = sum(w * t.difference for t, w in zip(tables, weights, strict=True))
    z = score_statistic(tables, weights, null, corrected=corrected)
    low = _limit(tables, weights, estimate, -critical, corrected=corrected)
    high = _limit(tables, weights, estimate, critical, corrected=corrected)
    return ScoreResult(estimate, low, high, z, two_sided(z))


def _limit(
    tables: Sequence[TwoArmTable], weights: Sequence[float], estimate: float, critical: float, *, corrected: bool
) -> float:
    """Return the limit on the side of the sign of ``critical``.

    The excess minus the critical value times the standard error is bounded and continuous on [-1, 1], unlike the
    statistic itself, which is infinite at the ends: so the bracket is always good.
    """
    from scipy.optimize import brentq

    def gap(d: float) -> float:
        return d - estimate - critical * math.sqrt(score_variance(tables, weights, d, corrected=corrected))

    end = math.copysign(1.0, critical)
    # At an estimate on the boundary the standard error is 0 there, and the root that counts lies further out.
    start = estimate + math.copysign(1e-10, critical)
    if abs(start) >= 1 or gap(start) * critical >= 0:
        return end if abs(start) >= 1 else estimate
    return float(brentq(gap, start, end, xtol=1e-14, rtol=1e-14))
