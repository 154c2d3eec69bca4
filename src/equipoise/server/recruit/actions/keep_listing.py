"""Keep a study's listing as it is now: new, changed or the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum

from django.db import transaction

from equipoise.core import canonical
from equipoise.server import clock
from equipoise.server.recruit.models import Listed, ListedPlace
from equipoise.study.listing import Listing


class Kept(StrEnum):
    """What became of a listing."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


def keep_listing(
    listings: Mapping[str, Listing], *, shown: bool | None = None, now: Callable[[], str] = clock.instant
) -> Kept:
    """Keep a study's listings, one a language; `shown` changes whether anybody may see it, None leaves that."""
    main = next(iter(listings.values()))
    kept = {each: one.model_dump(mode="json", exclude_defaults=True) for each, one in listings.items()}
    content = canonical.dumps(kept).decode()
    digest = hashlib.sha256(content.encode()).hexdigest()
    with transaction.atomic():
        before = Listed.objects.select_for_update().filter(number=main.number).first()
        at = now()
        same = before is not None and before.hash == digest
        Listed.objects.update_or_create(
            number=main.number,
            defaults={
                "study": main.study,
                "content": content,
                "hash": digest,
                "status": main.status,
                "recruiting": main.is_recruiting,
                "sex": main.sex,
                "youngest": _months(main.youngest),
                "oldest": _months(main.oldest),
                "updated": main.updated,
                "first_seen": before.first_seen if before else at,
                "changed_at": before.changed_at if before and same else at,
                "shown": shown if shown is not None else bool(before and before.shown),
                "to_match": bool(before and before.to_match) if same else True,
            },
        )
        ListedPlace.objects.filter(listed_id=main.number).delete()
        ListedPlace.objects.bulk_create(
            ListedPlace(
                listed_id=main.number,
                latitude=float(centre.latitude),
                longitude=float(centre.longitude),
                recruiting=main.is_recruiting_at(centre),
            )
            for centre in main.centres
            if centre.latitude is not None and centre.longitude is not None
        )
    return Kept.SAME if same else Kept.CHANGED if before else Kept.NEW


def _months(years: Decimal | None) -> int | None:
    return None if years is None else int(years * 12)
