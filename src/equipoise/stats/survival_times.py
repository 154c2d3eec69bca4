"""Right-censored times, checked and counted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, eq=False)
class EventTable:
    """What happened at each distinct event time.

    Attributes
    ----------
    time : numpy.ndarray, shape (t,)
        Distinct event times, rising.
    n_risk, n_event : numpy.ndarray, shape (t,)
        Participants still observed just before each time, and events at it.
    """

    time: NDArray[np.float64]
    n_risk: NDArray[np.int64]
    n_event: NDArray[np.int64]


def as_times(time: ArrayLike, event: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Read times and event indicators.

    Parameters
    ----------
    time : array_like, shape (n,)
        Time to the event or to censoring, not negative.
    event : array_like, shape (n,)
        1 or True for an event, 0 or False for censoring.

    Returns
    -------
    tuple of numpy.ndarray
        Times as floats and events as booleans.

    Raises
    ------
    ValueError
        If there is no participant, the lengths differ, a time is missing, infinite or negative, or an indicator is
        neither 0 nor 1.
    """
    times = np.asarray(time, dtype=np.float64)
    events = np.asarray(event)
    if times.ndim != 1 or times.shape != events.shape:
        raise ValueError(f"times and events are two lists of one length; the shapes are {times.shape}, {events.shape}")
    if times.size == 0:
        raise ValueError("there is no participant to analyse")
    if not np.isfinite(times).all() or (times < 0).any():
        raise ValueError("every time must be a finite number, 0 or later")
    if not np.isin(events, (0, 1)).all():
        raise ValueError("an event indicator is 1 for an event and 0 for censoring")
    return times, events.astype(bool)


def as_labels(label: ArrayLike, n: int, whose: str) -> NDArray[np.int64]:
    """Read group or stratum labels as indices of their sorted values.

    Parameters
    ----------
    label : array_like, shape (n,)
        One label a participant.
    n : int
        Number of participants.
    whose : str
        Word that names the labels in the message.

    Returns
    -------
    numpy.ndarray, shape (n,)
        0 for the smallest label, 1 for the next, and so on.

    Raises
    ------
    ValueError
        If there is not one label for each participant, or one is missing.
    """
    labels = np.asarray(label)
    if labels.shape != (n,):
        raise ValueError(f"each of the {n} participants needs one {whose}; the shape is {labels.shape}")
    if labels.dtype.kind == "f" and np.isnan(labels).any():
        raise ValueError(f"a {whose} is missing")
    return np.asarray(np.unique(labels, return_inverse=True)[1])


def event_table(time: NDArray[np.float64], event: NDArray[np.bool_]) -> EventTable:
    """Return the distinct event times with their counts.

    Parameters
    ----------
    time : numpy.ndarray, shape (n,)
        Times.
    event : numpy.ndarray of bool, shape (n,)
        Events.

    Returns
    -------
    EventTable
        A participant censored at an event time is still at risk then.
    """
    distinct, n_event = np.unique(time[event], return_counts=True)
    return EventTable(distinct, at_risk(np.sort(time), distinct), n_event)


def at_risk(ordered: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many are still observed just before each time.

    Parameters
    ----------
    ordered : numpy.ndarray, shape (n,)
        All times, rising.
    times : numpy.ndarray, shape (t,)
        The times asked for.

    Returns
    -------
    numpy.ndarray, shape (t,)
        Participants whose time is at least the one asked for.
    """
    return np.asarray(len(ordered) - np.searchsorted(ordered, times, side="left"))
