"""What is known of each participant at allocation: the further columns of `participants` and `allocation`."""

from __future__ import annotations

from datetime import date
from typing import Any

from equipoise.criteria.engines.in_memory import value_of
from equipoise.criteria.facts import Kind, Observation
from equipoise.criteria.intervals import Interval
from equipoise.criteria.truth import Truth
from equipoise.dataset.columns import TABLES, Type
from equipoise.dataset.facts import PersonFacts
from equipoise.dataset.record import Item, Record
from equipoise.dataset.rulebook import Rulebook
from equipoise.study.cached import once_a_study
from equipoise.study.model.study import Study
from equipoise.study.rules import rules_of

CENTRE = "centre"
_AT_ENTRY = frozenset({"screening", "baseline"})


@once_a_study
def baseline_columns(study: Study) -> dict[str, Type]:
    """Return the columns of the variables: those of the forms at entry, the baseline table and the factors.

    A laboratory variable has two, its number and (`<name>_text`) the result as written. They depend on the study
    alone, so that every dataset of one study has the same columns.
    """
    at_entry = [visit for visit in study.schedule.visits if visit.kind in _AT_ENTRY]
    forms = {form for visit in at_entry for form in visit.forms}
    asked = {item.variable for form in study.codebook.forms if form.id in forms for item in form.items}
    asked |= set(study.endpoints.baseline)
    asked |= {
        name for levels in rules_of(study).factors.values() for rule in levels.values() for name in rule.variables
    }
    columns: dict[str, Type] = {}
    for variable in study.codebook.variables:
        if variable.name in TABLES["participants"] or (forms and variable.name not in asked):
            continue
        if variable.kind == "laboratory":
            columns[variable.name] = "number"
            columns[f"{variable.name}_text"] = "text"
        else:
            columns[variable.name] = "number" if variable.kind == "number" else "text"
    return columns


def baseline_values(record: Record, book: Rulebook, facts: PersonFacts) -> list[Any]:
    """Return a participant's values of `baseline_columns`: of each variable the last at or before allocation."""
    columns = baseline_columns(book.study)
    last = _last_items(record, _visits_at_entry(book.study))
    known: dict[str, Any] = {}
    for name in columns:
        variable = book.study.variables.get(name)
        item = last.get(name)
        if variable is None:
            continue  # the text of a laboratory result, filled with its number
        if variable.rule:
            known[name] = _derived(name, record, book, facts)
        elif item is None:
            continue
        elif variable.kind == "laboratory":
            quantity = book.quantity(item, record.site)
            known[name] = float(quantity.value) if quantity is not None and quantity.value is not None else None
            known[f"{name}_text"] = item.data["value"]
        elif variable.kind == "number":
            known[name] = book.number_of(item, record.site)
        else:
            known[name] = item.data["value"] or None
    return [known.get(name) for name in columns]


@once_a_study
def asks_age(study: Study) -> bool:
    """Whether a form asks for the age, as it does where no day of birth is recorded."""
    variable = study.variables.get("age")
    return variable is not None and variable.kind == "number" and not variable.rule


def age_of(record: Record, book: Rulebook) -> float | None:
    """Return the age as a form recorded it, at entry the last; else in completed years on the day of consent."""
    if asks_age(book.study):
        item = _last_items(record, _visits_at_entry(book.study)).get("age")
        if item is not None:
            return book.number_of(item, record.site)
    return record.age


@once_a_study
def _visits_at_entry(study: Study) -> frozenset[str]:
    return frozenset(visit.id for visit in study.schedule.visits if visit.kind in _AT_ENTRY)


def _last_items(record: Record, at_entry: frozenset[str]) -> dict[str, Item]:
    start = record.allocated_on
    last: dict[str, Item] = {}
    for item in record.items.values():
        if start is None or item.on is None or item.on <= start or item.visit in at_entry:
            before = last.get(item.name)
            if before is None or (item.on or date.min, item.seq) > (before.on or date.min, before.seq):
                last[item.name] = item
    return last


def _derived(name: str, record: Record, book: Rulebook, facts: PersonFacts) -> float | str | None:
    kind = Kind(book.study.variables[name].kind)
    rule = book.rule(name, kind)
    known = facts.facts(rule.variables, record.allocated_on)
    if kind in (Kind.YES_NO, Kind.JUDGEMENT):
        truth = book.truth(name, known)
        return {Truth.TRUE: "yes", Truth.FALSE: "no"}.get(truth)
    found = value_of(rule, known)
    if not isinstance(found, Interval):
        return found
    if not found.is_point or found.low is None:
        return None
    return date.fromordinal(int(found.low)).isoformat() if kind is Kind.DATE else float(found.low)


def factor_levels(record: Record, book: Rulebook, facts: PersonFacts) -> list[str | None]:
    """Return the level of each declared factor, and the centre: as the allocation took them, else by their rules."""
    allocation = record.allocation
    taken = allocation.data.get("levels", {}) if allocation is not None else {}
    levels: list[str | None] = [taken.get(CENTRE, record.site)]
    for factor in book.study.identity.factors:
        level = taken.get(factor.id)
        if level is None:
            rules = rules_of(book.study).factors[factor.id]
            known: dict[str, tuple[Observation, ...]] = {}
            for rule in rules.values():
                known |= facts.facts(rule.variables, record.allocated_on)
            level = next((name for name, rule in rules.items() if book.truth(rule.text, known) is Truth.TRUE), None)
        levels.append(level)
    return levels


def factor_columns(study: Study) -> dict[str, Type]:
    """Return the columns of the factors."""
    return {CENTRE: "text", **{factor.id: "text" for factor in study.identity.factors}}
