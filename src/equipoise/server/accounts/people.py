"""Who must be told of what happens in a study."""

from __future__ import annotations

from equipoise.conduct.permissions import Role
from equipoise.server.accounts.models import User

# The sponsor, because the investigator must promptly explain a premature unblinding to them (ICH E6(R2), 4.7); the
# monitor, because they check at the centre that it was justified and written down. Not the data managers and the
# blinded statistician: that somebody needed unblinding is itself a hint at the arm, and they must stay blind.
_ROLES = (Role.SPONSOR, Role.MONITOR)


def who_must_know(study: str) -> list[User]:
    """Return to whom an unblinding in a study is told; the letter names no arm, and of the person the number alone."""
    return list(
        User.objects.filter(
            is_active=True,
            memberships__study=study,
            memberships__until=None,
            memberships__role__in=[role.value for role in _ROLES],
        )
        .distinct()
        .order_by("username")
    )
