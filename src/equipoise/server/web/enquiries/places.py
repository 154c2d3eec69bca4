"""The way to a centre: where somebody lives, which place is meant, which centres they can reach."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.problem import Problem
from equipoise.recruit import places
from equipoise.recruit.places import Place
from equipoise.recruit.routing import Reached, nearest
from equipoise.study.listing import ListedCentre, Listing

_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Where:
    """What is known of where somebody is: one place, several to choose between, or nothing."""

    text: str = ""
    place: Place | None = None
    choices: tuple[Place, ...] = ()
    problem: Problem | None = None


def where(text: str, chosen: str) -> Where:
    """Return where somebody is, by what they typed, or by which of several places they chose."""
    if chosen:
        place = places.by_id(chosen)
        if place is not None:
            return Where(text, place)
    if not text:
        return Where(problem=Problem("server.web.enquiries.place-missing"))
    found = places.find(text)
    if not found:
        return Where(text, problem=Problem("server.web.enquiries.place-unknown", {"place": text[:_LONGEST]}))
    meant = places.obvious(found)
    return Where(text, meant) if meant is not None else Where(text, choices=found)


def reached(listing: Listing, place: Place | None) -> tuple[Reached, ...]:
    """Return the centres that a message can go to or that are only shown: by distance, or as they are listed."""
    if place is not None:
        return nearest(listing, place.latitude, place.longitude)
    found = (Reached(centre, None, listing.is_recruiting_at(centre)) for centre in listing.centres)
    return tuple(sorted(found, key=lambda each: not each.recruiting))


def open_centres(listing: Listing) -> list[ListedCentre]:
    """Return the centres that take people in now and that a message can go to."""
    return [centre for centre in listing.centres if centre.site and listing.is_recruiting_at(centre)]


def centre_of(listing: Listing, site: str) -> ListedCentre | None:
    """Return a centre of the listing by its two digits."""
    return next((centre for centre in listing.centres if site and centre.site == site), None)
