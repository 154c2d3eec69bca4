"""What the pages of enquiries say: a place, a number of hours, a field by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse

from equipoise.core.words import text
from equipoise.recruit.places import Place
from equipoise.server import environment
from equipoise.server.languages import language
from equipoise.server.written import number

register = template.Library()

_ROOM = "server.web.enquiries"
_COMPLETE = {"first_name": "given-name", "last_name": "family-name"}
_DAY = 48.0  # hours from which days are said


@register.filter
def words(value: str) -> list[str]:
    """Return the words of a text, to go through in a template."""
    return value.split()


@register.filter
def at(values: Mapping[str, Any], name: str) -> Any:
    """Return the value under a name that the template has in a variable."""
    return values.get(name, "")


@register.filter
def called(place: Place) -> str:
    """Say where a place is."""
    return place.called(language())


@register.filter
def completing(name: str) -> str:
    """Return what a browser may fill a field with."""
    return _COMPLETE[name]


@register.filter
def field_key(name: str) -> str:
    """Return the key of a field's label."""
    return f"fields.{name.replace('_', '-')}"


@register.filter
def hours(value: float) -> str:
    """Say a wait: 5 hours; 2.5 days."""
    spoken = language()
    if value < 1:
        return text(_ROOM, "figures.less", spoken)
    if value < _DAY:
        return text(_ROOM, "figures.hours", spoken, count=number(round(value, 1), spoken))
    return text(_ROOM, "figures.days", spoken, count=number(round(value / 24, 1), spoken))


@register.simple_tag
def by_receipt_address() -> str:
    """Return the whole address at which a receipt number is typed in: it stands on paper."""
    return environment.read("EQUIPOISE_URL").rstrip("/") + reverse("enquiry-by-receipt")
