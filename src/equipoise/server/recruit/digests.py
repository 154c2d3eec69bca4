"""What is due about saved searches: news by their frequency, reminders, links that were asked for, and the end."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.server import clock
from equipoise.server.recruit.actions.erase_searches import erase_ended
from equipoise.server.recruit.actions.tell_found import answer_links, remind, tell_found
from equipoise.server.recruit.models import LinkAsked, SavedSearch, SearchFound
from equipoise.server.recruit.searches import REMINDED

_SOME = 500  # of each, of one call


def send_due(*, now: Callable[[], str] = clock.instant) -> int:
    """Write all mails that are due into the outbox; return how many searches got news."""
    at = now()
    erase_ended(now=lambda: at)
    for pk in _first(LinkAsked.objects.order_by("pk")):
        answer_links(pk, now=lambda: at)
    ending = SavedSearch.objects.filter(reminded_at="", ends_at__lte=clock.later(at, REMINDED)).exclude(confirmed_at="")
    for pk in _first(ending.order_by("ends_at")):
        remind(pk, now=lambda: at)
    untold = SearchFound.objects.filter(told_at="").values("search")
    due = SavedSearch.objects.filter(due__lte=at, pk__in=untold).exclude(confirmed_at="")
    return sum(tell_found(pk, now=lambda: at) > 0 for pk in _first(due.order_by("due", "pk")))


def _first(rows: object) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:_SOME])  # type: ignore[attr-defined]
