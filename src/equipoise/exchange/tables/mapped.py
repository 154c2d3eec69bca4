"""Is the mapping right? It is held against the study and the tables' headers before any row is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from equipoise.conduct.protocol import protocol_of
from equipoise.core.problem import Problem
from equipoise.core.units import factor
from equipoise.criteria.facts import YES_NO, meant
from equipoise.exchange.tables.mapping import FILE, Cell, ImportMap, ItemCell
from equipoise.study.model.codebook import Variable
from equipoise.study.model.study import Study
from equipoise.study.places import Places

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """The mapping with what it is held against: the study, and the header of each table that could be read."""

    mapping: ImportMap
    places: Places
    study: Study
    headers: Mapping[str, tuple[str, ...]]

    def problem(self, code: str, *path: str | int, **params: str | int) -> Problem:
        """Return a problem at a place of the mapping."""
        return Problem(f"exchange.{code}", params, self.places.of(FILE, *path))

    def known(self, code: str, name: str, names: Iterable[str], *path: str | int) -> Iterator[Problem]:
        """Find a name that is none of those there are, with what was probably meant."""
        choices = list(names)
        if name in choices:
            return
        # A slip of capitals is the likeliest of all, and no resemblance of letters.
        near = next((choice for choice in choices if choice.lower() == name.lower()), None) or meant(name, choices)
        shown = ", ".join(choices)[:300]
        if near is None:
            yield self.problem(f"map-{code}", *path, name=name[:60], known=shown)
        else:
            yield self.problem(f"map-{code}-close", *path, name=name[:60], meant=near)


def check_mapping(look: Look) -> Iterator[Problem]:
    """Find what the mapping names and neither the study nor the tables have."""
    people = look.mapping.participants
    at: Path = ("participants",)
    yield from _column(look, people.file, people.person, (*at, "person"))
    yield from _cell(look, people.file, people.centre, (*at, "centre"), look.study.sites)
    yield from _cell(look, people.file, people.arm, (*at, "arm"), look.study.arms)
    yield from _cell(look, people.file, people.allocated_on, (*at, "allocated_on"))
    if people.allocated_on.counts == "days":
        yield look.problem("map-allocation-counted", *at, "allocated_on")
    for index, visit in enumerate(people.visits):
        path = (*at, "visits", index)
        yield from look.known("visit", visit.visit, _visits(look.study, (visit.visit,)), *path, "visit")
        if visit.on is not None:
            yield from _cell(look, people.file, visit.on, (*path, "on"))
        yield from _items(look, people.file, visit.items, (*path, "items"), (visit.visit,))
    if people.end is not None:
        yield from _cell(look, people.file, people.end.on, (*at, "end", "on"))
        yield from _cell(look, people.file, people.end.reason, (*at, "end", "reason"))
    for index, table in enumerate(look.mapping.visits):
        path = ("visits", index)
        yield from _column(look, table.file, table.person, (*path, "person"))
        named = [*table.visit.values.values(), table.visit.value, table.visit.filled, table.visit.empty]
        yield from _cell(look, table.file, table.visit, (*path, "visit"), _visits(look.study, named))
        yield from _cell(look, table.file, table.on, (*path, "on"))
        reached = table.visit.values.values() or ([table.visit.value] if table.visit.value else look.study.visits)
        yield from _items(look, table.file, table.items, (*path, "items"), tuple(reached))


def _column(look: Look, file: str, column: str, path: Path) -> Iterator[Problem]:
    if file in look.headers:
        yield from look.known("column", column, look.headers[file], *path)


def _cell(look: Look, file: str, cell: Cell, path: Path, targets: Iterable[str] | None = None) -> Iterator[Problem]:
    if bool(cell.column) == bool(cell.value):
        yield look.problem("map-cell", *path)
    elif cell.column:
        yield from _column(look, file, cell.column, (*path, "column"))
        if cell.otherwise:
            yield from _column(look, file, cell.otherwise, (*path, "otherwise"))
    if targets is not None:
        wanted = list(targets)
        for text, target in cell.values.items():
            yield from look.known("target", target, wanted, *path, "values", text)
        for key, target in (("filled", cell.filled), ("empty", cell.empty)):
            if target:
                yield from look.known("target", target, wanted, *path, key)
        if cell.value and not cell.values:
            yield from look.known("target", cell.value, wanted, *path, "value")


def _items(
    look: Look, file: str, items: tuple[ItemCell, ...], path: Path, visits: tuple[str, ...]
) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        at = (*path, index)
        variable = look.study.variables.get(item.variable)
        if variable is None:
            yield from look.known("variable", item.variable, look.study.variables, *at, "variable")
            continue
        if item.variable in seen:
            yield look.problem("map-twice", *at, "variable", name=item.variable)
        seen.add(item.variable)
        yield from _cell(look, file, item, at, _codes(variable))
        if item.unit and factor(item.unit, variable.unit) is None:
            params = {"from_unit": item.unit, "to_unit": variable.unit or "1"}
            yield Problem("core.bad-unit", params, look.places.of(FILE, *at, "unit"))
        for visit in visits:
            if protocol_of(look.study).visit(visit) and form_of(look.study, visit, item.variable) is None:
                yield look.problem("map-no-form", *at, "variable", name=item.variable, visit=visit)
                break


def _visits(study: Study, named: Iterable[str]) -> list[str]:
    """Return the visits that a row can be: the calendar's, and unscheduled ones that are named ("unscheduled-2")."""
    has = protocol_of(study).visit
    return [name for name in dict.fromkeys([*study.visits, *named]) if name and has(name) is not None]


def _codes(variable: Variable) -> list[str] | None:
    """Return what the texts of a coded variable may mean; a laboratory's or a number's may mean anything."""
    if variable.kind in ("yes_no", "judgement"):
        return [*YES_NO, "unknown", "declined"]
    return [*(code.value for code in variable.codes), "unknown", "declined"] if variable.codes else None


def form_of(study: Study, visit: str, variable: str) -> str | None:
    """Return the form of a visit that asks for a variable."""
    found = protocol_of(study).visit(visit)
    for name in found.forms if found is not None else ():
        if any(item.variable == variable for item in study.forms[name].items):
            return name
    return None
