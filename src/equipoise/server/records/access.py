"""The log of reads and exports: a chain of its own, so that nobody reads unseen and nobody takes a reading out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from equipoise.conduct.events import GENESIS
from equipoise.core import canonical
from equipoise.core.problem import Problem
from equipoise.server.records.models import Access, AccessHead

WHOLE_SITE = "*"  # the log of what concerns accounts alone; no study has this name


class Entry(NamedTuple):
    """A line of the log as its hash covers it."""

    study: str
    number: int
    at: str
    by: str
    role: str
    act: str  # read, exported, verified …
    what: str
    previous: str

    def hashed(self) -> str:
        """Return the SHA-256 of the line."""
        return canonical.digest(canonical.dumps(self._asdict()))


def entries(study: str) -> Iterable[tuple[Entry, str]]:
    """Yield a study's log in order, each line with the hash that it carries."""
    for row in Access.objects.filter(study=study).order_by("number").values_list(*Entry._fields, "hash").iterator():
        yield Entry(*row[:-1]), row[-1]


def verify_access(study: str) -> Problem | None:
    """Return the first line of a study's log that does not fit or does not end where it should, or None."""
    head = AccessHead.objects.filter(study=study).values_list("hash", flat=True).first() or GENESIS
    previous, number = GENESIS, 0
    for entry, stated in entries(study):
        number += 1
        if entry.number != number or entry.previous != previous or entry.hashed() != stated:
            return Problem("server.records.access-log-broken", {"number": number})
        previous = stated
    return None if previous == head else Problem("server.records.access-log-cut", {"number": number})
