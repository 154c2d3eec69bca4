"""Dates and ages as people write them: 2019, March 2019, 2019年3月, about 2019; 60 (years of age)."""

from __future__ import annotations

import re
from datetime import date

from equipoise.core.dates import PartialDate
from equipoise.core.problem import Problem
from equipoise.recruit.prescreening.spans import Span, about, born_at_age

_OLDEST = 120  # years; nobody is older, and no result is
_MONTHS = {
    name: index
    for index, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NAMED = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WAYS = tuple(
    re.compile(way, re.IGNORECASE)
    for way in (
        r"(?P<y>\d{4})(?:\s*[-/.]\s*(?P<m>\d{1,2})(?:\s*[-/.]\s*(?P<d>\d{1,2}))?)?",
        r"(?P<y>\d{4})\s*年(?:\s*(?P<m>\d{1,2})\s*月(?:份|\s*(?P<d>\d{1,2})\s*[日号])?)?",
        rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+)?(?P<n>{_NAMED})\.?,?\s+(?P<y>\d{{4}})",
        rf"(?P<n>{_NAMED})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})",
        r"(?P<m>\d{1,2})\s*[-/.]\s*(?P<y>\d{4})",
    )
)
_TWO_WAYS = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})")
_ABOUT = re.compile(r"(?:about|around|approximately|approx\.?|roughly|circa|ca?\.|~|大约|大概|约)\s*", re.IGNORECASE)
_ABOUT_AFTER = re.compile(r"\s*(?:年)?\s*(?:左右|前后|上下|or so|or thereabouts)", re.IGNORECASE)
_AGE = re.compile(r"(?:age[d]?|年龄)\s*[:：]?\s*(.*)|(.*?)\s*(?:years old|years of age|岁|周岁)", re.IGNORECASE)
_YEARS = re.compile(r"(\d{1,3})\s*(?:years?(?: old)?|y|岁|周岁)?", re.IGNORECASE | re.ASCII)


def read_day(text: str) -> PartialDate | Problem:
    """Read a date as far as it is written; "03/04/2019" is refused, for it is two dates."""
    plain = text.strip().rstrip("。.")
    for way in _WAYS:
        found = way.fullmatch(plain)
        if found is not None:
            parts = found.groupdict()
            month = _MONTHS[parts["n"].lower()] if parts.get("n") else parts.get("m")
            return _date(parts["y"], month, parts.get("d"), text)
    found = _TWO_WAYS.fullmatch(plain)
    if found is not None:
        one, two, year = found.groups()
        if one != two and int(one) <= 12 and int(two) <= 12:
            return Problem("recruit.prescreening.date-two-ways", {"text": shortened(text)})
        day, month = (one, two) if int(two) <= 12 else (two, one)
        return _date(year, month, day, text)
    return Problem("recruit.prescreening.date-not-read", {"text": shortened(text)})


def _date(year: str, month: str | int | None, day: str | None, text: str) -> PartialDate | Problem:
    try:
        return PartialDate(int(year), int(month) if month else None, int(day) if day else None)
    except ValueError:
        return Problem("recruit.prescreening.date-not-there", {"text": shortened(text)})


def read_date_answer(text: str, today: date, *, aged: bool = False) -> PartialDate | Problem:
    """Read when something was; "about 2019" is a year more or less. With `aged` an age will do: "age 60"."""
    if aged:
        age = _AGE.fullmatch(text.strip())
        if age is not None:
            return read_age(age[1] or age[2] or "", today)
    core, roughly = _without_about(text.strip())
    found = read_day(core)
    if isinstance(found, Problem):
        return found
    if aged and roughly:
        return Problem("recruit.prescreening.age-not-a-number", {"text": shortened(text)})
    if found.earliest > today:
        return Problem("recruit.prescreening.date-to-come", {"text": shortened(text)})
    if found.year < today.year - _OLDEST:
        return Problem("recruit.prescreening.date-too-long-ago", {"text": shortened(text)})
    if roughly:
        span = about(found)
        return Span.between(span.first, min(span.last, today))
    return found


def canonical_date(text: str, today: date, *, aged: bool = False) -> str:
    """Return a date answer in one spelling: 2019-03, about 2019, age 60. The text has been read before."""
    found = read_date_answer(text, today, aged=aged)
    if not isinstance(found, Span):
        return str(found) if isinstance(found, PartialDate) else text
    age = _AGE.fullmatch(text.strip()) if aged else None
    if age is not None:
        years = _YEARS.fullmatch((age[1] or age[2] or "").strip())
        return f"age {int(years[1])}" if years is not None else text
    return f"about {read_day(_without_about(text.strip())[0])}"


def _without_about(text: str) -> tuple[str, bool]:
    before = _ABOUT.match(text)
    core = text[before.end() :] if before is not None else text
    after = _ABOUT_AFTER.search(core)
    if after is not None and after.end() == len(core):
        core = core[: after.start()]
    return core, core != text


def read_age(text: str, today: date) -> Span | Problem:
    """Read an age in completed years. "About 60" is not 60: it could be too old."""
    found = _YEARS.fullmatch(text.strip())
    if found is None:
        return Problem("recruit.prescreening.age-not-a-number", {"text": shortened(text)})
    years = int(found[1])
    if years > _OLDEST:
        return Problem("recruit.prescreening.age-not-possible", {"text": shortened(text)})
    return born_at_age(years, today)


def shortened(text: str) -> str:
    """Return what was typed, short enough for a message."""
    return text if len(text) <= 40 else text[:40] + "…"
