"""The exact conditional test of stratified two-arm tables and the common odds ratio."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from equipoise.stats.conditional import convolved
from equipoise.stats.results import Interval
from equipoise.stats.two_arm import as_tables


@dataclass(frozen=True, slots=True)
class ExactStratified:
    """The exact conditional test.

    Attributes
    ----------
    responders : int
        The statistic: responders of arm 1 in all strata.
    odds_ratio : Interval
        Conditional maximum likelihood common odds ratio with its exact interval.
    p : float
        Two-sided p-value: all sums no more likely than the observed one.
    """

    responders: int
    odds_ratio: Interval
    p: float


def exact_stratified(strata: ArrayLike, conf: float = 0.95) -> ExactStratified:
    """Return the exact conditional test of a common odds ratio of 1.

    Parameters
    ----------
    strata : array_like, shape (k, 4)
        One row a stratum: ``x1, n1, x0, n0``; no arm empty.
    conf : float
        Confidence level of the odds ratio.

    Returns
    -------
    ExactStratified
        Fisher's test when there is one stratum; the distribution of the sum is the convolution of the strata's
        hypergeometric distributions (Gart 1970, Biometrika 57:471-475).

    Raises
    ------
    ValueError
        If the shape is wrong or a stratum has an empty arm.
    """
    tables = as_tables(strata)
    conditional = convolved(tables)
    responders = sum(t.x1 for t in tables)
    return ExactStratified(responders, conditional.odds_ratio(responders, conf), conditional.two_sided(responders))
