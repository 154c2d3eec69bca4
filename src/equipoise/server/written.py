"""Dates, numbers, distances, lists and names as each language writes them, for pages and mails alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from equipoise.core.languages import language_of, spoken
from equipoise.core.words import text

_PARTS = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_TIME = re.compile(r"T\d\d:\d\d")
# English here is written as in Britain: the day before the month.
_LOCALES = {"en": "en-GB"}
# What a person may say that they speak: the most spoken in the world, then those of China's own regions.
_WORLD = (
    "zh", "yue", "en", "es", "hi", "ar", "bn", "pt", "ru", "ur", "id", "de", "ja", "mr", "te", "tr", "ta", "vi", "ko",
    "fr", "it", "fa", "th", "pl", "uk", "ms", "my", "nl", "ro", "el", "cs", "sv", "hu", "he", "sw", "am", "ha", "yo",
    "ig", "so", "fil", "km", "lo", "ne", "si", "pa", "gu", "kn", "ml", "kk", "ky", "uz", "tg", "tk", "az", "ka", "hy",
    "mn", "bg", "sr", "hr", "sk", "da", "nb", "fi", "et", "lv", "lt", "sq", "bo", "ug", "ii", "za",
)  # fmt: skip


@cache
def locale_of(language: str) -> Locale:
    """Return how a language writes; English for a language of which that is not known."""
    parts = _LOCALES.get(language, language).split("-")
    for count in range(len(parts), 0, -1):
        try:
            return Locale.parse("-".join(parts[:count]), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en", "GB")


def day(value: str | date | None, language: str) -> str:
    """Say a date, whole or partial: 12 March 2026; 2026年3月12日; March 2026; 2026."""
    stated = value.isoformat() if isinstance(value, date) else str(value or "")
    found = _PARTS.match(stated)
    if found is None:
        return stated
    year, month, of_month = (int(part) if part else 0 for part in found.groups())
    try:
        on = date(year, month or 1, of_month or 1)
    except ValueError:  # a day that there is not: as it was written
        return stated
    locale = locale_of(language)
    if of_month:
        return str(format_date(on, "long", locale))
    return str(format_skeleton("yMMMM" if month else "y", on, locale=locale))


def short_day(when: date, language: str, *, year: bool = True) -> str:
    """Say a date with a short month: 12 Mar 2026, or 12 Mar where the year is plain; 2026年3月12日."""
    return str(format_skeleton("yMMMd" if year else "MMMd", when, locale=locale_of(language)))


def moment(value: str | datetime | None, language: str) -> str:
    """Say an instant, to the minute, in UTC: 12 March 2026, 08:05 UTC."""
    stated = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value or "")
    if _TIME.search(stated) is None:
        return day(stated, language)
    at = datetime.fromisoformat(stated).time()
    time = format_time(at, "short", locale=locale_of(language))
    return text("server.web", "dates.moment", language, day=day(stated, language), time=time)


def number(value: float | Decimal | str, language: str) -> str:
    """Say a number with the marks of its language: 1,234.5; 1 234,5. Of what is no number, itself."""
    try:
        exact = Decimal(str(value))
    except ArithmeticError:
        return str(value)
    return str(format_decimal(exact, locale=locale_of(language))) if exact.is_finite() else str(value)


def kilometres(value: float, language: str) -> str:
    """Say a distance: below ten kilometres to the tenth, else whole: 9.4 km; 1,096 km; 1,096公里."""
    rounded = round(value, 1) if value < 9.95 else round(value)
    return str(format_unit(rounded, "length-kilometer", length="short", locale=locale_of(language)))


def listed(things: Iterable[object], language: str) -> str:
    """Say several things one after another: A, B and C; A、B和C."""
    return str(format_list([str(thing) for thing in things], locale=locale_of(language)))


def language_name(code: str, language: str) -> str:
    """Say what a language is called in another; its own name where nobody else has one for it."""
    names = locale_of(language).languages
    low = code.replace("-", "_")
    named = _named(low, names) or _named(low, locale_of("en").languages)
    return named or (language_of(code).name if code in spoken() else code)


def _named(code: str, names: dict[str, str]) -> str:
    first, _, rest = code.partition("_")
    for each in (code, f"{first}_{rest.title()}", f"{first}_{rest.upper()}", first):
        if each in names:
            return str(names[each])
    return ""


@cache
def language_names(language: str) -> tuple[tuple[str, str], ...]:
    """Return the languages that a person may choose, in the order of their names; each with its own name too."""
    choices = []
    for code in _WORLD:
        name, own = language_name(code, language), language_name(code, code)
        choices.append((code, f"{name} ({own})" if own.casefold() != name.casefold() else name))
    return tuple(sorted(choices, key=lambda choice: _in_order(choice[1])))


def _in_order(name: str) -> bytes:
    """Return what sorts names; in GB 18030 the common characters stand in the order of their sound (pinyin)."""
    return name.casefold().encode("gb18030")


def country_name(code: str, language: str) -> str:
    """Say what a country is called, by its ISO 3166 code; the code itself if there is none such."""
    return str(locale_of(language).territories.get(code.upper(), code))
