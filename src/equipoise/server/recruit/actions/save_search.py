"""Save a search, and ask by mail whether whoever has the address wants it."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from equipoise.core.words import text
from equipoise.recruit.searches import Search
from equipoise.server import clock
from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.actions.write_mail import write_mail
from equipoise.server.recruit.contacts import fingerprint, sealed
from equipoise.server.recruit.letters import check_address, site_name
from equipoise.server.recruit.links import hashed, link
from equipoise.server.recruit.models import SavedSearch
from equipoise.server.recruit.searches import MOST, ROOM, TO_CONFIRM, by_address, written


def save_search(
    search: Search, address: str, language: str, form: str, *, now: Callable[[], str] = clock.instant
) -> None:
    """Save a search, once a form, and write the mail that asks; nothing else is sent before that is answered.

    Raises ProblemsError for an address that is none. If enough is saved under it already, nothing is done or said.
    """
    address, token, at = check_address(address), secrets.token_urlsafe(32), now()
    with turn_to_write():
        if SavedSearch.objects.filter(form=hashed(form)).exists() or by_address(address).count() >= MOST:
            return
        row = SavedSearch.objects.create(
            address=sealed(address),
            address_of=fingerprint(address),
            token=sealed(token),
            token_hash=hashed(token),
            form=hashed(form),
            content=sealed(written(search)),
            language=language,
            often=search.often.value,
            saved_at=at,
            ends_at=clock.later(at, TO_CONFIRM),
        )
        write_mail(
            key=f"search {row.pk} confirm",
            purpose="search-confirm",
            to=address,
            subject=text(ROOM, "news.confirm.subject", language),
            body=text(ROOM, "news.confirm.body", language),
            language=language,
            fill={"site": site_name(), "link": link("notify-confirm", language, token=token)},
            now=lambda: at,
        )
