"""The fold: the only place where states change. An event that its states do not allow is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NoReturn

from equipoise.conduct.declarations import declarations_hash
from equipoise.conduct.events import Event
from equipoise.conduct.permissions import Role
from equipoise.conduct.protocol import Protocol, protocol_of
from equipoise.conduct.state import Consignment, ParticipantState, State, StudyState
from equipoise.conduct.states import (
    CASEBOOK,
    PARTICIPANT,
    QUERY,
    SPECIMEN,
    STUDY,
    VISIT,
    Machine,
    known_to_study,
    outcome,
)
from equipoise.conduct.terms import Term
from equipoise.core.ids import STUDY_STREAM
from equipoise.core.problem import Problem, ProblemsError
from equipoise.randomise.draw import advance
from equipoise.randomise.state import Draw
from equipoise.study.model.study import Study


def evolve(state: State, event: Event) -> None:
    """Fold one event into its states. Raises ProblemsError if it cannot have happened in them."""
    study, participant = state.study, state.participant
    kind = event.type
    if kind != "version_published" and event.version != study.version:
        refuse(event, "conduct.wrong-version", version=event.version, in_force=study.version)
    if event.stream == STUDY_STREAM:
        study.state = _moved(STUDY, study.state, known_to_study(kind, of_participant=False), event)
        if kind not in _STUDY:
            refuse(event, "conduct.unknown-event", type=kind)
        _STUDY[kind](study, event)
        return
    if participant is None or participant.id != event.stream:
        raise ValueError(f"event {event.seq} is of {event.stream}")
    study_after, casebook_after, after = _all_after(
        study.state,
        participant.casebook,
        participant.state,
        kind,
        outcome(kind, event.data),
        imported=event.role == Role.IMPORTER,
    )
    if study_after is None:
        _impossible(STUDY, study.state, event)
    if casebook_after is None:
        _impossible(CASEBOOK, participant.casebook, event)
    if after is None:
        _impossible(PARTICIPANT, participant.state, event)
    in_study = _IN_STUDY.get(kind)
    if in_study is not None:
        in_study(study, participant, event)
    study.state, participant.casebook, participant.state = study_after, casebook_after, after
    handler = _PARTICIPANT.get(kind)
    if handler is not None:
        handler(participant, event, study.published)


def follow(participant: ParticipantState, event: Event, protocol: Protocol | None) -> None:
    """Fold one event of a history that was accepted before into its participant's state alone.

    What it did to the study is in the study's own state already. `protocol` is the one in force now: a verdict that
    was reached under another version does not count as judged by it.
    """
    casebook = CASEBOOK.after(participant.casebook, event.type)
    imported = event.role == Role.IMPORTER
    state = PARTICIPANT.after(participant.state, outcome(event.type, event.data), imported=imported)
    if casebook is None:
        _impossible(CASEBOOK, participant.casebook, event)
    if state is None:
        _impossible(PARTICIPANT, participant.state, event)
    participant.casebook, participant.state = casebook, state
    handler = _PARTICIPANT.get(event.type)
    if handler is not None:
        handler(participant, event, protocol if protocol and protocol.version == event.version else None)


@lru_cache(maxsize=1024)  # a trial has some fifty of these, and every event asks for one
def _all_after(
    study: str, casebook: str, state: str, kind: str, name: str, *, imported: bool
) -> tuple[str | None, str | None, str | None]:
    """Return where a participant's event takes the study, the casebook and the person; None where it cannot happen."""
    return (
        STUDY.after(study, known_to_study(kind, of_participant=True)),
        CASEBOOK.after(casebook, kind),
        PARTICIPANT.after(state, name, imported=imported),
    )


def refuse(event: Event, code: str, **params: str | int) -> NoReturn:
    """Say that an event cannot have happened."""
    raise ProblemsError((Problem(code, {"seq": event.seq, "stream": event.stream, **params}),))


def _impossible(machine: Machine, state: str, event: Event) -> NoReturn:
    refuse(
        event,
        "conduct.impossible-event",
        type=Term("events", event.type),
        machine=Term("machines", machine.name),
        state=Term(f"states.{machine.name}", state),
    )


def _moved(machine: Machine, state: str, name: str, event: Event) -> str:
    after = machine.after(state, name)
    if after is None:
        _impossible(machine, state, event)
    return after


# --- the study's stream ---------------------------------------------------------------------------------------


