"""The test of Breslow and Day that the odds ratios of the strata are one, and Tarone's version."""

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike

from equipoise.stats.mantel_haenszel import odds_ratio
from equipoise.stats.normal import chi_squared_tail
from equipoise.stats.results import ChiSquaredResult
from equipoise.stats.two_arm import TwoArmTable, as_tables


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """Two tests of one null hypothesis.

    Attributes
    ----------
    breslow_day : ChiSquaredResult
        The test of Breslow and Day.
    tarone : ChiSquaredResult
        The same with Tarone's correction for the estimate of the odds ratio.
    """

    breslow_day: ChiSquaredResult
    tarone: ChiSquaredResult


def breslow_day(strata: ArrayLike) -> Homogeneity:
    """Return the tests that all strata share one odds ratio.

    Parameters
    ----------
    strata : array_like, shape (k, 4)
        One row a stratum: ``x1, n1, x0, n0``; no arm empty.

    Returns
    -------
    Homogeneity
        Breslow and Day (1980), Statistical Methods in Cancer Research 1, section 4.4, at the Mantel-Haenszel odds
        ratio; Tarone (1985), Biometrika 72:91-95. Strata without responders or without failures carry no
        information and are left out, also of the degrees of freedom. ``nan`` without a finite odds ratio.

    Raises
    ------
    ValueError
        If the shape is wrong or a stratum has an empty arm.
    """
    tables = as_tables(strata)
    common = odds_ratio(strata).estimate
    informative = [t for t in tables if 0 < t.responders < t.total]
    df = len(informative) - 1
    if not 0 < common < math.inf:
        unknown = ChiSquaredResult(math.nan, df, math.nan)
        return Homogeneity(unknown, unknown)
    statistic = excess_sum = variance_sum = 0.0
    for table in informative:
        expected = _expected(table, common)
        rest = (table.n1 - expected, table.responders - expected, table.n0 - table.responders + expected)
        variance = 1 / (1 / expected + sum(1 / cell for cell in rest))
        excess = table.x1 - expected
        statistic += excess**2 / variance
        excess_sum += excess
        variance_sum += variance
    tarone = statistic - excess_sum**2 / variance_sum
    return Homogeneity(
        ChiSquaredResult(statistic, df, chi_squared_tail(statistic, df)),
        ChiSquaredResult(tarone, df, chi_squared_tail(max(0.0, tarone), df)),
    )


def _expected(table: TwoArmTable, ratio: float) -> float:
    """Return the responders of arm 1 that fit the margins and the odds ratio."""
    m, n1, n0 = table.responders, table.n1, table.n0
    b = ratio * (n1 + m) + n0 - m
    # The smaller root of (ratio - 1) e^2 - b e + ratio n1 m = 0, in the form that holds at ratio 1 too.
    return 2 * ratio * n1 * m / (b + math.sqrt(b * b - 4 * (ratio - 1) * ratio * n1 * m))
