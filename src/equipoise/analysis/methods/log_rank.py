"""The log-rank test, plain or stratified."""

from __future__ import annotations

import math

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding, call_text
from equipoise.analysis.survival import arrays_of
from equipoise.stats import log_rank as stats


def log_rank(comparison: Comparison) -> Finding:
    """Return the test of equal hazards.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a time to event.

    Returns
    -------
    Finding
        ``z`` is positive where the treatment arm has more events than expected. Mantel (1966), Cancer
        Chemotherapy Reports 50:163-170.
    """
    data = arrays_of(comparison)
    found = stats.log_rank(data.time, data.event, data.treated, data.strata)
    call = call_text(stats.log_rank, "<time>", "<event>", "<arm>", "<strata>" if comparison.analysis.strata else None)
    note = "no_information" if math.isnan(found.z) else ""
    return Finding("", call, p=found.p, z=found.z, note=note)
