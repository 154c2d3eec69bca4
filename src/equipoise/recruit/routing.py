"""Which centres a person can reach: those that take people in first, then the nearer first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from equipoise.recruit import places
from equipoise.recruit.distance import distance_km
from equipoise.study.listing import ListedCentre, Listing

__all__ = ["Reached", "distance_km", "located", "nearest"]


@dataclass(frozen=True, slots=True)
class Reached:
    """A centre as it stands to a person: how far, and whether it takes people in."""

    centre: ListedCentre
    kilometres: float | None  # None: nobody knows where it lies
    recruiting: bool
    nearer_but_closed: bool = False  # it is nearer than the first that takes people in


def nearest(listing: Listing, latitude: float, longitude: float) -> tuple[Reached, ...]:
    """Return all centres: those that recruit first; among each the nearer first, and last where nobody knows."""
    found = []
    for centre in listing.centres:
        far = None
        if centre.latitude is not None and centre.longitude is not None:
            far = distance_km(latitude, longitude, float(centre.latitude), float(centre.longitude))
        found.append((centre, far, listing.is_recruiting_at(centre)))
    # The place in the listing settles a tie, so that the order is always the same.
    found.sort(key=lambda each: (not each[2], each[1] is None, each[1] or 0.0))
    first = next((far for _, far, recruiting in found if recruiting and far is not None), None)
    return tuple(
        Reached(centre, far, recruiting, not recruiting and far is not None and first is not None and far < first)
        for centre, far, recruiting in found
    )


def located(centre: ListedCentre) -> ListedCentre:
    """Return a centre with its city's coordinates where its source gives none, if there is no doubt which city."""
    if (centre.latitude is not None and centre.longitude is not None) or not centre.city:
        return centre
    ways = [f"{centre.city}, {centre.state}"] if centre.state else []
    for text in (*ways, centre.city):
        place = places.obvious(places.find(text, country=centre.country, exactly=True))
        if place is not None:
            at = {"latitude": Decimal(str(place.latitude)), "longitude": Decimal(str(place.longitude))}
            return centre.model_copy(update=at)
    return centre
