"""Listings for the finder's tests, and a plain way to find among them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from equipoise.recruit.distance import distance_km
from equipoise.recruit.terms import alternatives
from equipoise.recruit.tokens import tokens_of_listing
from equipoise.study.listing import ListedCentre, Listing, Status

WUHAN, LONDON, FIJI = (30.58, 114.27), (51.51, -0.13), (-17.8, 179.9)


def listing(number: int, title: str = "Asthma", **more: Any) -> Listing:
    """Return a listing; `at` are the places of its centres."""
    at = more.pop("at", ())
    centres = tuple(
        ListedCentre(city="A city", latitude=Decimal(str(latitude)), longitude=Decimal(str(longitude)))
        for latitude, longitude in at
    )
    facts = {"status": Status.RECRUITING, "updated": f"2026-01-{1 + number % 28:02d}", "centres": centres} | more
    return Listing(number=f"NCT9900{number:04d}", title=title, **facts)


def found_plainly(search: Any, listings: list[Listing]) -> set[str]:
    """Return the numbers of all that fit: the slow and plain reference of `finding.find`."""
    return {one.number for one in listings if _fits(search, one)}


def _fits(search: Any, one: Listing) -> bool:
    head, body = (set(tokens) for tokens in tokens_of_listing({"en": one}))
    if not all(any(set(way) <= body for way in ways) for ways in alternatives(search.text)):
        return False
    if not all(any(set(way) <= head for way in ways) for ways in alternatives(search.condition)):
        return False
    if search.recruiting and one.status is not Status.RECRUITING:
        return False
    if search.sex and one.sex not in ("all", search.sex):
        return False
    if search.ages and one.youngest is not None and one.youngest * 12 > search.ages.most:
        return False
    if search.ages and one.oldest is not None and one.oldest * 12 < search.ages.least:
        return False
    if search.near is None:
        return True
    return any(
        distance_km(search.near.latitude, search.near.longitude, float(each.latitude), float(each.longitude))
        <= search.near.kilometres
        for each in one.centres
        if not search.recruiting or one.is_recruiting_at(each)
    )
