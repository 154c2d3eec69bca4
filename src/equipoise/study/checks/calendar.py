"""The calendar: visits in order with windows of their own, doses at visits that the arm has."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.study.checks.look import Look
from equipoise.study.model.schedule import Visit

_FILE = "schedule.yaml"
# Visits that have no planned day of their own in the calendar.
_UNPLANNED = "unscheduled"


def check(look: Look) -> Iterator[Problem]:
    """Find what is wrong with visits, doses and masking."""
    schedule = look.study.schedule
    planned = [(index, visit) for index, visit in enumerate(schedule.visits) if visit.kind != _UNPLANNED]
    for index, visit in planned:
        if visit.before < 0 or visit.after < 0:
            yield look.error("window-negative", _FILE, "visits", index, visit=visit.id)
    for (_, earlier), (index, visit) in itertools.pairwise(planned):
        if visit.day < earlier.day:
            params: dict[str, str | int] = {"visit": visit.id, "day": visit.day, "earlier": earlier.id}
            yield look.error("visits-unordered", _FILE, "visits", index, **params, earlier_day=earlier.day)
    yield from _windows(look, planned)
    yield from _anchors(look, planned)
    yield from _doses(look)
    yield from _masking(look)


def _windows(look: Look, planned: list[tuple[int, Visit]]) -> Iterator[Problem]:
    """A day must belong to one visit of an arm at most; entry ends on the day on which follow-up begins."""
    reported: set[int] = set()
    for arm in [arm.id for arm in look.study.identity.arms] or [""]:
        own = [(index, visit) for index, visit in planned if not visit.arms or arm in visit.arms]
        for (_, earlier), (index, visit) in itertools.pairwise(own):
            ends, begins = earlier.day + earlier.after, visit.day - visit.before
            touches = ends >= begins if visit.kind != "baseline" else ends > visit.day
            if touches and visit.day >= earlier.day and index not in reported:
                reported.add(index)
                params: dict[str, str | int] = {"visit": visit.id, "begins": begins, "earlier": earlier.id}
                yield look.error("windows-overlap", _FILE, "visits", index, **params, ends=ends)


def _anchors(look: Look, planned: list[tuple[int, Visit]]) -> Iterator[Problem]:
    baselines = [(index, visit) for index, visit in planned if visit.kind == "baseline"]
    if len(baselines) != 1:
        yield look.error("baseline-one", _FILE, "visits", found=len(baselines))
    for index, visit in baselines:
        if visit.day != 0:
            yield look.error("baseline-day", _FILE, "visits", index, "day", visit=visit.id, day=visit.day)


def _doses(look: Look) -> Iterator[Problem]:
    visits = look.study.visits
    for index, dose in enumerate(look.study.schedule.doses):
        if dose.amount <= 0:
            yield look.error("amount-wrong", _FILE, "doses", index, "amount", amount=str(dose.amount))
        for place, name in enumerate(dose.visits):
            visit = visits.get(name)
            if visit is None:
                continue  # reported as a reference
            for arm in dose.arms:
                if visit.arms and arm not in visit.arms:
                    params = {"visit": name, "arm": arm}
                    yield look.error("dose-other-arm", _FILE, "doses", index, "visits", place, **params)
        for place, name in enumerate(dose.visits):
            if name in dose.visits[:place]:
                yield look.error("dose-twice", _FILE, "doses", index, "visits", place, visit=name)


def _masking(look: Look) -> Iterator[Problem]:
    given = {dose.product for dose in look.study.schedule.doses if dose.arms and dose.visits}
    known = {product.id for product in look.study.identity.products}
    for index, masking in enumerate(look.study.schedule.masking):
        if masking.product in known and masking.product not in given:
            yield look.error("masking-unused", _FILE, "masking", index, "product", product=masking.product)
        if masking.days < 1:
            yield look.error("masking-days", _FILE, "masking", index, "days", days=masking.days)
