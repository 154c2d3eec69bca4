"""Hold a new or changed study against all saved searches: the study looks for the searches, not they for it.

The table of keys is asked once for the study's own words; what remains is decided in memory, and a key that says what
another said costs a look into a dictionary.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date

from equipoise.recruit.searches import Facts, Key, Offer, Why, facts_of
from equipoise.server import clock
from equipoise.server.recruit.actions.note_found import note_found, note_nobody_looks
from equipoise.server.recruit.models import Listed, SearchKey
from equipoise.server.recruit.shown import listings_of

_TOKENS = 900  # in one question
_ROWS = 5_000
_SOME = 100  # studies of one look
_PATIENCE = 20.0  # seconds of one call: a worker has other things to do, and comes again
_FIELDS = ("token", "others", "cell", "latitude", "longitude", "kilometres", "born", "sex", "search_id")


def match_changed(*, now: Callable[[], str] = clock.instant, count: Callable[[], float] = time.monotonic) -> int:
    """Match the studies that are new or have changed; return how many were matched."""
    if not SearchKey.objects.exists():
        return note_nobody_looks()
    done, until = 0, count() + _PATIENCE
    waiting = Listed.objects.filter(to_match=True, shown=True).order_by("changed_at", "number")
    for row in waiting[:_SOME]:
        match(row, now=now)
        done += 1
        if count() > until:
            break
    return done


def match(row: Listed, *, now: Callable[[], str] = clock.instant) -> int:
    """Match one study; return for how many searches it is news."""
    facts, at = facts_of(listings_of(row.content)), now()
    is_open = facts.is_open and not row.withdrawn_at
    found = searches_for(facts, date.fromisoformat(at[:10])) if is_open else {}
    return note_found(row.number, row.hash, found, is_open=is_open, now=lambda: at)


def searches_for(facts: Facts, today: date) -> dict[int, Why]:
    """Return the searches for which a study is news, and why."""
    offer, found = Offer(facts, today), {}
    for *said, search in _keys(facts):
        if search not in found:
            why = offer.why(Key._make(said))
            if why is not None:
                found[search] = why
    return found


def _keys(facts: Facts) -> Iterator[tuple[object, ...]]:
    tokens = ["", *sorted(facts.tokens)]
    sexes = ("", "female", "male") if facts.sex == "all" else ("", facts.sex)
    for first in range(0, len(tokens), _TOKENS):
        asked = SearchKey.objects.filter(token__in=tokens[first : first + _TOKENS], sex__in=sexes)
        yield from asked.values_list(*_FIELDS).iterator(chunk_size=_ROWS)
