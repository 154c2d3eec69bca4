"""The conditional distribution of the responders of arm 1, given all margins, and inference on its odds ratio."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.normal import critical_value
from equipoise.stats.results import Interval
from equipoise.stats.two_arm import TwoArmTable

# Probabilities that differ by less than this, relatively, count as equal: they are equal but for rounding.
RELATIVE_TIE = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """A distribution on whole numbers under an odds ratio of 1, which an odds ratio tilts.

    Attributes
    ----------
    lowest : int
        The smallest possible count of responders in arm 1.
    log_weight : numpy.ndarray, shape (m,)
        Logarithm of the probability of each count from ``lowest`` on, under an odds ratio of 1.
    """

    lowest: int
    log_weight: NDArray[np.float64]

    @property
    def support(self) -> NDArray[np.int64]:
        """All possible counts."""
        return np.arange(self.lowest, self.lowest + len(self.log_weight))

    @property
    def highest(self) -> int:
        """The largest possible count."""
        return self.lowest + len(self.log_weight) - 1

    def probability(self, log_odds_ratio: float = 0.0) -> NDArray[np.float64]:
        """Return the probability of each count.

        Parameters
        ----------
        log_odds_ratio : float
            Natural logarithm of the odds ratio.

        Returns
        -------
        numpy.ndarray, shape (m,)
            Probabilities proportional to ``weight * odds_ratio ** count``.
        """
        exponent = self.log_weight + log_odds_ratio * np.arange(len(self.log_weight))
        weight = np.exp(exponent - exponent.max())
        return np.asarray(weight / weight.sum())

    def two_sided(self, x: int) -> float:
        """Return the sum of the probabilities of all counts no more likely than ``x``.

        Parameters
        ----------
        x : int
            The observed count.

        Returns
        -------
        float
            Two-sided p-value under an odds ratio of 1.
        """
        probability = self.probability()
        limit = probability[x - self.lowest] * (1 + RELATIVE_TIE)
        return min(1.0, float(probability[probability <= limit].sum()))

    def at_least(self, x: int, log_odds_ratio: float = 0.0) -> float:
        """Return the probability of ``x`` or more.

        Parameters
        ----------
        x : int
            The observed count.
        log_odds_ratio : float
            Natural logarithm of the odds ratio.

        Returns
        -------
        float
            Upper tail, ``x`` included.
        """
        return min(1.0, float(self.probability(log_odds_ratio)[x - self.lowest :].sum()))

    def at_most(self, x: int, log_odds_ratio: float = 0.0) -> float:
        """Return the probability of ``x`` or fewer.

        Parameters
        ----------
        x : int
            The observed count.
        log_odds_ratio : float
            Natural logarithm of the odds ratio.

        Returns
        -------
        float
            Lower tail, ``x`` included.
        """
        return min(1.0, float(self.probability(log_odds_ratio)[: x - self.lowest + 1].sum()))

    def odds_ratio(self, x: int, conf: float) -> Interval:
        """Return the conditional maximum likelihood odds ratio and its exact interval.

        Parameters
        ----------
        x : int
            The observed count.
        conf : float
            Confidence level.

        Returns
        -------
        Interval
            The estimate solves ``E(count) = x``; each limit leaves half of ``1 - conf`` in a tail (Cornfield 1956).
            At the smallest possible count estimate and lower limit are 0, at the largest estimate and upper limit
            are infinite; where only one count is possible the estimate is given as 0, the limits as 0 and
            infinity.
        """
        critical_value(conf)  # refuses an impossible level
        tail = (1 - conf) / 2
        at_low, at_high = x == self.lowest, x == self.highest
        low = 0.0 if at_low else self._solve(lambda t: self.at_least(x, t) - tail)
        high = math.inf if at_high else self._solve(lambda t: tail - self.at_most(x, t))
        if at_low or at_high:
            return Interval(0.0 if at_low else math.inf, low, high)
        support = self.support
        return Interval(self._solve(lambda t: float(self.probability(t) @ support) - x), low, high)

    @staticmethod
    def _solve(rising: Callable[[float], float]) -> float:
        """Return the odds ratio at which a function that rises with its logarithm is 0."""
        from scipy.optimize import brentq

        low, high = -1.0, 1.0
        while rising(low) > 0:
            low *= 2
        while rising(high) < 0:
            high *= 2
        return math.exp(brentq(rising, low, high, xtol=1e-14, rtol=1e-13))


def hypergeometric(n1: int, n0: int, responders: int) -> Conditional:
    """Return the conditional distribution of one table with given margins.

    Parameters
    ----------
    n1, n0 : int
        Participants of arm 1 and arm 0.
    responders : int
        Responders in both arms.

    Returns
    -------
    Conditional
        Hypergeometric: ``C(n1, x) C(n0, m - x) / C(N, m)``.
    """
    from scipy.special import gammaln

    def log_choose(n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))

    lowest, highest = max(0, responders - n0), min(n1, responders)
    support = np.arange(lowest, highest + 1)
    log_weight = log_choose(n1, support) + log_choose(n0, responders - support)
    largest = log_weight.max()
    return Conditional(lowest, log_weight - largest - math.log(np.exp(log_weight - largest).sum()))


def convolved(tables: tuple[TwoArmTable, ...]) -> Conditional:
    """Return the conditional distribution of the sum over strata.

    Parameters
    ----------
    tables : tuple of TwoArmTable
        The strata; only their margins matter.

    Returns
    -------
    Conditional
        The convolution, built on the log scale so that far tails do not underflow.
    """
    total = Conditional(0, np.zeros(1))
    for table in tables:
        part = hypergeometric(table.n1, table.n0, table.responders)
        size = len(total.log_weight) + len(part.log_weight) - 1
        log_weight = np.full(size, -np.inf)
        for shift, weight in enumerate(part.log_weight):
            window = slice(shift, shift + len(total.log_weight))
            log_weight[window] = np.logaddexp(log_weight[window], total.log_weight + weight)
        total = Conditional(total.lowest + part.lowest, log_weight)
    return total
