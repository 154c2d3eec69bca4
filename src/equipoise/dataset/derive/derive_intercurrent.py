"""Intercurrent events: the first of each kind after allocation, with its day and the event of the history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from equipoise.core.dates import PartialDate
from equipoise.criteria.truth import Truth
from equipoise.dataset.derive.subject import Subject
from equipoise.dataset.facts import reversion_facts
from equipoise.study.model.endpoints import IntercurrentEvent
from equipoise.study.model.study import Study


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An intercurrent event that took place."""

    event: str
    on: date
    day: int
    seq: int


def derive_intercurrent(subject: Subject, declared: IntercurrentEvent) -> Occurrence | None:
    """Return the first occurrence on or after the day of allocation, or None."""
    start = subject.record.allocated_on
    if start is None:
        return None
    found = [(on, seq) for on, seq in _ORIGINS[declared.origin](subject, declared) if on is not None and on >= start]
    if not found:
        return None
    on, seq = min(found)
    return Occurrence(declared.id, on, (on - start).days, seq)


Found = Iterable[tuple[date | None, int]]


def _death(subject: Subject, declared: IntercurrentEvent) -> Found:  # noqa: ARG001 - one shape for all origins
    for entry in subject.record.dispositions:
        if entry.kind == "visits_stopped" and entry.data.get("reason") == "death":
            yield entry.on, entry.seq
    for entry in subject.record.adverse_events.values():
        if entry.data.get("outcome") == "fatal" or entry.data.get("severity") == "fatal":
            ended = PartialDate.parse(entry.data.get("ended", ""))
            yield (ended.latest if ended else entry.on), entry.seq


def _medication(subject: Subject, declared: IntercurrentEvent) -> Found:
    for entry in subject.record.medication.values():
        started = PartialDate.parse(entry.data["started"])
        if entry.data.get("category") == declared.category and started is not None:
            # A start known to the month may lie before the allocation: its last day is the careful reading.
            yield started.latest, entry.seq


def _missed_doses(subject: Subject, declared: IntercurrentEvent) -> Found:  # noqa: ARG001
    record = subject.record
    for entry in record.doses:
        if entry.kind == "dose_withheld":
            yield entry.on, entry.seq
    planned = {
        visit
        for schedule in subject.book.study.schedule.doses
        if subject.arm in schedule.arms
        for visit in schedule.visits
    }
    for visit, entry in record.visits.items():
        if entry.kind == "visit_missed" and visit in planned:
            yield entry.on or _target(subject.book.study, visit, record.allocated_on), entry.seq


def _target(study: Study, visit: str, start: date | None) -> date | None:
    day = study.visits[visit].day if visit in study.visits else None
    return date.fromordinal(start.toordinal() + day) if start is not None and day is not None else None


def _treatment_stopped(subject: Subject, declared: IntercurrentEvent) -> Found:  # noqa: ARG001
    for entry in subject.record.dispositions:
        if entry.kind == "treatment_stopped":
            yield entry.on, entry.seq


def _rule(subject: Subject, declared: IntercurrentEvent) -> Found:
    names = subject.book.rule(declared.when).variables
    named = {name.partition(".")[0] for name in names} & subject.reverted.keys()
    reversions = {key: value for name in named for key, value in reversion_facts(name, subject.reverted[name]).items()}
    plain = [name for name in names if name not in reversions]

    def holds(until: date | None) -> bool:
        facts = {**subject.facts.facts(plain, until), **reversions}
        return subject.book.truth(declared.when, facts) is Truth.TRUE

    if not holds(None):
        return
    items = sorted(
        ((item.on, item.seq) for name in plain for item in subject.facts.items(name) if item.on is not None),
    )
    episodes = [subject.reverted[name].decisive for name in named]
    starts = [(e.first.on, (e.decider or e.first).seq) for e in episodes if e is not None and e.first.on is not None]
    # The day is the first on which the rule holds with what was recorded up to then; a reversion has its own day.
    first = next(((on, seq) for on, seq in items if holds(on)), None)
    yield from [first] if first is not None and not starts else starts


_ORIGINS: Mapping[str, Callable[[Subject, IntercurrentEvent], Found]] = {
    "death": _death,
    "medication": _medication,
    "missed_doses": _missed_doses,
    "treatment_stopped": _treatment_stopped,
    "rule": _rule,
}
