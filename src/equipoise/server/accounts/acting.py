"""Somebody in a study: the account, its role there, and the study as that role may read it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from equipoise.core.problem import ProblemsError
from equipoise.server.accounts.models import Membership
from equipoise.server.records.reading import Reading, reading_from
from equipoise.server.records.statements import ask, select, select_study
from equipoise.server.records.writing import Asker


@dataclass(frozen=True, slots=True)
class Acting:
    """An account in a study."""

    reading: Reading

    @property
    def asker(self) -> Asker:
        """As whom the person asks for changes."""
        return self.reading.asker


def asker_of(membership: Membership) -> Asker:
    """Return as whom a membership asks."""
    return Asker(by=membership.user.username, role=membership.role, site=membership.site or None)


def acting(request: HttpRequest, study: str) -> Acting:
    """Return who asks in a study. Whoever has no role there is told that there is no such page: nothing leaks."""
    if not request.user.is_authenticated:
        raise Http404
    said, values = select(Membership, ("role", "site"), user_id=request.user.pk, study=study)
    held, rows = ask([(f"{said} AND until IS NULL", values), select_study(study)])
    if not held:
        raise Http404
    role, site = held[0]
    asker = Asker(by=request.user.get_username(), role=role, site=site or None)
    try:
        return Acting(reading_from(rows, study, asker))
    except ProblemsError:
        raise Http404 from None
