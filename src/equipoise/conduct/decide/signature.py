"""Sign a visit, or the whole casebook: the investigator answers for what is there."""

from __future__ import annotations

from equipoise.conduct.commands import Sign
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, empty, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.conduct.states import VISIT
from equipoise.conduct.terms import Term
from equipoise.core.problem import Problem


def sign(state: State, command: Sign, _context: Context) -> Decision:
    """Sign with the meaning of the signature; a later entry at the visit takes it back."""
    problem = empty(meaning=command.meaning)
    if problem is not None:
        return problem
    if command.visit:
        held = participant_of(state).visits.get(command.visit, VISIT.initial)
        if not VISIT.allows(held, "signed"):
            return Problem(
                "conduct.nothing-to-sign", {"visit": command.visit[:40], "state": Term("states.visit", held)}
            )
    return (Draft("signed", command.participant, {"meaning": command.meaning, "visit": command.visit}),)
