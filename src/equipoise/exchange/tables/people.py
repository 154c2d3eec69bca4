"""A table of people to screen: read whole, with everything that is wrong in it at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.criteria.engines.table import headers, prepare
from equipoise.criteria.facts import Codebook, Facts, Observation, VariableType, cell_text, meant, parse_cell
from equipoise.exchange.limits import MOST, Faults
from equipoise.exchange.tables.sheet import read_sheet

if TYPE_CHECKING:
    import polars as pl

PERSON = "person"
_FIRST = 2  # the line of the first row, below the header


@dataclass(frozen=True)
class People:
    """A table of people whose every cell can be read.

    `frame` has the cells as written, `typed` as `criteria.engines.polars` takes them; both have the column
    ``person`` and a row for each line of the file. `units` are the units of the header, by variable.
    """

    file: str
    frame: pl.DataFrame
    typed: pl.DataFrame
    units: dict[str, str]
    lines: list[int] | range
    codebook: Codebook

    def facts(self) -> Iterator[tuple[str, Facts]]:
        """Yield each person with what is known of them, each value with its line."""
        names = self.frame.columns
        entered = {name: self.codebook[name] for name in names if name != PERSON}
        for line, row in zip(self.lines, self.frame.iter_rows(named=True), strict=True):
            source = f"{self.file}, line {line}"
            seen = {
                name: (self._observation(variable, row[name], source),)
                for name, variable in entered.items()
                if row[name] is not None
            }
            yield str(row[PERSON]), seen

    def _observation(self, variable: VariableType, cell: object, source: str) -> Observation:
        found = parse_cell(variable, cell_text(cell), self.units.get(variable.name), source)
        if isinstance(found, Problem):
            raise ProblemsError([found.at(Place(self.file))])
        return found


def read_people(path: Path, codebook: Codebook) -> People:
    """Return the people of a CSV or Parquet file; raises ProblemsError with every fault of header and cells at once.

    The columns are ``person`` and variables of the codebook, in any order, some or all of them; ``name [unit]`` says
    that the cells are in another unit.
    """
    faults = Faults(path.name)
    read = _parquet(path, faults) if path.suffix.lower() in (".parquet", ".pq") else _csv(path, faults)
    if read is None:
        raise ProblemsError(faults.problems)
    kept, units = _columns(read, codebook, faults)
    named = read.frame.select(read.frame.to_series(position).alias(name) for position, name in kept.items())
    if PERSON in named.columns:
        _check_persons(read, named.get_column(PERSON), list(kept.values()).index(PERSON) + 1, faults)
    typed = None
    try:
        typed = prepare(named, codebook, units, file=read.file, first_line=_FIRST)
    except ProblemsError as error:
        for problem in error.problems:
            faults.add(replace(problem, place=_placed(problem.place, read, list(kept))))
    if typed is None or faults.count:
        raise ProblemsError(sorted(faults.problems, key=_order))
    return People(read.file, named, typed, units, read.lines, codebook)


@dataclass(frozen=True)
class _Read:
    """A table as it was read; `lines` are the lines of its rows."""

    file: str
    header: tuple[str, ...]
    frame: pl.DataFrame
    lines: list[int] | range


def _csv(path: Path, faults: Faults) -> _Read | None:
    sheet = read_sheet(path, path.name, faults)
    return None if sheet is None else _Read(path.name, sheet.header, sheet.frame, sheet.lines.tolist())


def _parquet(path: Path, faults: Faults) -> _Read | None:
    import polars as pl

    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        faults.add(Problem("exchange.not-parquet", {"file": path.name}, Place(path.name)))
        return None
    # A Parquet file has no lines: its rows are counted as if a header stood on line 1.
    return _Read(path.name, tuple(frame.columns), frame, range(_FIRST, frame.height + _FIRST))


def _columns(read: _Read, codebook: Codebook, faults: Faults) -> tuple[dict[int, str], dict[str, str]]:
    """Return which column is which variable, and the units that the header states."""
    file = read.file
    written, units = headers(list(read.header))
    known = [PERSON, *(name for name, variable in codebook.items() if "." not in name and variable.rule is None)]
    kept: dict[int, str] = {}
    for position, title in enumerate(read.header):
        place = Place(file, 1, position + 1)
        name = written.get(title, title)
        if name in kept.values():
            faults.add(Problem("exchange.column-twice", {"column": name[:60]}, place))
        elif name in known:
            kept[position] = name
        else:
            faults.add(_unknown(name, known, codebook, place))
    if PERSON not in kept.values():
        faults.add(Problem("exchange.person-missing", {"file": file}, Place(file, 1)))
    return kept, {name: unit for name, unit in units.items() if name in kept.values() and name != PERSON}


def _unknown(name: str, known: list[str], codebook: Codebook, place: Place) -> Problem:
    if not name.strip():
        return Problem("exchange.column-unnamed", {}, place)
    if name in codebook:
        return Problem("exchange.column-derived", {"column": name[:60]}, place)
    near = meant(name.strip().lower(), known)
    if near is None:
        return Problem("exchange.unknown-column", {"column": name[:60], "known": ", ".join(known)}, place)
    return Problem("exchange.unknown-column-close", {"column": name[:60], "meant": near}, place)


def _check_persons(read: _Read, cells: pl.Series, column: int, faults: Faults) -> None:
    import polars as pl

    persons = cells.cast(pl.String).str.strip_chars()
    empty = (persons == "").fill_null(value=True)
    for row in empty.arg_true():
        faults.add(Problem("exchange.no-person", {"column": PERSON}, Place(read.file, read.lines[row], column)))
    first: dict[str, int] = {}
    for row in (persons.is_duplicated() & ~empty).arg_true():
        name, line = persons[row], read.lines[row]
        if name in first:
            params = {"person": name[:40], "first": first[name]}
            faults.add(Problem("exchange.person-twice", params, Place(read.file, line, column)))
        first.setdefault(name, line)


def _placed(place: Place | None, read: _Read, columns: list[int]) -> Place:
    """Return where a bad cell stands in the file; `prepare` counts rows and columns of the frame."""
    if place is None or place.line is None or place.column is None:
        return Place(read.file)
    line = 1 if place.line < _FIRST else read.lines[place.line - _FIRST]
    return Place(read.file, line, columns[place.column - 1] + 1)


def _order(problem: Problem) -> tuple[int, int]:
    place = problem.place
    last = MOST * 10**9  # what has no line ("and 40 more") comes last
    return (place.line if place and place.line else last, place.column or 0 if place else 0)
