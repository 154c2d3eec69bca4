"""The Kaplan-Meier curve with Greenwood's variance."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.normal import critical_value
from equipoise.stats.results import Interval
from equipoise.stats.survival_times import as_times, at_risk, event_table

Kind = Literal["plain", "log", "log-log"]
Curve = NDArray[np.float64]

# Survival closer than this to a quantile meets it: 7/8 * 6/7 * ... falls beside 1/2 by rounding only.
_MEETS = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalAt:
    """The curve read at given times.

    Attributes
    ----------
    time : numpy.ndarray, shape (t,)
        The times asked for.
    n_risk : numpy.ndarray, shape (t,)
        Participants still observed just before each time.
    survival, se, low, high : numpy.ndarray, shape (t,)
        Survival, Greenwood's standard error and confidence limits; ``nan`` where undefined.
    """

    time: Curve
    n_risk: NDArray[np.int64]
    survival: Curve
    se: Curve
    low: Curve
    high: Curve


@dataclass(frozen=True, slots=True, eq=False)
class KaplanMeier:
    """A Kaplan-Meier curve; one row an event time.

    Attributes
    ----------
    n, events : int
        Participants and events.
    time : numpy.ndarray, shape (t,)
        Distinct event times, rising.
    n_risk, n_event : numpy.ndarray, shape (t,)
        Participants at risk just before each time, and events at it.
    survival, se, low, high : numpy.ndarray, shape (t,)
        Survival, Greenwood's standard error and confidence limits; error and limits are ``nan`` where survival
        is 0.
    cumulative_hazard : numpy.ndarray, shape (t,)
        Nelson and Aalen's estimate.
    observed : numpy.ndarray, shape (n,)
        All times, rising, for numbers at risk at any time.
    conf : float
        Confidence level.
    kind : {"plain", "log", "log-log"}
        Scale of the interval.
    """

    n: int
    events: int
    time: Curve
    n_risk: NDArray[np.int64]
    n_event: NDArray[np.int64]
    survival: Curve
    se: Curve
    low: Curve
    high: Curve
    cumulative_hazard: Curve
    observed: Curve
    conf: float
    kind: Kind

    def at(self, times: ArrayLike) -> SurvivalAt:
        """Return the curve and the numbers at risk at given times.

        Parameters
        ----------
        times : array_like, shape (t,)
            Times, in the unit of the data; beyond the last one the curve stays where it is.

        Returns
        -------
        SurvivalAt
            The values just after each time. Before the first event survival is 1 with standard error 0; its log-log
            limits are 1 as long as nobody has left, and do not exist once somebody was censored.
        """
        asked = np.atleast_1d(np.asarray(times, dtype=np.float64))
        step = np.searchsorted(self.time, asked, side="right")
        untouched = asked < self.observed[0]
        whole = np.nan if self.kind == "log-log" else 1.0

        def read(first: float, curve: Curve) -> Curve:
            return np.concatenate(([first], curve))[step]

        def read_limit(curve: Curve) -> Curve:
            return np.where(untouched, 1.0, read(whole, curve))

        return SurvivalAt(
            time=asked,
            n_risk=at_risk(self.observed, asked),
            survival=read(1.0, self.survival),
            se=read(0.0, self.se),
            low=read_limit(self.low),
            high=read_limit(self.high),
        )

    def quantile(self, p: float) -> Interval:
        """Return the time by which a proportion had the event.

        Parameters
        ----------
        p : float
            The proportion, strictly between 0 and 1; 0.5 is the median.

        Returns
        -------
        Interval
            The first time at which survival falls to ``1 - p``; where it meets it exactly, the middle of the flat
            stretch. The limits are where the confidence curves fall to it (Brookmeyer and Crowley 1982, Biometrics
            38:29-41); ``nan`` where a curve does not.

        Raises
        ------
        ValueError
            If ``p`` is not strictly between 0 and 1.
        """
        if not 0 < p < 1:
            raise ValueError(f"the proportion lies strictly between 0 and 1; it is {p}")
        return Interval(*(self._falls_to(curve, 1 - p) for curve in (self.survival, self.low, self.high)))

    def _falls_to(self, curve: Curve, level: float) -> float:
        """Return the time at which a falling curve comes to a level, the middle of a stretch that lies on it."""
        reached = np.flatnonzero(curve <= level + _MEETS)
        if reached.size == 0:
            return float("nan")
        first = float(self.time[reached[0]])
        if abs(curve[reached[0]] - level) > _MEETS:
            return first
        below = np.flatnonzero(curve < level - _MEETS)
        end = self.time[below[0]] if below.size else self.observed[-1]
        return (first + float(end)) / 2


def kaplan_meier(time: ArrayLike, event: ArrayLike, conf: float = 0.95, kind: Kind = "log-log") -> KaplanMeier:
    """Return the Kaplan-Meier curve of one group.

    Parameters
    ----------
    time : array_like, shape (n,)
        Time to the event or to censoring, not negative.
    event : array_like, shape (n,)
        1 for an event, 0 for censoring.
    conf : float
        Confidence level of the pointwise interval.
    kind : {"plain", "log", "log-log"}
        Scale on which the interval is symmetric: S, log S, or log(-log S). Plain and log are cut to [0, 1].

    Returns
    -------
    KaplanMeier
        Kaplan and Meier (1958), JASA 53:457-481; ``se = S sqrt(sum d / (n (n - d)))`` (Greenwood 1926);
        log-log limits of Kalbfleisch and Prentice (1980), section 1.3.

    Raises
    ------
    ValueError
        If there is no participant, the lengths differ, a time is missing or negative, an indicator is neither 0 nor
        1, or ``kind`` is unknown.
    """
    if kind not in ("plain", "log", "log-log"):
        raise ValueError(f"the kinds of interval are plain, log and log-log; not {kind!r}")
    times, events = as_times(time, event)
    table = event_table(times, events)
    n, d = table.n_risk.astype(float), table.n_event.astype(float)
    survival = np.cumprod((n - d) / n)
    last = n == d
    terms = np.divide(d, n * (n - d), out=np.full_like(n, np.nan), where=~last)
    se = survival * np.sqrt(np.cumsum(terms))
    low, high = _limits(survival, se, critical_value(conf), kind)
    return KaplanMeier(
        n=len(times),
        events=int(events.sum()),
        time=table.time,
        n_risk=table.n_risk,
        n_event=table.n_event,
        survival=survival,
        se=se,
        low=low,
        high=high,
        cumulative_hazard=np.cumsum(d / n),
        observed=np.sort(times),
        conf=conf,
        kind=kind,
    )


def _limits(survival: Curve, se: Curve, z: float, kind: Kind) -> tuple[Curve, Curve]:
    """Return pointwise limits; ``nan`` where the scale has no value."""
    inner = (survival > 0) & ((survival < 1) | (kind != "log-log"))
    s, e = np.where(inner, survival, np.nan), np.where(inner, se, np.nan)
    if kind == "plain":
        return np.maximum(s - z * e, 0.0), np.minimum(s + z * e, 1.0)
    if kind == "log":
        factor = np.exp(z * e / s)
        return s / factor, np.minimum(s * factor, 1.0)
    exponent = z * e / (s * np.log(s))
    return s ** np.exp(-exponent), s ** np.exp(exponent)
