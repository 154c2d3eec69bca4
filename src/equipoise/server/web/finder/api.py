"""The finder for programs: read-only JSON, described by OpenAPI, with problems in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from equipoise.core import words
from equipoise.core.languages import spoken
from equipoise.core.problem import Problem
from equipoise.server import clock
from equipoise.server.languages import language
from equipoise.server.recruit.finding import find
from equipoise.server.recruit.shown import shown
from equipoise.server.web.finder.asking import FIELDS, ROOM, Asked, read
from equipoise.server.web.finder.cards import Card, card_of
from equipoise.server.web.finder.openapi import description
from equipoise.server.web.finder.views import PAGE, pages_of

_OPEN = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60"}  # nothing of it is anybody's own


@require_safe
def studies(request: HttpRequest) -> JsonResponse:
    """Return what was found, a page at a time."""
    here, wrong = _language(request)
    asked = read(request.GET)
    problems = asked.problems | wrong
    for name in sorted(set(request.GET) - {*FIELDS, "language"})[:5]:
        problems[name[:40]] = Problem(f"{ROOM}.no-such-parameter", {"name": name[:40], "known": ", ".join(FIELDS)})
    if problems:
        return _refused(problems.items(), here, 400)
    if asked.must_choose:
        return _choose(asked, here)
    found = find(asked.search, first=(asked.page - 1) * PAGE, most=PAGE)
    today = clock.now().date()
    cards = [card_of(hit, here, today, asked.search.near) for hit in found.hits]
    answer = {
        "count": found.count,
        "more": found.more,
        "page": asked.page,
        "pages": pages_of(found),
        "sort": asked.search.sort.value,
        "place": asked.place.called(here) if asked.place else None,
        "studies": [_study(card, here) for card in cards],
    }
    return JsonResponse(answer, headers=_OPEN)


@require_safe
def study(request: HttpRequest, number: str) -> JsonResponse:
    """Return a study's listing."""
    here, wrong = _language(request)
    if wrong:
        return _refused(wrong.items(), here, 400)
    found = shown(number) if "\0" not in number else None
    if found is None:
        return _refused([("number", Problem(f"{ROOM}.no-study"))], here, 404)
    listing = found.listing(here)
    return JsonResponse({"gone": bool(found.row.withdrawn_at), **listing.model_dump(mode="json")}, headers=_OPEN)


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view
    """Return the description of this interface."""
    return JsonResponse(description(), headers=_OPEN)


def _language(request: HttpRequest) -> tuple[str, dict[str, Problem]]:
    asked = request.GET.get("language", "")
    if not asked:
        return language(), {}
    if asked not in spoken():
        known = ", ".join(spoken())
        return "en", {"language": Problem(f"{ROOM}.no-such-choice", {"name": "language", "known": known})}
    return asked, {}


def _refused(problems: Iterable[tuple[str, Problem]], here: str, status: int) -> JsonResponse:
    told = [{"field": name, "code": problem.code, "words": words.say(problem, here)} for name, problem in problems]
    return JsonResponse({"problems": told}, status=status)


def _choose(asked: Asked, here: str) -> JsonResponse:
    """Say that the place may be one of several, and which."""
    problem = Problem(f"{ROOM}.which-place", {"place": asked.typed["place"]})
    told = [{"field": "place", "code": problem.code, "words": words.say(problem, here)}]
    choices = [{"place-id": place.id, "name": place.called(here)} for place in asked.others]
    return JsonResponse({"problems": told, "places": choices}, status=400)


def _study(card: Card, here: str) -> dict[str, Any]:
    listing = card.listing
    nearest = None
    if card.nearest is not None and card.kilometres is not None:
        nearest = {
            "name": card.nearest.name,
            "city": card.nearest.city,
            "country": card.nearest.country,
            "kilometres": round(card.kilometres, 1),
            "recruiting": card.recruiting,
        }
    return {
        "number": listing.number,
        "title": listing.title,
        "language": listing.language,
        "page": f"/{here}/studies/{listing.number}/",
        "status": listing.status.value,
        "status_date": listing.status_date or None,
        "conditions": list(listing.conditions),
        "sponsor": listing.sponsor,
        "sex": listing.sex,
        "youngest": None if listing.youngest is None else float(listing.youngest),
        "oldest": None if listing.oldest is None else float(listing.oldest),
        "centres": len(listing.centres),
        "nearest": nearest,
        "updated": listing.updated or None,
        "demonstration": listing.demonstration or None,
    }
