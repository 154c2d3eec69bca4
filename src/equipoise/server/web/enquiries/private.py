"""The private page of whoever wrote: how it stands, add something, take it back, erase it."""

from __future__ import annotations

import hmac

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from equipoise.core import canonical
from equipoise.core.problem import Problem
from equipoise.server import clock, keys
from equipoise.server.languages import language
from equipoise.server.recruit.actions.erase_enquiry import erase_enquiry
from equipoise.server.recruit.actions.follow_enquiry import MOST_ADDED, add_to_enquiry, close_by_sender
from equipoise.server.recruit.enquiries import by_code, by_token
from equipoise.server.recruit.enquiry_mails import centre_called, lines_of
from equipoise.server.recruit.limits import within
from equipoise.server.recruit.models import Enquiry, EnquiryState
from equipoise.server.recruit.said import said_of
from equipoise.server.web.enquiries.typed import LONGEST_MESSAGE, wrong_message
from equipoise.server.web.prescreening.carried import kept_nowhere

_TOKEN = 64  # hexadecimal digits
_ERASED = ("name", "email", "phone", "language", "place", "message", "added", "answers", "mails")


@require_http_methods(["GET", "HEAD", "POST"])
@kept_nowhere
def enquiry(request: HttpRequest, token: str) -> HttpResponse:
    """Show how an enquiry stands to whoever has its link; do what they ask."""
    if not within(request, "enquiry-page", now=clock.now):
        return render(request, "enquiries/too_many.html", status=429)
    found = by_token(token) if len(token) == _TOKEN else None
    if found is None:
        raise Http404
    wrong: Problem | None = None
    if request.method == "POST" and not found.erased_at:
        match request.POST.get("do", ""):
            case "add":
                wrong = _add(request, found)
            case "withdraw":
                done = close_by_sender(found)
                wrong = done if isinstance(done, Problem) else None
            case "erase" if request.POST.get("sure") == "yes":
                erase_enquiry(found)
            case "erase":
                wrong = Problem("server.web.enquiries.erase-not-sure")
        if wrong is None:
            return HttpResponseRedirect(reverse("enquiry", kwargs={"token": token}))
    return _page(request, found, token, wrong)


def _add(request: HttpRequest, found: Enquiry) -> Problem | None:
    text = request.POST.get("more", "").replace("\r\n", "\n").strip()
    if not text:
        return Problem("server.web.enquiries.nothing-added")
    return wrong_message(text) or add_to_enquiry(found, text)


def _page(request: HttpRequest, found: Enquiry, token: str, wrong: Problem | None) -> HttpResponse:
    if found.erased_at:
        erased: dict[str, int] = canonical.loads(found.erased.encode())
        shown = {"enquiry": found, "erased": [(name, erased[name]) for name in _ERASED if erased.get(name)]}
        return render(request, "enquiries/certificate.html", {**shown, "certificate": certificate_of(found)})
    said = said_of(found)
    shown_ = {
        "enquiry": found,
        "token": token,
        "centre": centre_called(found, language()),
        "lines": lines_of(said, language()),
        "added": said.added,
        "may_add": found.state != EnquiryState.CLOSED and len(said.added) < MOST_ADDED,
        "may_withdraw": found.state not in (EnquiryState.CLOSED, EnquiryState.REFERRED),
        "wrong": wrong,
        "more": request.POST.get("more", "") if wrong is not None else "",
        "doing": request.POST.get("do", ""),
        "longest": LONGEST_MESSAGE,
        "steps": _steps(found),
    }
    return render(request, "enquiries/enquiry.html", shown_, status=400 if wrong is not None else 200)


def _steps(found: Enquiry) -> list[tuple[str, str]]:
    """Return received, read, answered, and when: what goes on within the team is not the sender's to follow."""
    return [("received", found.received_at), ("read", found.read_at), ("answered", found.contacted_at)]


def certificate_of(found: Enquiry) -> str:
    """Return the number by which this site knows its own certificate again."""
    told = f"{found.receipt} {found.erased_at} {found.erased}".encode()
    digest = hmac.new(keys.derived("certificate of erasure"), told, "sha256").hexdigest()[:16].upper()
    return "-".join(digest[start : start + 4] for start in range(0, 16, 4))


@require_http_methods(["GET", "HEAD", "POST"])
@kept_nowhere
def by_receipt(request: HttpRequest) -> HttpResponse:
    """Ask for the receipt number and the status code, and lead to the page that they open."""
    receipt, wrong = request.POST.get("receipt", "").strip()[:40], None
    if request.method == "POST":
        if not within(request, "enquiry-code", receipt.upper(), now=clock.now):
            return render(request, "enquiries/too_many.html", status=429)
        found = by_code(receipt, request.POST.get("status_code", ""))
        if found is not None:
            return HttpResponseRedirect(reverse("enquiry", kwargs={"token": said_of(found).token}))
        wrong = Problem("server.web.enquiries.no-such-enquiry")
    shown = {"receipt": receipt, "wrong": wrong}
    return render(request, "enquiries/by_receipt.html", shown, status=400 if wrong else 200)
