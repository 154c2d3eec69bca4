"""What every page shows besides its own matter: who reads it, in which study, where else they may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from equipoise.conduct.visibility import Fact
from equipoise.server.accounts.acting import Acting
from equipoise.server.web.templatetags.say import language
from equipoise.study.words import say


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the navigation of a study."""

    name: str
    address: str
    here: bool


# Names of routes, and the fact that whoever goes there sees; the rule of the route itself decides.
_PLACES = (
    ("participants", Fact.CLINICAL_DATA),
    ("results", Fact.STUDY),
    ("verification", Fact.STUDY),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of every page needs."""
    shown: dict[str, Any] = {"language": language(), "other": "en" if language() == "zh-hans" else "zh-hans"}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        shown["who"] = user
    acting: Acting | None = getattr(request, "acting", None)
    if acting is not None:
        shown |= _of_study(request, acting)
    return shown


def _of_study(request: HttpRequest, acting: Acting) -> dict[str, Any]:
    reading = acting.reading
    match = request.resolver_match
    here = match.url_name if match else ""
    places = []
    for name, fact in _PLACES:
        if reading.sees(fact):
            try:
                address = reverse(name, kwargs={"study": reading.row.study})
            except NoReverseMatch:
                continue
            places.append(Place(name, address, here == name))
    return {
        "acting": acting,
        "study": reading.declared,
        "study_id": reading.row.study,
        "places": places,
        "head": reading.row.head,
        "simulated": reading.state.origin == "simulated",
        "demonstration": say(reading.declared, language(), "demonstration"),
    }
