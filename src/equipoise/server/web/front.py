"""The front page: look for a study, and the studies of this site, for anybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from equipoise.server import clock
from equipoise.server.languages import language
from equipoise.server.recruit.finding import Hit
from equipoise.server.recruit.models import Listed
from equipoise.server.web.finder.cards import Card, card_of


def front(request: HttpRequest) -> HttpResponse:
    """Show the finder's box and the studies that this site carries."""
    found = {"cards": own(language()), "anything_else": Listed.objects.filter(study="", shown=True).exists()}
    return render(request, "front.html", found)


def own(here: str) -> list[Card]:
    """Return the studies of this site that their teams show, those that take people in first."""
    today = clock.now().date()
    rows = Listed.objects.filter(shown=True).exclude(study="").order_by("-recruiting", "number")
    return [card_of(Hit(row), here, today) for row in rows]
