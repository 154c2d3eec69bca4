"""Verify a study's records and keep what was found, so that a page can show it."""

from __future__ import annotations

from equipoise.server import clock
from equipoise.server.records.kept_problems import kept
from equipoise.server.records.models import Verification
from equipoise.server.records.verification import Verified, verify_study


def note_verification(study: str, by: str) -> Verified:
    """Verify a study's records and keep the finding."""
    verified = verify_study(study)
    found = verified.found
    Verification.objects.create(
        study=study,
        at=clock.instant(),
        by=by,
        seq=found.events,
        head=found.head,
        allocations=found.allocations.value,
        allocated=found.allocated,
        problems=kept(found.problems),
    )
    return verified
