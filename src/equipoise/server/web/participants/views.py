"""The pages of participants: who there is, one participant, what was decided of them and what happened."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from equipoise.conduct.visibility import Fact
from equipoise.core.words import text
from equipoise.server.records.actions.log_access import log_access
from equipoise.server.records.reading import Reading
from equipoise.server.web.participants import sight
from equipoise.server.web.participants.days import ROOM, middling
from equipoise.server.web.participants.eligibility import eligibility_of
from equipoise.server.web.participants.page import page_of
from equipoise.server.web.participants.past import past_of
from equipoise.server.web.participants.roster import SHOWS, STATES, Row, Wanted, roster, sees_several_sites, wanted_of
from equipoise.server.web.templatetags.say import language
from equipoise.study.words import label, level_label


def participants(request: HttpRequest) -> HttpResponse:
    """Show who takes part, whoever needs something first."""
    reading: Reading = request.acting.reading
    spoken = language()
    wanted = wanted_of(request.GET, reading)
    log_access(reading.row.study, reading.asker, "read", "participants")
    found = roster(reading, wanted)
    sees_queries = reading.sees(Fact.QUERIES)
    shows = SHOWS if sees_queries else SHOWS[:2]
    shown = {
        "found": found,
        "rows": [_row(reading, row, spoken) for row in found.rows],
        "wanted": wanted,
        "sees_queries": sees_queries,
        "sees_sites": sees_several_sites(reading),
        "choices": [_choice(name, found.counts, wanted) for name in ("", *shows)],
        "pages": _pages(found.page, found.pages, wanted),
        "by_first": wanted.address(sort="first", page=1),
        "by_number": wanted.address(sort="number", page=1),
        "states": [(state, text("conduct", f"states.participant.{state}", spoken)) for state in STATES],
        "sites": [(site, level_label(reading.declared, "centre", site, spoken)) for site in reading.declared.sites],
    }
    return _answer(request, "participants/list.html", "participants/_found.html", shown)


def _choice(name: str, counts: Any, wanted: Wanted) -> dict[str, Any]:
    return {
        "name": name or "all",
        "count": counts[name or "all"],
        "address": wanted.address(show=name, page=1),
        "here": wanted.show == name,
    }


def _pages(page: int, pages: int, wanted: Wanted) -> dict[str, str]:
    return {
        "before": wanted.address(page=page - 1) if page > 1 else "",
        "after": wanted.address(page=page + 1) if page < pages else "",
    }


def _row(reading: Reading, row: Row, spoken: str) -> dict[str, Any]:
    study, step = reading.declared, row.next
    shown: dict[str, Any] = {
        "number": row.number,
        "site": level_label(study, "centre", row.site, spoken),
        "state": text("conduct", f"states.participant.{row.state}", spoken),
        "state_id": row.state,
        "queries": row.queries,
        "last": middling(row.last_on, spoken) if row.last_on else "",
        "is_withheld": row.is_withheld,
        "arm": label(study, "arms", row.arm.id, spoken) if row.arm and row.arm.id else "",
        "is_sealed": row.arm is not None and row.arm.is_sealed,
    }
    if step is not None and step.opens and step.closes:
        key = f"next.{step.standing}" + ("-one" if step.late_by == 1 else "")
        shown |= {
            "next": label(study, "visits", step.visit, spoken),
            "standing": str(step.standing),
            "status": text(ROOM, key, spoken, n=step.late_by, day=middling(step.closes, spoken)),
            "window": _window(step.opens, step.closes, spoken),
        }
    return shown


def _window(opens: date, closes: date, spoken: str) -> str:
    first, last = middling(opens, spoken), middling(closes, spoken)
    return first if opens == closes else text(ROOM, "next.window", spoken, first=first, last=last)


def participant(request: HttpRequest) -> HttpResponse:
    """Show one participant's course."""
    reading: Reading = request.acting.reading
    person = request.participant
    log_access(reading.row.study, reading.asker, "read", person.participant)
    return render(request, "participants/participant.html", {"page": page_of(reading, person, language())})


def eligibility(request: HttpRequest) -> HttpResponse:
    """Show each criterion with what it rested on."""
    reading: Reading = request.acting.reading
    person = _readable(request)
    log_access(reading.row.study, reading.asker, "read", f"{person.participant} eligibility")
    shown = {"person": person, "eligibility": eligibility_of(reading, person, language())}
    return _answer(request, "participants/eligibility.html", "participants/_eligibility.html", shown)


def past(request: HttpRequest) -> HttpResponse:
    """Show what happened to one participant, newest first."""
    reading: Reading = request.acting.reading
    person = _readable(request)
    before = request.GET.get("before", "0")
    if not (before.isascii() and before.isdigit() and len(before) < 16):
        raise BadRequest
    log_access(reading.row.study, reading.asker, "read", f"{person.participant} history")
    shown = {"person": person, "past": past_of(reading, person, language(), int(before))}
    return _answer(request, "participants/history.html", "participants/_history.html", shown)


def _readable(request: HttpRequest) -> Any:
    """Return the participant, unless they have allowed no further use of what was collected."""
    person = request.participant
    if person.state == "withdrawn" and sight.withheld(person.study, [person.participant]):
        raise Http404
    return person


def _answer(request: HttpRequest, whole: str, part: str, shown: dict[str, Any]) -> HttpResponse:
    """Return a whole page, or the part of it that HTMX puts into one."""
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    response = render(request, part if is_part else whole, {**shown, "is_part": is_part})
    patch_vary_headers(response, ["HX-Request"])
    return response
