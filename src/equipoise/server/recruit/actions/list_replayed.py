"""List a published trial that is replayed from its data: it can be read about, and nothing of it is conducted here."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.recruit.listed import listing_of
from equipoise.server import clock
from equipoise.server.recruit.actions.keep_listings import Kept, keep_listings
from equipoise.study.model.study import Study

SOURCE = "replayed"


def list_replayed(study: Study, *, now: Callable[[], str] = clock.instant) -> Kept:
    """List a study that this site has the folder of and no history."""
    # It goes without its id: what has one is looked up in this site's records.
    said = {
        language: listing_of(study, language).model_copy(update={"study": ""}) for language in study.identity.languages
    }
    return keep_listings([said], shown=True, source=SOURCE, now=now)[0]
