"""Confirm or refute a reversion: by the first unmasked sample, far enough from the positive one, that decides."""

from __future__ import annotations

from datetime import date

from equipoise.conduct.commands import JudgeReversion
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_choice, bad_record_day, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.facts import facts_of
from equipoise.conduct.state import State
from equipoise.core.problem import Problem
from equipoise.criteria.engines.in_memory import evaluate
from equipoise.criteria.truth import Truth
from equipoise.plan.calendar import GivenDose, maskings_on
from equipoise.study.model.endpoints import Reversion

_FINDINGS = ("confirmed", "refuted")


def judge(state: State, command: JudgeReversion, context: Context) -> Decision:
    """Judge a first positive sample by a repeated one."""
    problem = (
        bad_record_day(state, command.first_positive, context, "first_positive")
        or bad_record_day(state, command.repeated, context, "repeated")
        or bad_choice("finding", command.finding, _FINDINGS)
    )
    if problem is not None:
        return problem
    declared = state.study.protocol.reversions.get(command.reversion)
    participant = participant_of(state)
    if declared is None:
        known = ", ".join(state.study.protocol.reversions) or "–"
        return Problem("conduct.no-such-reversion", {"reversion": command.reversion[:40], "reversions": known})
    if participant.allocation is None:
        return Problem("conduct.not-allocated", {"participant": participant.id})
    if (command.reversion, command.first_positive) in participant.reversions:
        return Problem("conduct.reversion-judged", {"reversion": command.reversion, "on": command.first_positive})
    problem = _too_soon(declared, command) or _not_borne_out(state, declared, command)
    if problem is None and _is_masked(state, declared, command.repeated):
        problem = Problem("conduct.masked-decides-nothing", {"on": command.repeated})
    problem = problem or _decided_before(state, declared, command)
    if problem is not None:
        return problem
    data = {
        "reversion": command.reversion,
        "first_positive": command.first_positive,
        "repeated": command.repeated,
        "finding": command.finding,
    }
    return (Draft(f"reversion_{command.finding}", command.participant, data),)


def _too_soon(declared: Reversion, command: JudgeReversion) -> Problem | None:
    gap = (date.fromisoformat(command.repeated) - date.fromisoformat(command.first_positive)).days
    if gap < declared.repeat_after:
        return Problem("conduct.repeated-too-soon", {"days": gap, "least": declared.repeat_after})
    return None


def _not_borne_out(state: State, declared: Reversion, command: JudgeReversion) -> Problem | None:
    """Return which sample is missing or says otherwise."""
    expected = ((command.first_positive, Truth.TRUE), (command.repeated, Truth.TRUE))
    if command.finding == "refuted":
        expected = (expected[0], (command.repeated, Truth.FALSE))
    for on, wanted in expected:
        if _positive(state, declared, on) is not wanted:
            return Problem(
                "conduct.samples-say-otherwise", {"on": on, "variable": declared.variable, "rule": declared.positive}
            )
    return None


def _decided_before(state: State, declared: Reversion, command: JudgeReversion) -> Problem | None:
    """Return the earlier sample that has decided already: of all that could, the first counts."""
    first = date.fromisoformat(command.first_positive)
    samples = facts_of(participant_of(state), state.study.protocol, (declared.variable,)).get(declared.variable, ())
    for on in (str(sample.on) for sample in samples):
        is_between = on < command.repeated and (date.fromisoformat(on) - first).days >= declared.repeat_after
        if is_between and _positive(state, declared, on).is_decided and not _is_masked(state, declared, on):
            return Problem("conduct.decided-before", {"on": on, "repeated": command.repeated})
    return None


def _positive(state: State, declared: Reversion, on: str) -> Truth:
    """Return whether a sample of that day is positive; unknown where there is none, or none that decides."""
    protocol = state.study.protocol
    rule = protocol.rules.positive[declared.id]
    found = Truth.UNKNOWN
    for sample in facts_of(participant_of(state), protocol, (declared.variable,)).get(declared.variable, ()):
        if str(sample.on) == on:
            truth = evaluate(rule, {declared.variable: (sample,)})
            if truth is Truth.TRUE:
                return truth
            found = truth if truth is Truth.FALSE else found
    return found


def _is_masked(state: State, declared: Reversion, on: str) -> bool:
    """Whether a sample lies so soon after a dose that the product can hide the marker."""
    given = [
        GivenDose(dose["product"], dose["visit"], date.fromisoformat(dose["on"]))
        for dose in participant_of(state).doses.values()
        if "batch" in dose  # a dose that was withheld hides nothing
    ]
    study = state.study.protocol.study
    return bool(maskings_on(study, declared.variable, date.fromisoformat(on), given))
