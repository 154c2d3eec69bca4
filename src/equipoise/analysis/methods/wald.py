"""Wald intervals: of the risk difference, and on the log scale of risk and odds ratios."""

from __future__ import annotations

import math

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding, call_text
from equipoise.stats import log_ratio
from equipoise.stats.normal import two_sided
from equipoise.stats.wald import risk_difference


def wald(comparison: Comparison) -> Finding:
    """Return the Wald estimate, interval and test.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a binary endpoint.

    Returns
    -------
    Finding
        The difference not truncated to [-1, 1]; the ratios with the intervals of Katz and of Woolf.
    """
    summary, counts, conf = comparison.estimand.summary, comparison.counts, comparison.confidence
    if summary in ("risk_ratio", "odds_ratio"):
        function = log_ratio.risk_ratio if summary == "risk_ratio" else log_ratio.odds_ratio
        ratio = function(*counts, conf)
        known = ratio.log_se > 0 and math.isfinite(ratio.log_se) and ratio.estimate > 0
        z = math.log(ratio.estimate) / ratio.log_se if known else math.nan
        note = "" if known else "no_information"
        call = call_text(function, *counts, conf)
        return Finding(summary, call, ratio.estimate, ratio.low, ratio.high, two_sided(z), z, note)
    found = risk_difference(*counts, conf)
    call = call_text(risk_difference, *counts, conf)
    if found.se == 0:  # an interval of no width would claim certainty
        return Finding("risk_difference", call, found.estimate, note="no_information")
    return Finding("risk_difference", call, found.estimate, found.low, found.high, found.p, found.z)
