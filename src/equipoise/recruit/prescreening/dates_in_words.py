"""A date, as far as it is known, as its readers write it."""

from __future__ import annotations

from equipoise.core.dates import PartialDate
from equipoise.core.words import text as words

_ROOM = "recruit.prescreening"


def partial_in_words(day: PartialDate, language: str) -> str:
    """Return a date in words: 12 March 2026; 2026年3月; 2026."""
    how = "day" if day.day is not None else "month" if day.month is not None else "year"
    month = words(_ROOM, f"months.m{day.month:02}", language) if day.month is not None else ""
    return words(_ROOM, f"dates.{how}", language, y=day.year, d=day.day or "", month=month)
