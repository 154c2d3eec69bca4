"""Interval-censored times: read, and the places where their distribution can have mass."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# At one time an exact event begins before an interval ends there, and that before an interval begins after it.
_AT, _END, _AFTER = 0, 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class IntervalTimes:
    """Intervals (left, right] in which events came; where both are equal, the event came exactly then.

    Attributes
    ----------
    left, right : numpy.ndarray, shape (n,)
        Bounds; an infinite right bound is an event not seen.
    """

    left: Floats
    right: Floats

    def __len__(self) -> int:
        """Return the number of people."""
        return len(self.left)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The maximal intersections of some intervals: the only places where a maximum of the likelihood has mass.

    Attributes
    ----------
    left, right : numpy.ndarray, shape (m,)
        Bounds (left, right], rising; equal for an exact time.
    covers : numpy.ndarray of bool, shape (n, m)
        Whether each interval covers each cell.
    """

    left: Floats
    right: Floats
    covers: NDArray[np.bool_]


def as_intervals(left: ArrayLike, right: ArrayLike) -> IntervalTimes:
    """Read interval-censored times.

    Parameters
    ----------
    left, right : array_like, shape (n,)
        The event came in (left, right]; ``right`` may be infinite (not seen by ``left``) or equal to ``left`` (exact).

    Returns
    -------
    IntervalTimes
        The times as floats.

    Raises
    ------
    ValueError
        If there is no participant, the lengths differ, or a bound is missing, negative or out of order.
    """
    low, high = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if low.ndim != 1 or low.shape != high.shape:
        raise ValueError(f"left and right bounds are two lists of one length; the shapes are {low.shape}, {high.shape}")
    if low.size == 0:
        raise ValueError("there is no participant to analyse")
    if not np.isfinite(low).all() or (low < 0).any():
        raise ValueError("every left bound must be a finite number, 0 or later")
    if np.isnan(high).any() or (high < low).any():
        raise ValueError("every right bound must be at or after its left bound, or infinite")
    return IntervalTimes(low, high)


def cells_of(times: IntervalTimes) -> Cells:
    """Return the maximal intersections of intervals.

    Parameters
    ----------
    times : IntervalTimes
        The intervals.

    Returns
    -------
    Cells
        Turnbull (1976), JRSS B 38:290-295: each is a left bound that a right bound follows with no other bound
        between.
    """
    begins, ends = _keys(times)
    keys = np.unique(np.concatenate((begins, ends)), axis=0)
    is_end = keys[:, 1] == _END
    first = np.flatnonzero(~is_end[:-1] & is_end[1:])
    from_, to = keys[first], keys[first + 1]
    covers = _not_after(begins[:, None], from_[None, :]) & _not_after(to[None, :], ends[:, None])
    return Cells(from_[:, 0], to[:, 0], covers)


def _keys(times: IntervalTimes) -> tuple[Floats, Floats]:
    """Return bounds with their place in the order of bounds at one time."""
    exact = times.left == times.right
    begins = np.column_stack((times.left, np.where(exact, _AT, _AFTER)))
    return begins, np.column_stack((times.right, np.full(len(times), _END)))


def _not_after(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """Return whether bounds come no later than others."""
    earlier = one[..., 0] < other[..., 0]
    return np.asarray(earlier | ((one[..., 0] == other[..., 0]) & (one[..., 1] <= other[..., 1])))
