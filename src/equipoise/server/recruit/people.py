"""Who of a study may read and answer those who write to a centre, and who is told when nobody does."""

from __future__ import annotations

from equipoise.conduct.permissions import Role
from equipoise.server.accounts.models import User

ANSWERING = (Role.COORDINATOR, Role.INVESTIGATOR)
OVERSEEING = (Role.SPONSOR, Role.DATA_MANAGER, Role.MONITOR)
# Told that a centre does not answer: whoever runs the study, and whoever visits its centres.
_TOLD = (Role.SPONSOR, Role.MONITOR)


def who_answers(study: str, site: str) -> list[User]:
    """Return the people of a centre to whom an enquiry goes."""
    return _who(study, [role.value for role in ANSWERING], site)


def who_oversees(study: str) -> list[User]:
    """Return who is told when a centre does not answer."""
    return _who(study, [role.value for role in _TOLD], "")


def _who(study: str, roles: list[str], site: str) -> list[User]:
    holding = {"study": study, "role__in": roles, "site": site, "until": None}
    named = {f"memberships__{name}": value for name, value in holding.items()}
    return list(User.objects.filter(is_active=True, **named).distinct().order_by("username"))
