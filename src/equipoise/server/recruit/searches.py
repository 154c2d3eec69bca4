"""Saved searches as the server knows them: found by a link's end or by an address, opened, and put into words."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db.models import QuerySet

from equipoise.core.words import text
from equipoise.recruit import places
from equipoise.recruit.searches import Often, Search
from equipoise.server import clock
from equipoise.server.recruit.contacts import fingerprints, opened
from equipoise.server.recruit.links import hashed, link
from equipoise.server.recruit.models import SavedSearch

ROOM = "server.recruit"
TO_CONFIRM = timedelta(days=2)
KEPT_FOR = timedelta(days=365)
REMINDED = timedelta(days=14)  # before it ends
BETWEEN = {Often.AT_ONCE: timedelta(hours=1), Often.WEEKLY: timedelta(days=7), Often.MONTHLY: timedelta(days=30)}
MOST = 20  # searches under one address


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search with what was sealed of it."""

    row: SavedSearch
    search: Search

    @property
    def token(self) -> str:
        """What its links end with."""
        return opened(self.row.token)

    @property
    def address(self) -> str:
        """To whom its news go."""
        return opened(self.row.address)


def saved(row: SavedSearch) -> Saved:
    """Return a saved search opened."""
    found = json.loads(opened(row.content))
    return Saved(row, Search(**found | {"often": Often(found["often"])}))


def written(search: Search) -> str:
    """Return a search as it is kept, to be sealed."""
    return json.dumps(asdict(search), ensure_ascii=False)


def by_token(token: str, now: Callable[[], str] = clock.instant) -> Saved | None:
    """Return the search of a link; None alike for one that never was, was erased, or has ended."""
    row = SavedSearch.objects.filter(token_hash=hashed(token), ends_at__gt=now()).first()
    if row is None or not hmac.compare_digest(row.token_hash, hashed(token)):
        return None
    return saved(row)


def by_address(address: str) -> QuerySet[SavedSearch]:
    """Return all that is saved under an address."""
    return SavedSearch.objects.filter(address_of__in=fingerprints(address))


def headers_of(token: str, language: str) -> dict[str, str]:
    """Return what lets a mail reader offer to unsubscribe with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{link('notify-unsubscribe', language, token=token)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def in_words(search: Search, language: str) -> list[str]:
    """Return what a search looks for, a line each."""
    lines = [text(ROOM, "news.search.words", language).format(words=search.words)] if search.words else []
    if search.kilometres is not None:
        place = places.by_id(search.place)
        called = place.called(language) if place else f"{search.latitude}, {search.longitude}"
        lines.append(text(ROOM, "news.search.place", language).format(place=called, kilometres=search.kilometres))
    if search.sex:
        lines.append(text(ROOM, f"news.search.{search.sex}", language))
    return lines
