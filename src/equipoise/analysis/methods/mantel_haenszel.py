"""Mantel and Haenszel's weighted risk difference, risk ratio and odds ratio over strata."""

from __future__ import annotations

import math

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding, call_text
from equipoise.analysis.methods.miettinen_nurminen import pooled_strata
from equipoise.stats import mantel_haenszel as stats


def mantel_haenszel(comparison: Comparison) -> Finding:
    """Return the Mantel-Haenszel estimate with its interval, and the Cochran-Mantel-Haenszel test.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a binary endpoint; without declared strata they are one stratum.

    Returns
    -------
    Finding
        Mantel and Haenszel (1959), JNCI 22:719-748. The sign of ``z`` is that of the effect.
    """
    summary, conf = comparison.estimand.summary, comparison.confidence
    rows = pooled_strata(comparison)
    tables = [[row.x1, row.n1, row.x0, row.n0] for row in rows]
    test = stats.association(tables)
    if summary == "risk_difference":
        difference = stats.risk_difference(tables, conf)
        estimate, above = difference.estimate, difference.estimate >= 0
        # Arms that all succeed or all fail leave no variance: an interval of no width would claim certainty.
        low, high = (difference.low, difference.high) if difference.se > 0 else (math.nan, math.nan)
        call = call_text(stats.risk_difference, tables, conf)
    else:
        function = stats.risk_ratio if summary == "risk_ratio" else stats.odds_ratio
        ratio = function(tables, conf)
        estimate, low, high, above = ratio.estimate, ratio.low, ratio.high, ratio.estimate >= 1
        call = call_text(function, tables, conf)
    z = math.sqrt(test.statistic) * (1 if above else -1)
    note = "no_information" if math.isnan(test.statistic) else ""
    call = f"{call}; p: {call_text(stats.association, tables)}"
    return Finding(summary, call, estimate, low, high, test.p, z, note, rows)
