"""From the rows of the tables to what happened to each person, each thing with the row that states it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from equipoise.conduct.commands import Entry
from equipoise.conduct.protocol import protocol_of
from equipoise.core.dates import PartialDate
from equipoise.core.problem import Place, Problem
from equipoise.criteria.engines.in_memory import evaluate
from equipoise.criteria.facts import Codebook, Kind, Observation, meant, parse_cell
from equipoise.criteria.truth import Truth
from equipoise.exchange.limits import Faults
from equipoise.exchange.tables.mapped import form_of
from equipoise.exchange.tables.mapping import Cell, DayCell, ImportMap, ItemCell
from equipoise.exchange.tables.sheet import Sheet
from equipoise.study.model.study import Study
from equipoise.study.rules import anchored, codebook_of, rules_of

_UNTIL_ALLOCATION = ("screening", "baseline", "unscheduled")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, its cells by column, and where it stands."""

    sheet: Sheet
    line: int
    cells: Mapping[str, str]

    @property
    def source(self) -> str:
        """The row in words that a person can follow."""
        return f"{self.sheet.file}, line {self.line}"

    def place(self, column: str) -> Place:
        """Where a cell stands; the place of the row for what is no cell."""
        return Place(self.sheet.file, self.line, self.sheet.header.index(column) + 1 if column else None)


@dataclass(slots=True)
class Held:
    """A visit that took place, with what was found at it, by form."""

    visit: str
    on: date
    source: str
    forms: dict[str, list[Entry]] = field(default_factory=dict)
    facts: dict[str, Observation] = field(default_factory=dict)

    def completes(self, other: Held) -> bool:
        """Whether two tables tell of one visit: on one day, and nothing twice."""
        apart = self.source.rpartition(", line ")[0] != other.source.rpartition(", line ")[0]
        return apart and self.on == other.on and self.facts.keys().isdisjoint(other.facts)


@dataclass(slots=True)
class Person:
    """What the tables say of one person."""

    source: str
    site: str
    arm: str
    allocated_on: date
    visits: list[Held] = field(default_factory=list)
    levels: dict[str, str] = field(default_factory=dict)
    end: tuple[date, str] | None = None

    def until_allocation(self, study: Study) -> list[Held]:
        """The visits that are recorded before the allocation."""
        kinds = {held.visit: visit.kind for held in self.visits if (visit := protocol_of(study).visit(held.visit))}
        return [held for held in self.visits if held.on <= self.allocated_on and kinds[held.visit] in _UNTIL_ALLOCATION]


