"""Keep notes that a reader shares."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from datetime import timedelta

from equipoise.server import clock
from equipoise.server.recruit.links import hashed
from equipoise.server.recruit.models import SharedNotes
from equipoise.server.recruit.shared_notes import Sealed

_LINK = 16  # bytes: nobody guesses an address


def share_notes(sealed: Sealed, *, now: Callable[[], str] = clock.instant) -> tuple[str, str]:
    """Keep sealed notes; return what their link ends with, which is not kept, and when they are erased."""
    link, at = secrets.token_urlsafe(_LINK), now()
    kept = SharedNotes.objects.create(
        link=hashed(link),
        salt=_text(sealed.salt),
        iv=_text(sealed.iv),
        ciphertext=_text(sealed.ciphertext),
        proof=hashed(sealed.proof),
        revocation=hashed(sealed.revocation),
        shared_at=at,
        expires_at=clock.later(at, timedelta(days=sealed.days)),
    )
    return link, kept.expires_at


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
