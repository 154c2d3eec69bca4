"""A participant's record: what the events of one stream come to, in plain values, each with the event it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=65536)
def full_date(text: str) -> date | None:
    """Return a date that is known to the day, or None; the dates of a trial repeat, hence the cache."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


@dataclass(slots=True)
class Item:
    """One value of the record after its last correction: the data of that event, its day and its number."""

    name: str
    visit: str
    form: str
    data: dict[str, Any]
    on: date | None
    seq: int


@dataclass(slots=True)
class Entry:
    """Anything else that was recorded on a day: the event's data, its day and its number."""

    kind: str
    on: date | None
    data: dict[str, Any]
    seq: int


@dataclass(slots=True)
class Record:
    """One participant."""

    participant: str
    site: str
    seq: int  # the last event of the stream
    state: str = ""
    referred_on: date | None = None
    registered_on: date | None = None
    consented_on: date | None = None
    age: int | None = None
    decision: Entry | None = None  # of eligibility, the last
    allocation: Entry | None = None
    items: dict[tuple[str, str, str], Item] = field(default_factory=dict)
    visits: dict[str, Entry] = field(default_factory=dict)
    doses: list[Entry] = field(default_factory=list)
    specimens: dict[str, list[Entry]] = field(default_factory=dict)
    adverse_events: dict[str, Entry] = field(default_factory=dict)
    medication: dict[str, Entry] = field(default_factory=dict)
    deviations: dict[str, Entry] = field(default_factory=dict)
    dispositions: list[Entry] = field(default_factory=list)

    @property
    def allocated_on(self) -> date | None:
        """The day of allocation, day 0."""
        return self.allocation.on if self.allocation else None

    def day(self, on: date | None) -> int | None:
        """Return how many days after the allocation a date lies."""
        start = self.allocated_on
        return (on - start).days if on is not None and start is not None else None

    @property
    def withdrawal(self) -> Entry | None:
        """The withdrawal of consent, if there is one."""
        return next((entry for entry in self.dispositions if entry.kind == "consent_withdrawn"), None)
