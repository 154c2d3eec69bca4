"""Get in touch with the nearest study centre: the place, the centre, the form, and what was sent."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from equipoise.core.languages import language_of, spoken
from equipoise.core.problem import Problem
from equipoise.recruit.places import by_id
from equipoise.recruit.prescreening.answers import in_words
from equipoise.server import clock
from equipoise.server.languages import language
from equipoise.server.recruit.actions.submit_enquiry import Submission, submit_enquiry
from equipoise.server.recruit.due import answer_days
from equipoise.server.recruit.limits import within
from equipoise.server.recruit.models import Enquiry
from equipoise.server.recruit.said import said_of
from equipoise.server.recruit.shown import shown
from equipoise.server.web.enquiries.elsewhere import elsewhere
from equipoise.server.web.enquiries.places import Where, centre_of, open_centres, reached, where
from equipoise.server.web.enquiries.typed import LONGEST_MESSAGE, OTHER, TEXTS, TRAP, Typed, checked, typed_in
from equipoise.server.web.prescreening.carried import Carried, carried, kept_nowhere


@require_http_methods(["GET", "HEAD", "POST"])
@kept_nowhere
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """Lead to a centre and its form; send the message."""
    request.shown = shown(number)
    if request.shown is None:
        return _withdrawn(request)
    if request.shown.study is None:
        return elsewhere(request)
    of, typed = carried(request), typed_in(request)
    listing = request.shown.listing(language())
    centres = open_centres(listing)
    if not centres:
        return _closed(request, of, typed)
    step = request.POST.get("step", "")
    if step == "send":
        return _send(request, of, typed)
    if step == "centre":
        chosen = centre_of(listing, request.POST.get("site", ""))
        if chosen is not None and listing.is_recruiting_at(chosen):
            return _form(request, of, typed, chosen.site)
        return _centres(request, of, typed, Where(typed.values["place"], by_id(typed.values["place"])), step)
    if len(centres) == 1:
        return _form(request, of, typed, centres[0].site)
    if step == "everywhere":
        return _centres(request, of, typed, Where())
    if step == "place":
        return _placed(request, of, typed)
    return _page(request, "place", of, typed, {"where": Where()})


def _placed(request: HttpRequest, of: Carried, typed: Typed) -> HttpResponse:
    """Go on from where somebody is: to the centres, to the choice between several places, or back with a word."""
    found = where(request.POST.get("where", "").strip(), request.POST.get("which", ""))
    if found.place is not None:
        return _centres(request, of, Typed({**typed.values, "place": found.place.id}), found)
    return _page(request, "place", of, typed, {"where": found}, status=400 if found.problem else 200)


def _centres(request: HttpRequest, of: Carried, typed: Typed, found: Where, step: str = "") -> HttpResponse:
    listing = request.shown.listing(language())
    rows = reached(listing, found.place)
    shown_ = {"where": found, "open": [each for each in rows if each.recruiting and each.centre.site]}
    shown_["shut"] = [each for each in rows if not each.recruiting]
    if step:  # a centre was asked for that takes nobody in now
        shown_["problem"] = Problem("server.web.enquiries.centre-closed")
    return _page(request, "centres", of, typed, shown_, status=409 if step else 200)


def _form(request: HttpRequest, of: Carried, typed: Typed, site: str, *, status: int = 200) -> HttpResponse:
    listing = request.shown.listing(language())
    answers = answers_in_words(of)
    shown_ = {
        "form": typed.values,
        "wrong": typed.wrong,
        "centre": centre_of(listing, site),
        "several": len(open_centres(listing)) > 1,
        "answers": answers,
        "languages": [language_of(each) for each in spoken()],
        "other": OTHER,
        "longest": LONGEST_MESSAGE,
        "trap": TRAP,
        "days": answer_days(),
    }
    return _page(request, "form", of, typed, shown_, status=status)


def answers_in_words(of: Carried) -> tuple[tuple[str, str], ...]:
    """Return the answers of the check as their person read them: these, and nothing else, can go along."""
    spoken_ = language()
    given = of.answers.given.items()
    return tuple((of.sheet.label(name, spoken_), in_words(of.sheet, name, text, spoken_)) for name, text in given)


def _send(request: HttpRequest, of: Carried, typed: Typed) -> HttpResponse:
    listing = request.shown.listing(language())
    centre = centre_of(listing, request.POST.get("site", ""))
    there = Enquiry.objects.filter(key=typed.key).first()
    if there is not None:
        return _sent(request, there)  # the same form again: what it did is shown, and nothing is done
    if centre is None or not listing.is_recruiting_at(centre):
        place = by_id(typed.values["place"])
        return _centres(request, of, typed, Where(place=place), "centre")
    typed = checked(request, typed)
    if typed.wrong:
        return _form(request, of, typed, centre.site, status=400)
    place = by_id(typed.values["place"])
    at = (f"{place.latitude:.3f}", f"{place.longitude:.3f}") if place is not None else ("", "")
    said = typed.said(answers_in_words(of), at)
    found = request.shown
    sent = Submission(typed.key, found.number, found.row.study, centre.site, language(), said)

    def admit() -> bool:
        return within(request, "enquiry", said.email or said.phone, now=clock.now)

    submitted = submit_enquiry(sent, admit=admit, now=clock.now)
    if submitted is None:
        wrong = {"limit": Problem("server.web.enquiries.too-many")}
        return _form(request, of, Typed(typed.values, wrong), centre.site, status=429)
    return _sent(request, submitted)


def _sent(request: HttpRequest, enquiry: Enquiry) -> HttpResponse:
    """Show the confirmation. Of an enquiry that was erased in the meantime there is nothing to show."""
    if enquiry.erased_at:
        return render(request, "enquiries/erased_already.html", {"enquiry": enquiry})
    said = said_of(enquiry)
    listing = request.shown.listing(language())
    centre = centre_of(listing, enquiry.site)
    shown_ = {"enquiry": enquiry, "said": said, "centre": centre.name if centre else enquiry.site}
    return render(request, "enquiries/sent.html", shown_)


def _closed(request: HttpRequest, of: Carried, typed: Typed) -> HttpResponse:
    """Say that nobody is taken in now; what was typed stays in sight."""
    return _page(request, "closed", of, typed, {"written": written(typed)}, status=409 if written(typed) else 200)


def _withdrawn(request: HttpRequest) -> HttpResponse:
    """Say to whoever was writing that the study is gone, and give them back what they typed; to others, nothing."""
    typed = typed_in(request)
    if request.method != "POST" or not written(typed):
        raise Http404
    return render(request, "enquiries/withdrawn.html", {"written": written(typed)}, status=410)


def written(typed: Typed) -> list[tuple[str, str]]:
    """Return what somebody has typed, field by field."""
    names = [name for name in TEXTS if name != "preferred"]
    return [(name.replace("_", "-"), typed.values[name]) for name in names if typed.values[name]]


def _page(
    request: HttpRequest, template: str, of: Carried, typed: Typed, shown_: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    frame = {"answered": of.answers.fields(), "lost": of.problems, "kept": typed.kept}
    return render(request, f"enquiries/{template}.html", {**frame, **shown_}, status=status)
