"""Log a read or an export, before it is shown."""

from __future__ import annotations

from equipoise.server import clock
from equipoise.server.records.access import Entry
from equipoise.server.records.models import Access, AccessHead
from equipoise.server.records.turn import turn_to_write
from equipoise.server.records.writing import Asker


def log_access(study: str, asker: Asker, act: str, what: str) -> None:
    """Add a line to a study's access log."""
    with turn_to_write():
        head = AccessHead.objects.select_for_update().filter(study=study).first()
        if head is None:
            head, _ = AccessHead.objects.get_or_create(study=study)
            head = AccessHead.objects.select_for_update().get(study=study)
        entry = Entry(study, head.number + 1, clock.instant(), asker.by, asker.role, act, what, head.hash)
        hashed = entry.hashed()
        Access.objects.create(**entry._asdict(), hash=hashed)
        AccessHead.objects.filter(study=study).update(number=entry.number, hash=hashed)
