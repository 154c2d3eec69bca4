"""Each arm's share of successes with its Wilson interval; no comparison."""

from __future__ import annotations

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding, call_text
from equipoise.stats.proportion import wilson as interval


def wilson(comparison: Comparison) -> Finding:
    """Return no comparison: the arms' shares stand in the arms' results.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a binary endpoint.

    Returns
    -------
    Finding
        With the calls of both intervals; Wilson (1927), JASA 22:209-212.
    """
    x1, n1, x0, n0 = comparison.counts
    calls = [call_text(interval, x, n, comparison.confidence) for x, n in ((x1, n1), (x0, n0))]
    return Finding("", "; ".join(calls))
