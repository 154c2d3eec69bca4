"""Stop treatment, stop visits, withdraw consent: three different things, kept apart."""

from __future__ import annotations

from typing import get_args, get_type_hints

from equipoise.conduct.commands import StopTreatment, StopVisits, WithdrawConsent
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_choice, bad_day, empty, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.core.problem import Problem

_CHOICES = get_args(get_type_hints(WithdrawConsent)["data_use"])


def stop_treatment(state: State, command: StopTreatment, context: Context) -> Decision:
    """Stop treatment; visits and entry go on."""
    problem = bad_day(state, command.on, context) or _too_early(state, command.on) or empty(reason=command.reason)
    data = {"on": command.on, "reason": command.reason}
    return problem or (Draft("treatment_stopped", command.participant, data),)


def stop_visits(state: State, command: StopVisits, context: Context) -> Decision:
    """Stop visits: completed, or early for a reason; what was seen up to that day may still be entered."""
    problem = bad_day(state, command.on, context) or _too_early(state, command.on) or empty(reason=command.reason)
    if problem is None and command.reason == "completed" and participant_of(state).allocation is None:
        problem = Problem("conduct.not-allocated", {"participant": command.participant})
    data = {"on": command.on, "reason": command.reason}
    return problem or (Draft("visits_stopped", command.participant, data),)


def withdraw(state: State, command: WithdrawConsent, context: Context) -> Decision:
    """Withdraw consent, with the person's own choice on what was collected so far."""
    if participant_of(state).consent is None:
        return Problem("conduct.no-consent", {"participant": command.participant})
    problem = (
        bad_day(state, command.on, context)
        or _too_early(state, command.on)
        or bad_choice("data_use", command.data_use, _CHOICES)
    )
    data = {"on": command.on, "data_use": command.data_use, "reason": command.reason}
    return problem or (Draft("consent_withdrawn", command.participant, data),)


def _too_early(state: State, on: str) -> Problem | None:
    """Return that the day lies before the step that it ends: nobody leaves before they came."""
    participant = participant_of(state)
    began = participant.allocation["on"] if participant.allocation else ""
    began = began or (participant.consent["on"] if participant.consent else "")
    if began and on < began:
        return Problem("conduct.left-before-came", {"on": on, "began": began})
    return None
