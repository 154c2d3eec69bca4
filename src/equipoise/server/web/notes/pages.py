"""Two pages that a script fills: a reader's own notes, and the lock before notes that somebody shared."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from equipoise.server.recruit.shared_notes import DAYS, LARGEST, shared


@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """Show the page on which the reader's browser lists the notes that it keeps."""
    return render(request, "notes/mine.html", {"days": DAYS, "largest": LARGEST})


@require_safe
def shared_notes(request: HttpRequest, link: str) -> HttpResponse:
    """Ask for the passcode. The salt goes along: it is no secret, and without it no proof can be derived."""
    found = shared(link)
    if found is None:
        response = render(request, "notes/gone.html", status=404)
    else:
        response = render(request, "notes/shared.html", {"link": link, "shared": found})
    # Whoever finds the link in a chat's preview or a search engine has half of what opens it.
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
