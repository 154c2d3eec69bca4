"""Allocate a participant: one confirmation with the facts that matter, one result that can be printed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from equipoise.conduct.commands import Allocate
from equipoise.conduct.decide.allocation import levels_of
from equipoise.conduct.events import Event
from equipoise.conduct.state import State
from equipoise.conduct.visibility import Fact
from equipoise.core.problem import Problem
from equipoise.core.words import text
from equipoise.server import clock, environment
from equipoise.server.records.actions.allocate import allocate as allocate_participant
from equipoise.server.records.actions.log_access import log_access
from equipoise.server.records.history import stream_since, under_key
from equipoise.server.records.reading import Reading
from equipoise.server.web.acts.arms import Shown, arm_on_paper
from equipoise.server.web.acts.form import key_in, new_key
from equipoise.server.web.acts.grouped import in_groups
from equipoise.server.web.acts.person import names_of, refused_now, state_of
from equipoise.server.web.templatetags.say import language
from equipoise.server.web.today import today_at
from equipoise.study.words import label, level_label

_ROOM = "server.web.acts"


@dataclass(frozen=True, slots=True)
class Level:
    """A person's level of a factor, in words."""

    factor: str
    level: str


@require_http_methods(["GET", "HEAD", "POST"])
def allocate(request: HttpRequest) -> HttpResponse:
    """Show what an allocation would rest on; allocate if that is confirmed."""
    if request.method == "POST":
        return _allocate(request)
    return _confirmation(request)


def _confirmation(request: HttpRequest, problems: tuple[Problem, ...] = (), *, status: int = 200) -> HttpResponse:
    """Show the facts and the button; or why it would be refused now, and no button."""
    reading, person = request.acting.reading, request.participant
    if person.slot is not None:
        return _done_already(request, problems, 409 if problems else 200)
    state = state_of(reading, person.participant)
    on = today_at(reading.declared, person.site).isoformat()
    log_access(reading.row.study, reading.asker, "read", f"{person.participant} before allocation")
    in_the_way = problems or refused_now(state, Allocate(participant=person.participant, on=on), reading)
    shown = {
        "number": person.participant,
        "problems": in_the_way,
        "again": bool(problems),
        "person": person,
        "consent": state.participant.consent if state.participant else None,
        "verdict": text("conduct", f"states.participant.{person.state}", language()),
        "decided_on": state.participant.decided_on if state.participant else "",
        "levels": _levels(reading, state),
        "allocated": reading.state.allocated,
        "enrolment": reading.declared.identity.enrolment,
        "scheme": scheme_in_words(reading),
        "blinded": reading.declared.is_blinded,
        "on": on,
        "key": new_key(),
        "version": reading.state.version,
        "button": not in_the_way,
    }
    return render(request, "acts/allocate.html", shown, status=status)


def _allocate(request: HttpRequest) -> HttpResponse:
    reading, person = request.acting.reading, request.participant
    key, version, on = key_in(request), request.POST.get("version", ""), request.POST.get("on", "")
    if not key or not version or not on:
        return _confirmation(request, (Problem("server.web.acts.form-incomplete"),), status=400)
    today = today_at(reading.declared, person.site).isoformat()
    # An allocation is of the day on which it is done; a retry of one that was done is of its own.
    if on != today and not under_key(reading.row.study, key):
        problem = Problem("server.web.acts.day-has-passed", {"on": on[:10], "today": today})
        return _confirmation(request, (problem,), status=409)
    done = allocate_participant(reading.row.study, person.participant, on, reading.asker, key, version=version)
    if isinstance(done, Problem):
        person.refresh_from_db()
        return _confirmation(request, (done,), status=409)
    return redirect("allocation", **names_of(request))


def _done_already(request: HttpRequest, problems: tuple[Problem, ...], status: int) -> HttpResponse:
    return render(
        request,
        "acts/allocated_already.html",
        {"number": request.participant.participant, "problems": problems},
        status=status,
    )


@require_safe
def allocation(request: HttpRequest) -> HttpResponse:
    """Show an allocation so that it can be printed, filed, and checked years later."""
    reading, person = request.acting.reading, request.participant
    events = stream_since(reading.row.study, person.participant, 0)
    event = next((event for event in events if event.type == "allocated"), None)
    if event is None:
        raise Http404
    log_access(reading.row.study, reading.asker, "read", f"{person.participant} allocation")
    # The arm is asked for after the log knows of it, and of whoever may see it alone.
    arm: Shown = arm_on_paper(reading, person)
    address = reverse("verification", kwargs={"study": reading.row.study})
    check = f"{environment.read('EQUIPOISE_URL').rstrip('/')}{address}?{urlencode({'head': event.hash})}"
    shown = {
        "number": person.participant,
        "person": person,
        "event": event,
        "hash": in_groups(event.hash),
        "arm": arm,
        "levels": _stated_levels(reading, event),
        "scheme": scheme_in_words(reading),
        "kits": _kits_to_assign(reading, events),
        "head_seq": reading.row.seq,
        "head_groups": in_groups(reading.row.head),
        "check": check,
        "role": text("conduct", f"roles.{event.role}", language()),
        "shown_at": clock.instant(),
        "sees_history": reading.sees(Fact.HISTORY),
        "imported": event.data["scheme"] == "imported",
    }
    return render(request, "acts/allocation.html", shown)


def _kits_to_assign(reading: Reading, events: list[Event]) -> list[str]:
    """Return the products of which a numbered kit comes next, until the first is assigned."""
    if any(event.type == "kit_assigned" for event in events):
        return []
    return [product.id for product in reading.declared.identity.products if product.kit]


def scheme_in_words(reading: Reading) -> str:
    """Return how arms are allocated, in words that do not help to foresee the next one."""
    study = reading.declared
    scheme = study.identity.allocation
    by = [_factor(reading, factor) for factor in scheme.factors]
    between = text(_ROOM, "allocate.between", language())
    if by:
        return text(_ROOM, f"schemes.{scheme.scheme.value}.by", language(), factors=between.join(by))
    return text(_ROOM, f"schemes.{scheme.scheme.value}.alone", language())


def _factor(reading: Reading, factor: str) -> str:
    if factor == "centre":
        return text(_ROOM, "allocate.centre", language())
    return label(reading.declared, "factors", factor, language())


def _levels(reading: Reading, state: State) -> list[Level]:
    found = levels_of(state)
    return [] if isinstance(found, Problem) else _in_words(reading, found)


def _stated_levels(reading: Reading, event: Event) -> list[Level]:
    return _in_words(reading, event.data["levels"])


def _in_words(reading: Reading, levels: dict[str, str]) -> list[Level]:
    """Return the levels in the order in which the study declares its factors; the centre is shown by itself."""
    study, spoken = reading.declared, language()
    return [
        Level(_factor(reading, factor.id), level_label(study, factor.id, levels[factor.id], spoken))
        for factor in study.identity.factors
        if factor.id in levels
    ]
