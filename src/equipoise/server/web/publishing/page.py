"""The public page of a study as its team sees it: whether it is shown, a preview, and the words in each language."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from equipoise.core.problem import Problem
from equipoise.core.words import text
from equipoise.recruit.listed import listing_of, number_of
from equipoise.recruit.plain.reading_level import Level, level_of
from equipoise.server import written
from equipoise.server.languages import language
from equipoise.server.records.reading import Reading
from equipoise.server.recruit.actions.show_page import show_page
from equipoise.server.recruit.models import Listed
from equipoise.server.recruit.publishing import Page, page_of
from equipoise.server.recruit.shown import Shown
from equipoise.server.recruit.wording import Standing, overview_in, overview_of, standing_of
from equipoise.server.web.publishing.rights import SHOWING
from equipoise.server.web.study_page.overview import byline
from equipoise.server.web.study_page.views import page as study_page

ROOM = "server.web.publishing"


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of one language: where they stand, and how hard they are to read."""

    code: str
    called: str
    standing: Standing
    read: str  # what patients see under the heading; "" if they see no words
    level: Level | None


@require_safe
def public_page(request: HttpRequest) -> HttpResponse:
    """Show where the public page stands."""
    reading = request.acting.reading
    shown = {
        "page": page_of(reading.row.study),
        "number": number_of(reading.declared),
        "languages": [_spoken(reading, each) for each in reading.declared.identity.languages],
        "may_show": reading.asker.role in SHOWING,
    }
    return render(request, "publishing/page.html", shown)


def _spoken(reading: Reading, code: str) -> Spoken:
    study = reading.declared
    standing, overview = standing_of(study.id, study, code), overview_of(study.id, study, code)
    text = overview or (overview_in(standing.newest) if standing.newest else None)
    return Spoken(
        code,
        called(code),
        standing,
        byline(overview, language()) if overview else "",
        level_of(text.plain_text, code) if text else None,
    )


def called(code: str) -> str:
    """Return what a language is called."""
    return written.language_name(code, language())


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """Show the study's page as anybody would see it, whether it is shown or not."""
    reading = request.acting.reading
    declared, simulated = reading.declared, reading.state.origin == "simulated"
    listings = {each: listing_of(declared, each, simulated=simulated) for each in declared.identity.languages}
    page = page_of(declared.id)
    # Made anew and not kept: a preview writes nothing, and a study that was never listed has one too.
    row = Listed.objects.filter(number=page.number).first() or Listed(number=number_of(declared), study=declared.id)
    request.shown = Shown(row, listings, declared)
    return render(
        request, "publishing/preview.html", {**study_page(request, request.shown, language()), "standing": page}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def showing(request: HttpRequest) -> HttpResponse:
    """Ask whether the page shall be shown, or hidden, and do it."""
    reading = request.acting.reading
    page = page_of(reading.row.study)
    if request.method != "POST":
        return _ask(request, page)
    wanted = request.POST.get("shown")
    if wanted not in ("yes", "no") or request.POST.get("confirmed") != "yes":
        return _ask(request, page, Problem(f"{ROOM}.not-confirmed"), status=400)
    if (wanted == "yes") == page.shown:  # somebody else has done it in the meantime
        messages.info(
            request, text(ROOM, "showing.already-shown" if page.shown else "showing.already-hidden", language())
        )
    else:
        show_page(reading.row.study, shown=wanted == "yes", by=reading.asker.by)
        messages.success(request, text(ROOM, f"showing.done-{wanted}", language()))
    return redirect("public-page", study=reading.row.study)


def _ask(request: HttpRequest, page: Page, problem: Problem | None = None, *, status: int = 200) -> HttpResponse:
    reading = request.acting.reading
    study = reading.declared
    silent = [each for each in study.identity.languages if overview_of(study.id, study, each) is None]
    shown = {"page": page, "problem": problem, "silent": [called(each) for each in silent]}
    return render(request, "publishing/showing.html", shown, status=status)
