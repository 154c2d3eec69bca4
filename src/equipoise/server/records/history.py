"""Reading the history from its table: an event is the same value wherever it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from equipoise.conduct.events import Event as Happened
from equipoise.conduct.evolve import follow
from equipoise.conduct.protocol import Protocol
from equipoise.conduct.state import ParticipantState
from equipoise.core import canonical
from equipoise.core.problem import Problem, ProblemsError
from equipoise.server.records.models import Event
from equipoise.server.records.statements import EVENT, select_events
from equipoise.study.model.study import Study

_PAGE = 5000  # events read at a time: in SQLite a longer read would keep writers waiting


def event_of(row: tuple[Any, ...]) -> Happened:
    """Return the event of a row of `EVENT`. Raises ProblemsError if its data were changed to what is no JSON."""
    try:
        data = canonical.loads(row[9])
    except ValueError:
        raise ProblemsError([Problem("server.records.unreadable-event", {"seq": row[1], "study": row[0]})]) from None
    return Happened(*row[:9], data, row[10], row[11])


def stream_since(study: str, stream: str, seq: int, *, until: int | None = None) -> list[Happened]:
    """Return the events of one stream after a number, and up to another if one is given."""
    rows = Event.objects.filter(study=study, stream=stream, seq__gt=seq)
    if until is not None:
        rows = rows.filter(seq__lte=until)
    return [event_of(row) for row in rows.order_by("seq").values_list(*EVENT)]


def participant_from(events: Iterable[Happened], number: str, protocol: Protocol) -> ParticipantState:
    """Return a participant's state after some events of their own."""
    state = ParticipantState(number)
    for event in events:
        follow(state, event, protocol)
    return state


def under_key(study: str, key: str) -> list[Happened]:
    """Return the events that a key has given."""
    rows = Event.objects.filter(study=study, key=key).order_by("seq").values_list(*EVENT)
    return [event_of(row) for row in rows]


def event_at(study: str, seq: int) -> Happened:
    """Return the event of a number."""
    return event_of(Event.objects.values_list(*EVENT).get(study=study, seq=seq))


def under_key_or_since(study: str, key: str, stream: str, seq: int) -> list[Happened]:
    """Return the events that a key has given and those of a stream after a number, at one asking."""
    return [event_of(row) for row in select_events(study, key, stream, seq)]


def history(study: str, *, until: int | None = None) -> Iterator[Happened]:
    """Yield a study's events in order, read page by page; memory does not grow with the history."""
    seq = 0
    while True:
        wanted = Event.objects.filter(study=study, seq__gt=seq)
        if until is not None:
            wanted = wanted.filter(seq__lte=until)
        rows = list(wanted.order_by("seq").values_list(*EVENT)[:_PAGE])
        for row in rows:
            yield event_of(row)
        if len(rows) < _PAGE:
            return
        seq = rows[-1][1]


@lru_cache(maxsize=64)
def _read(content: str) -> Study:
    made: Study = Study.model_validate(canonical.loads(content)["study"])
    return made


def published(study: str, seq: int) -> Study:
    """Return the version of a study that an event published."""
    content = Event.objects.values_list("data", flat=True).get(study=study, seq=seq)
    return _read(content)


@lru_cache(maxsize=32)
def in_force(study: str, seq: int, content_hash: str) -> Study:  # noqa: ARG001 - what it is known by, in any database
    """Return the version that an event published, read once for its content."""
    return published(study, seq)
