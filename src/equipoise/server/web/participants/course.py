"""A participant's course: each visit as it stands on a day, and what is due. Pure: days and rows are passed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from equipoise.conduct.protocol import Protocol
from equipoise.plan.calendar import PlannedDose, PlannedVisit, VisitDays, VisitStatus, status_on
from equipoise.study.words import label

FOLLOWED = frozenset({"allocated", "treatment_stopped"})


class Standing(StrEnum):
    """How a visit stands. `ended`: nobody waits for it any more; `planned`: before allocation, when it has no day."""

    DONE = "done"
    MISSED = "missed"
    LATE = "late"
    DUE = "due"
    AHEAD = "ahead"
    ENDED = "ended"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Step:
    """A visit of the course. `on` is the day on which it took place; the others are of its plan."""

    visit: str
    standing: Standing
    on: date | None = None
    planned: date | None = None
    opens: date | None = None
    closes: date | None = None
    signed: bool = False
    late_by: int = 0
    doses: tuple[PlannedDose, ...] = ()
    is_extra: bool = False  # nobody had planned it


# A visit as the projection has it: its state, and the day on which it took place.
Recorded = Mapping[str, tuple[str, date | None]]
_STATUS = {
    VisitStatus.AHEAD: Standing.AHEAD,
    VisitStatus.DUE: Standing.DUE,
    VisitStatus.LATE: Standing.LATE,
}


def course(
    days: Iterable[VisitDays], allocated_on: date | None, recorded: Recorded, today: date, last_day: date | None
) -> tuple[Step, ...]:
    """Return the visits in the order of their days; `last_day` is the day on which somebody left, if they have."""
    planned = tuple(days)
    names = {visit.visit for visit in planned}
    extra = [_done(visit, *held, None, is_extra=True) for visit, held in recorded.items() if visit not in names]
    if allocated_on is None:
        steps = [_done(visit.visit, *recorded[visit.visit], None) for visit in planned if visit.visit in recorded]
        ahead = [Step(visit.visit, Standing.PLANNED) for visit in planned if visit.visit not in recorded]
        before = sorted([*steps, *extra], key=_day_of)
        return (*before, *(ahead if last_day is None else ()))
    steps = []
    for visit in planned:
        own = PlannedVisit(visit, allocated_on)
        held = recorded.get(visit.visit)
        steps.append(_done(visit.visit, *held, own) if held else _pending(own, today, last_day))
    return tuple(sorted([*steps, *extra], key=_day_of))


def _done(visit: str, state: str, on: date | None, own: PlannedVisit | None, *, is_extra: bool = False) -> Step:
    standing = Standing.MISSED if state == "missed" else Standing.DONE
    planned, doses = (own.on, own.days.doses) if own else (None, ())
    return Step(visit, standing, on=on, planned=planned, signed=state == "signed", doses=doses, is_extra=is_extra)


def _pending(own: PlannedVisit, today: date, last_day: date | None) -> Step:
    closes = own.closes
    standing = _STATUS[status_on(own, today)]
    if last_day is not None and closes > last_day:
        standing = Standing.ENDED
    late = (today - closes).days if standing is Standing.LATE else 0
    return Step(own.visit, standing, planned=own.on, opens=own.opens, closes=closes, late_by=late, doses=own.days.doses)


def _day_of(step: Step) -> date:
    return step.on or step.planned or date.max


def next_visit(
    days: Iterable[VisitDays], allocated_on: date, recorded: Iterable[str] | frozenset[str], today: date
) -> Step | None:
    """Return the first visit that has neither taken place nor been missed, as the course has it."""
    known = recorded if isinstance(recorded, frozenset) else frozenset(recorded)
    for visit in days:
        if visit.visit not in known:
            return _pending(PlannedVisit(visit, allocated_on), today, None)
    return None


def doses_due(
    steps: Iterable[Step], known: Iterable[tuple[str, str]], stopped_on: date | None
) -> Iterator[tuple[Step, PlannedDose]]:
    """Yield the doses that were planned at a visit that took place, and of which nobody has said anything."""
    said = set(known)
    for step in steps:
        if step.standing is not Standing.DONE or step.on is None:
            continue
        if stopped_on is not None and step.on >= stopped_on:
            continue
        for dose in step.doses:
            if (dose.schedule, step.visit) not in said:
                yield step, dose


@lru_cache(maxsize=4096)
def visit_label(protocol: Protocol, visit: str, language: str) -> str:
    """Say what a visit is called; an unscheduled one with its number."""
    declared = protocol.visit(visit)
    if declared is None:
        return visit
    called = label(protocol.study, "visits", declared.id, language)
    return called if declared.id == visit else f"{called} {visit.rpartition('-')[2]}"


def windows(given: Iterable[tuple[str, date]], product: str, days: int) -> tuple[tuple[date, date], ...]:
    """Return the days that a masking hides, as (first, last): from the day after each dose, put together."""
    found: list[tuple[date, date]] = []
    for start in sorted(on for name, on in given if name == product):
        first, last = start + timedelta(1), start + timedelta(days)
        if found and first <= found[-1][1] + timedelta(1):
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)
