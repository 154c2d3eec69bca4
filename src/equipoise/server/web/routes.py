"""Who may open an address: every route has its rule, and the rule is kept here, not in the page.

A page behind a rule finds `request.acting` (who asks, in which study) and, where the address names a participant,
`request.participant`, whom they may see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from equipoise.conduct.visibility import Fact
from equipoise.server.accounts.acting import acting
from equipoise.server.web.refused import not_permitted

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Public:
    """Anybody, logged in or not."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Whoever has logged in, whatever they are in any study."""


@dataclass(frozen=True, slots=True)
class Sees:
    """Whoever may see all of these facts of the study."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class May:
    """Whoever may see the participant, and whose role has the right to a command."""

    command: type


Rule = Public | LoggedIn | Sees | May


@dataclass(frozen=True, slots=True)
class Route:
    """An address of the site, below its language."""

    name: str
    address: str
    view: View
    rule: Rule


def pattern(route: Route) -> URLPattern:
    """Return Django's pattern of a route, with its rule in front of the page."""
    return path(route.address, guarded(route.view, route.rule), name=route.name)


def guarded(view: View, rule: Rule) -> View:
    """Return a page that opens by its rule alone."""
    if isinstance(rule, Public):
        return view

    @wraps(view)
    def opened(request: HttpRequest, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if isinstance(rule, LoggedIn):
            return view(request, **named)
        request.acting = acting(request, named.pop("study"))
        reading = request.acting.reading
        if isinstance(rule, Sees) and not all(reading.sees(fact) for fact in rule.facts):
            raise Http404
        if "number" in named:
            found = reading.participants().filter(participant=named.pop("number")).first()
            if found is None:
                raise Http404
            request.participant = found
        if isinstance(rule, May) and not reading.may(rule.command):
            return not_permitted(request, rule.command)
        return view(request, **named)

    return opened
