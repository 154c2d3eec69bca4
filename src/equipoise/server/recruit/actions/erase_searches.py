"""Erase saved searches, with all that was found for them and the mails that have not left."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import Q

from equipoise.server import clock
from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.models import Mail, MailState, SavedSearch, SearchFound, SearchKey
from equipoise.server.recruit.searches import by_address

_SOME = 500


def erase_search(pk: int) -> int:
    """Erase one search; return how many were erased."""
    return _erase([pk])


def erase_address(address: str) -> int:
    """Erase all that is saved under an address; return how many searches that were."""
    return _erase(by_address(address).values_list("pk", flat=True))


def erase_ended(*, now: Callable[[], str] = clock.instant) -> int:
    """Erase the searches whose time is over: not confirmed in time, or kept for a year."""
    return _erase(SavedSearch.objects.filter(ends_at__lte=now()).values_list("pk", flat=True))


def _erase(which: Iterable[int]) -> int:
    keys = list(which)
    for first in range(0, len(keys), _SOME):
        some = keys[first : first + _SOME]
        with turn_to_write():
            SearchKey.objects.filter(search__in=some).delete()
            SearchFound.objects.filter(search__in=some).delete()
            SavedSearch.objects.filter(pk__in=some).delete()
            # A mail that a worker has in hand cannot be called back; one that waits can.
            waiting = Mail.objects.filter(state__in=(MailState.WAITING, MailState.STOPPED, MailState.REFUSED))
            for pk in some:
                waiting.filter(Q(key__startswith=f"search {pk} ")).delete()
    return len(keys)
