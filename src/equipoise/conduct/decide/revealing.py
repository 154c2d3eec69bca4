"""Reveal the allocation's secret after the lock."""

from __future__ import annotations

from equipoise.conduct.commands import RevealAllocation
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.conduct.visibility import Act, secret_for
from equipoise.core.ids import STUDY_STREAM
from equipoise.core.problem import Problem
from equipoise.randomise.secret import commitment


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
