"""The calendar: when a person comes, what is due on the day, and which results a product in the blood hides.

Day 0 is the day of allocation. A result of a visit at which a dose is given is of blood taken before that dose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from equipoise.core import words
from equipoise.plan.forms import forms_of
from equipoise.study.cached import once_a_study
from equipoise.study.masking import collected
from equipoise.study.model.schedule import DoseSchedule, Visit
from equipoise.study.model.study import Study


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """A dose that is due at a visit."""

    schedule: str
    product: str
    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A variable whose results a product hides at a visit; `whole`: on every day of the window, not only on some."""

    variable: str
    masking: str
    whole: bool


@dataclass(frozen=True, slots=True)
class VisitDays:
    """A visit in days from allocation: the planned day, the window, and what happens in it."""

    visit: str
    kind: str
    day: int
    first: int
    last: int
    forms: tuple[str, ...]
    specimens: tuple[str, ...]
    doses: tuple[PlannedDose, ...]
    masked: tuple[Masked, ...]

    def hides(self, variable: str) -> bool:
        """Whether a result of the variable at this visit may be hidden."""
        return any(one.variable == variable for one in self.masked)


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit in a person's own calendar."""

    days: VisitDays
    allocated_on: date

    @property
    def visit(self) -> str:
        """The visit's id."""
        return self.days.visit

    @property
    def on(self) -> date:
        """The planned day."""
        return self.allocated_on + timedelta(self.days.day)

    @property
    def opens(self) -> date:
        """The first day of the window."""
        return self.allocated_on + timedelta(self.days.first)

    @property
    def closes(self) -> date:
        """The last day of the window."""
        return self.allocated_on + timedelta(self.days.last)

    def holds(self, day: date) -> bool:
        """Whether a day lies in the window."""
        return self.opens <= day <= self.closes


@dataclass(frozen=True, slots=True)
class GivenDose:
    """A dose that was really given."""

    product: str
    visit: str
    on: date


class VisitStatus(StrEnum):
    """How a visit stands on a day."""

    DONE = "done"
    MISSED = "missed"
    AHEAD = "ahead"
    DUE = "due"
    LATE = "late"

    def words(self, language: str) -> str:
        """Say it."""
        return words.text("plan", f"status.{self}", language)


@once_a_study
def days_by_arm(study: Study) -> Mapping[str | None, tuple[VisitDays, ...]]:
    """Return the visits of each arm in days, under the planned doses.

    Under no arm (None: not allocated yet, or sealed) stands only what all arms share: a sealed calendar is the
    same for everybody.
    """
    found = {}
    for arm in (None, *study.arms):
        planned = [(dose.product, visit.id, visit.day) for visit, dose in _planned_doses(study, arm)]
        found[arm] = _days(study, arm, planned)
    return MappingProxyType(found)


def calendar(study: Study, allocated_on: date, arm: str | None) -> tuple[PlannedVisit, ...]:
    """Return a person's calendar, with masking under the planned doses."""
    return tuple(PlannedVisit(days, allocated_on) for days in days_by_arm(study)[arm])


def calendar_after(
    study: Study,
    allocated_on: date,
    arm: str | None,
    given: Iterable[GivenDose],
    *,
    withheld: Collection[str] = (),
    stopped_on: date | None = None,
) -> tuple[PlannedVisit, ...]:
    """Return a person's calendar with masking under the doses really given.

    A visit of `given` counts on its real day; those of `withheld` (visit ids) and, once treatment was stopped, those
    from that day on count no more, nor are their doses due. Doses still ahead count as planned.
    """
    real = tuple(given)
    done = {(dose.product, dose.visit) for dose in real}
    stopped = None if stopped_on is None else (stopped_on - allocated_on).days
    counted = [(dose.product, dose.visit, (dose.on - allocated_on).days) for dose in real]
    gone: set[tuple[str, str]] = set()
    for visit, dose in _planned_doses(study, arm):
        key = (dose.product, visit.id)
        if key in done:
            continue
        if visit.id in withheld or (stopped is not None and visit.day >= stopped):
            gone.add(key)
        else:
            counted.append((*key, visit.day))
    days = _days(study, arm, counted, gone)
    return tuple(PlannedVisit(visit, allocated_on) for visit in days)


