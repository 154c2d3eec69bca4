"""Erase the shared notes whose days are over."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.server import clock
from equipoise.server.recruit.models import SharedNotes


def erase_expired_notes(*, now: Callable[[], str] = clock.instant) -> int:
    """Erase them and return how many there were; they were handed to nobody since they expired."""
    erased, _ = SharedNotes.objects.filter(expires_at__lte=now()).delete()
    return erased
