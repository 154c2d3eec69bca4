"""Decide eligibility: the criteria judge, on documented values only; nobody can overrule them."""

from __future__ import annotations

from typing import Any

from equipoise.conduct.commands import DecideEligibility
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_record_day, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.facts import facts_of
from equipoise.conduct.state import State
from equipoise.core.problem import Problem
from equipoise.criteria.truth import Standard
from equipoise.criteria.verdict import assess


def decide_eligibility(state: State, command: DecideEligibility, context: Context) -> Decision:
    """Decide on what is documented now; it can be decided again when more is known."""
    problem = bad_record_day(state, command.on, context)
    consent = participant_of(state).consent
    if problem is None and consent is not None and command.on < consent["on"]:
        problem = Problem("conduct.decided-before-consent", {"on": command.on, "consent": consent["on"]})
    if problem is not None:
        return problem
    return (Draft("eligibility_decided", command.participant, decision(state, command.on)),)


def decision(state: State, on: str) -> dict[str, Any]:
    """Return what the criteria say of what is documented: the data of the event."""
    protocol = state.study.protocol
    facts = facts_of(participant_of(state), protocol, protocol.screening)
    assessed = assess(protocol.rules.criteria, facts, standard=Standard.DOCUMENTED, explained=False)
    return {
        "on": on,
        "verdict": assessed.verdict.value,
        "criteria": {name: result.status.value for name, result in assessed.criteria.items()},
        "contradictions": [name for name, result in assessed.criteria.items() if result.contradiction],
    }
