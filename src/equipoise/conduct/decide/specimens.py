"""Specimens: collected with the optional consent that they need, stored, shipped."""

from __future__ import annotations

from equipoise.conduct.commands import CollectSpecimen, ShipSpecimen, StoreSpecimen
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_day, bad_record_day, empty, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.conduct.states import SPECIMEN
from equipoise.conduct.terms import Term
from equipoise.core.ids import is_id
from equipoise.core.problem import Problem


def collect(state: State, command: CollectSpecimen, context: Context) -> Decision:
    """Collect a specimen that is planned at the visit."""
    problem = bad_record_day(state, command.on, context) or _unplanned(state, command)
    if problem is not None:
        return problem
    data = {"visit": command.visit, "specimen": command.specimen, "kind": command.kind, "on": command.on}
    return (Draft("specimen_collected", command.participant, data),)


def store(state: State, command: StoreSpecimen, context: Context) -> Decision:
    """Store a collected specimen."""
    problem = _not_next(state, command.specimen, "specimen_stored") or bad_day(state, command.on, context)
    problem = problem or empty(place=command.place)
    data = {"specimen": command.specimen, "on": command.on, "place": command.place}
    return problem or (Draft("specimen_stored", command.participant, data),)


def ship(state: State, command: ShipSpecimen, context: Context) -> Decision:
    """Ship a stored specimen in a batch."""
    problem = _not_next(state, command.specimen, "specimen_shipped") or bad_day(state, command.on, context)
    problem = problem or empty(batch=command.batch, to=command.to)
    data = {"specimen": command.specimen, "on": command.on, "batch": command.batch, "to": command.to}
    return problem or (Draft("specimen_shipped", command.participant, data),)


def _unplanned(state: State, command: CollectSpecimen) -> Problem | None:
    protocol, participant = state.study.protocol, participant_of(state)
    kind = protocol.specimens.get(command.kind)
    visit = protocol.visit(command.visit)
    if visit is None:
        return Problem("conduct.no-such-visit", {"visit": command.visit[:40]})
    if kind is None or command.kind not in visit.specimens:
        planned = ", ".join(visit.specimens) or "–"
        return Problem(
            "conduct.specimen-not-at-visit", {"kind": command.kind[:40], "visit": command.visit, "planned": planned}
        )
    if participant.visits.get(command.visit) not in ("recorded", "signed"):
        held = Term("states.visit", participant.visits.get(command.visit, "expected"))
        return Problem("conduct.visit-not-recorded", {"visit": command.visit, "state": held})
    if kind.consent and not (participant.consent and participant.consent["options"].get(kind.consent)):
        return Problem("conduct.specimen-without-consent", {"kind": kind.label, "option": kind.consent})
    if not is_id(command.specimen):
        return Problem("conduct.bad-id", {"id": command.specimen[:40]})
    if command.specimen in participant.specimens:
        return Problem("conduct.id-taken", {"id": command.specimen})
    return None


def _not_next(state: State, specimen: str, event: str) -> Problem | None:
    participant = participant_of(state)
    held = participant.specimens.get(specimen)
    if held is None:
        return Problem("conduct.no-such-specimen", {"specimen": specimen[:40], "participant": participant.id})
    if not SPECIMEN.allows(held, event):
        return Problem("conduct.specimen-not-ready", {"specimen": specimen, "state": Term("states.specimen", held)})
    # Who withdrew with their specimens has the right that nothing more is done with them.
    if participant.data_use in ("keep_without_specimens", "no_further_use"):
        return Problem("conduct.specimens-withdrawn", {"participant": participant.id})
    return None
