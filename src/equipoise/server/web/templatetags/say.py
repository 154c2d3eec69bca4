"""Words, problems, names of the study's things and dates, in the language in which the page is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from equipoise.core import words
from equipoise.core.languages import Language, language_of, spoken
from equipoise.core.problem import Problem
from equipoise.server import written
from equipoise.server.languages import language
from equipoise.study.model.study import Study
from equipoise.study.words import code_label, label, level_label
from equipoise.study.words import say as said_by_study

register = template.Library()


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
    return written.day(value, language())


@register.filter
def moment(value: str | datetime | None) -> str:
    """Say an instant, to the minute, in UTC: 12 March 2026, 08:05 UTC."""
    return written.moment(value, language())


@register.filter
def number(value: float | Decimal | str) -> str:
    """Say a number with the marks of its language: 1,234.5."""
    return written.number(value, language())


@register.filter
def km(value: float) -> str:
    """Say a distance in kilometres: 9.4 km; 1,096 km; 1,096公里."""
    return written.kilometres(value, language())


@register.filter
def listed(things: Iterable[object]) -> str:
    """Say several things one after another: A, B and C; A、B和C."""
    return written.listed(things, language())


@register.filter
def language_called(code: str) -> str:
    """Say what a language is called: zh-hans is Simplified Chinese, 简体中文."""
    return written.language_name(code, language())


@register.filter
def country_called(code: str) -> str:
    """Say what a country is called, by its ISO 3166 code."""
    return written.country_name(code, language())


@register.simple_tag
def here_spoken() -> Language:
    """Return the language of the page: its tag and direction stand in `<html>`."""
    return language_of(language())


@register.simple_tag
def others_spoken() -> list[Language]:
    """Return the other languages in which the site can be read."""
    return [language_of(code) for code in spoken() if code != language()]


@register.simple_tag(takes_context=True)
def same_page(context: template.Context, other: str) -> str:
    """Return the address of the page that is read, in another language.

    `page_address` is set where a page is drawn without the request: "address" may be anything of the page's own.
    """
    request = context.get("request")
    address = str(context.get("page_address") or (request.get_full_path() if request else "/"))
    here = f"/{language()}/"
    return f"/{other}/" + address.removeprefix(here) if address.startswith(here) else f"/{other}/"
