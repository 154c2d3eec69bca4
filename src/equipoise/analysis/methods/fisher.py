"""Fisher's exact test with the conditional odds ratio."""

from __future__ import annotations

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding, call_text
from equipoise.stats.fisher import fisher_exact


def fisher(comparison: Comparison) -> Finding:
    """Return the two-sided exact test and the conditional maximum likelihood odds ratio.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a binary endpoint.

    Returns
    -------
    Finding
        Fisher (1935); the p-value sums all tables no more likely than the observed one. Where nobody, or everybody,
        of both arms succeeded p is 1 and no odds ratio is defined (``no_information``).
    """
    found = fisher_exact(*comparison.counts, comparison.confidence)
    ratio = found.odds_ratio
    call = call_text(fisher_exact, *comparison.counts, comparison.confidence)
    if sum(comparison.counts[::2]) in (0, sum(comparison.counts[1::2])):
        return Finding("odds_ratio", call, p=found.p, note="no_information")
    return Finding("odds_ratio", call, ratio.estimate, ratio.low, ratio.high, found.p)
