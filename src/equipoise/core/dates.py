"""Clinical dates, which may be known to the day, the month or only the year, and calendar arithmetic."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Self

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as far as it is known: 1985, 1985-06 or 1985-06-17."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("a date with a day needs its month")
        date(self.year, self.month or 1, self.day or 1)  # raises for a date that does not exist

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the date a text states (``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``), or None."""
        found = _PARTIAL.fullmatch(text.strip())
        if found is None:
            return None
        year, month, day = (int(part) if part else None for part in found.groups())
        try:
            return cls(year or 0, month, day)
        except ValueError:
            return None

    @classmethod
    def of(cls, day: date) -> Self:
        """Return a full date as a (complete) partial date."""
        return cls(day.year, day.month, day.day)

    @property
    def earliest(self) -> date:
        """The first day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def is_complete(self) -> bool:
        """Whether it is known to the day."""
        return self.day is not None

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later (or earlier), clamped to the month's end: 31 August + 6 = 28 February.

    Raises OverflowError outside the years 1 to 9999.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"{day} + {months} months leaves the calendar")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def completed_years(born: date, on: date) -> int:
    """Return the age in completed years; who is born on 29 February has the birthday on 1 March in a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
