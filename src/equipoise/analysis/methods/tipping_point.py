"""The tipping point: what the test would say had some of those without an outcome succeeded."""

from __future__ import annotations

import numpy as np

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.details import Tipping
from equipoise.analysis.finding import Finding, call_text
from equipoise.stats.miettinen_nurminen import null_statistics, risk_difference
from equipoise.stats.normal import two_sided

Grid = tuple[tuple[float, ...], ...]


def tipping_point(comparison: Comparison) -> Finding:
    """Return the result with the missing as failures, and as a detail that of every other way they could have gone.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a binary endpoint; a missing outcome counts as a failure.

    Returns
    -------
    Finding
        By the unstratified test of Miettinen and Nurminen (1985), Statistics in Medicine 4:213-226; the grid as in
        Yan, Lee and Li (2009), Journal of Biopharmaceutical Statistics 19:1085-1098.
    """
    x1, n1, x0, n0 = comparison.counts
    missing = [person.arm for person in comparison.analysed if person.is_missing]
    m1, m0 = (missing.count(arm) for arm in comparison.arms)
    treated, control = x1 + np.arange(m1 + 1)[:, None], x0 + np.arange(m0 + 1)[None, :]
    # The last axis is the stratum: there is one.
    z = null_statistics(treated[..., None], n1, control[..., None], n0)
    difference = treated / n1 - control / n0
    estimate: Grid = tuple(tuple(row) for row in difference.tolist())
    p: Grid = tuple(tuple(two_sided(value) for value in row) for row in z.tolist())
    turns, differing = _turns(estimate, p, float(comparison.analysis.alpha))
    found = risk_difference(*comparison.counts, comparison.confidence)
    return Finding(
        "risk_difference",
        call_text(risk_difference, *comparison.counts, comparison.confidence),
        found.estimate,
        found.low,
        found.high,
        found.p,
        found.z,
        detail=Tipping(m1, m0, estimate, p, turns, differing),
    )


def _turns(estimate: Grid, p: Grid, alpha: float) -> tuple[tuple[int, int] | None, int]:
    """Return the nearest cell whose conclusion differs from that of (0, 0), and how many differ."""

    def conclusion(i: int, j: int) -> int:
        if p[i][j] >= alpha:
            return 0
        return 1 if estimate[i][j] > 0 else -1

    declared = conclusion(0, 0)
    cells = [(i, j) for i in range(len(p)) for j in range(len(p[0])) if conclusion(i, j) != declared]
    return min(cells, key=lambda cell: (sum(cell), cell), default=None), len(cells)
