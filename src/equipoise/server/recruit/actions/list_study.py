"""List a study that this site carries, as its version in force says it; show it to anybody, or hide it."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.recruit.listed import listing_of
from equipoise.server import clock
from equipoise.server.records.reading import reading_of
from equipoise.server.records.writing import Asker
from equipoise.server.recruit.actions.keep_listing import keep_listing
from equipoise.server.recruit.actions.keep_listings import Kept


def list_study(study: str, *, shown: bool | None = None, now: Callable[[], str] = clock.instant) -> Kept:
    """List a study in each of its languages. Raises ProblemsError if it is not here, or has no published version."""
    reading = reading_of(study, Asker(by="", role=""))
    declared, simulated = reading.declared, reading.state.origin == "simulated"
    listings = {
        language: listing_of(declared, language, simulated=simulated) for language in declared.identity.languages
    }
    return keep_listing(listings, shown=shown, now=now)
