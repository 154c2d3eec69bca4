"""Publish a version of the study: the event carries the study itself, so that a replay needs no folder."""

from __future__ import annotations

from equipoise.conduct.commands import PublishVersion
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, empty
from equipoise.conduct.events import Draft
from equipoise.conduct.permissions import ORIGIN_OF, Role
from equipoise.conduct.state import State
from equipoise.core.ids import STUDY_STREAM
from equipoise.core.problem import Problem
from equipoise.study.model.study import Study


def publish(state: State, command: PublishVersion, context: Context) -> Decision:
    """Publish the first version, or an amendment with its reason."""
    study = context.study
    if study is None:
        return Problem("conduct.no-study-given")
    if study.id != state.study.id:
        return Problem("conduct.other-study", {"study": study.id, "expected": state.study.id})
    before = state.study.published
    if before is not None:
        problem = empty(reason=command.reason) or _bad_amendment(state, before.study, study)
        if problem is not None:
            return problem
    data = {
        "version": study.version,
        "content_hash": study.content_hash,
        "study": study.content,
        "reason": command.reason,
        "origin": ORIGIN_OF.get(Role(context.role), "conducted"),
    }
    if command.truth:
        data |= {"truth": command.truth, "seed": command.seed}
    return (Draft("version_published", STUDY_STREAM, data),)


def _bad_amendment(state: State, before: Study, after: Study) -> Problem | None:
    if after.version == before.version:
        return Problem("conduct.same-version", {"version": after.version})
    if state.study.commitment and _drawn_from(after) != _drawn_from(before):
        # The draws after the amendment could not be replayed from the same scheme.
        return Problem("conduct.allocation-amended", {"version": after.version})
    if after.identity.blinding != before.identity.blinding:
        return Problem("conduct.blinding-amended", {"version": after.version})
    return None


def _drawn_from(study: Study) -> tuple[object, ...]:
    allocation = study.identity.allocation
    return (
        allocation.scheme,
        allocation.factors,
        allocation.block_sizes,
        allocation.probability,
        tuple((arm.id, arm.ratio) for arm in study.identity.arms),
        tuple((factor.id, tuple(level.id for level in factor.levels)) for factor in study.identity.factors),
    )
