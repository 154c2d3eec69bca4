"""The difference of two means, with variances that may differ (Welch)."""

from __future__ import annotations

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding, call_text


def difference_in_means(comparison: Comparison) -> Finding:
    """Return the difference of the arms' means.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a continuous endpoint.

    Returns
    -------
    Finding
        Welch (1947), Biometrika 34:28-35; ``z`` is his t statistic.
    """
    from scipy import stats

    treated, control = (_values(comparison, arm) for arm in comparison.arms)
    call = call_text(stats.ttest_ind, "<treatment>", "<control>", equal_var=False)
    if min(len(treated), len(control)) < 2 or (len(set(treated)) == 1 and len(set(control)) == 1):
        return Finding("mean_difference", call, note="no_information")
    found = stats.ttest_ind(treated, control, equal_var=False)
    limits = found.confidence_interval(comparison.confidence)
    estimate = sum(treated) / len(treated) - sum(control) / len(control)
    return Finding(
        "mean_difference",
        call,
        estimate,
        float(limits.low),
        float(limits.high),
        float(found.pvalue),
        float(found.statistic),
    )


def _values(comparison: Comparison, arm: str) -> list[float]:
    return [person.outcome.value for person in comparison.of_arm(arm) if person.outcome.value is not None]
