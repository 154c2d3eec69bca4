"""The mark of a form that anybody may send: its key, and when it was first shown, signed so that nobody makes one up.

By its key a form that is sent twice is done once; by its time a machine is told from a person.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.signing import BadSignature, Signer

from equipoise.server import clock

_LONGEST = 300  # characters: a mark of ours is shorter


def begin(form: str) -> str:
    """Return the mark of a form that is shown now; that of one form is none of another's."""
    return Signer(salt=f"equipoise.{form}").sign(f"{uuid.uuid4()} {clock.instant()}")


def began(form: str, mark: str) -> tuple[str, datetime | None]:
    """Return the key of a form and when it was first shown; nothing if the mark is none of ours."""
    try:
        key, _, at = Signer(salt=f"equipoise.{form}").unsign(mark[:_LONGEST]).partition(" ")
        return key, datetime.fromisoformat(at)
    except (BadSignature, ValueError):
        return "", None