def maskings_on(
    study: Study, variable: str, day: date, given: Iterable[GivenDose], *, visit: str = ""
) -> tuple[str, ...]:
    """Return the maskings that hide a variable's result of a day, by the doses really given.

    `visit` is where the blood was taken: a dose of the same visit came after it and does not count.
    """
    doses = [(dose.product, dose.visit, dose.on.toordinal()) for dose in given]
    return tuple(
        masking.id
        for masking in study.schedule.masking
        if variable in masking.hides
        and _is_masked(day.toordinal(), _starts(doses, masking.product, visit), masking.days)
    )


def status_on(
    visit: PlannedVisit, today: date, *, done: Mapping[str, date] | None = None, missed: Collection[str] = ()
) -> VisitStatus:
    """Return how a visit stands on a day that is passed in; `done` has the day of each visit that took place."""
    if done and visit.visit in done:
        return VisitStatus.DONE
    if visit.visit in missed:
        return VisitStatus.MISSED
    if today < visit.opens:
        return VisitStatus.AHEAD
    return VisitStatus.DUE if today <= visit.closes else VisitStatus.LATE


# A dose as it counts for masking: product, visit, day.
_Dose = tuple[str, str, int]


def _planned_doses(study: Study, arm: str | None) -> list[tuple[Visit, DoseSchedule]]:
    return [
        (study.visits[name], dose)
        for dose in study.schedule.doses
        if _is_for(study, dose.arms, arm)
        for name in dose.visits
        if _is_for(study, study.visits[name].arms, arm)
    ]


def _is_for(study: Study, arms: tuple[str, ...], arm: str | None) -> bool:
    return not arms or set(study.arms) <= set(arms) or arm in arms


def _days(
    study: Study, arm: str | None, counted: list[_Dose], gone: Collection[tuple[str, str]] = ()
) -> tuple[VisitDays, ...]:
    forms = forms_of(study)
    units = {product.id: product.unit for product in study.identity.products}
    due: dict[str, list[PlannedDose]] = {}
    for visit, dose in _planned_doses(study, arm):
        if (dose.product, visit.id) not in gone:
            made = PlannedDose(dose.id, dose.product, dose.amount, units.get(dose.product, ""))
            due.setdefault(visit.id, []).append(made)
    return tuple(
        VisitDays(
            visit=visit.id,
            kind=visit.kind,
            day=visit.day,
            first=visit.day - visit.before,
            last=visit.day + visit.after,
            forms=tuple(form for form in visit.forms if forms[form].narrowed(arm).items),
            specimens=visit.specimens,
            doses=tuple(due.get(visit.id, ())),
            masked=_masked(study, visit, collected(study, visit, arm), counted),
        )
        for visit in sorted(study.schedule.visits, key=lambda visit: visit.day)
        # An unscheduled visit has forms but no day of its own.
        if visit.kind != "unscheduled" and _is_for(study, visit.arms, arm)
    )


def _masked(study: Study, visit: Visit, asked: Collection[str], doses: list[_Dose]) -> tuple[Masked, ...]:
    window = range(visit.day - visit.before, visit.day + visit.after + 1)
    found: list[Masked] = []
    for masking in study.schedule.masking:
        starts = _starts(doses, masking.product, visit.id)
        hidden = [_is_masked(day, starts, masking.days) for day in window]
        if any(hidden):
            found.extend(Masked(name, masking.id, all(hidden)) for name in masking.hides if name in asked)
    return tuple(found)


def _starts(doses: Iterable[_Dose], product: str, visit: str) -> list[int]:
    return [day for name, at, day in doses if name == product and (not visit or at != visit)]


def _is_masked(day: int, starts: list[int], days: int) -> bool:
    return any(start < day <= start + days for start in starts)
