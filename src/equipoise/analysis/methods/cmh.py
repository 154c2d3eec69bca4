"""The Cochran-Mantel-Haenszel test with the common odds ratio."""

from __future__ import annotations

import math

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding, call_text
from equipoise.analysis.methods.miettinen_nurminen import pooled_strata
from equipoise.stats.mantel_haenszel import association, odds_ratio


def cmh(comparison: Comparison) -> Finding:
    """Return the test of no association within strata, and the Mantel-Haenszel odds ratio.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a binary endpoint.

    Returns
    -------
    Finding
        Mantel and Haenszel (1959), JNCI 22:719-748, without continuity correction. Where all strata point one way
        the odds ratio is infinite or 0, and has no interval.
    """
    rows = pooled_strata(comparison)
    tables = [[row.x1, row.n1, row.x0, row.n0] for row in rows]
    test, ratio = association(tables), odds_ratio(tables, comparison.confidence)
    z = math.sqrt(test.statistic) * (1 if ratio.estimate >= 1 else -1)
    note = "no_information" if math.isnan(test.statistic) else ""
    return Finding(
        "odds_ratio", call_text(association, tables), ratio.estimate, ratio.low, ratio.high, test.p, z, note, rows
    )
