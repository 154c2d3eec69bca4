"""Take shared notes back: they are erased at once."""

from __future__ import annotations

import hmac

from django.db import transaction

from equipoise.server.recruit.links import hashed
from equipoise.server.recruit.models import SharedNotes


def take_back_notes(link: str, secret: bytes) -> bool:
    """Erase notes for the secret that only the sharer's browser keeps; a wrong one is told nothing else."""
    with transaction.atomic():
        found = SharedNotes.objects.select_for_update().filter(link=hashed(link)).first()
        if found is None or not hmac.compare_digest(found.revocation, hashed(secret)):
            return False
        found.delete()
        return True
