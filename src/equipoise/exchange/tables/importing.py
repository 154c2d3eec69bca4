"""Carrying a published trial over: its tables become a history, through the same door as everything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.conduct import commands as c
from equipoise.conduct.context import Context
from equipoise.conduct.events import Event
from equipoise.conduct.ledger import Ledger
from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.exchange.limits import Faults
from equipoise.exchange.tables.mapped import Look, check_mapping
from equipoise.exchange.tables.mapping import ImportMap, read_mapping
from equipoise.exchange.tables.rows import Held, Person, Rows
from equipoise.exchange.tables.sheet import Sheet, read_sheet
from equipoise.study.reader import check_folder

if TYPE_CHECKING:
    from equipoise.study.model.study import Study

BY = "import"
ROLE = "importer"


def import_trial(folder: Path) -> Ledger:
    """Return the history of a published trial; raises ProblemsError with everything that is wrong in its folder.

    The folder is a study folder with `import.yaml` and the tables that it names. Nothing is drawn: the arms are the
    published ones. Every event's idempotency key begins with the row that it comes from ("trial.csv, line 7").
    """
    checked = check_folder(folder)
    problems = list(checked.errors)
    try:
        mapping, places = read_mapping(folder)
    except ProblemsError as error:
        raise ProblemsError([*problems, *error.problems]) from None
    faults = Faults(mapping.participants.file)
    faults.add_all(problems)
    sheets = _sheets(folder, mapping, faults)
    if checked.study is not None:
        headers = {file: sheet.header for file, sheet in sheets.items()}
        faults.add_all(check_mapping(Look(mapping, places, checked.study, headers)))
    if checked.study is None or faults.count:
        raise ProblemsError(faults.problems)
    people = Rows(mapping, checked.study, faults).people(sheets)
    faults.stop()
    return _Carrier(checked.study, mapping).carry(people)


def _sheets(folder: Path, mapping: ImportMap, faults: Faults) -> dict[str, Sheet]:
    sheets = {}
    for file in dict.fromkeys([mapping.participants.file, *(table.file for table in mapping.visits)]):
        path = folder / file
        # The mapping is somebody's text: it opens nothing outside its folder.
        if not path.resolve().is_relative_to(folder.resolve()):
            faults.add(Problem("exchange.outside-folder", {"file": file[:80]}, Place("import.yaml")))
            continue
        sheet = read_sheet(path, file, faults)
        if sheet is not None:
            sheets[file] = sheet
    return sheets


class _Carrier:
    """Plays what the tables say into a ledger. What the ledger refuses is gathered with the row it comes from."""

    def __init__(self, study: Study, mapping: ImportMap) -> None:
        self._study = study
        self._mapping = mapping
        self._ledger = Ledger(study)
        self._at = f"{mapping.recorded_on}T23:59:59.000000Z"
        self._faults = Faults(mapping.participants.file)
        self._recorded: set[tuple[str, str]] = set()

    def carry(self, people: list[Person]) -> Ledger:
        self._do("import.yaml", c.PublishVersion(reason=self._mapping.source))
        self._do("import.yaml", c.CommitDeclarations())
        for person in people:
            self._carry_person(person)
        self._faults.stop()
        return self._ledger

    def _carry_person(self, person: Person) -> None:
        day = person.allocated_on.isoformat()
        before = person.until_allocation(self._study)
        first = min([person.allocated_on, *(held.on for held in before)]).isoformat()
        events = self._do(person.source, c.Register(participant="", site=person.site, on=first))
        if not events:
            return
        number = events[0].stream
        for held in before:
            self._carry_visit(number, held)
        allocation = c.ImportAllocation(
            participant=number, on=day, arm=person.arm, levels=person.levels, source=person.source
        )
        if not self._do(person.source, allocation):
            return
        for held in person.visits:
            if held not in before:
                self._carry_visit(number, held)
        if person.end is not None:
            on, reason = person.end
            self._do(person.source, c.StopVisits(participant=number, on=on.isoformat(), reason=reason))

    def _carry_visit(self, number: str, held: Held) -> None:
        on = held.on.isoformat()
        if (number, held.visit) not in self._recorded:  # a second table may tell more of a visit
            self._recorded.add((number, held.visit))
            self._do(held.source, c.RecordVisit(participant=number, visit=held.visit, on=on), held.visit)
        for form, entries in held.forms.items():
            command = c.EnterItems(participant=number, visit=held.visit, form=form, on=on, entries=tuple(entries))
            self._do(held.source, command, f"{held.visit}, {form}")

    def _do(self, source: str, command: c.Command, what: str = "") -> tuple[Event, ...]:
        key = ", ".join(filter(None, (source, type(command).__name__, what)))
        context = Context(by=BY, role=ROLE, at=self._at, key=key, study=self._study)
        done = self._ledger.do(command, context)
        if isinstance(done, Problem):
            for part in _parts(done):
                file, _, line = source.rpartition(", line ")
                self._faults.add(part.at(Place(file or source, int(line) if file else None)))
            return ()
        return done


def _parts(problem: Problem) -> Iterator[Problem]:
    yield from getattr(problem, "parts", ()) or (problem,)
