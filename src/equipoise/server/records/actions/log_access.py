"""Log a read or an export, before it is shown."""

from __future__ import annotations

from equipoise.server import clock
from equipoise.server.records.access import Entry
from equipoise.server.records.models import AccessHead
from equipoise.server.records.statements import append_access, lock_access_head
from equipoise.server.records.turn import turn_to_write
from equipoise.server.records.writing import Asker


def log_access(study: str, asker: Asker, act: str, what: str) -> None:
    """Add a line to a study's access log."""
    with turn_to_write():
        head = lock_access_head(study)
        if head is None:
            AccessHead.objects.get_or_create(study=study)
            head = lock_access_head(study)
        if head is None:
            raise LookupError(f"the access log of {study} has no head")
        number, previous = head
        entry = Entry(study, number + 1, clock.instant(), asker.by, asker.role, act, what, previous)
        append_access(entry._asdict(), entry.hashed())
