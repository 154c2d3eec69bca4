"""Mantel-Haenszel analysis of stratified two-arm tables: test, odds ratio, risk ratio and risk difference."""

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.normal import chi_squared_tail
from equipoise.stats.results import ChiSquaredResult, Difference, LogRatio
from equipoise.stats.two_arm import as_tables

Column = NDArray[np.float64]


def association(
    strata: ArrayLike, kind: Literal["mantel-haenszel", "corrected", "cochran"] = "mantel-haenszel"
) -> ChiSquaredResult:
    """Return the Cochran-Mantel-Haenszel test.

    Parameters
    ----------
    strata : array_like, shape (k, 4)
        One row a stratum: ``x1, n1, x0, n0``; no arm empty.
    kind : {"mantel-haenszel", "corrected", "cochran"}
        Hypergeometric variance (divisor N - 1; Mantel and Haenszel 1959, JNCI 22:719-748); the same with the
        continuity correction 1/2 where the excess is at least 1/2; or Cochran's binomial variance (divisor N;
        1954, Biometrics 10:417-451).

    Returns
    -------
    ChiSquaredResult
        One degree of freedom; ``nan`` when no stratum has both responders and failures.

    Raises
    ------
    ValueError
        If the shape is wrong, a stratum has an empty arm, or ``kind`` is unknown.
    """
    if kind not in ("mantel-haenszel", "corrected", "cochran"):
        raise ValueError(f"the kinds are mantel-haenszel, corrected and cochran; not {kind!r}")
    x1, n1, x0, n0 = _columns(strata)
    total, responders = n1 + n0, x1 + x0
    excess = abs(float((x1 - n1 * responders / total).sum()))
    divisor = total if kind == "cochran" else total - 1
    variance = float((n1 * n0 * responders * (total - responders) / (total**2 * divisor)).sum())
    if variance == 0:
        return ChiSquaredResult(math.nan, 1, math.nan)
    if kind == "corrected" and excess >= 0.5:
        excess -= 0.5
    statistic = excess**2 / variance
    return ChiSquaredResult(statistic, 1, chi_squared_tail(statistic, 1))


def odds_ratio(strata: ArrayLike, conf: float = 0.95) -> LogRatio:
    """Return the Mantel-Haenszel odds ratio.

    Parameters
    ----------
    strata : array_like, shape (k, 4)
        One row a stratum: ``x1, n1, x0, n0``; no arm empty.
    conf : float
        Confidence level.

    Returns
    -------
    LogRatio
        With the variance of Robins, Breslow and Greenland (1986), Biometrics 42:311-323. Infinite or 0 without
        interval when all tables point one way; ``nan`` when none has both responders and failures.

    Raises
    ------
    ValueError
        If the shape is wrong or a stratum has an empty arm.
    """
    x1, n1, x0, n0 = _columns(strata)
    total = n1 + n0
    y1, y0 = n1 - x1, n0 - x0
    with_, against = x1 * y0 / total, x0 * y1 / total
    r, s = float(with_.sum()), float(against.sum())
    if r == 0 or s == 0:
        return LogRatio(math.inf if r > 0 else (0.0 if s > 0 else math.nan), math.nan, math.nan, math.nan)
    p, q = (x1 + y0) / total, (x0 + y1) / total
    variance = (
        float((p * with_).sum()) / (2 * r * r)
        + float((p * against + q * with_).sum()) / (2 * r * s)
        + float((q * against).sum()) / (2 * s * s)
    )
    return LogRatio.symmetric(r / s, math.sqrt(variance), conf)


def risk_ratio(strata: ArrayLike, conf: float = 0.95) -> LogRatio:
    """Return the Mantel-Haenszel risk ratio.

    Parameters
    ----------
    strata : array_like, shape (k, 4)
        One row a stratum: ``x1, n1, x0, n0``; no arm empty.
    conf : float
        Confidence level.

    Returns
    -------
    LogRatio
        With the variance of Greenland and Robins (1985), Biometrics 41:55-68; ``nan`` without interval when an arm
        has no responder in any stratum.

    Raises
    ------
    ValueError
        If the shape is wrong or a stratum has an empty arm.
    """
    x1, n1, x0, n0 = _columns(strata)
    total = n1 + n0
    r, s = float((x1 * n0 / total).sum()), float((x0 * n1 / total).sum())
    if r == 0 or s == 0:
        return LogRatio(math.inf if r > 0 else (0.0 if s > 0 else math.nan), math.nan, math.nan, math.nan)
    top = float(((n1 * n0 * (x1 + x0) - x1 * x0 * total) / total**2).sum())
    return LogRatio.symmetric(r / s, math.sqrt(top / (r * s)), conf)


def risk_difference(
    strata: ArrayLike, conf: float = 0.95, variance: Literal["sato", "greenland-robins"] = "sato"
) -> Difference:
    """Return the Mantel-Haenszel risk difference.

    Parameters
    ----------
    strata : array_like, shape (k, 4)
        One row a stratum: ``x1, n1, x0, n0``; no arm empty.
    conf : float
        Confidence level.
    variance : {"sato", "greenland-robins"}
        Sato, Greenland and Robins (1989), Biometrics 45:1323-1324, right both for few large and for many small
        strata; or Greenland and Robins (1985), Biometrics 41:55-68, ``sum w^2 (p1 q1/n1 + p0 q0/n0) / (sum w)^2``.

    Returns
    -------
    Difference
        Weighted by ``w = n1 n0 / (n1 + n0)``, with its Wald interval and test.

    Raises
    ------
    ValueError
        If the shape is wrong, a stratum has an empty arm, or ``variance`` is unknown.
    """
    if variance not in ("sato", "greenland-robins"):
        raise ValueError(f"the variances are sato and greenland-robins; not {variance!r}")
    x1, n1, x0, n0 = _columns(strata)
    total = n1 + n0
    weight = n1 * n0 / total
    estimate = float((weight * (x1 / n1 - x0 / n0)).sum() / weight.sum())
    if variance == "sato":
        p = (n1**2 * x0 - n0**2 * x1 + n1 * n0 * (n0 - n1) / 2) / total**2
        q = (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2 * total)
        square = float(estimate * p.sum() + q.sum())
    else:
        square = float((weight**2 * (x1 * (n1 - x1) / n1**3 + x0 * (n0 - x0) / n0**3)).sum())
    return Difference.wald(estimate, math.sqrt(max(0.0, square)) / float(weight.sum()), conf)


def _columns(strata: ArrayLike) -> tuple[Column, Column, Column, Column]:
    """Return the counts as columns of floats."""
    rows = np.array([(t.x1, t.n1, t.x0, t.n0) for t in as_tables(strata)], dtype=float)
    return rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3]
