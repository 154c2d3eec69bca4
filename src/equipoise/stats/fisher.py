"""Fisher's exact test of a two-arm table and the conditional odds ratio."""

from dataclasses import dataclass

from equipoise.stats.conditional import hypergeometric
from equipoise.stats.results import Interval
from equipoise.stats.two_arm import TwoArmTable


@dataclass(frozen=True, slots=True)
class FisherResult:
    """Fisher's exact test.

    Attributes
    ----------
    odds_ratio : Interval
        Conditional maximum likelihood odds ratio, arm 1 over arm 0, with its exact interval.
    p : float
        Two-sided p-value: all tables no more likely than the observed one.
    p_greater, p_less : float
        One-sided p-values for more and for fewer responders in arm 1.
    p_mid_greater : float
        Mid-p for more responders in arm 1: half of the probability of the observed table counts.
    """

    odds_ratio: Interval
    p: float
    p_greater: float
    p_less: float
    p_mid_greater: float


def fisher_exact(x1: int, n1: int, x0: int, n0: int, conf: float = 0.95) -> FisherResult:
    """Return Fisher's exact test and the conditional odds ratio.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    conf : float
        Confidence level of the odds ratio.

    Returns
    -------
    FisherResult
        Fisher (1935); the two-sided p-value takes probabilities within a relative 1e-7 as equal, as R does.

    Raises
    ------
    ValueError
        If an arm is empty or its responders are not between 0 and its participants.
    """
    table = TwoArmTable(x1, n1, x0, n0)
    conditional = hypergeometric(n1, n0, table.responders)
    greater = conditional.at_least(x1)
    observed = float(conditional.probability()[x1 - conditional.lowest])
    return FisherResult(
        odds_ratio=conditional.odds_ratio(x1, conf),
        p=conditional.two_sided(x1),
        p_greater=greater,
        p_less=conditional.at_most(x1),
        p_mid_greater=greater - observed / 2,
    )
