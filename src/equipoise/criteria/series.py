"""Which observation of a series counts: occasions in order, what settles them, and values that conflict."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from equipoise.core.dates import PartialDate
from equipoise.core.problem import Problem
from equipoise.core.quantity import Quantity
from equipoise.criteria.facts import NOT_ASKED, Facts, Kind, Observation, Provenance, VariableType, converted
from equipoise.criteria.intervals import ANYTHING, Interval, of_date, of_quantity
from equipoise.criteria.nodes import Ref, Which
from equipoise.criteria.truth import Standard


class Occasion(NamedTuple):
    """What was observed of a variable once.

    `known` says that it bounds a value and settles questions under the standard; `conflict` holds the
    observations that contradict each other, if any.
    """

    observation: Observation
    known: bool
    conflict: tuple[Observation, ...] = ()

    @property
    def is_conflicting(self) -> bool:
        """Whether documents contradict each other."""
        return self.observation.provenance is Provenance.CONFLICTING


NOTHING = Occasion(NOT_ASKED, known=False)


def occasions(variable: VariableType, series: tuple[Observation, ...], standard: Standard) -> list[Occasion]:
    """Return the occasions of a series, in order.

    Observations of one day (or, undated, of one visit) are one occasion. An empty entry says nothing and is none.
    """
    asked = [one for one in series if one.provenance is not Provenance.NOT_ASKED]
    if len(asked) == 1:
        return [_occasion(variable, asked, standard)]
    groups: list[list[Observation]] = []
    for one in asked:
        if groups and _when(groups[-1][0]) == _when(one):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [_occasion(variable, group, standard) for group in groups]


def pick(ref: Ref, facts: Facts, standard: Standard) -> Occasion:
    """Return the occasion that a reference means."""
    series = facts.get(ref.variable.name, ())
    if len(series) == 1 and ref.which is not Which.AT:
        return _occasion(ref.variable, series, standard)
    if ref.which is Which.AT:
        series = tuple(one for one in series if one.visit == ref.visit)
    found = occasions(ref.variable, series, standard)
    if not found:
        return Occasion(series[-1], known=False) if series else NOTHING
    return found[0 if ref.which is Which.FIRST else -1]


def interval_of(variable: VariableType, occasion: Occasion) -> Interval:
    """Return the numbers or days that the occasion's value can be, in the codebook's unit."""
    if not occasion.known:
        return ANYTHING
    value = occasion.observation.value
    if isinstance(value, PartialDate):
        return of_date(value)
    if isinstance(value, Quantity):
        return of_quantity(_in_unit(value, variable.unit))
    return ANYTHING if value is None or isinstance(value, str) else Interval(value, value)


def day_of(occasion: Occasion) -> Interval:
    """Return the days on which it can have been."""
    return ANYTHING if occasion.observation.on is None else of_date(occasion.observation.on)


@lru_cache(maxsize=4096)
def _in_unit(quantity: Quantity, unit: str | None) -> Quantity:
    if quantity.unit in (None, unit) or quantity.value is None:
        return quantity
    value = converted(quantity.value, quantity.unit or "", unit)
    # A result in a unit that is no measure of the variable bounds nothing.
    return quantity.with_value(None, unit) if isinstance(value, Problem) else quantity.with_value(value, unit)  # type: ignore[arg-type]


def _when(one: Observation) -> tuple[PartialDate | None, str | None]:
    return (one.on, None) if one.on is not None else (None, one.visit)


def _settles(one: Observation, standard: Standard, variable: VariableType) -> bool:
    if one.provenance is Provenance.DOCUMENTED:
        return True
    # What the investigator must judge is not settled by what a patient says.
    return (
        one.provenance is Provenance.PATIENT_STATED
        and standard is Standard.STATED
        and variable.kind is not Kind.JUDGEMENT
    )


def _bounds_a_value(one: Observation, variable: VariableType) -> bool:
    if isinstance(one.value, Quantity):
        return _in_unit(one.value, variable.unit).is_known
    return one.value is not None


def _occasion(variable: VariableType, group: Sequence[Observation], standard: Standard) -> Occasion:
    if len(group) == 1:
        one = group[0]
        return Occasion(one, known=_settles(one, standard, variable) and _bounds_a_value(one, variable))
    documented = [one for one in group if one.provenance is Provenance.DOCUMENTED]
    settling = documented or [one for one in group if _settles(one, standard, variable)]
    if not settling:
        valued = [one for one in group if one.value is not None]
        return Occasion((valued or group)[-1], known=False)
    bounding = [one for one in settling if _bounds_a_value(one, variable)]
    if len({_comparable(one, variable) for one in bounding}) > 1:
        sources = "; ".join(one.source for one in bounding if one.source) or None
        clash = Observation(None, Provenance.CONFLICTING, bounding[-1].on, bounding[-1].visit, sources)
        return Occasion(clash, known=False, conflict=tuple(bounding))
    return Occasion((bounding or settling)[-1], known=bool(bounding))


def _comparable(one: Observation, variable: VariableType) -> object:
    return _in_unit(one.value, variable.unit).bounds if isinstance(one.value, Quantity) else one.value
