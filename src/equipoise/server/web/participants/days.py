"""Days as a page says them: a date without its year where the year is plain."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from equipoise.server import written
from equipoise.server.web.templatetags.say import day

ROOM = "server.web.participants"


@lru_cache(maxsize=4096)
def parsed(text_of_day: str) -> date | None:
    """Return a full date from its ISO text; None for none."""
    return date.fromisoformat(text_of_day) if text_of_day else None


@lru_cache(maxsize=4096)
def short(when: date, language: str) -> str:
    """Say a day without its year: 12 Mar; 3月12日."""
    return written.short_day(when, language, year=False)


@lru_cache(maxsize=4096)
def middling(when: date, language: str) -> str:
    """Say a day with a short month: 12 Mar 2026; 2026年3月12日."""
    return written.short_day(when, language)


def long(when: date | str) -> str:
    """Say a day in full, in the language of the page."""
    return day(when)
