"""Keep the listings of many studies as they are now, in one transaction: new, changed or the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import count
from typing import Any

from django.db import connection, transaction

from equipoise.core import canonical
from equipoise.server import clock
from equipoise.server.recruit.indexing import Row, key_of, months, row_of
from equipoise.server.recruit.models import Findable, Listed, ListedPlace
from equipoise.study.listing import Listing

Listings = Mapping[str, Listing]  # of one study, by language


class Kept(StrEnum):
    """What became of a listing."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


_CHANGING = tuple(
    field.name for field in Listed._meta.concrete_fields if field.name not in ("number", "first_seen", "withdrawn_at")
)
_SOME = 500  # numbers in one question


def keep_listings(
    batch: Sequence[Listings],
    *,
    shown: bool | None = None,
    source: str = "",
    now: Callable[[], str] = clock.instant,
) -> list[Kept]:
    """Keep the listings of several studies, each number once; return what became of each, in their order.

    `shown` changes whether anybody may see them, None leaves that; `source` says whose deliveries they come with.
    """
    at = now()
    numbers = [_main(listings).number for listings in batch]
    done, changed, index = [], [], []
    with transaction.atomic():
        known = {row.number: row for row in Listed.objects.select_for_update().filter(number__in=numbers)}
        for listings in batch:
            before = known.get(_main(listings).number)
            row, kept = _row(listings, before, shown, source, at)
            done.append(kept)
            if before is None or _differs(row, before):
                changed.append(row)
            if before is None or kept is Kept.CHANGED or row.shown != before.shown:
                index.append((row, listings))
        if changed:
            Listed.objects.bulk_create(
                changed, update_conflicts=True, unique_fields=["number"], update_fields=[*_CHANGING, "withdrawn_at"]
            )
        forget([row.number for row, _ in index if row.number in known])
        _index([listings for row, listings in index if row.shown])
    return done


def _main(listings: Listings) -> Listing:
    return next(iter(listings.values()))


def _row(listings: Listings, before: Listed | None, shown: bool | None, source: str, at: str) -> tuple[Listed, Kept]:
    main = _main(listings)
    kept = {each: one.model_dump(mode="json", exclude_defaults=True) for each, one in listings.items()}
    content = canonical.dumps(kept).decode()
    digest = hashlib.sha256(content.encode()).hexdigest()
    same = before is not None and before.hash == digest and not before.withdrawn_at
    row = Listed(
        number=main.number,
        study=main.study,
        source=source,
        shown=shown if shown is not None else bool(before and before.shown),
        status=main.status.value,
        recruiting=main.is_recruiting,
        sex=main.sex,
        youngest=months(main.youngest),
        oldest=months(main.oldest),
        updated=main.updated,
        first_seen=before.first_seen if before else at,
        changed_at=before.changed_at if before and same else at,
        to_match=bool(before and before.to_match) if same else True,
        hash=digest,
        content=content,
    )
    return row, Kept.SAME if same else Kept.CHANGED if before else Kept.NEW


def _differs(row: Listed, before: Listed) -> bool:
    return bool(before.withdrawn_at) or any(getattr(row, name) != getattr(before, name) for name in _CHANGING)


def forget(numbers: Sequence[str]) -> None:
    """Take studies out of what the finder looks in. Called in the caller's transaction."""
    for first in range(0, len(numbers), _SOME):
        some = numbers[first : first + _SOME]
        if connection.vendor == "sqlite":
            keys = list(Findable.objects.filter(listed_id__in=some).values_list("key", flat=True))
            with connection.cursor() as cursor:
                cursor.executemany("DELETE FROM recruit_words WHERE rowid = %s", [(key,) for key in keys])
        ListedPlace.objects.filter(listed_id__in=some).delete()
        Findable.objects.filter(listed_id__in=some).delete()


def _index(batch: Sequence[Listings]) -> None:
    rows = list(_rows(batch))
    if not rows:
        return
    if connection.vendor == "postgresql":
        # The tokens are ours: no parser of the database takes them apart once more.
        statement = (
            "INSERT INTO recruit_findable (key, listed_id, for_women, for_men, youngest, oldest, head, body) "
            "VALUES (%s, %s, %s, %s, %s, %s, array_to_tsvector(%s::text[]), array_to_tsvector(%s::text[]))"
        )
        filled: list[tuple[Any, ...]] = [(*_facts(row.findable), list(row.head), list(row.body)) for row in rows]
    else:
        Findable.objects.bulk_create(row.findable for row in rows)
        statement = "INSERT INTO recruit_words (rowid, head, body) VALUES (%s, %s, %s)"
        filled = [(row.findable.key, " ".join(row.head), " ".join(row.body)) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, filled)
        cursor.executemany(_PLACE, [_where(place) for row in rows for place in row.places])


# Many a study: the statement itself costs less than a row of Django's.
_PLACE = (
    "INSERT INTO recruit_listed_place (listed_id, key, cell, x, y, z, recruiting) VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


def _where(one: ListedPlace) -> tuple[Any, ...]:
    return (one.listed_id, one.key, one.cell, one.x, one.y, one.z, one.recruiting)


def _facts(one: Findable) -> tuple[Any, ...]:
    return (one.key, one.listed_id, one.for_women, one.for_men, one.youngest, one.oldest)


def _rows(batch: Sequence[Listings]) -> Iterable[Row]:
    """Yield the rows with keys that nobody has: two numbers may differ and yet have one key."""
    wanted = [key_of(_main(listings)) for listings in batch]
    taken = set(Findable.objects.filter(key__in=wanted).values_list("key", flat=True))
    for listings, first in zip(batch, wanted, strict=True):
        key = next(key for key in count(first) if key not in taken and (key == first or not _is_taken(key)))
        taken.add(key)
        yield row_of(listings, key)


def _is_taken(key: int) -> bool:
    return Findable.objects.filter(key=key).exists()
