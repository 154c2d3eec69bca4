"""The studies of who is logged in: as what, and what waits there."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from equipoise.conduct.visibility import Fact
from equipoise.core.problem import ProblemsError
from equipoise.server.accounts.acting import asker_of
from equipoise.server.accounts.models import Membership
from equipoise.server.records.reading import Reading, reading_of
from equipoise.server.web.context import places_of
from equipoise.server.web.templatetags.say import language
from equipoise.study.words import say


@dataclass(frozen=True, slots=True)
class Mine:
    """A study in which somebody has a role."""

    id: str
    title: str
    role: str
    centre: str
    address: str  # where to go first
    participants: int | None  # None: not for this role to know
    open_queries: int | None
    demonstration: bool


def studies(request: HttpRequest) -> HttpResponse:
    """Show the studies of who is logged in; whoever has one alone goes straight to it."""
    held = Membership.objects.select_related("user").filter(user=request.user, until=None).order_by("study")
    mine = [found for membership in held if (found := _mine(membership)) is not None]
    if len(mine) == 1 and "all" not in request.GET:
        return redirect(mine[0].address)
    return render(request, "studies.html", {"mine": mine})


def _mine(membership: Membership) -> Mine | None:
    try:
        reading = reading_of(membership.study, asker_of(membership))
    except ProblemsError:
        return None  # a role in a study that is not published yet: there is nothing to open
    study, spoken = reading.declared, language()
    sees = reading.sees(Fact.CLINICAL_DATA)
    return Mine(
        id=study.id,
        title=say(study, spoken, "title"),
        role=membership.role,
        centre=say(study, spoken, "sites", membership.site, "name") if membership.site else "",
        address=places_of(reading)[0].address,  # everybody sees some of it
        participants=reading.participants().count() if sees else None,
        open_queries=_open_queries(reading) if reading.sees(Fact.QUERIES) else None,
        demonstration=bool(say(study, spoken, "demonstration")) or reading.state.origin == "simulated",
    )


def _open_queries(reading: Reading) -> int:
    found = reading.participants().aggregate(waiting=Sum("open_queries"))["waiting"]
    return int(found or 0)
