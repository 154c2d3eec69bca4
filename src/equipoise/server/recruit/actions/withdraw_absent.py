"""List no longer what a complete delivery of a registry does not have any more."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.db import transaction

from equipoise.server import clock
from equipoise.server.recruit.actions.keep_listings import forget
from equipoise.server.recruit.models import Listed

_SOME = 500


def withdraw_absent(source: str, delivered: Collection[str], *, now: Callable[[], str] = clock.instant) -> list[str]:
    """Let nobody find what of a source was not delivered; return the numbers. Their pages say that they are gone."""
    at = now()
    with transaction.atomic():
        rows = Listed.objects.select_for_update().filter(source=source, study="", withdrawn_at="")
        absent = sorted(set(rows.values_list("number", flat=True)) - set(delivered))
        for first in range(0, len(absent), _SOME):
            some = absent[first : first + _SOME]
            Listed.objects.filter(number__in=some).update(withdrawn_at=at, to_match=False)
            forget(some)
    return absent
