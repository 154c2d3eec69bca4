"""Days as visits: what is seen at visits only is known by the end of a visit's window, whichever day it took place.

A sample of the window's 3rd day and one of its 25th say the same: what the visit found. Taken by the day, a curve read
at the end of the window would follow the few whose visit came last; the largest day of all that is positive would
even bring the curve to 0. So a day within a planned visit's window counts as the window's last day, in every arm alike;
a day between windows stays what it is. With this the inspection times are few and fixed, and the likelihood ratio has
its chi-squared law.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis.comparison import Comparison
from equipoise.study.model.study import Study

Days = NDArray[np.float64]
_NOT_PLANNED = frozenset({"screening", "unscheduled", "dose_only"})


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """For everybody who is counted the days (left, right] in which the event came, and 1 for the treatment.

    Attributes
    ----------
    left, right : numpy.ndarray, shape (n,)
        Days from allocation; an infinite right bound is an event not seen.
    treated : numpy.ndarray of int, shape (n,)
        1 in the treatment, 0 in its comparator.
    """

    left: Days
    right: Days
    treated: NDArray[np.int64]

    def from_day(self, day: float) -> Intervals:
        """Return the intervals as they are known to both arms from a visit on.

        Parameters
        ----------
        day : float
            Last day of the visit's window.

        Returns
        -------
        Intervals
            What was seen before the visit counts as seen at it: an event by then came in (0, day], and who was last
            seen free before it tells nothing of it. Samples that a dose masks leave one arm's intervals wider than
            the other's until the masking has passed; compared as they are, arms without any difference would differ.
        """
        left = np.where(self.left >= day, self.left, 0.0)
        return Intervals(left, np.maximum(self.right, day), self.treated)

    def of_arm(self, treated: int) -> Intervals:
        """Return one arm.

        Parameters
        ----------
        treated : int
            1 for the treatment, 0 for its comparator.

        Returns
        -------
        Intervals
            Its people.
        """
        own = self.treated == treated
        return Intervals(self.left[own], self.right[own], self.treated[own])


def last_day(study: Study, visit: str) -> int:
    """Return the last day of a visit's window, by which a curve is read at it.

    Parameters
    ----------
    study : Study
        The study.
    visit : str
        The visit.

    Returns
    -------
    int
        Days from allocation.
    """
    planned = study.visits[visit]
    return planned.day + planned.after


def at_visits(study: Study, days: Days) -> Days:
    """Return days with those in a planned visit's window at the window's end.

    Parameters
    ----------
    study : Study
        The study.
    days : numpy.ndarray, shape (n,)
        Days from allocation; infinite ones stay.

    Returns
    -------
    numpy.ndarray, shape (n,)
        The days. Day 0 stays; of two windows the earlier counts.
    """
    found = days.copy()
    for visit in reversed(study.schedule.visits):
        if visit.kind not in _NOT_PLANNED and visit.day > 0:
            inside = (days > 0) & (days >= visit.day - visit.before) & (days <= visit.day + visit.after)
            found[inside] = visit.day + visit.after
    return found


def intervals_of(comparison: Comparison) -> Intervals:
    """Return the intervals of everybody who is counted, with their bounds at visits.

    Parameters
    ----------
    comparison : Comparison
        Two arms with an interval endpoint.

    Returns
    -------
    Intervals
        Where both bounds lie in one window, the left one stays on its day.
    """
    people = comparison.analysed
    left = np.array([person.outcome.left or 0.0 for person in people], dtype=np.float64)
    right = np.array([_right(person.outcome.right) for person in people], dtype=np.float64)
    last, first = at_visits(comparison.study, left), at_visits(comparison.study, right)
    treated = np.array(comparison.treated, dtype=np.int64)
    return Intervals(np.where(last < first, last, left), first, treated)


def _right(day: float | None) -> float:
    return np.inf if day is None else day
