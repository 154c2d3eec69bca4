"""The inbox of a centre, and the figures of a study: how long people wait, and what became of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from equipoise.conduct.permissions import OF_A_CENTRE, Role
from equipoise.core.problem import Problem
from equipoise.server import clock
from equipoise.server.languages import language
from equipoise.server.records.actions.log_access import log_access
from equipoise.server.records.writing import Asker
from equipoise.server.recruit.actions.follow_enquiry import REASONS, STEPS, follow_enquiry
from equipoise.server.recruit.actions.refer_enquiry import refer_enquiry
from equipoise.server.recruit.actions.settle_mail import send_mail_again
from equipoise.server.recruit.due import answer_days
from equipoise.server.recruit.enquiries import Figures, figures_of
from equipoise.server.recruit.enquiry_mails import language_called
from equipoise.server.recruit.models import Enquiry, EnquiryState, Mail, MailState
from equipoise.server.recruit.said import said_of
from equipoise.server.web.enquiries.waits import Waits, waits_of
from equipoise.server.web.today import today_at

_ORDER = tuple(EnquiryState)
_MOST = 200  # of each state on a page


@require_http_methods(["GET", "HEAD", "POST"])
def enquiries(request: HttpRequest) -> HttpResponse:
    """Show a centre what waits for it, without a name; show whoever oversees the study the figures alone."""
    asker: Asker = request.acting.asker
    study = request.acting.reading.row.study
    if request.method == "POST":
        _send_again(request, study, asker)
        return HttpResponseRedirect(reverse("enquiries", kwargs={"study": study}))
    at = clock.instant()
    figures = figures_of(study, at)
    own = _is_of_a_centre(asker)
    shown: dict[str, Any] = {
        "of_centre": own,
        "at": at,
        "days": answer_days(),
        "groups": _groups(study, asker.site or "", at) if own else [],
        "figures": [each for each in figures if not own or each.site == asker.site] if own else figures,
        "waits": _waits(figures, asker),
        "troubled": _troubled(study, asker),
    }
    return render(request, "enquiries/inbox.html", shown)


def _is_of_a_centre(asker: Asker) -> bool:
    return Role(asker.role) in OF_A_CENTRE


def _groups(study: str, site: str, at: str) -> list[tuple[str, list[Enquiry], int]]:
    """Return a centre's enquiries by where they stand, those that have waited longest first."""
    found = []
    for state in _ORDER:
        rows = Enquiry.objects.filter(study=study, site=site, state=state).order_by(
            "due" if state in _ORDER[:2] else "-id"
        )
        kept = list(rows[:_MOST])
        for row in kept:
            row.is_late = row.state in _ORDER[:2] and row.due < at
        found.append((state.value, kept, rows.count()))
    return [group for group in found if group[1]]


def _waits(figures: list[Figures], asker: Asker) -> Waits | None:
    wanted = (asker.site or "") if _is_of_a_centre(asker) else ""
    hours = next((each.hours for each in figures if each.site == wanted), ())
    return waits_of(hours) if hours else None


def _mails(study: str, asker: Asker) -> Any:
    """Return the mails that somebody may look after: of a centre's people, those of what their centre has now."""
    rows = Mail.objects.filter(study=study).exclude(state=MailState.SENT).exclude(problem="")
    if _is_of_a_centre(asker):
        mine = Enquiry.objects.filter(study=study, site=asker.site).values_list("pk", flat=True)
        wanted = {f"enquiry:{pk}" for pk in mine}
        keep = [pk for pk, key in rows.values_list("pk", "key") if ":".join(key.split(":")[:2]) in wanted]
        rows = rows.filter(pk__in=keep)
    return rows


def _troubled(study: str, asker: Asker) -> list[tuple[Mail, Problem, bool]]:
    """Return the mails that are not out, why, and whether a person may send them again."""
    again = (MailState.REFUSED, MailState.UNCERTAIN)
    rows = _mails(study, asker).order_by("id")[:_MOST]
    return [(row, Problem(row.problem), row.state in again and bool(row.content)) for row in rows]


def _send_again(request: HttpRequest, study: str, asker: Asker) -> None:
    wanted = request.POST.get("mail", "")
    row = _mails(study, asker).filter(pk=int(wanted)).first() if wanted.isascii() and wanted.isdecimal() else None
    if row is None:
        raise Http404
    log_access(study, asker, "sent again", f"mail {row.pk}, which was {row.state}")
    send_mail_again(row.pk, clock.instant())


@require_http_methods(["GET", "HEAD", "POST"])
def enquirer(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show a centre one enquiry, with who wrote it; let it take its next step."""
    asker: Asker = request.acting.asker
    study = request.acting.reading.row.study
    found = Enquiry.objects.filter(study=study, receipt=receipt, site=asker.site or "-").first()
    if found is None:
        raise Http404
    if request.method == "POST":
        wrong = _step(request, found, asker)
        if wrong is None:
            address = reverse("enquirer", kwargs={"study": study, "receipt": receipt})
            return HttpResponseRedirect(address)
        return _one(request, found, wrong, status=409)
    return _one(request, found)


def _step(request: HttpRequest, found: Enquiry, asker: Asker) -> Problem | None:
    to = request.POST.get("to", "")
    if to == EnquiryState.REFERRED:
        reading = request.acting.reading
        done = refer_enquiry(found, asker, today_at(reading.declared, found.site))
    elif to in (EnquiryState.CONTACTED, EnquiryState.PRESCREENED):
        done = follow_enquiry(found, EnquiryState(to))
    elif to == EnquiryState.CLOSED and request.POST.get("why") in REASONS:
        done = follow_enquiry(found, EnquiryState.CLOSED, why=request.POST["why"])
    else:
        return Problem("server.web.enquiries.reason-missing")
    if isinstance(done, Problem):
        return done
    log_access(found.study, asker, to, f"enquiry {found.receipt}")
    return None


def _one(request: HttpRequest, found: Enquiry, wrong: Problem | None = None, *, status: int = 200) -> HttpResponse:
    asker: Asker = request.acting.asker
    if not found.erased_at:
        log_access(found.study, asker, "read", f"enquiry {found.receipt}")
        if found.state == EnquiryState.NEW and request.method == "GET":
            read = follow_enquiry(found, EnquiryState.READ)
            found = found if isinstance(read, Problem) else read
    said = None if found.erased_at else said_of(found)
    shown = {
        "enquiry": found,
        "who": said,
        "speaks": language_called(said, language()) if said else "",
        "steps": [each.value for each in STEPS[EnquiryState(found.state)] if each is not EnquiryState.READ],
        "reasons": REASONS,
        "wrong": wrong,
        "is_late": found.due < clock.instant() and not found.contacted_at,
        "offers": list(found.offers.order_by("id")),
    }
    return render(request, "enquiries/enquirer.html", shown, status=status)
