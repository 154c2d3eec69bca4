"""Note for which searches a study was found, as it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import connection

from equipoise.recruit.searches import Why
from equipoise.server import clock
from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.models import Listed, SavedSearch, SearchFound

_SOME = 500
# A study of a common disease is found for tens of thousands at once: as rows of the model each cost ten times as much.
_EACH = (
    "INSERT INTO recruit_search_found (search_id, number, kilometres, found_at, told_at) VALUES (%s, %s, %s, %s, '')"
)
_ALL = (
    "INSERT INTO recruit_search_found (search_id, number, kilometres, found_at, told_at)"
    " SELECT of, %s, far, %s, '' FROM unnest(%s::bigint[], %s::float8[]) AS found (of, far)"
)


def note_found(
    number: str, content: str, found: Mapping[int, Why], *, is_open: bool, now: Callable[[], str] = clock.instant
) -> int:
    """Note for which searches a study is news; return for how many it is for the first time.

    `content` is the hash of what was matched: if the study has changed since, it stays to be matched. A study that
    takes nobody in is forgotten, so that it is news again when it does.
    """
    with turn_to_write():
        known = SearchFound.objects.filter(number=number)
        if not is_open:
            known.delete()
        vanished = [pk for pk, of in known.filter(told_at="").values_list("pk", "search_id") if of not in found]
        for first in range(0, len(vanished), _SOME):
            SearchFound.objects.filter(pk__in=vanished[first : first + _SOME]).delete()
        new = found.keys() - set(known.values_list("search_id", flat=True))
        # A search may have been erased since it was matched.
        alive = set(SavedSearch.objects.exclude(confirmed_at="").values_list("pk", flat=True)) if new else set()
        at, new = now(), sorted(new & alive)
        far = [found[of].kilometres for of in new]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(_ALL, [number, at, new, far])
            else:
                cursor.executemany(_EACH, [(of, number, each, at) for of, each in zip(new, far, strict=True)])
        Listed.objects.filter(number=number, hash=content).update(to_match=False)
    return len(new)


def note_nobody_looks() -> int:
    """Note that all studies that are shown are matched where nobody has saved a search; return how many."""
    with turn_to_write():
        return Listed.objects.filter(to_match=True, shown=True).update(to_match=False)
