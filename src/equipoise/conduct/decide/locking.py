"""Freeze, lock, unlock."""

from __future__ import annotations

from equipoise.conduct.commands import Freeze, Lock, Unlock
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, empty
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.core.ids import STUDY_STREAM
from equipoise.core.problem import Problem


def freeze(_state: State, command: Freeze, _context: Context) -> Decision:
    """Stop entry, of the study or of one participant; queries and corrections go on."""
    return (Draft("frozen", command.participant or STUDY_STREAM, {}),)


def lock(state: State, command: Lock, _context: Context) -> Decision:
    """Lock the study once every query is closed."""
    if state.study.open_queries:
        return Problem("conduct.queries-open", {"count": state.study.open_queries})
    return (Draft("locked", STUDY_STREAM, {"reason": command.reason}),)


def unlock(_state: State, command: Unlock, _context: Context) -> Decision:
    """Unlock the study or one participant, with the reason."""
    problem = empty(reason=command.reason)
    return problem or (Draft("unlocked", command.participant or STUDY_STREAM, {"reason": command.reason}),)
