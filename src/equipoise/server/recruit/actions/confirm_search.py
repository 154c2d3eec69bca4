"""Begin to send news of a search, and change what it looks for."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.recruit.searches import Search, keys_of
from equipoise.server import clock
from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.contacts import sealed
from equipoise.server.recruit.models import SavedSearch, SearchFound, SearchKey
from equipoise.server.recruit.searches import KEPT_FOR, saved, written


def confirm_search(pk: int, *, now: Callable[[], str] = clock.instant) -> bool:
    """Begin to send news; whoever confirms again changes nothing. False if the search is gone."""
    at = now()
    with turn_to_write():
        row = SavedSearch.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            return False
        if not row.confirmed_at:
            row.confirmed_at, row.due, row.ends_at = at, at, clock.later(at, KEPT_FOR)
            row.save(update_fields=["confirmed_at", "due", "ends_at"])
            _write_keys(row, saved(row).search)
    return True


def change_search(pk: int, search: Search, language: str, *, now: Callable[[], str] = clock.instant) -> bool:
    """Change what a confirmed search looks for, and keep it for another year. False if it is gone."""
    at = now()
    with turn_to_write():
        row = SavedSearch.objects.select_for_update().filter(pk=pk).exclude(confirmed_at="").first()
        if row is None:
            return False
        row.content, row.language, row.often = sealed(written(search)), language, search.often.value
        row.due, row.ends_at, row.reminded_at = at, clock.later(at, KEPT_FOR), ""
        row.save(update_fields=["content", "language", "often", "due", "ends_at", "reminded_at"])
        SearchKey.objects.filter(search=row).delete()
        _write_keys(row, search)
        # What was found for the search as it was, and not told yet, may be none of what is looked for now.
        SearchFound.objects.filter(search=row, told_at="").delete()
    return True


def _write_keys(row: SavedSearch, search: Search) -> None:
    SearchKey.objects.bulk_create(SearchKey(search=row, **key._asdict()) for key in keys_of(search))
