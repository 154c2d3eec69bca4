"""Newcombe's hybrid score interval of the risk difference."""

from __future__ import annotations

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding, call_text
from equipoise.stats.newcombe import risk_difference


def newcombe(comparison: Comparison) -> Finding:
    """Return the risk difference with its interval; the method has no test.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a binary endpoint.

    Returns
    -------
    Finding
        Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
    """
    found = risk_difference(*comparison.counts, comparison.confidence)
    call = call_text(risk_difference, *comparison.counts, comparison.confidence)
    return Finding("risk_difference", call, found.estimate, found.low, found.high)
