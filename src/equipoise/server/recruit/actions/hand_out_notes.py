"""Hand shared notes to whoever proves that they have the passcode."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from equipoise.server import clock
from equipoise.server.recruit.links import hashed
from equipoise.server.recruit.models import SharedNotes
from equipoise.server.recruit.shared_notes import TRIES, seconds_between, wait_after


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing was handed out: a wrong passcode, or one that was not looked at; what is left of the tries."""

    looked_at: bool
    left: int
    seconds: int  # until the next try is looked at; 0 for at once


def hand_out_notes(link: str, proof: bytes, *, now: Callable[[], str] = clock.instant) -> SharedNotes | Refused | None:
    """Return the notes for the right proof, else why not; None if there is nothing behind the link.

    The row is locked while a try is looked at and counted: whoever guesses from many places at once queues here.
    """
    with transaction.atomic():
        found = SharedNotes.objects.select_for_update().filter(link=hashed(link)).first()
        at = now()
        if found is None or found.expires_at <= at:
            return None
        if found.wait_until > at:
            return Refused(looked_at=False, left=0, seconds=seconds_between(at, found.wait_until))
        if hmac.compare_digest(found.proof, hashed(proof)):
            return found
        found.failed += 1
        wait = wait_after(found.failed)
        found.wait_until = clock.later(at, wait) if wait else ""
        found.save(update_fields=["failed", "wait_until"])
        seconds = seconds_between(at, found.wait_until) if wait else 0
        return Refused(looked_at=True, left=max(0, TRIES - found.failed), seconds=seconds)
