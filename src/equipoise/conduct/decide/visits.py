"""Visits: that they took place, or did not."""

from __future__ import annotations

from equipoise.conduct.commands import MissVisit, RecordVisit
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_record_day, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.conduct.states import VISIT
from equipoise.conduct.terms import Term
from equipoise.core.problem import Problem

# Before allocation there is no day 0 for the other visits to count from.
_BEFORE_ALLOCATION = ("screening", "baseline", "unscheduled")


def record(state: State, command: RecordVisit, context: Context) -> Decision:
    """Record that a visit took place."""
    problem = bad_record_day(state, command.on, context) or _bad_visit(state, command.visit, "visit_recorded")
    if problem is not None:
        return problem
    allocation = participant_of(state).allocation
    declared = state.study.protocol.visit(command.visit)
    if allocation and declared and declared.kind not in _BEFORE_ALLOCATION and command.on < allocation["on"]:
        return Problem("conduct.before-allocation", {"visit": command.visit, "on": command.on, "day": allocation["on"]})
    return (Draft("visit_recorded", command.participant, {"visit": command.visit, "on": command.on}),)


def miss(state: State, command: MissVisit, context: Context) -> Decision:
    """Record that a visit did not take place."""
    participant = participant_of(state)
    if participant.consent is None and context.role != "importer":
        return Problem("conduct.no-consent", {"participant": participant.id})
    problem = _bad_visit(state, command.visit, "visit_missed")
    if problem is not None:
        return problem
    return (Draft("visit_missed", command.participant, {"visit": command.visit, "reason": command.reason}),)


def _bad_visit(state: State, visit: str, event: str) -> Problem | None:
    participant = participant_of(state)
    declared = state.study.protocol.visit(visit)
    if declared is None:
        return Problem("conduct.no-such-visit", {"visit": visit[:40]})
    if declared.kind not in _BEFORE_ALLOCATION and participant.allocation is None:
        return Problem("conduct.visit-needs-allocation", {"visit": visit, "participant": participant.id})
    held = participant.visits.get(visit, VISIT.initial)
    if not VISIT.allows(held, event):
        return Problem("conduct.visit-already", {"visit": visit, "state": Term("states.visit", held)})
    blinded = state.study.protocol.study.is_blinded
    if declared.arms and participant.allocation and not blinded and participant.allocation["arm"] not in declared.arms:
        return Problem("conduct.visit-of-other-arm", {"visit": visit})
    return None
