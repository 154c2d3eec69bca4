"""Who may open an address: every route has its rule, and the rule is kept here, not in the page.

A page behind a rule finds `request.acting` (who asks, in which study) and, where the address names a participant,
`request.participant`, whom they may see; a public page of a study finds `request.shown`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import ResolverMatch, URLPattern, path, reverse

from equipoise.conduct.permissions import Role
from equipoise.conduct.visibility import Fact
from equipoise.server.accounts.acting import acting
from equipoise.server.accounts.urls import ADDRESSES, For
from equipoise.server.recruit.shown import number_meant, shown
from equipoise.server.web.refused import not_permitted

View = Callable[..., HttpResponse]
_LOG = logging.getLogger("equipoise.server")


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


@dataclass(frozen=True, slots=True)
class OfShown:
    """Anybody, of a study that its team shows."""


@dataclass(frozen=True, slots=True)
class Holds:
    """Whoever has one of these roles in the study."""

    roles: tuple[Role, ...]


Rule = Public | LoggedIn | Sees | May | OfShown | Holds


@dataclass(frozen=True, slots=True)
class Route:
    """An address of the site, below its language."""

    name: str
    address: str
    view: View
    rule: Rule


# What a search engine may list, by the route's name. Everything else says that it may not.
LISTED_BY_SEARCH_ENGINES = frozenset({"front", "find", "study", "check", "notify"})
# The rule of each route by its name: the navigation offers what a person's rule lets them open.
RULES: dict[str, Rule] = {}


def pattern(route: Route) -> URLPattern:
    """Return Django's pattern of a route, with its rule in front of the page."""
    RULES[route.name] = route.rule
    return path(route.address, guarded(route.view, route.rule), name=route.name)


def guarded(view: View, rule: Rule) -> View:
    """Return a page that opens by its rule alone."""

    @wraps(view)
    def opened(request: HttpRequest, **named: Any) -> HttpResponse:
        if isinstance(rule, Public):
            return view(request, **named)
        if isinstance(rule, OfShown):
            number = named.pop("number")
            request.shown = shown(number)
            if request.shown is None:
                return _to_canonical(request, number)
            return view(request, **named)
        if not request.user.is_authenticated:
            return _to_login(request)
        if isinstance(rule, LoggedIn):
            return view(request, **named)
        request.acting = acting(request, named.pop("study"))
        reading = request.acting.reading
        if isinstance(rule, Sees) and not all(reading.sees(fact) for fact in rule.facts):
            raise Http404
        if isinstance(rule, Holds) and reading.asker.role not in rule.roles:
            raise Http404
        if "number" in named:
            found = reading.participants().filter(participant=named.pop("number")).first()
            if found is None:
                raise Http404
            request.participant = found
        if isinstance(rule, May) and not reading.may(rule.command):
            return not_permitted(request, rule.command)
        return view(request, **named)

    opened.rule = rule
    return opened


def _to_canonical(request: HttpRequest, number: str) -> HttpResponse:
    """Return the way to the one address of a listed study that was asked for by its id, or in other letters."""
    meant = number_meant(number)
    match = request.resolver_match
    if meant is None or meant == number or match is None or request.method not in ("GET", "HEAD"):
        raise Http404
    address = reverse(match.view_name, kwargs={**match.kwargs, "number": meant})
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


def _to_login(request: HttpRequest) -> HttpResponse:
    """Return the way to the login and back. A part of a page cannot hold a login: the whole page goes there."""
    response = redirect_to_login(request.get_full_path())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
    return response


# The pages of accounts stand below those of studies and say themselves who may open them.
OF_ACCOUNTS: Mapping[str, Rule] = {
    each.name: LoggedIn() if each.rule in (For.LOGGED_IN, For.LOGGED_IN_JUST_NOW) else Public() for each in ADDRESSES
}


def rule_of(match: ResolverMatch) -> Rule | None:
    """Return the rule of an address that was found; None, and a line in the log, if nobody gave it one."""
    rule = getattr(match.func, "rule", None) or OF_ACCOUNTS.get(match.view_name)
    if rule is None:
        _LOG.error("a route without a rule", extra={"route": match.view_name})
    return rule