class Rows:
    """Reads rows as the mapping says. Every fault is noted, and None stands for what could not be read."""

    def __init__(self, mapping: ImportMap, study: Study, faults: Faults) -> None:
        self._mapping = mapping
        self._study = study
        self._faults = faults
        self._codebook: Codebook = codebook_of(study)
        self._missing = {"", *mapping.missing}
        self._order = {visit: number for number, visit in enumerate(study.visits)}

    def people(self, sheets: Mapping[str, Sheet]) -> list[Person]:
        """Return everybody of the tables, in the order of their allocation."""
        found: dict[str, Person] = {}
        lines: dict[str, int] = {}
        table = self._mapping.participants
        for row in _rows(sheets[table.file]):
            name = row.cells[table.person].strip()
            if not name:
                self._note("no-person", row, table.person)
            elif name in lines:
                self._note("person-twice", row, table.person, person=name[:40], first=lines[name])
            else:
                lines[name] = row.line
                person = self._person(row)
                if person is not None:
                    found[name] = person
        for number, visits in enumerate(self._mapping.visits):
            for row in _rows(sheets[visits.file]):
                self._visit_row(number, row, found, lines)
        people = sorted(found.values(), key=lambda person: person.allocated_on)
        for person in people:
            person.visits.sort(key=lambda held: (held.on, self._order.get(held.visit, len(self._order))))
            self._check_end(person)
            self._derive_levels(person)
        return people

    def _check_end(self, person: Person) -> None:
        for held in person.visits:
            if person.end is not None and held.on > person.end[0]:
                params = {"visit": held.visit, "on": held.on.isoformat(), "end": person.end[0].isoformat()}
                self._faults.add(Problem("exchange.visit-after-end", params, _place(held.source)))

    def _note(self, code: str, row: Row, column: str, /, **params: str | int) -> None:
        self._faults.add(Problem(f"exchange.{code}", {"column": column, **params}, row.place(column)))

    def _person(self, row: Row) -> Person | None:
        table = self._mapping.participants
        site, arm = self._text(row, table.centre), self._text(row, table.arm)
        day = self._day(row, table.allocated_on, None)
        for cell, value in ((table.centre, site), (table.arm, arm), (table.allocated_on, day)):
            if value == "":
                self._note("cell-empty", row, cell.column)
        if not site or not arm or not isinstance(day, date):
            return None
        person = Person(row.source, site, arm, day)
        for visit in table.visits:
            on = self._day(row, visit.on, day) if visit.on is not None else day
            held = self._held(row, visit.visit, on, visit.items, day)
            if held is not None:
                person.visits.append(held)
        if table.end is not None:
            on, reason = self._day(row, table.end.on, day), self._text(row, table.end.reason)
            if isinstance(on, date) and reason:
                person.end = (on, reason)
        return person

    def _visit_row(self, number: int, row: Row, people: Mapping[str, Person], lines: Mapping[str, int]) -> None:
        table = self._mapping.visits[number]
        name = row.cells[table.person].strip()
        if name not in lines:
            self._note("unknown-person", row, table.person, person=name[:40], file=self._mapping.participants.file)
        person, visit = people.get(name), self._text(row, table.visit)
        if person is None or not visit:
            return
        if protocol_of(self._study).visit(visit) is None:
            self._note("no-such-visit", row, table.visit.column, visit=visit[:40])
            return
        start = person.allocated_on
        held = self._held(row, visit, self._day(row, table.on, start), table.items, start)
        if held is None:
            return
        earlier = next((other for other in person.visits if other.visit == visit and not other.completes(held)), None)
        if earlier is not None:
            self._note("visit-twice", row, table.person, person=name[:40], visit=visit, first=earlier.source)
            return
        person.visits.append(held)

    def _held(
        self, row: Row, visit: str, on: date | str | None, items: tuple[ItemCell, ...], start: date
    ) -> Held | None:
        """Return a visit with its values; a visit without a day, or without any value, did not take place."""
        read = [(item, self._item(row, item, start)) for item in items]
        if not isinstance(on, date):
            if on == "" and any(found is not None for _, found in read):
                self._note("visit-undated", row, "", visit=visit)
            return None
        held = Held(visit, on, row.source)
        for item, found in read:
            if found is None:
                continue
            text, observation = found
            form = form_of(self._study, visit, item.variable)
            if form is not None:
                held.forms.setdefault(form, []).append(Entry(item=item.variable, value=text, unit=item.unit))
                held.facts[item.variable] = observation
        return held if held.forms else None

    def _item(self, row: Row, item: ItemCell, start: date) -> tuple[str, Observation] | None:
        variable = self._codebook[item.variable]
        text: str | None
        if item.since_allocation or (variable.kind is Kind.DATE and (item.format or item.counts == "days")):
            day = self._day(row, item, start)
            if isinstance(day, date):
                text = str((day - start).days) if item.since_allocation else day.isoformat()
            else:
                text = day
        else:
            text = self._text(row, item)
        if not text:
            return None
        found = parse_cell(variable, text, item.unit or None, row.source)
        if isinstance(found, Problem):
            self._faults.add(found.at(row.place(item.column)))
            return None
        return text, found

    def _text(self, row: Row, cell: Cell) -> str | None:
        """Return what a cell says in the study's words; empty where nothing was recorded."""
        if not cell.column:
            return cell.value
        text, column = self._written(row, cell)
        if text in cell.values:
            return cell.values[text]
        if text in self._missing:
            return cell.empty
        if cell.filled:
            return cell.filled
        if not cell.values:
            return text
        known = ", ".join(cell.values)
        near = meant(text, list(cell.values))
        if near is None:
            self._note("unmapped-value", row, column, text=text[:40], known=known[:200])
        else:
            self._note("unmapped-value-close", row, column, text=text[:40], meant=near)
        return None

    def _written(self, row: Row, cell: Cell) -> tuple[str, str]:
        text = row.cells[cell.column].strip()
        if cell.otherwise and text in self._missing:
            return row.cells[cell.otherwise].strip(), cell.otherwise
        return text, cell.column

    def _day(self, row: Row, cell: DayCell, start: date | None) -> date | str | None:
        """Return a day, an empty text where none was recorded, or None where it could not be read."""
        text = self._text(row, cell)
        if not text:
            return text
        found: date | None = None
        if cell.counts == "days":
            found = _after(start, text)
        elif cell.format:
            found = _in_format(text, cell.format)
        else:
            stated = PartialDate.parse(text)
            found = stated.earliest if stated is not None and stated.is_complete else None
        if found is None:
            wanted = "0, 1, 2 …" if cell.counts == "days" else cell.format or "YYYY-MM-DD"
            self._note("bad-day", row, cell.column, text=text[:40], wanted=wanted)
        return found

    def _derive_levels(self, person: Person) -> None:
        """Find the level of each factor that a person was in, by the study's own rules."""
        facts = {name: (seen,) for held in person.until_allocation(self._study) for name, seen in held.facts.items()}
        known = anchored(self._study, facts, person.allocated_on)
        for factor, levels in rules_of(self._study).factors.items():
            inside = [level for level, rule in levels.items() if evaluate(rule, known) is Truth.TRUE]
            if len(inside) == 1:
                person.levels[factor] = inside[0]
            else:
                self._faults.add(Problem("exchange.no-level", {"factor": factor}, _place(person.source)))


def _place(source: str) -> Place:
    file, _, line = source.rpartition(", line ")
    return Place(file, int(line))


def _rows(sheet: Sheet) -> Iterator[Row]:
    for line, cells in sheet.rows():
        yield Row(sheet, line, cells)


def _after(start: date | None, text: str) -> date | None:
    whole = text.removesuffix(".0")
    if start is None or not whole.lstrip("-").isdecimal() or len(whole) > 6:
        return None
    return start + timedelta(days=int(whole))


def _in_format(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a clinical day has no time zone
    except ValueError:
        return None
