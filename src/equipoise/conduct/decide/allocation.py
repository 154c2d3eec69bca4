"""Allocate an eligible person; carry over an allocation that was drawn elsewhere."""

from __future__ import annotations

from typing import Any

from equipoise.conduct.commands import Allocate, ImportAllocation
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_record_day, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.facts import facts_of
from equipoise.conduct.state import State
from equipoise.conduct.visibility import Act, secret_for
from equipoise.core.problem import Problem
from equipoise.criteria.engines.in_memory import evaluate
from equipoise.criteria.truth import Standard, Truth
from equipoise.criteria.verdict import CriterionRule, Status, Verdict, assess
from equipoise.randomise.blinding import seal_arm
from equipoise.randomise.draw import draw
from equipoise.randomise.secret import commitment
from equipoise.study.model.identity import Factor

CENTRE = "centre"
IMPORTED = "imported"


def allocate(state: State, command: Allocate, context: Context) -> Decision:
    """Draw the next slot for a person who is eligible on this very day."""
    problem = bad_record_day(state, command.on, context) or _not_ready(state) or not_eligible_on(state, command.on)
    if problem is not None:
        return problem
    levels = levels_of(state)
    if isinstance(levels, Problem):
        return levels
    secret = secret_for(Act.DRAW, context)
    if isinstance(secret, Problem):
        return secret
    study = state.study
    if commitment(secret, study.id) != study.commitment:
        return Problem("conduct.other-secret", {"study": study.id})
    drawn = draw(study.protocol.scheme, study.allocation, secret, study.id, levels)
    declared = study.protocol.study
    data: dict[str, Any] = {
        "on": command.on,
        "slot": drawn.slot,
        "arm": seal_arm(secret, study.id, drawn.slot, drawn.arm) if declared.is_blinded else drawn.arm,
        "levels": levels,
        "scheme": declared.identity.allocation.scheme.value,
    }
    if drawn.evidence:
        data["evidence"] = dict(drawn.evidence)
    return (Draft("allocated", command.participant, data),)


def carry_over(state: State, command: ImportAllocation, context: Context) -> Decision:
    """Record an allocation of a past trial, with the place that states it."""
    problem = bad_record_day(state, command.on, context)
    if problem is not None:
        return problem
    study = state.study.protocol.study
    if command.arm not in study.arms:
        return Problem("conduct.no-such-arm", {"arm": command.arm[:40], "arms": ", ".join(study.arms)})
    declared = {factor.id: {level.id for level in factor.levels} for factor in study.identity.factors}
    declared[CENTRE] = set(study.sites)
    levels = {CENTRE: participant_of(state).site, **command.levels}
    for factor, level in levels.items():
        if level not in declared.get(factor, ()):
            return Problem("conduct.no-such-level", {"factor": factor[:40], "level": level[:40]})
    missing = sorted(declared.keys() - levels.keys())
    if missing:
        return Problem("conduct.level-missing", {"factor": ", ".join(missing)})
    data = {
        "on": command.on,
        "slot": state.study.allocated + 1,
        "arm": command.arm,
        "levels": levels,
        "scheme": IMPORTED,
        "source": command.source,
    }
    return (Draft("allocated", command.participant, data),)


def _not_ready(state: State) -> Problem | None:
    study = state.study
    if not study.commitment:
        return Problem("conduct.secret-not-committed", {"study": study.id})
    if not study.declarations:
        return Problem("conduct.declarations-not-committed", {"study": study.id})
    enrolment = study.protocol.study.identity.enrolment
    if study.allocated >= enrolment:
        return Problem("conduct.enrolment-reached", {"enrolment": enrolment})
    return None


def not_eligible_on(state: State, on: str) -> Problem | None:
    """Judge on what is documented now: all criteria as of consent, some of them again as of the day of allocation."""
    protocol, participant = state.study.protocol, participant_of(state)
    if on < participant.decided_on:
        return Problem("conduct.allocated-before-decision", {"on": on, "decided": participant.decided_on})
    failed: list[str] = []
    if participant.judged_by is not protocol:  # something was entered since the decision, or the study was amended
        failed = _in_the_way(protocol.rules.criteria, facts_of(participant, protocol, protocol.screening))
    again = facts_of(participant, protocol, protocol.screening, anchored=on)
    failed = failed or _in_the_way(protocol.rules.judge_again, again)
    if failed:
        return Problem(
            "conduct.no-longer-eligible", {"participant": participant.id, "criteria": ", ".join(failed), "on": on}
        )
    return None


def _in_the_way(criteria: tuple[CriterionRule, ...], facts: dict[str, Any]) -> list[str]:
    assessed = assess(criteria, facts, standard=Standard.DOCUMENTED, explained=False)
    if assessed.verdict is Verdict.ELIGIBLE:
        return []
    return [name for name, result in assessed.criteria.items() if result.status is not Status.PASS]


def levels_of(state: State) -> dict[str, str] | Problem:
    """Return the person's level of each factor, and of the centre."""
    levels = {CENTRE: participant_of(state).site}
    for factor in state.study.protocol.study.identity.factors:
        level = _level(state, factor)
        if isinstance(level, Problem):
            return level
        levels[factor.id] = level
    return levels


def _level(state: State, factor: Factor) -> str | Problem:
    protocol = state.study.protocol
    undecided: list[str] = []
    for level in factor.levels:
        rule = protocol.rules.factors[factor.id][level.id]
        truth = evaluate(rule, facts_of(participant_of(state), protocol, rule.variables), standard=Standard.DOCUMENTED)
        if truth is Truth.TRUE:
            return level.id
        if truth is not Truth.FALSE:
            undecided.extend(rule.variables)
    if undecided:
        names = ", ".join(dict.fromkeys(undecided))
        return Problem("conduct.factor-not-decided", {"factor": factor.label, "variables": names})
    return Problem("conduct.no-level-holds", {"factor": factor.label})
