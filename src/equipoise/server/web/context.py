"""What every page shows besides its own matter: who reads it, in which study, where else they may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from equipoise.core.languages import language_of, spoken
from equipoise.server import environment
from equipoise.server.accounts.acting import Acting
from equipoise.server.records.reading import Reading
from equipoise.server.recruit.shown import Shown
from equipoise.server.web.demonstrating import demonstrates
from equipoise.server.web.routes import LISTED_BY_SEARCH_ENGINES, RULES, Holds, LoggedIn, OfShown, Public, Sees
from equipoise.server.web.templatetags.say import language
from equipoise.study.words import say


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the navigation of a study."""

    name: str
    address: str
    here: bool


_PLACES = ("participants", "enquiries", "results", "verification", "public-page")


def places_of(reading: Reading, here: str = "") -> list[Place]:
    """Return the places of a study that a person may go to: those whose own rule lets them in."""
    found = []
    for name in _PLACES:
        address, rule = reverse(name, kwargs={"study": reading.row.study}), RULES[name]
        sees = isinstance(rule, Sees) and all(reading.sees(fact) for fact in rule.facts)
        if sees or (isinstance(rule, Holds) and reading.asker.role in rule.roles):
            found.append(Place(name, address, name == here))
    return found


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of every page needs, under one name that no page takes for something else."""
    frame: dict[str, Any] = {}
    shown: dict[str, Any] = {"frame": frame, "language": language()}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        frame["who"] = user
    acting: Acting | None = getattr(request, "acting", None)
    if acting is not None:
        frame |= _of_study(request, acting)
        shown |= {"acting": acting, "study_id": acting.reading.row.study}
    match = request.resolver_match
    rule = RULES.get(match.url_name or "") if match else None
    if isinstance(rule, Public):
        frame["demonstrates"] = demonstrates()
    if acting is None and isinstance(rule, Public | OfShown | LoggedIn):
        frame["here"] = match.url_name
        if match.url_name in LISTED_BY_SEARCH_ENGINES:
            frame["alternates"] = alternates(request.path)
    of_shown: Shown | None = getattr(request, "shown", None)
    if of_shown is not None:
        listing = of_shown.listing(language())
        frame |= {"simulated": listing.simulated, "demonstration": listing.demonstration}
        shown |= {"listing": listing}
    return shown


def alternates(path: str) -> list[tuple[str, str]]:
    """Return the page's whole address in each language, and without one, where the browser's language decides."""
    site, below = environment.read("EQUIPOISE_URL").rstrip("/"), path.removeprefix(f"/{language()}")
    found = [(language_of(code).tag, f"{site}/{code}{below}") for code in spoken()]
    return [*found, ("x-default", f"{site}{below}")]


def _of_study(request: HttpRequest, acting: Acting) -> dict[str, Any]:
    reading = acting.reading
    match = request.resolver_match
    places = places_of(reading, match.url_name if match else "")
    return {
        "acting": acting,
        "study": reading.declared,
        "places": places,
        "verification": next((place.address for place in places if place.name == "verification"), ""),
        "head": reading.row.head,
        "simulated": reading.state.origin == "simulated",
        "demonstration": say(reading.declared, language(), "demonstration"),
    }
