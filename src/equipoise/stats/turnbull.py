"""Turnbull's estimate: the distribution of times that are known as intervals only."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.concave_maximum import Concave, Floats, maximise
from equipoise.stats.interval_times import Cells, IntervalTimes, as_intervals, cells_of
from equipoise.stats.normal import critical_value

# Mass below this, where more of it would lower the likelihood, is none.
_NO_MASS = 1e-6
_POLISH = 4
# What the limits of an interval are sought to.
_LIMIT = 1e-8
# This near to the end of what survival can be, it is the end.
_EDGE = 1e-12
# A share this near to 0 or 1 counts as it.
_WHOLE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class IntervalSurvivalAt:
    """The estimate read at given times.

    Attributes
    ----------
    time : numpy.ndarray, shape (t,)
        The times asked for.
    survival : numpy.ndarray, shape (t,)
        Share still free of the event; ``nan`` inside a cell that has mass, where it is known between bounds only.
    lowest, highest : numpy.ndarray, shape (t,)
        Those bounds: all, or none, of such a cell's mass lies at or before the time. Elsewhere both are ``survival``.
    low, high : numpy.ndarray, shape (t,)
        Confidence limits.
    """

    time: Floats
    survival: Floats
    lowest: Floats
    highest: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Turnbull:
    """The nonparametric maximum likelihood estimate of a distribution from intervals.

    Attributes
    ----------
    times : IntervalTimes
        The intervals.
    left, right : numpy.ndarray, shape (m,)
        The cells (left, right] in which there may be mass; how it lies within a cell, no data can say.
    mass : numpy.ndarray, shape (m,)
        Probability of each cell.
    loglik : float
        Log likelihood.
    gap : float
        The likelihood of no distribution is higher by more than this (Gentleman and Geyer's condition).
    unique : bool
        Whether no other masses have the same likelihood.
    """

    times: IntervalTimes
    left: Floats
    right: Floats
    mass: Floats
    loglik: float
    gap: float
    unique: bool

    @cached_property
    def _by(self) -> Floats:
        """Mass up to each cell's end."""
        return np.concatenate(([0.0], np.cumsum(self.mass)))

    def at(self, times: ArrayLike, conf: float = 0.95) -> IntervalSurvivalAt:
        """Return survival at given times, with its bounds and confidence limits.

        Parameters
        ----------
        times : array_like, shape (t,)
            Times, in the unit of the data.
        conf : float
            Confidence level.

        Returns
        -------
        IntervalSurvivalAt
            The limits are where twice the log likelihood ratio of ``S(t) = s``, all else maximised, reaches the
            chi-squared quantile (Thomas and Grunkemeier 1975, JASA 70:865-871, for right censoring). With a fixed
            number of inspection times that is the ordinary likelihood ratio; with inspection at ever new times the
            quantile of the limit law is 2.27 and not 3.84 (Banerjee and Wellner 2001, Ann Stat 29:1699-1731), so that
            the interval is then too wide, not too narrow. Where all, or none, are free of the event the ratio's
            interval is too short, and the limit is no nearer than Clopper and Pearson's among those who were seen.

        Raises
        ------
        ValueError
            If ``conf`` is not strictly between 0 and 1.
        """
        asked = np.atleast_1d(np.asarray(times, dtype=np.float64))
        highest = 1 - self._by[np.searchsorted(self.right, asked, side="right")]
        # A cell that is one exact time lies at or before that time.
        begun = (self.left[None, :] < asked[:, None]) | (self.right[None, :] <= asked[:, None])
        lowest = 1 - self._by[begun.sum(axis=1)]
        highest, lowest = np.clip(highest, 0.0, 1.0), np.clip(lowest, 0.0, 1.0)
        known = highest - lowest < _WHOLE
        limits = np.array([self._limits(t, lo, hi, conf) for t, lo, hi in zip(asked, lowest, highest, strict=True)])
        limits = limits.reshape(len(asked), 2)
        survival = np.where(known, highest, np.nan)
        return IntervalSurvivalAt(asked, survival, lowest, highest, limits[:, 0], limits[:, 1])

    def _limits(self, time: float, lowest: float, highest: float, conf: float) -> tuple[float, float]:
        half = critical_value(conf) ** 2 / 2
        profile = _Profile(self.times, time)

        def short(survival: float) -> float:
            return self.loglik - profile.at(survival) - half

        seen_free = int((self.times.left >= time).sum())
        seen_come = int((self.times.right <= time).sum())
        tail = (1 - conf) / 2
        low = _reached(short, lowest, 0.0) if seen_free else 0.0
        high = _reached(short, highest, 1.0) if seen_come else 1.0
        if lowest > 1 - _WHOLE and seen_free:
            low = min(low, tail ** (1 / seen_free))
        if highest < _WHOLE and seen_come:
            high = max(high, 1 - tail ** (1 / seen_come))
        return low, high


def turnbull(left: ArrayLike, right: ArrayLike) -> Turnbull:
    """Return the nonparametric maximum likelihood estimate from interval-censored times.

    Parameters
    ----------
    left, right : array_like, shape (n,)
        The event came in (left, right]; an infinite ``right`` was not seen, an equal one is exact.

    Returns
    -------
    Turnbull
        Turnbull (1976), JRSS B 38:290-295, maximised by an interior point and certified by the condition of
        Gentleman and Geyer (1994), Biometrika 81:618-623: with ``d_j = sum over people of covered_j / (probability
        of the person's interval)``, the maximum has ``d_j <= n`` everywhere, and ``max d_j - n`` bounds what is left
        to gain.

    Raises
    ------
    ValueError
        If there is no participant, or a bound is missing, negative or out of order.
    """
    times = as_intervals(left, right)
    cells = cells_of(times)
    covers = cells.covers.astype(np.float64)
    rows, weight = _distinct(covers)
    m = covers.shape[1]
    found = maximise(_likelihood(rows, weight), np.full(m, 1 / m), np.ones((1, m)))
    mass = _settle(rows, weight, found.x)
    share = rows @ mass
    slope = rows.T @ (weight / share)
    tight = slope > len(times) - 1e-6 * len(times)
    return Turnbull(
        times=times,
        left=cells.left,
        right=cells.right,
        mass=mass,
        loglik=float(weight @ np.log(share)),
        gap=_gap(rows, weight, mass),
        unique=bool(np.linalg.matrix_rank(rows[:, tight]) == tight.sum()),
    )


def _distinct(covers: Floats) -> tuple[Floats, Floats]:
    """Return the distinct rows and how many people share each."""
    rows, count = np.unique(covers, axis=0, return_counts=True)
    return rows, count.astype(np.float64)


def _likelihood(rows: Floats, weight: Floats) -> Concave:
    """Return the log likelihood of masses, as a function with its derivatives."""

    def function(mass: Floats) -> tuple[float, Floats, Floats]:
        share = rows @ mass
        scaled = rows / share[:, None]
        return float(weight @ np.log(share)), scaled.T @ weight, -(scaled.T * weight) @ scaled

    return function


def _settle(rows: Floats, weight: Floats, mass: Floats) -> Floats:
    """Return masses that sum to 1, without what only the interior point keeps from 0.

    On the cells that keep mass Newton's method finds the maximum to the last digits. What it finds is taken if it is
    certified better than where it began.
    """
    n = weight.sum()
    kept = ~((mass < _NO_MASS) & (rows.T @ (weight / (rows @ mass)) < n))
    settled = np.where(kept, mass, 0.0)
    settled = settled / settled.sum()
    for _ in range(_POLISH):
        share = rows @ settled
        scaled = rows[:, kept] / share[:, None]
        moved = np.linalg.lstsq((scaled.T * weight) @ scaled, scaled.T @ weight - n, rcond=None)[0]
        trial = settled.copy()
        trial[kept] += moved
        if (trial[kept] <= 0).any():
            break
        settled = trial / trial.sum()
    start = mass / mass.sum()
    return np.asarray(settled if _gap(rows, weight, settled) <= _gap(rows, weight, start) else start)


def _gap(rows: Floats, weight: Floats, mass: Floats) -> float:
    """Return by how much the steepest slope exceeds the number of people: no likelihood is higher by more."""
    share = rows @ mass
    if (share <= 0).any():
        return math.inf
    return max(0.0, float((rows.T @ (weight / share)).max() - weight.sum()))


class _Profile:
    """The likelihood maximised over all distributions with a given survival at one time."""

    def __init__(self, times: IntervalTimes, time: float) -> None:
        # The cells of the parts of the intervals up to the time, and of the parts after it.
        early = _part(times, np.minimum(times.right, time), times.left, (times.left < time) | (times.right <= time))
        late = _part(times, times.right, np.maximum(times.left, time), times.right > time)
        rows = np.hstack((early, late))
        self.early = early.shape[1]
        self.rows, self.weight = _distinct(rows)
        self.m = rows.shape[1]

    def at(self, survival: float) -> float:
        """Return the largest log likelihood; minus infinity where the data exclude this survival."""
        share = np.concatenate((np.full(self.early, 1 - survival), np.full(self.m - self.early, survival)))
        used = share > 0
        if not (self.rows[:, used].sum(axis=1) > 0).all():
            return -math.inf
        # Shares within each part, so that a part with hardly any mass is as well scaled as the other.
        rows = self.rows[:, used] * share[used]
        groups = np.stack((np.arange(self.m) < self.early, np.arange(self.m) >= self.early))[:, used].astype(float)
        groups = groups[groups.sum(axis=1) > 0]
        size = groups.T @ groups.sum(axis=1)
        return maximise(_likelihood(rows, self.weight), 1 / size, groups, 1e-10).value


def _part(times: IntervalTimes, right: Floats, left: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Return which cells of the cut intervals each person covers; one that nobody covers where there is none."""
    covers = np.zeros((len(times), 1))
    if inside.any():
        cells: Cells = cells_of(IntervalTimes(left[inside], right[inside]))
        covers = np.zeros((len(times), cells.covers.shape[1]))
        covers[inside] = cells.covers
    return covers


def _reached(short: Callable[[float], float], inside: float, end: float) -> float:
    """Return where a function that rises from the estimate to an end becomes positive; the end where it does not."""
    from scipy.optimize import brentq

    # At the end itself the likelihood may be 0.
    edge = end + (inside - end) * _EDGE
    if inside == end or short(edge) <= 0:
        return end
    return float(brentq(short, *sorted((inside, edge)), xtol=_LIMIT))
