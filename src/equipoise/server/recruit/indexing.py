"""What of a listing the finder looks in, as rows: the key that is its order, what is filtered by, where, its words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from equipoise.recruit.globe import cell_of, point_of
from equipoise.recruit.tokens import tokens_of_listing
from equipoise.server.recruit.models import Findable, ListedPlace
from equipoise.study.listing import Listing

# A key is a whole number of 63 bits: whether people are taken in, the day of the last change, and what tells apart.
RECRUITING = 1 << 60
_DAY = 1 << 44
_EPOCH = date(1990, 1, 1)
NO_LIMIT = 12_000  # months


@dataclass(frozen=True, slots=True)
class Row:
    """A listing's rows for the finder."""

    findable: Findable
    places: tuple[ListedPlace, ...]
    head: tuple[str, ...]  # the words of what it is called and is about
    body: tuple[str, ...]  # these, and the words of all else that is looked in


def key_of(listing: Listing) -> int:
    """Return the place of a listing in the order of relevance: who takes people in first, then the newest."""
    digest = hashlib.blake2b(listing.number.encode(), digest_size=8).digest()
    apart = int.from_bytes(digest, "big") % _DAY
    return RECRUITING * listing.is_recruiting + _days(listing.updated) * _DAY + apart


def _days(updated: str) -> int:
    if not updated:
        return 0
    year, month, day = (*(int(part) for part in updated.split("-")), 1, 1)[:3]
    return min(max((date(year, month, day) - _EPOCH).days, 0), (1 << 16) - 1)


def months(years: Decimal | None) -> int | None:
    """Return years as months; what was rounded to four digits comes back whole."""
    return None if years is None else min(int(years * 12 + Decimal("0.01")), NO_LIMIT)


def row_of(listings: Mapping[str, Listing], key: int) -> Row:
    """Return the rows of a study that is shown."""
    main = next(iter(listings.values()))
    youngest, oldest = months(main.youngest), months(main.oldest)
    findable = Findable(
        key=key,
        listed_id=main.number,
        for_women=main.sex != "male",
        for_men=main.sex != "female",
        youngest=youngest or 0,
        oldest=NO_LIMIT if oldest is None else oldest,
    )
    return Row(findable, tuple(_places(main, key)), *tokens_of_listing(listings))


def _places(main: Listing, key: int) -> list[ListedPlace]:
    found = {}
    for centre in main.centres:
        if centre.latitude is None or centre.longitude is None:
            continue
        latitude, longitude = float(centre.latitude), float(centre.longitude)
        at, recruiting = point_of(latitude, longitude), main.is_recruiting_at(centre)
        # Many centres of one city have one point: one row is enough, the one that takes people in.
        if (latitude, longitude) not in found or recruiting:
            found[latitude, longitude] = ListedPlace(
                listed_id=main.number, key=key, cell=cell_of(latitude, longitude), x=at.x, y=at.y, z=at.z,
                recruiting=recruiting,
            )  # fmt: skip
    return list(found.values())
