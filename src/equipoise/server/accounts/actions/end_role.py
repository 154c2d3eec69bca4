"""End somebody's role in a study. What they were, and until when, stays."""

from __future__ import annotations

from django.db import transaction

from equipoise.core.problem import Problem
from equipoise.server import clock
from equipoise.server.accounts.models import Membership
from equipoise.server.accounts.recording import record


def end_role(username: str, study: str, *, by: str) -> Membership | Problem:
    """End a role now: the next request of the person in this study finds nothing."""
    with transaction.atomic():
        held = Membership.objects.select_for_update().filter(user__username=username, study=study, until=None).first()
        if held is None:
            return Problem("server.accounts.has-no-role", {"name": username[:60], "study": study[:64]})
        held.until = clock.now()
        held.save(update_fields=["until"])
        record(by, "role_ended", f"{username} {held.role} {held.site}".strip(), study)
    return held