def _version_published(study: StudyState, event: Event) -> None:
    made = study.known
    data = event.data
    if made is None or made.content_hash != data["content_hash"] or made.content != data["study"]:
        made = Study.model_validate(data["study"])
        if made.content_hash != data["content_hash"]:
            refuse(event, "conduct.wrong-content-hash", version=data["version"])
    if made.id != study.id or made.version != data["version"] or event.version != data["version"]:
        refuse(event, "conduct.wrong-version", version=event.version, in_force=made.version)
    if not study.published:
        study.origin = data["origin"]
    study.published = protocol_of(made)


def _allocation_committed(study: StudyState, event: Event) -> None:
    if study.commitment:
        refuse(event, "conduct.committed-twice")
    study.commitment = event.data["commitment"]


def _declarations_committed(study: StudyState, event: Event) -> None:
    if event.data["hash"] != declarations_hash(study.protocol.study):
        refuse(event, "conduct.wrong-declarations")
    study.declarations = event.data["hash"]


def _kits_registered(study: StudyState, event: Event) -> None:
    data = event.data
    known = {kit for consignments in study.consignments.values() for some in consignments for kit in some.kits}
    twice = known.intersection(data["kits"])
    if twice:
        refuse(event, "conduct.kit-known", kit=min(twice))
    study.consignments.setdefault((data["site"], data["product"]), []).append(Consignment(tuple(data["kits"])))


def _allocation_revealed(study: StudyState, event: Event) -> None:
    study.secret = event.data["secret"]


def _nothing_more(study: StudyState, event: Event) -> None:
    """The move along the study's table is all."""


_STUDY: dict[str, Callable[[StudyState, Event], None]] = {
    "version_published": _version_published,
    "allocation_committed": _allocation_committed,
    "declarations_committed": _declarations_committed,
    "kits_registered": _kits_registered,
    "allocation_revealed": _allocation_revealed,
    "frozen": _nothing_more,
    "locked": _nothing_more,
    "unlocked": _nothing_more,
}

# --- what a participant's event does to the study -----------------------------------------------------------------


def _number_given(study: StudyState, participant: ParticipantState, event: Event) -> None:
    site = event.data["site"]
    if participant.site and participant.site != site:
        refuse(event, "conduct.other-centre", site=site)
    number = int(event.stream[3:])
    if number > study.numbers.get(site, 0):
        study.numbers[site] = number


def _slot_given(study: StudyState, _participant: ParticipantState, event: Event) -> None:
    data = event.data
    imported = data["scheme"] == "imported"
    if not imported and not (study.commitment and study.declarations):
        refuse(event, "conduct.allocated-before-commitment")
    if data["slot"] != study.allocated + 1:
        refuse(event, "conduct.slot-not-next", slot=data["slot"], expected=study.allocated + 1)
    study.allocated += 1
    if not imported:
        study.allocation = advance(study.protocol.scheme, study.allocation, Draw.from_event(data))


def _kit_taken(study: StudyState, participant: ParticipantState, event: Event) -> None:
    data = event.data
    kit, product = data["kit"], data["product"]
    for consignment in study.consignments.get((participant.site, product), ()):
        if kit in consignment.kits and kit not in consignment.assigned:
            consignment.assigned.add(kit)
            return
    refuse(event, "conduct.kit-not-in-stock", kit=kit)


def _query_counted(study: StudyState, participant: ParticipantState, event: Event) -> None:
    if event.data["query"] not in participant.queries:
        study.open_queries += 1
    elif event.type == "query_closed":
        study.open_queries -= 1


_IN_STUDY: dict[str, Callable[[StudyState, ParticipantState, Event], None]] = {
    "referred": _number_given,
    "registered": _number_given,
    "allocated": _slot_given,
    "kit_assigned": _kit_taken,
    "query_opened": _query_counted,
    "query_closed": _query_counted,
}

# --- a participant's stream -----------------------------------------------------------------------------------

InForce = Protocol | None  # the protocol under which an event happened, if it is the one in force


