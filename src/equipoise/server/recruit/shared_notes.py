"""Shared notes as the server knows them: sealed, for some days, behind a passcode that it never learns.

The browser derives two values from the passcode: a key, which never leaves it, and a proof, which it sends to be
handed the ciphertext. The salt of the derivation is no secret: whoever has the link is given it first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from equipoise.server import clock
from equipoise.server.recruit.links import hashed
from equipoise.server.recruit.models import SharedNotes

DAYS = (1, 7, 30)  # for which notes may be shared
TRIES = 5  # wrong passcodes before anybody has to wait
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(days=1)
LARGEST = 200_000  # bytes of a ciphertext: some hundred long notes
SALT, IV, SECRET, TAG = 16, 12, 32, 16  # bytes; a ciphertext ends with its tag


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the sharer's browser sends: bytes that mean nothing here, and for how many days they are kept."""

    salt: bytes
    iv: bytes
    ciphertext: bytes
    proof: bytes
    revocation: bytes
    days: int


def shared(link: str, now: Callable[[], str] = clock.instant) -> SharedNotes | None:
    """Return the notes behind a link; None alike for a link that never was, has expired, or was taken back."""
    return SharedNotes.objects.filter(link=hashed(link), expires_at__gt=now()).first()


def wait_after(failed: int) -> timedelta:
    """Return how long nobody may try after so many wrong passcodes: none, then a minute, doubled each time."""
    if failed < TRIES:
        return timedelta(0)
    # The exponent is bounded, so that a counter that has run for weeks cannot overflow.
    return min(FIRST_WAIT * 2 ** min(failed - TRIES, 16), LONGEST_WAIT)


def seconds_between(instant: str, until: str) -> int:
    """Return the whole seconds that are left, at least one."""
    left = datetime.fromisoformat(until) - datetime.fromisoformat(instant)
    return max(1, -(-left // timedelta(seconds=1)))
