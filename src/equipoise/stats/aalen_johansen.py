"""Cumulative incidence where several kinds of event compete: the estimate of Aalen and Johansen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.normal import critical_value
from equipoise.stats.survival_times import as_times, at_risk

Curve = NDArray[np.float64]

# Survival below this is 0 but for rounding.
_GONE = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class IncidenceAt:
    """Cumulative incidence read at given times.

    Attributes
    ----------
    time : numpy.ndarray, shape (t,)
        The times asked for.
    n_risk : numpy.ndarray, shape (t,)
        Participants still observed just before each time.
    incidence, se, low, high : numpy.ndarray, shape (t,)
        Probability of the event by then, its standard error and log-log limits. Before the first event of the kind
        the incidence is 0 and the limits are ``nan``.
    """

    time: Curve
    n_risk: NDArray[np.int64]
    incidence: Curve
    se: Curve
    low: Curve
    high: Curve


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """The cumulative incidence of one kind of event; one row a time of any event.

    Attributes
    ----------
    n, events : int
        Participants, and events of this kind.
    time : numpy.ndarray, shape (t,)
        Distinct times of events of any kind, rising.
    incidence, se, low, high : numpy.ndarray, shape (t,)
        Probability of an event of this kind by each time, its standard error and log-log limits.
    observed : numpy.ndarray, shape (n,)
        All times, rising.
    conf : float
        Confidence level.
    """

    n: int
    events: int
    time: Curve
    incidence: Curve
    se: Curve
    low: Curve
    high: Curve
    observed: Curve
    conf: float

    def at(self, times: ArrayLike) -> IncidenceAt:
        """Return the incidence and the numbers at risk at given times.

        Parameters
        ----------
        times : array_like, shape (t,)
            Times, in the unit of the data; beyond the last one the curve stays where it is.

        Returns
        -------
        IncidenceAt
            The values just after each time.
        """
        asked = np.atleast_1d(np.asarray(times, dtype=np.float64))
        step = np.searchsorted(self.time, asked, side="right")

        def read(first: float, curve: Curve) -> Curve:
            return np.concatenate(([first], curve))[step]

        return IncidenceAt(
            time=asked,
            n_risk=at_risk(self.observed, asked),
            incidence=read(0.0, self.incidence),
            se=read(0.0, self.se),
            low=read(np.nan, self.low),
            high=read(np.nan, self.high),
        )


def cumulative_incidence(time: ArrayLike, cause: ArrayLike, of: int = 1, conf: float = 0.95) -> Incidence:
    """Return the cumulative incidence of one kind of event.

    Parameters
    ----------
    time : array_like, shape (n,)
        Time to the first event or to censoring, not negative.
    cause : array_like of int, shape (n,)
        0 for censoring, else the kind of the event.
    of : int
        The kind.
    conf : float
        Confidence level of the pointwise interval.

    Returns
    -------
    Incidence
        ``F(t) = sum S(t-) d_of / n`` (Aalen and Johansen 1978, Scand J Stat 5:141-150), S the survival free of any
        event. The variance is Aalen's (1978, Ann Stat 6:534-545), as R's ``cmprsk`` has it; the limits are
        ``F ^ exp(-+ z se / (F log F))`` (Choudhury 2002, Stat Med 21:1129-1144).

    Raises
    ------
    ValueError
        If there is no participant, the lengths differ, a time is missing or negative, a cause is negative or no
        whole number, or ``of`` is not positive.
    """
    causes = np.asarray(cause)
    if not np.issubdtype(causes.dtype, np.integer) or (causes < 0).any():
        raise ValueError("a cause is a whole number: 0 for censoring, 1 and more for the kinds of event")
    if of < 1:
        raise ValueError(f"the kinds of event are numbered from 1; asked for is {of}")
    times, events = as_times(time, causes > 0)
    z = critical_value(conf)
    distinct = np.unique(times[events])
    observed = np.sort(times)
    n = at_risk(observed, distinct).astype(np.float64)
    every = np.array([(times[events] == t).sum() for t in distinct], dtype=np.float64)
    own = np.array([(times[causes == of] == t).sum() for t in distinct], dtype=np.float64)
    survival = np.cumprod(1 - every / n)
    before = np.concatenate(([1.0], survival))[: len(distinct)]
    incidence = np.cumsum(before * own / n)
    se = np.sqrt(_variance(n, every, own, before, incidence))
    low, high = _limits(incidence, se, z)
    return Incidence(len(times), int((causes == of).sum()), distinct, incidence, se, low, high, observed, conf)


def _variance(n: Curve, every: Curve, own: Curve, before: Curve, incidence: Curve) -> Curve:
    """Return Aalen's variance of the incidence at each time.

    The hazards of the kind and of all others together are taken as independent, each with its hypergeometric
    variance. An event of another kind takes from what comes later; one of the kind gives 1 and takes the same.
    """
    after = before * (1 - every / n)
    spread = [before**2 * d * _finite(n, d) / n**2 for d in (own, every - own)]
    found = np.zeros(len(n))
    for last in range(len(n)):
        to = slice(0, last + 1)
        ahead = incidence[last] - incidence[to]
        lost = np.divide(ahead, after[to], out=np.zeros(last + 1), where=after[to] > _GONE)
        found[last] = float(spread[0][to] @ (1 - lost) ** 2 + spread[1][to] @ lost**2)
    return found


def _finite(n: Curve, d: Curve) -> Curve:
    """Return the correction for drawing d of n without replacement, 1 for a single one."""
    return np.where(d > 1, 1 - (d - 1) / np.maximum(n - 1, 1), 1.0)


def _limits(incidence: Curve, se: Curve, z: float) -> tuple[Curve, Curve]:
    """Return pointwise log-log limits; ``nan`` where the incidence is 0 or 1."""
    inner = (incidence > 0) & (incidence < 1)
    f, e = np.where(inner, incidence, 0.5), np.where(inner, se, np.nan)
    exponent = z * e / (f * np.log(f))
    return f ** np.exp(-exponent), f ** np.exp(exponent)
