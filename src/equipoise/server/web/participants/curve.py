"""The laboratory curve as values: what was measured, with its comparator, what hides it, which levels matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from equipoise.conduct.protocol import Protocol
from equipoise.core.problem import Problem
from equipoise.core.quantity import Comparator, Quantity
from equipoise.criteria.language import Rule
from equipoise.criteria.nodes import Compare, Number, Ref
from equipoise.plan.calendar import GivenDose, maskings_on
from equipoise.server.web.participants.course import windows
from equipoise.study.cached import once_a_study
from equipoise.study.model.study import Study
from equipoise.study.rules import rules_of

_SIGN = {
    Comparator.EQUAL: 0,
    Comparator.LESS: -1,
    Comparator.LESS_OR_EQUAL: -1,
    Comparator.GREATER: 1,
    Comparator.GREATER_OR_EQUAL: 1,
}


@dataclass(frozen=True, slots=True)
class Entered:
    """An item as the projection has it."""

    variable: str
    visit: str
    form: str
    on: date
    value: str
    unit: str
    limit: str


@dataclass(frozen=True, slots=True)
class Point:
    """A measured value. `sign` -1: only known to lie below `value`, 1: above; `value` None: no number is known."""

    entered: Entered
    sign: int
    value: Decimal | None
    maskings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A level that matters: the assay's limit, a threshold that decides, or both."""

    value: Decimal
    is_limit: bool
    decides: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Days on which a product hides results."""

    masking: str
    product: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Panel:
    """One variable over time."""

    variable: str
    unit: str
    points: tuple[Point, ...]
    lines: tuple[Line, ...]
    windows: tuple[Window, ...]


@once_a_study
def thresholds_of(study: Study) -> Mapping[str, tuple[Decimal, ...]]:
    """Return the levels of each variable that some rule of the study compares it with."""
    found: dict[str, set[Decimal]] = {}
    for rule in _deciding(study):
        for node in rule.node.walk():
            if not isinstance(node, Compare):
                continue
            names = [part.variable.name for part in node.operands if isinstance(part, Ref)]
            levels = [part.value for part in node.operands if isinstance(part, Number)]
            for name in names:
                found.setdefault(name, set()).update(level for level in levels if level > 0)
    return {name: tuple(sorted(levels)) for name, levels in found.items()}


def _deciding(study: Study) -> Iterator[Rule]:
    rules = rules_of(study)
    yield from (criterion.rule for criterion in rules.criteria)
    for named in (rules.positive, rules.decisive, rules.withhold, rules.intercurrent, rules.event):
        yield from named.values()
    for readings in rules.readings.values():
        yield from readings.values()


def panels(
    protocol: Protocol, site: str, names: Iterable[str], entered: Iterable[Entered], given: tuple[GivenDose, ...]
) -> tuple[Panel, ...]:
    """Return a panel for each variable, its values in the order of their days, in the codebook's unit."""
    by_name: dict[str, list[Entered]] = {}
    for one in entered:
        by_name.setdefault(one.variable, []).append(one)
    hiding = _windows(protocol.study, given)
    found = []
    for name in names:
        hides = tuple(window for masking, window in hiding if name in masking)
        points = tuple(
            _point(protocol, site, one, given if any(hid.first <= one.on <= hid.last for hid in hides) else ())
            for one in sorted(by_name.get(name, ()), key=lambda one: one.on)
        )
        unit = protocol.study.variables[name].unit
        found.append(Panel(name, unit, points, _lines(protocol, site, name), hides))
    return tuple(found)


def _windows(study: Study, given: tuple[GivenDose, ...]) -> list[tuple[tuple[str, ...], Window]]:
    days = [(dose.product, dose.on) for dose in given]
    return [
        (masking.hides, Window(masking.id, masking.product, first, last))
        for masking in study.schedule.masking
        for first, last in windows(days, masking.product, masking.days)
    ]


def _point(protocol: Protocol, site: str, one: Entered, given: tuple[GivenDose, ...]) -> Point:
    read = protocol.read(protocol.written(one.variable, site, one.value, one.unit, one.limit))
    hides = maskings_on(protocol.study, one.variable, one.on, given, visit=one.visit) if given else ()
    if isinstance(read, Problem):  # an earlier version of the study could read it
        return Point(one, 0, None, hides)
    value = read.value
    if isinstance(value, Quantity):
        return Point(one, _SIGN[value.comparator], value.value, hides)
    return Point(one, 0, value if isinstance(value, Decimal) else None, hides)


@lru_cache(maxsize=512)
def _lines(protocol: Protocol, site: str, name: str) -> tuple[Line, ...]:
    study = protocol.study
    declared = study.sites.get(site)
    limit = declared.limits.get(name) if declared else None
    limit = limit if limit is not None else study.variables[name].limit
    levels = thresholds_of(study).get(name, ())
    every = sorted({*levels, *((limit,) if limit else ())})
    return tuple(Line(level, is_limit=level == limit, decides=level in levels) for level in every)
