"""Commit to the allocation's secret, and to the declarations of endpoints and analyses, before anybody is allocated."""

from __future__ import annotations

from equipoise.conduct.commands import CommitAllocation, CommitDeclarations
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision
from equipoise.conduct.declarations import declarations_hash, declared_parts
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.conduct.visibility import Act, secret_for
from equipoise.core.ids import STUDY_STREAM
from equipoise.core.problem import Problem
from equipoise.randomise.secret import commitment


def commit_allocation(state: State, _command: CommitAllocation, context: Context) -> Decision:
    """Publish the commitment to the secret; it binds, and tells nothing."""
    if state.study.commitment:
        return Problem("conduct.already-committed", {"study": state.study.id})
    secret = secret_for(Act.COMMIT, context)
    if isinstance(secret, Problem):
        return secret
    declared = state.study.protocol.study.identity.allocation
    data = {"commitment": commitment(secret, state.study.id), "scheme": declared.scheme.value}
    return (Draft("allocation_committed", STUDY_STREAM, data),)


def commit_declarations(state: State, _command: CommitDeclarations, _context: Context) -> Decision:
    """Record the hash of the declarations; what is declared after the first allocation shows as post hoc."""
    study = state.study.protocol.study
    whole = declarations_hash(study)
    if whole == state.study.declarations:
        return Problem("conduct.declarations-unchanged", {"study": study.id})
    data = {
        "hash": whole,
        "declared": declared_parts(study),
        "version": study.version,
        "post_hoc": state.study.allocated > 0,
    }
    return (Draft("declarations_committed", STUDY_STREAM, data),)
