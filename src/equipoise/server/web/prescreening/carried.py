"""What a form of the check carries: the answers in its own fields and nowhere else, read again at every step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from equipoise.core.problem import Problem
from equipoise.recruit.prescreening import Answers, ListingSheet, Sheet, StudySheet, read_answers
from equipoise.server import clock
from equipoise.server.recruit.shown import Shown
from equipoise.server.web.routes import View
from equipoise.server.web.today import today_at
from equipoise.study.cached import once_a_study
from equipoise.study.listing import Listing

ROOM = "server.web.prescreening"


@dataclass(frozen=True, slots=True)
class Carried:
    """The study's sheet, the answers so far, today, and what could not be read of what the form held."""

    sheet: Sheet
    answers: Answers
    today: date
    problems: tuple[Problem, ...]


def carried(request: HttpRequest) -> Carried:
    """Return what a form carries; of a page that is only opened, nothing."""
    shown: Shown = request.shown
    sheet, today = sheet_of(shown), today_of(shown)
    # Each field as often as it was sent: two different answers to one question are no answer.
    fields = [(name, text) for name in request.POST for text in request.POST.getlist(name)]
    answers, problems = read_answers(sheet, fields, today)
    return Carried(sheet, answers, today, problems)


def sheet_of(shown: Shown) -> Sheet:
    """Return what a listed study asks: its own questions if this site carries it, else what its registry states."""
    if shown.study is not None:
        return _of_study(shown.study)
    return _of_listing(next(iter(shown.listings.values())))


_of_study = once_a_study(StudySheet)


@lru_cache(maxsize=64)
def _of_listing(listing: Listing) -> ListingSheet:
    return ListingSheet(listing)


def today_of(shown: Shown) -> date:
    """Return the day that it is at the study's first centre: it stands in for the day of consent."""
    study = shown.study
    if study is not None and study.identity.sites:
        return today_at(study, study.identity.sites[0].id)
    return clock.now().date()


def reads_slips(sheet: Sheet) -> bool:
    """Whether a question asks for a result that the study knows on a slip."""
    return any(variable.printed for variable in sheet.asked.values())


def kept_nowhere(view: View) -> View:
    """Return a page that no browser and no proxy keeps."""

    @wraps(view)
    def opened(request: HttpRequest, **named: Any) -> HttpResponse:
        response = view(request, **named)
        response["Cache-Control"] = "no-store"
        return response

    return opened


def page(
    request: HttpRequest, template: str, of: Carried, shown: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Return a page of the check with the fields that it carries on. What could not be read is said, once."""
    status = 400 if of.problems and status == 200 else status
    listing = next(iter(request.shown.listings.values()))
    frame = {
        "carried": of.answers.fields(),
        "lost": of.problems,
        "recruiting": listing.is_recruiting,
        "number": request.shown.number,
        "slips": reads_slips(of.sheet),
    }
    return render(request, f"prescreening/{template}.html", {**frame, **(shown or {})}, status=status)
