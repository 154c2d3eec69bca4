"""A study of somebody else: this site has no agreement with its team, and sends it nothing.

It shows whom the registry names, the nearest first, and a message to copy, print or put into one's own mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from equipoise.core.words import text
from equipoise.recruit.routing import Reached
from equipoise.server.languages import language
from equipoise.server.web.enquiries.places import Where, reached, where
from equipoise.study.listing import ListedContact

_ROOM = "server.web.enquiries"
_MOST = 20  # centres on a page; who wants more goes to the registry


@dataclass(frozen=True, slots=True)
class Reachable:
    """A contact with the address that opens one's own mail, filled in."""

    contact: ListedContact
    mailto: str


def elsewhere(request: HttpRequest) -> HttpResponse:
    """Show the registry's own contacts, nearest first, with a message to take along."""
    listing = request.shown.listing(language())
    found = Where()
    if request.POST.get("step") == "place":
        found = where(request.POST.get("where", "").strip(), request.POST.get("which", ""))
    message = text(_ROOM, "elsewhere.message", language(), number=listing.number)
    rows = reached(listing, found.place)
    shown_ = {
        "where": found,
        "rows": [(each, _reachable(each, message)) for each in rows[:_MOST]],
        "more": max(len(rows) - _MOST, 0),
        "general": [Reachable(contact, _mailto(contact, message)) for contact in listing.contacts],
        "message": message,
        "has_places": any(each.centre.latitude is not None for each in rows) and len(rows) > 1,
    }
    return render(request, "enquiries/elsewhere.html", shown_, status=400 if found.problem else 200)


def _reachable(row: Reached, message: str) -> list[Reachable]:
    return [Reachable(contact, _mailto(contact, message)) for contact in row.centre.contacts]


def _mailto(contact: ListedContact, message: str) -> str:
    """Return the address of a mail whose subject names no disease."""
    if not contact.email:
        return ""
    subject = text(_ROOM, "elsewhere.subject", language())
    return f"mailto:{quote(contact.email, safe='@')}?subject={quote(subject)}&body={quote(message)}"
