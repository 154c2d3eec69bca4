"""What is known of each participant at allocation: the further columns of `participants` and `allocation`."""

from __future__ import annotations

from datetime import date
from typing import Any

from equipoise.core.quantity import Quantity
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
    known: dict[str, Any] = {}
    for name in columns:
        variable = book.study.variables.get(name)
        if variable is None:
            continue  # the text of a laboratory result, filled with its number
        if variable.rule:
            known[name] = _derived(name, record, book, facts)
            continue
        item = _last(record, book, facts.items(name))
        if item is None:
            continue
        text = item.data["value"]
        if variable.kind == "laboratory":
            quantity = book.quantity(item, record.site)
            known[name] = float(quantity.value) if quantity is not None and quantity.value is not None else None
            known[f"{name}_text"] = text
        elif variable.kind == "number":
            value = book.observation(item, record.site).value if text else None
            known[name] = float(value) if value is not None and not isinstance(value, str | Quantity) else None  # type: ignore[arg-type]
        else:
            known[name] = text or None
    return [known.get(name) for name in columns]


def _last(record: Record, book: Rulebook, items: list[Item]) -> Item | None:
    start = record.allocated_on
    before = [
        item
        for item in items
        if start is None or item.on is None or item.on <= start or _is_at_entry(book.study, item.visit)
    ]
    return max(before, key=lambda item: (item.on or date.min, item.seq), default=None)


def _is_at_entry(study: Study, visit: str) -> bool:
    declared = study.visits.get(visit)
    return declared is not None and declared.kind in _AT_ENTRY


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
