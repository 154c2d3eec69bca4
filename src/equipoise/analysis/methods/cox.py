"""The Cox model of the arm, stratified where strata are declared: the hazard ratio."""

from __future__ import annotations

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding, call_text
from equipoise.analysis.survival import arrays_of
from equipoise.stats.cox import NoMaximumError, fit_cox


def cox(comparison: Comparison) -> Finding:
    """Return the hazard ratio of the treatment with its Wald interval and test.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a time to event.

    Returns
    -------
    Finding
        Cox (1972), JRSS B 34:187-220, ties by Efron's approximation; each stratum has its own baseline hazard.
    """
    data = arrays_of(comparison)
    call = call_text(fit_cox, "<arm>", "<time>", "<event>", "<strata>" if comparison.analysis.strata else None)
    try:
        fit = fit_cox(data.treated, data.time, data.event, data.strata)
    except NoMaximumError:
        return Finding("hazard_ratio", call, note="no_maximum")
    found = fit.hazard_ratio(0, comparison.confidence)
    return Finding("hazard_ratio", call, found.estimate, found.low, found.high, found.p, found.z)
