"""Unblind one participant in an emergency: the reason, the password again, and the arm once, to who asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from equipoise.conduct.commands import Unblind
from equipoise.conduct.visibility import is_blinded
from equipoise.core.languages import language_of
from equipoise.core.problem import Problem
from equipoise.core.words import text
from equipoise.server import clock
from equipoise.server.accounts.confirming import confirm_password
from equipoise.server.accounts.people import who_must_know
from equipoise.server.records.actions.log_access import log_access
from equipoise.server.records.actions.unblind import Notice
from equipoise.server.records.actions.unblind import unblind as unblind_participant
from equipoise.server.records.reading import Reading
from equipoise.server.web.acts.arms import arm_in_words
from equipoise.server.web.acts.form import key_in, new_key
from equipoise.server.web.acts.person import refused_now, state_of

_ROOM = "server.web.acts"
_LONGEST = 1000  # characters of a reason


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, but for the password, and what is wrong with it, by the field's name."""

    key: str
    reason: str = ""
    confirmed: bool = False
    wrong: dict[str, Problem] = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
def unblind(request: HttpRequest) -> HttpResponse:
    """Ask for the reason and the password; with both, record the unblinding and show the arm."""
    reading, person = request.acting.reading, request.participant
    if not is_blinded(reading.state):
        return render(request, "acts/nothing_to_unblind.html", {"number": person.participant})
    if request.method == "POST":
        return _unblind(request)
    state = state_of(reading, person.participant)
    # The day and the reason do not matter here: whether the act has its place at all.
    command = Unblind(participant=person.participant, reason="asked beforehand")
    return _form(request, Form(new_key()), refused_now(state, command, reading))


def _form(request: HttpRequest, form: Form, problems: tuple[Problem, ...] = (), *, status: int = 200) -> HttpResponse:
    shown = {
        "number": request.participant.participant,
        "form": form,
        "problems": problems,
        "longest": _LONGEST,
        "button": not problems,
    }
    return render(request, "acts/unblind.html", shown, status=status)


def _unblind(request: HttpRequest) -> HttpResponse:
    reading, person = request.acting.reading, request.participant
    form = _sent(request)
    if form.wrong:
        return _form(request, form, status=400)
    # Asked last: a password that is right or wrong counts only where everything else is there.
    wrong = confirm_password(request, request.POST.get("password", ""))
    if wrong is not None:
        return _form(request, Form(form.key, form.reason, form.confirmed, {"password": wrong}), status=403)
    study = reading.row.study
    arm = unblind_participant(
        study, person.participant, form.reason, reading.asker, form.key, notices=notices(reading, person.participant)
    )
    if isinstance(arm, Problem):
        return _form(request, form, (arm,), status=409)
    log_access(study, reading.asker, "read", f"{person.participant} arm, unblinded")
    shown = {
        "number": request.participant.participant,
        "arm": arm_in_words(reading, arm),
        "reason": form.reason,
        "shown_at": clock.instant(),
    }
    return render(request, "acts/unblinded.html", shown)


def _sent(request: HttpRequest) -> Form:
    key, reason = key_in(request), request.POST.get("reason", "").strip()
    confirmed = request.POST.get("confirmed") == "yes"
    wrong: dict[str, Problem] = {}
    if not reason:
        wrong["reason"] = Problem("server.web.acts.reason-missing")
    elif len(reason) > _LONGEST:
        wrong["reason"] = Problem("server.web.acts.reason-too-long", {"longest": _LONGEST, "length": len(reason)})
    if not request.POST.get("password"):
        wrong["password"] = Problem("server.web.acts.password-missing")
    if not confirmed:
        wrong["confirmed"] = Problem("server.web.acts.not-confirmed")
    return Form(key or new_key(), reason, confirmed, wrong)


def notices(reading: Reading, number: str) -> list[Notice]:
    """Return the letters to those who must know, each in its reader's language: no arm, no disease, no reason."""
    said = {"study": reading.row.study.upper(), "number": number, "by": reading.asker.by, "at": clock.instant()[:16]}
    made = []
    for user in who_must_know(reading.row.study):
        spoken = language_of(user.language).code
        role = text("conduct", f"roles.{reading.asker.role}", spoken)
        subject = text(_ROOM, "letter.subject", spoken, **said)
        body = text(_ROOM, "letter.body", spoken, **said, role=role)
        made.append(Notice(user.email, spoken, subject, body))
    return made
