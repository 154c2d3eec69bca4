"""Unblind one person in an emergency: the reason is in the history, the arm is not."""

from __future__ import annotations

from equipoise.conduct.commands import Unblind
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, empty, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.conduct.visibility import is_blinded
from equipoise.core.problem import Problem


def unblind(state: State, command: Unblind, _context: Context) -> Decision:
    """Record that and why somebody unblinds a person; `visibility.open_sealed_arm` then shows them the arm."""
    participant = participant_of(state)
    if participant.allocation is None:
        return Problem("conduct.not-allocated", {"participant": participant.id})
    if not is_blinded(state.study):
        return Problem("conduct.nothing-to-unblind", {"participant": participant.id})
    problem = empty(reason=command.reason)
    return problem or (Draft("unblinded", command.participant, {"reason": command.reason}),)
