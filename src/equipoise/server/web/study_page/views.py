"""The page of a study, for anybody."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from equipoise.core.languages import language_of
from equipoise.core.words import text
from equipoise.recruit.page.motif import motif_of
from equipoise.recruit.page.page import page_of
from equipoise.server import clock
from equipoise.server.languages import language
from equipoise.server.recruit.shown import Shown
from equipoise.server.web.study_page.overview import shown_overview

_ROOM = "server.web.study_page"
_FOLDED = 12  # more centres than these are folded, a country a fold
_LONGEST = 155  # characters of a description: what a search engine shows


@require_safe
def study(request: HttpRequest) -> HttpResponse:
    """Show a study's page; `?print` unfolds everything."""
    return render(request, "study_page/study.html", page(request, request.shown, language()))


def page(request: HttpRequest, shown: Shown, here: str) -> dict[str, Any]:
    """Return what the page of a study shows in a language."""
    listing, declared = shown.listing(here), shown.study
    original = shown.listing(declared.identity.language) if declared is not None else None
    made = page_of(listing, declared, here, today=clock.now().date(), original=original)
    overview = shown_overview(declared, here)
    description = overview.texts[0] if overview else next(iter(made.registry_text), "")
    address = request.build_absolute_uri(reverse("study", kwargs={"number": shown.number}))
    return {
        "page": made,
        "declared": declared,
        "overview": overview,
        "motif": motif_of(shown.number),
        "folded": _FOLDED,
        "gone": bool(shown.row.withdrawn_at),
        "changed": shown.row.changed_at[:10],
        "foreign": language_of(listing.language) if listing.language != here else None,
        "unfolded": "print" in request.GET,
        "address": address,
        "mail": _mail(address, here),
        "description": description if len(description) <= _LONGEST else description[:_LONGEST].rstrip() + "…",
    }


def _mail(address: str, here: str) -> str:
    """Return the link that opens a mail: its subject names no disease."""
    return f"mailto:?subject={quote(text(_ROOM, 'share.subject', here))}&body={quote(address)}"
