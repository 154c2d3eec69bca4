"""Where a head hash stands in a history: how a printed page is checked years later."""

from __future__ import annotations

import re
from dataclasses import dataclass

from equipoise.server.records.models import HASH, Event, Study

SHORTEST = 12  # hexadecimal digits, as they stand on every page of a report
_BETWEEN = re.compile(r"[\s:·.\-–…]+")
_HEX = re.compile(rf"[0-9a-f]{{{SHORTEST},{HASH}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Standing:
    """An event of a history that a hash stands for, and how many events came after it."""

    seq: int
    at: str
    hash: str
    since: int


def as_hash(text: str) -> str | None:
    """Return a hash, or its beginning, as somebody typed it: in groups, in capitals; None if it is none."""
    plain = _BETWEEN.sub("", text).lower()
    return plain if _HEX.fullmatch(plain) else None


def standing(study: str, beginning: str) -> tuple[Standing, ...]:
    """Return the events of a study whose hash is this one or begins so: none, one, or, of a short beginning, two."""
    row = Study.objects.filter(study=study).first()
    if row is None:
        return ()
    # Each event states the hash of the one before, under an index; "g" comes after every hexadecimal digit.
    follows = Event.objects.filter(study=study, previous__gte=beginning, previous__lt=beginning + "g", seq__gt=1)
    found = [seq - 1 for seq in follows.order_by("previous").values_list("seq", flat=True)[:2]]
    if row.head.startswith(beginning):
        found.append(row.seq)
    events = Event.objects.filter(study=study, seq__in=found).values_list("seq", "at", "hash")
    # An event whose own hash is not the one that the next states proves nothing.
    return tuple(Standing(seq, at, whole, row.seq - seq) for seq, at, whole in events if whole.startswith(beginning))
