"""Doses: given with everything a dose must carry, or withheld with the reason."""

from __future__ import annotations

from decimal import Decimal

from equipoise.conduct.commands import GiveDose, WithholdDose
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_record_day, day, empty, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.facts import facts_of
from equipoise.conduct.state import State
from equipoise.core.decimals import parse_decimal, plain
from equipoise.core.problem import Problem
from equipoise.criteria.engines.in_memory import evaluate
from equipoise.criteria.truth import Truth
from equipoise.study.model.schedule import DoseSchedule


def give(state: State, command: GiveDose, context: Context) -> Decision:
    """Record a dose; one that the protocol would withhold needs its reason, and is a deviation as well."""
    problem = bad_record_day(state, command.on, context) or _unplanned(state, command) or _incomplete(state, command)
    if problem is not None:
        return problem
    schedule = state.study.protocol.doses[command.schedule]
    against = _against(state, schedule, command)
    if against is not None and not command.despite.strip():
        return against
    data = {
        "visit": command.visit,
        "schedule": command.schedule,
        "product": command.product,
        "batch": command.batch,
        "expiry": command.expiry,
        "amount": command.amount,
        "unit": command.unit,
        "body_site": command.body_site,
        "given_by": command.given_by,
        "on": command.on,
        "observation": command.observation,
        "despite": command.despite if against is not None else "",
    }
    given = Draft("dose_given", command.participant, data)
    return (given,) if against is None else (given, _deviation(command))


def withhold(state: State, command: WithholdDose, context: Context) -> Decision:
    """Record that a planned dose was not given."""
    problem = bad_record_day(state, command.on, context) or _unplanned(state, command) or empty(reason=command.reason)
    if problem is not None:
        return problem
    product = state.study.protocol.doses[command.schedule].product
    data = {
        "visit": command.visit,
        "schedule": command.schedule,
        "product": product,
        "on": command.on,
        "reason": command.reason,
    }
    return (Draft("dose_withheld", command.participant, data),)


def _unplanned(state: State, command: GiveDose | WithholdDose) -> Problem | None:
    """Return why no such dose is planned for this person at this visit."""
    protocol, participant = state.study.protocol, participant_of(state)
    schedule = protocol.doses.get(command.schedule)
    if participant.allocation is None:
        return Problem("conduct.not-allocated", {"participant": participant.id})
    if schedule is None:
        schedules = ", ".join(protocol.doses)
        return Problem("conduct.no-such-schedule", {"schedule": command.schedule[:40], "schedules": schedules or "–"})
    if command.visit not in schedule.visits:
        visits = ", ".join(schedule.visits)
        return Problem("conduct.dose-not-at-visit", {"visit": command.visit[:40], "visits": visits})
    # In a blinded study every arm has its doses, and a refusal would tell the arm.
    if not protocol.study.is_blinded and participant.allocation["arm"] not in schedule.arms:
        return Problem("conduct.dose-of-other-arm", {"schedule": command.schedule, "participant": participant.id})
    if (command.schedule, command.visit) in participant.doses:
        return Problem("conduct.dose-recorded", {"schedule": command.schedule, "visit": command.visit})
    if command.on < participant.allocation["on"]:
        return Problem(
            "conduct.before-allocation",
            {"visit": command.visit, "on": command.on, "day": participant.allocation["on"]},
        )
    return None


def _incomplete(state: State, command: GiveDose) -> Problem | None:
    """Return what of a dose's record is missing or cannot be."""
    protocol, participant = state.study.protocol, participant_of(state)
    problem = empty(
        batch=command.batch,
        body_site=command.body_site,
        given_by=command.given_by,
        observation=command.observation,
    )
    if problem is not None:
        return problem
    product = protocol.products[protocol.doses[command.schedule].product]
    if command.product != product.id or command.unit != product.unit:
        return Problem("conduct.wrong-product", {"product": product.id, "unit": product.unit or "–"})
    if participant.treatment_stopped_on and command.on >= participant.treatment_stopped_on:
        return Problem(
            "conduct.treatment-stopped", {"participant": participant.id, "on": participant.treatment_stopped_on}
        )
    expiry = day(command.expiry)
    if expiry is None:
        return Problem("conduct.bad-expiry", {"text": command.expiry[:40]})
    if command.expiry < command.on:
        return Problem("conduct.batch-expired", {"batch": command.batch, "expiry": command.expiry, "on": command.on})
    amount = parse_decimal(command.amount)
    if amount is None or amount <= 0:
        return Problem("conduct.bad-amount", {"text": command.amount[:40]})
    if product.kit and participant.kits.get(command.batch) != product.id:
        return Problem("conduct.kit-not-assigned", {"kit": command.batch[:40], "participant": participant.id})
    return None


def _against(state: State, schedule: DoseSchedule, command: GiveDose) -> Problem | None:
    """Return what the protocol has against this dose: its rule to withhold, or another amount."""
    protocol, participant = state.study.protocol, participant_of(state)
    rule = protocol.rules.withhold.get(schedule.id)
    if rule is not None:
        # Late entry: a dose of March is not judged by a result of May.
        known = facts_of(participant, protocol, rule.variables, until=command.on)
        if evaluate(rule, known) is Truth.TRUE:
            return Problem("conduct.dose-to-be-withheld", {"participant": participant.id, "rule": rule.text})
    if Decimal(command.amount) != schedule.amount:
        return Problem("conduct.other-amount", {"amount": command.amount, "planned": plain(schedule.amount)})
    return None


def _deviation(command: GiveDose) -> Draft:
    data = {
        # A colon is in no id that people give, so that this one is free.
        "deviation": f"dose:{command.schedule}:{command.visit}",
        "category": "dose_against_protocol",
        "on": command.on,
        "words": command.despite,
        "major": True,
    }
    return Draft("deviation_recorded", command.participant, data)
