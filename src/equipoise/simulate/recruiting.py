"""The midst of a trial: the day on which recruitment is in full swing and people wait to be allocated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from equipoise.conduct.events import Event

_FROM, _TO = 0.5, 0.7  # of those who are allocated in the end
_LEAVES = frozenset({"allocated", "visits_stopped", "consent_withdrawn"})


def mid_recruitment(events: Iterable[Event], start: date) -> int:
    """Return the day in the midst of recruitment at whose end most people wait to be allocated.

    Parameters
    ----------
    events : iterable of Event
        A whole played trial.
    start : date
        Its first day of recruitment.

    Returns
    -------
    int
        The day, counted from the start; of equal ones the first. 0 if nobody is allocated.
    """
    waiting: set[str] = set()
    waits: dict[int, int] = {}
    allocated: list[int] = []
    for event in events:
        day = (date.fromisoformat(event.at[:10]) - start).days
        if event.type == "eligibility_decided" and event.data["verdict"] == "eligible":
            waiting.add(event.stream)
        elif event.type in _LEAVES:
            waiting.discard(event.stream)
        if event.type == "allocated":
            allocated.append(day)
        waits[day] = len(waiting)
    if not allocated:
        return 0
    first, last = allocated[int(_FROM * (len(allocated) - 1))], allocated[int(_TO * (len(allocated) - 1))]
    days = [day for day in waits if first <= day <= last]
    return max(days, key=lambda day: (waits[day], -day))
