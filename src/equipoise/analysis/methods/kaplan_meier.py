"""Kaplan-Meier curves; the comparison is left to the eye, or to the methods that test it."""

from __future__ import annotations

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding, call_text
from equipoise.stats import kaplan_meier as stats


def kaplan_meier(comparison: Comparison) -> Finding:
    """Return no comparison: the curves and medians stand in the result.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a time to event.

    Returns
    -------
    Finding
        Kaplan and Meier (1958), JASA 53:457-481, with log-log limits.
    """
    call = call_text(stats.kaplan_meier, "<time>", "<event>", comparison.confidence)
    return Finding("survival", call)