def _numbered(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    participant.site = event.data["site"]


def _consent(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    kept = participant.consent["age"] if participant.consent and event.type == "consent_renewed" else None
    # The first consent is the anchor of the criteria; a renewal adds what was agreed to later.
    first = participant.consent["on"] if participant.consent else event.data["on"]
    participant.judged_by = None
    participant.consent = {**event.data, "on": first, "age": event.data.get("age", kept)}


def _item_entered(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    data = event.data
    visit, item = data["visit"], data["item"]
    visits = participant.visits
    visits[visit] = _moved(VISIT, visits.get(visit, "expected"), "item_entered", event)
    entered = participant.items.get(item)
    if entered is None:
        entered = participant.items[item] = {}
    place = (visit, data["form"])
    if place in entered:
        refuse(event, "conduct.entered-twice", item=item, visit=visit)
    entered[place] = event
    participant.judged_by = None


def _item_corrected(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    data = event.data
    visit, item = data["visit"], data["item"]
    participant.visits[visit] = _moved(VISIT, participant.visits.get(visit, "expected"), "item_corrected", event)
    place = (visit, data["form"])
    before = participant.items.get(item, {}).get(place)
    if before is None or before.data["value"] != data["previous"]:
        refuse(event, "conduct.previous-differs", item=item, visit=visit)
    participant.items[item][place] = event
    participant.series.pop(item, None)
    participant.judged_by = None


def _visit(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    visit = event.data["visit"]
    participant.visits[visit] = _moved(VISIT, participant.visits.get(visit, "expected"), event.type, event)
    if event.type == "visit_recorded":
        participant.visited_on[visit] = event.data["on"]


def _eligibility_decided(participant: ParticipantState, event: Event, protocol: InForce) -> None:
    participant.verdict, participant.decided_on = event.data["verdict"], event.data["on"]
    participant.judged_by = protocol


def _allocated(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    participant.allocation = event.data


def _kit_assigned(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    data = event.data
    participant.kits[data["kit"]] = data["product"]
    participant.kit_visits.add((data["product"], data["visit"]))


def _unblinded(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    participant.unblinded_by.add(event.by)


def _dose(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    data = event.data
    place = (data["schedule"], data["visit"])
    if place in participant.doses:
        refuse(event, "conduct.dose-twice", schedule=data["schedule"], visit=data["visit"])
    participant.doses[place] = data
    if event.type == "dose_given":
        product = data["product"]
        participant.last_dose[product] = max(data["on"], participant.last_dose.get(product, ""))


def _specimen(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    name = event.data["specimen"]
    participant.specimens[name] = _moved(SPECIMEN, participant.specimens.get(name, SPECIMEN.initial), event.type, event)


def _adverse_event(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    participant.adverse_events[event.data["adverse_event"]] = event.data


def _medication(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    participant.medication[event.data["medication"]] = event.data


def _reversion(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    place = (event.data["reversion"], event.data["first_positive"])
    if place in participant.reversions:
        refuse(event, "conduct.judged-twice", reversion=place[0], on=place[1])
    participant.reversions[place] = event.data["finding"]


def _deviation(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    name = event.data["deviation"]
    if name in participant.deviations:
        refuse(event, "conduct.id-used", id=name)
    participant.deviations.add(name)


def _left(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    on = event.data["on"]
    match event.type:
        case "treatment_stopped":
            participant.treatment_stopped_on = on
        case "visits_stopped":
            participant.stopped_on = on
        case _:
            participant.withdrawn_on, participant.data_use = on, event.data["data_use"]


def _query(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    name = event.data["query"]
    participant.queries[name] = _moved(QUERY, participant.queries.get(name, QUERY.initial), event.type, event)


def _signed(participant: ParticipantState, event: Event, _protocol: InForce) -> None:
    visit = event.data["visit"]
    if visit:
        participant.visits[visit] = _moved(VISIT, participant.visits.get(visit, "expected"), "signed", event)


_PARTICIPANT: dict[str, Callable[[ParticipantState, Event, InForce], None]] = {
    "referred": _numbered,
    "registered": _numbered,
    "consent_given": _consent,
    "consent_renewed": _consent,
    "item_entered": _item_entered,
    "item_corrected": _item_corrected,
    "visit_recorded": _visit,
    "visit_missed": _visit,
    "eligibility_decided": _eligibility_decided,
    "allocated": _allocated,
    "kit_assigned": _kit_assigned,
    "unblinded": _unblinded,
    "dose_given": _dose,
    "dose_withheld": _dose,
    "specimen_collected": _specimen,
    "specimen_stored": _specimen,
    "specimen_shipped": _specimen,
    "adverse_event_reported": _adverse_event,
    "medication_reported": _medication,
    "reversion_confirmed": _reversion,
    "reversion_refuted": _reversion,
    "deviation_recorded": _deviation,
    "treatment_stopped": _left,
    "visits_stopped": _left,
    "consent_withdrawn": _left,
    "query_opened": _query,
    "query_answered": _query,
    "query_closed": _query,
    "signed": _signed,
}
