"""Dates as people know them: not to the day, but between two days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.core.dates import PartialDate, add_months


@dataclass(frozen=True)
class Span(PartialDate):
    """A date that lies between two days. Rules compare it by both, and so decide nothing that it leaves open."""

    first: date = date.min
    last: date = date.max

    @classmethod
    def between(cls, first: date, last: date) -> Span:
        """Return the date that is known to lie between two days, both included."""
        return cls(first.year, None, None, first, last)

    @property
    def earliest(self) -> date:
        """The first day it can be."""
        return self.first

    @property
    def latest(self) -> date:
        """The last day it can be."""
        return self.last

    def __str__(self) -> str:
        return f"{self.first}/{self.last}"


def born_at_age(years: int, today: date) -> Span:
    """Return when somebody was born who is `years` old today: within twelve months, and never a made-up birthday."""
    return Span.between(add_months(today, -12 * (years + 1)) + timedelta(1), add_months(today, -12 * years))


def about(day: PartialDate) -> Span:
    """Return what "about 2019" can be: a year more or less; of a month, a month more or less."""
    months = 12 if day.month is None else 1
    known = PartialDate(day.year, day.month)
    first = add_months(known.earliest, -months)
    # The last day of a month stays the last day of the month.
    last = add_months(known.latest + timedelta(1), months) - timedelta(1)
    return Span.between(first, last)
