"""Record a deviation from the protocol."""

from __future__ import annotations

from equipoise.conduct.commands import RecordDeviation
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_day, empty, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.core.ids import is_id
from equipoise.core.problem import Problem


def record(state: State, command: RecordDeviation, context: Context) -> Decision:
    """Record what was done otherwise than the protocol says."""
    problem = bad_day(state, command.on, context) or empty(category=command.category, words=command.words)
    if problem is None and not is_id(command.deviation):
        problem = Problem("conduct.bad-id", {"id": command.deviation[:40]})
    if problem is None and command.deviation in participant_of(state).deviations:
        problem = Problem("conduct.id-taken", {"id": command.deviation})
    if problem is not None:
        return problem
    data = {
        "deviation": command.deviation,
        "category": command.category,
        "on": command.on,
        "words": command.words,
        "major": command.major,
    }
    return (Draft("deviation_recorded", command.participant, data),)
