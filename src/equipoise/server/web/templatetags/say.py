"""Words, problems, names of the study's things and dates, in the language in which the page is read."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from equipoise.core import words
from equipoise.core.problem import Problem
from equipoise.study.model.study import Study
from equipoise.study.words import code_label, label, level_label
from equipoise.study.words import say as said_by_study

register = template.Library()

_PARTS = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_TIME = re.compile(r"T(\d\d:\d\d)")


def language() -> str:
    """Return the language in which the page is read; English where none has been chosen yet."""
    chosen = get_language() or ""
    return chosen if chosen in words.LANGUAGES else "en"


@register.simple_tag
def say(key: str, room: str = "server.web", **params: Any) -> SafeString:
    """Say the words at a key of a room. Words and parameters are escaped; a parameter that is safe stays markup."""
    said = escape(words.text(room, key, language()))
    if params:
        said = said.format_map({name: conditional_escape(value) for name, value in params.items()})
    return mark_safe(said)  # noqa: S308 - words and parameters were escaped above


@register.filter
def said(problem: Problem) -> str:
    """Say a problem: what is wrong, and how to mend it."""
    return words.say(problem, language())


@register.simple_tag
def label_of(study: Study, kind: str, identity: str) -> str:
    """Say what a thing of the study is called: `{% label_of declared "visits" visit %}`."""
    return label(study, kind, identity, language())


@register.simple_tag
def code_of(study: Study, variable: str, value: str) -> str:
    """Say what a code of a variable is called."""
    return code_label(study, variable, value, language())


@register.simple_tag
def level_of(study: Study, factor: str, level: str) -> str:
    """Say what a level of a factor is called."""
    return level_label(study, factor, level, language())


@register.simple_tag
def study_says(study: Study, *path: str) -> str:
    """Say the study's own words at a path: `{% study_says declared "title" %}`."""
    return said_by_study(study, language(), *path)


@register.filter
def day(value: str | date | None) -> str:
    """Say a date, whole or partial: 12 March 2026; 2026年3月12日; March 2026; 2026."""
    text = value.isoformat() if isinstance(value, date) else str(value or "")
    found = _PARTS.match(text)
    if found is None:
        return text
    year, month, of_month = (int(part) if part else 0 for part in found.groups())
    if language() == "zh-hans":
        return f"{year}年" + (f"{month}月" if month else "") + (f"{of_month}日" if of_month else "")
    name = words.text("server.web", f"months.m{month:02}", "en") if month else ""
    return " ".join(str(part) for part in (of_month, name, year) if part)


@register.filter
def moment(value: str | datetime | None) -> str:
    """Say an instant, to the minute, in UTC: 12 March 2026, 08:00 UTC."""
    text = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value or "")
    time = _TIME.search(text)
    if time is None:
        return day(text)
    return words.text("server.web", "dates.moment", language(), day=day(text), time=time[1])


@register.simple_tag(takes_context=True)
def same_page(context: template.Context, other: str) -> str:
    """Return the address of the page that is read, in another language."""
    request = context.get("request")
    address = str(context.get("address") or (request.get_full_path() if request else "/"))
    here = f"/{language()}/"
    return f"/{other}/" + address.removeprefix(here) if address.startswith(here) else f"/{other}/"
