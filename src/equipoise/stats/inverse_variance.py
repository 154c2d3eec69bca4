"""The inverse-variance weighted risk difference of stratified two-arm tables."""

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike

from equipoise.stats.normal import chi_squared_tail
from equipoise.stats.results import ChiSquaredResult, Difference
from equipoise.stats.two_arm import as_tables
from equipoise.stats.wald import risk_difference as wald_difference


@dataclass(frozen=True, slots=True)
class InverseVariance:
    """A fixed-effect summary.

    Attributes
    ----------
    difference : Difference
        The weighted risk difference.
    heterogeneity : ChiSquaredResult
        Cochran's Q over the strata.
    """

    difference: Difference
    heterogeneity: ChiSquaredResult


def risk_difference(strata: ArrayLike, conf: float = 0.95) -> InverseVariance:
    """Return the inverse-variance weighted risk difference.

    Parameters
    ----------
    strata : array_like, shape (k, 4)
        One row a stratum: ``x1, n1, x0, n0``; no arm empty.
    conf : float
        Confidence level.

    Returns
    -------
    InverseVariance
        Weights are the reciprocal Wald variances; Q is ``sum w (d - D)^2`` with k - 1 degrees of freedom. All
        values are ``nan`` when a stratum has no variance: its weight would be infinite.

    Raises
    ------
    ValueError
        If the shape is wrong or a stratum has an empty arm.
    """
    parts = [wald_difference(t.x1, t.n1, t.x0, t.n0, conf) for t in as_tables(strata)]
    if any(part.se == 0 for part in parts):
        unknown = Difference.wald(math.nan, math.nan, conf)
        return InverseVariance(unknown, ChiSquaredResult(math.nan, len(parts) - 1, math.nan))
    weights = [part.se**-2 for part in parts]
    estimate = sum(w * part.estimate for w, part in zip(weights, parts, strict=True)) / sum(weights)
    q = sum(w * (part.estimate - estimate) ** 2 for w, part in zip(weights, parts, strict=True))
    heterogeneity = ChiSquaredResult(q, len(parts) - 1, chi_squared_tail(q, len(parts) - 1))
    return InverseVariance(Difference.wald(estimate, sum(weights) ** -0.5, conf), heterogeneity)
