"""Freeze, lock, unlock, and reveal the allocation after the lock."""

from __future__ import annotations

from equipoise.conduct.commands import Freeze, Lock, RevealAllocation, Unlock
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, empty
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.conduct.visibility import Act, secret_for
from equipoise.core.ids import STUDY_STREAM
from equipoise.core.problem import Problem
from equipoise.randomise.secret import commitment


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


def reveal(state: State, _command: RevealAllocation, context: Context) -> Decision:
    """Publish the secret, so that anybody can replay every draw."""
    if not state.study.commitment:
        return Problem("conduct.nothing-to-reveal", {"study": state.study.id})
    secret = secret_for(Act.REVEAL, context)
    if isinstance(secret, Problem):
        return secret
    if commitment(secret, state.study.id) != state.study.commitment:
        return Problem("conduct.other-secret", {"study": state.study.id})
    return (Draft("allocation_revealed", STUDY_STREAM, {"secret": secret.hex()}),)
