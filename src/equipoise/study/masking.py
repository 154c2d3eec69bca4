"""Which results a product still in the body hides, at which visits, under the declared doses."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.study.model.schedule import Masking, Visit
from equipoise.study.model.study import Study


@dataclass(frozen=True, slots=True)
class MaskedVisit:
    """A visit inside a masking window: the variables hidden there, the dose before it, the last day of its window."""

    masking: str
    visit: str
    variables: tuple[str, ...]
    last_dose: str
    until: int


def masked_visits(study: Study, arm: str) -> tuple[MaskedVisit, ...]:
    """Return an arm's planned visits that lie inside a masking window, in the order of the calendar.

    A sample is taken before the dose of its own day, so that the dose before the visit counts.
    """
    found = []
    for masking in study.schedule.masking:
        doses = dose_visits(study, arm, masking)
        for visit in study.schedule.visits:
            if visit.kind == "unscheduled" or (visit.arms and arm not in visit.arms):
                continue
            hidden = tuple(name for name in masking.hides if name in collected(study, visit, arm))
            before = [dose for dose in doses if dose.day < visit.day]
            if not hidden or not before:
                continue
            last = before[-1]
            if visit.day <= last.day + masking.days:
                found.append(MaskedVisit(masking.id, visit.id, hidden, last.id, last.day + masking.days))
    return tuple(found)


def collected(study: Study, visit: Visit, arm: str | None = None) -> frozenset[str]:
    """Return the variables that the forms of a visit ask, of an arm or of anybody."""
    forms = [study.forms[name] for name in visit.forms if name in study.forms]
    items = [item for form in forms for item in form.items]
    return frozenset(item.variable for item in items if arm is None or not item.arms or arm in item.arms)


def dose_visits(study: Study, arm: str, masking: Masking) -> list[Visit]:
    """Return the visits at which an arm is given the masking product, in the order of their days."""
    schedules = [dose for dose in study.schedule.doses if dose.product == masking.product and arm in dose.arms]
    visits = {name: study.visits[name] for dose in schedules for name in dose.visits if name in study.visits}
    return sorted(visits.values(), key=lambda visit: visit.day)
