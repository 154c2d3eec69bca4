"""Keep a study's listing as it is now: new, changed or the same."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.server import clock
from equipoise.server.recruit.actions.keep_listings import Kept, Listings, keep_listings


def keep_listing(listings: Listings, *, shown: bool | None = None, now: Callable[[], str] = clock.instant) -> Kept:
    """Keep a study's listings, one a language; `shown` changes whether anybody may see it, None leaves that."""
    return keep_listings([listings], shown=shown, now=now)[0]
