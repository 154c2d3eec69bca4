"""Folds a history into records. One function an event type; what a type does not change, it does not mention."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from equipoise.conduct.events import Event
from equipoise.conduct.states import NOBODY, PARTICIPANT, outcome
from equipoise.dataset.record import Entry, Item, Record, full_date

STUDY = "study"
_MOVING = frozenset(move.partition(":")[0] for state in PARTICIPANT.states.values() for move in state.moves)


@dataclass(slots=True)
class Folded:
    """A whole history: the records by participant, and the events of the study's own stream by type."""

    records: dict[str, Record] = field(default_factory=dict)
    study: dict[str, list[Event]] = field(default_factory=dict)
    count: int = 0
    head: str = ""

    @property
    def first_allocation(self) -> int | None:
        """The number of the event of the first draw."""
        drawn = (record.allocation.seq for record in self.records.values() if record.allocation is not None)
        return min(drawn, default=None)


def fold(events: Iterable[Event]) -> Folded:
    """Return what a history comes to."""
    folded = Folded()
    records = folded.records
    event: Event | None = None
    for event in events:
        folded.count += 1
        stream = event.stream
        if stream == STUDY:
            folded.study.setdefault(event.type, []).append(event)
            continue
        record = records.get(stream)
        if record is None:
            record = records[stream] = Record(stream, stream[:2], event.seq, NOBODY)
        record.seq = event.seq
        handler = _HANDLERS.get(event.type)
        if handler is not None:
            handler(record, event.data, event)
        if event.type in _MOVING:
            moved = PARTICIPANT.after(record.state, outcome(event.type, event.data), imported=event.role == "importer")
            record.state = moved or record.state
    if event is not None:
        folded.head = event.hash
    return folded


def _entry(data: dict[str, Any], event: Event) -> Entry:
    return Entry(event.type, full_date(data.get("on", "")), data, event.seq)


def _item(record: Record, data: dict[str, Any], event: Event) -> None:
    name, visit, form = data["item"], data["visit"], data["form"]
    # A correction stands in its item's place with its own number: the way back leads to who corrected, and why.
    record.items[name, visit, form] = Item(name, visit, form, data, full_date(data["on"]), event.seq)


def _referred(record: Record, data: dict[str, Any], event: Event) -> None:  # noqa: ARG001 - one shape for all
    record.site, record.referred_on = data["site"], full_date(data["on"])


def _registered(record: Record, data: dict[str, Any], event: Event) -> None:  # noqa: ARG001
    record.site, record.registered_on = data["site"], full_date(data["on"])


def _consented(record: Record, data: dict[str, Any], event: Event) -> None:  # noqa: ARG001
    if record.consented_on is None:
        record.consented_on, record.age = full_date(data["on"]), data.get("age")


def _decided(record: Record, data: dict[str, Any], event: Event) -> None:
    record.decision = _entry(data, event)


def _allocated(record: Record, data: dict[str, Any], event: Event) -> None:
    record.allocation = _entry(data, event)


def _visit(record: Record, data: dict[str, Any], event: Event) -> None:
    record.visits[data["visit"]] = _entry(data, event)


def _dose(record: Record, data: dict[str, Any], event: Event) -> None:
    record.doses.append(_entry(data, event))


def _specimen(record: Record, data: dict[str, Any], event: Event) -> None:
    record.specimens.setdefault(data["specimen"], []).append(_entry(data, event))


def _adverse_event(record: Record, data: dict[str, Any], event: Event) -> None:
    record.adverse_events[data["adverse_event"]] = _entry(data, event)


def _medication(record: Record, data: dict[str, Any], event: Event) -> None:
    record.medication[data["medication"]] = Entry(event.type, full_date(data["started"]), data, event.seq)


def _deviation(record: Record, data: dict[str, Any], event: Event) -> None:
    record.deviations[data["deviation"]] = _entry(data, event)


def _disposition(record: Record, data: dict[str, Any], event: Event) -> None:
    record.dispositions.append(_entry(data, event))


_HANDLERS: Mapping[str, Callable[[Record, dict[str, Any], Event], None]] = {
    "referred": _referred,
    "registered": _registered,
    "consent_given": _consented,
    "item_entered": _item,
    "item_corrected": _item,
    "visit_recorded": _visit,
    "visit_missed": _visit,
    "eligibility_decided": _decided,
    "allocated": _allocated,
    "dose_given": _dose,
    "dose_withheld": _dose,
    "specimen_collected": _specimen,
    "specimen_stored": _specimen,
    "specimen_shipped": _specimen,
    "adverse_event_reported": _adverse_event,
    "medication_reported": _medication,
    "deviation_recorded": _deviation,
    "treatment_stopped": _disposition,
    "visits_stopped": _disposition,
    "consent_withdrawn": _disposition,
}
