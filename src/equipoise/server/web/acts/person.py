"""One participant as an act finds them: their state, and whether an act would be refused."""

from __future__ import annotations

from django.http import HttpRequest

from equipoise.conduct.commands import Command
from equipoise.conduct.context import Context
from equipoise.conduct.decide import decide
from equipoise.conduct.decide.grounds import Refusal
from equipoise.conduct.state import State
from equipoise.core.problem import Problem
from equipoise.server import clock
from equipoise.server.records.history import participant_from, stream_since
from equipoise.server.records.reading import Reading

# What `decide` answers when nothing stands in the way but that it was not given the secret.
_WOULD_BE_DONE = "conduct.no-secret"


def names_of(request: HttpRequest) -> dict[str, str]:
    """Return the study and the number in the address that is asked for."""
    return {"study": request.acting.reading.row.study, "number": request.participant.participant}


def state_of(reading: Reading, number: str) -> State:
    """Return a participant's state, folded from the history, beside the study's."""
    return State(
        reading.state, participant_from(stream_since(reading.row.study, number, 0), number, reading.state.protocol)
    )


def refused_now(state: State, command: Command, reading: Reading) -> tuple[Problem, ...]:
    """Return why an act would be refused if it were asked for now; nothing if it would be done.

    Nothing is drawn and nothing opened: `decide` is not given the secret.
    """
    asker = reading.asker
    context = Context(by=asker.by, role=asker.role, site=asker.site, at=clock.instant(), key="asked beforehand")
    decided = decide(state, command, context=context)
    if not isinstance(decided, Problem) or decided.code == _WOULD_BE_DONE:
        return ()
    return decided.parts if isinstance(decided, Refusal) and decided.parts else (decided,)
