"""The finder: a form whose search stands in the address, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from equipoise.core.languages import language_of
from equipoise.recruit.places import Place
from equipoise.recruit.searches import DISTANCES
from equipoise.server import clock
from equipoise.server.languages import language
from equipoise.server.recruit.finding import Found, Sort, find
from equipoise.server.web.finder.asking import LAST_PAGE, USUAL, Asked, read
from equipoise.server.web.finder.cards import card_of

PAGE = 10  # studies
_FOLDED = ("condition", "age", "sex", "recruiting")


@dataclass(frozen=True, slots=True)
class Choice:
    """A place to choose, and the address of the search with it."""

    name: str
    address: str


@require_safe
def finder(request: HttpRequest) -> HttpResponse:
    """Show the form, and what was found if anything was asked for."""
    asked = read(request.GET)
    here = language()
    shown = {
        "asked": asked,
        "typed": asked.typed,
        "distances": DISTANCES,
        "kilometres": asked.typed["km"] or str(USUAL),
        "sorts": tuple(Sort),
        "narrowed": sum(bool(asked.typed[name]) for name in _FOLDED),
        "unfolded": any(name in asked.problems for name in _FOLDED),
        "place_name": asked.place.called(here) if asked.place else "",
        "choices": [_choice(asked, place, here) for place in asked.others],
        "page_language": language_of(here).tag,
    }
    if asked.problems:
        return render(request, "finder/find.html", shown, status=400)
    if not asked.must_choose:
        shown |= _found(asked, here)
    return render(request, "finder/find.html", shown)


def _found(asked: Asked, here: str) -> dict[str, object]:
    found = find(asked.search, first=(asked.page - 1) * PAGE, most=PAGE)
    today = clock.now().date()
    pages = pages_of(found)
    return {
        "found": found,
        "cards": [card_of(hit, here, today, asked.search.near) for hit in found.hits],
        "page": asked.page,
        "pages": pages,
        "before": asked.address(page=str(asked.page - 1) if asked.page > 2 else "") if asked.page > 1 else None,
        "after": asked.address(page=str(asked.page + 1)) if asked.page < pages else None,
        "first_page": asked.address(),
        "wider": asked.address(km=str(wider)) if (wider := _wider(asked)) else "",
        "wider_km": wider,
        "without_recruiting": asked.address(recruiting="") if asked.search.recruiting else "",
        "by": asked.search.sort,
        "search_query": asked.address(),
    }


def pages_of(found: Found) -> int:
    """Return how many pages there are of what was found."""
    return max(1, min(ceil(found.count / PAGE), LAST_PAGE))


def _wider(asked: Asked) -> int:
    """Return the next larger distance to offer where nothing was found; 0 if there is none."""
    if asked.search.near is None:
        return 0
    return next((each for each in DISTANCES if each > asked.search.near.kilometres), 0)


def _choice(asked: Asked, place: Place, here: str) -> Choice:
    return Choice(place.called(here), asked.address(**{"place": asked.typed["place"], "place-id": place.id}))
