"""Pearson's chi-squared test of a two-arm table, plain, with Yates' correction, and the N - 1 version."""

import math
from typing import Literal

from equipoise.stats.normal import chi_squared_tail
from equipoise.stats.results import ChiSquaredResult
from equipoise.stats.two_arm import TwoArmTable


def chi_squared(
    x1: int, n1: int, x0: int, n0: int, kind: Literal["pearson", "yates", "n-1"] = "pearson"
) -> ChiSquaredResult:
    """Return the chi-squared test of equal proportions.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    kind : {"pearson", "yates", "n-1"}
        Pearson's statistic; with Yates' correction ``min(1/2, |O - E|)`` (1934); or Pearson's times
        ``(N - 1) / N`` (Campbell 2007, Statistics in Medicine 26:3661-3675).

    Returns
    -------
    ChiSquaredResult
        One degree of freedom; ``nan`` when nobody or everybody responded.

    Raises
    ------
    ValueError
        If an arm is empty or its responders are not between 0 and its participants, or ``kind`` is unknown.
    """
    if kind not in ("pearson", "yates", "n-1"):
        raise ValueError(f"the kinds of chi-squared test are pearson, yates and n-1; not {kind!r}")
    table = TwoArmTable(x1, n1, x0, n0)
    total, responders = table.total, table.responders
    if responders in (0, total):
        return ChiSquaredResult(math.nan, 1, math.nan)
    # |O - E| is the same in all four cells, as whole numbers over N it is exact.
    excess = abs(x1 * total - n1 * responders) / total
    if kind == "yates":
        excess -= min(0.5, excess)
    statistic = excess**2 * total**3 / (n1 * n0 * responders * (total - responders))
    if kind == "n-1":
        statistic *= (total - 1) / total
    return ChiSquaredResult(statistic, 1, chi_squared_tail(statistic, 1))
