"""What follows from the history and is kept beside it: each row a pure function of an event and the states after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from equipoise.conduct.events import Event as Happened
from equipoise.conduct.snapshot import snapshot_of
from equipoise.conduct.state import ParticipantState, State, StudyState
from equipoise.core import canonical
from equipoise.server.records.models import Dose, Item, Participant, Projection, Query, Visit

PROJECTIONS: tuple[type[Projection], ...] = (Participant, Visit, Item, Dose, Query)


class Row(NamedTuple):
    """A row of a projection: its key within the study, and its other columns."""

    table: type[Projection]
    key: tuple[str, ...]
    values: Mapping[str, Any]


def rows_of(event: Happened, state: State) -> Iterator[Row]:
    """Yield the rows that an event changes; `state` is folded up to and with it."""
    participant = state.participant
    if participant is None:
        return
    yield participant_row(participant, event.seq)
    visit = event.data.get("visit", "")
    if visit in participant.visits:
        yield _visit(participant, visit, event)
    made = _MADE.get(event.type)
    if made is not None:
        yield made(participant, event)


def participant_row(participant: ParticipantState, seq: int) -> Row:
    """Return a participant's row; `seq` is their last event's."""
    allocation = participant.allocation or {}
    values = {
        "site": participant.site,
        "state": participant.state,
        "casebook": participant.casebook,
        "consented_on": participant.consent["on"] if participant.consent else "",
        "verdict": participant.verdict,
        "allocated_on": allocation.get("on", ""),
        "slot": allocation.get("slot"),
        "arm": allocation.get("arm", ""),
        "treatment_stopped_on": participant.treatment_stopped_on,
        "stopped_on": participant.stopped_on,
        "withdrawn_on": participant.withdrawn_on,
        "open_queries": sum(held != "closed" for held in participant.queries.values()),
        "seq": seq,
    }
    return Row(Participant, (participant.id,), values)


def _visit(participant: ParticipantState, visit: str, event: Happened) -> Row:
    held = {"state": participant.visits[visit], "on": participant.visited_on.get(visit, ""), "seq": event.seq}
    return Row(Visit, (participant.id, visit), held)


def _item(participant: ParticipantState, event: Happened) -> Row:
    data = event.data
    values = {name: data[name] for name in ("on", "value", "unit", "limit")}
    return Row(Item, (participant.id, data["item"], data["visit"], data["form"]), {**values, "seq": event.seq})


def _dose(participant: ParticipantState, event: Happened) -> Row:
    data = event.data
    values = {name: data.get(name, "") for name in ("product", "on", "amount", "unit", "batch", "reason")}
    given = event.type == "dose_given"
    return Row(Dose, (participant.id, data["schedule"], data["visit"]), {**values, "given": given, "seq": event.seq})


def _query(participant: ParticipantState, event: Happened) -> Row:
    """Return a query's row; only the event that opened it says what it is about."""
    name = event.data["query"]
    values: dict[str, Any] = {"state": participant.queries[name], "seq": event.seq}
    if event.type == "query_opened":
        values |= {name: event.data[name] for name in ("visit", "item", "words")}
        values["opened_at"] = event.at
    return Row(Query, (participant.id, name), values)


_MADE: Mapping[str, Callable[[ParticipantState, Happened], Row]] = {
    "item_entered": _item,
    "item_corrected": _item,
    "dose_given": _dose,
    "dose_withheld": _dose,
    "query_opened": _query,
    "query_answered": _query,
    "query_closed": _query,
}


def study_values(state: StudyState, event: Happened, published_seq: int) -> dict[str, Any]:
    """Return the columns of a study's own row after its last event."""
    return {
        "version": state.version,
        "state": state.state,
        "seq": event.seq,
        "head": event.hash,
        "at": event.at,
        "published_seq": published_seq,
        "folded": canonical.dumps(snapshot_of(state)).decode(),
    }


class Projected:
    """The rows of some events, put together: the last word on each row."""

    def __init__(self) -> None:
        self._rows: dict[type[Projection], dict[tuple[str, ...], dict[str, Any]]] = {}

    def add(self, event: Happened, state: State) -> None:
        """Take an event's rows in."""
        for table, key, values in rows_of(event, state):
            self._rows.setdefault(table, {}).setdefault(key, {}).update(values)

    def by_table(self) -> dict[type[Projection], dict[tuple[str, ...], dict[str, Any]]]:
        """Return the rows of each table that has any, by their keys."""
        return self._rows
