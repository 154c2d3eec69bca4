"""`import.yaml`: which column of a published trial's tables is what."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter

from equipoise.core.problem import Problem, ProblemsError
from equipoise.study.folder import read_text
from equipoise.study.model.base import Part, Text, Truth
from equipoise.study.places import Places
from equipoise.study.structure import read_part
from equipoise.study.yaml_tree import compose

FILE = "import.yaml"


def _is_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _is_format(text: str) -> str:
    if text:
        datetime.strptime(datetime(2000, 1, 2).strftime(text), text)  # noqa: DTZ001, DTZ007 - a day, no instant
    return text


class Cell(Part):
    """Where a value comes from: a column, or the same `value` for everybody; `values` says what its texts mean.

    `otherwise` is the column that is read where the first holds nothing. `filled` and `empty` are what it means that
    there is something, or nothing: a date of death says that somebody died, its absence that they did not.
    """

    column: str = ""
    value: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    otherwise: str = ""
    filled: str = ""
    empty: str = ""


class DayCell(Cell):
    """A day: a date (ISO, or as `format` writes it), or a number of days after the allocation."""

    counts: Literal["date", "days"] = "date"
    format: Annotated[str, AfterValidator(_is_format)] = ""


class ItemCell(DayCell):
    """A value of a variable; `unit` is the table's unit, if it is not the codebook's.

    With `since_allocation` the cell is a date and the value is its number of days after the allocation.
    """

    variable: str
    unit: str = ""
    since_allocation: Truth = False


class VisitColumns(Part):
    """A visit whose values stand in the people's own rows; without `on` it was on the day of allocation."""

    visit: str
    on: DayCell | None = None
    items: tuple[ItemCell, ...] = ()


class End(Part):
    """When and why somebody's follow-up ended; the reason `death` is a death."""

    on: DayCell
    reason: Cell = Cell(value="completed")


class PeopleTable(Part):
    """The table with a row for each person."""

    file: str
    person: str
    centre: Cell
    arm: Cell
    allocated_on: DayCell
    visits: tuple[VisitColumns, ...] = ()
    end: End | None = None


class VisitTable(Part):
    """A table with a row for each visit of a person."""

    file: str
    person: str
    visit: Cell
    on: DayCell
    items: tuple[ItemCell, ...]


class ImportMap(Part):
    """`import.yaml`. `missing` are texts of cells that mean that nothing was recorded, besides the empty one."""

    format: Literal["1"]
    source: Text
    recorded_on: Annotated[str, AfterValidator(_is_day)]
    missing: tuple[str, ...] = ("NA", ".")
    participants: PeopleTable
    visits: tuple[VisitTable, ...] = ()


def read_mapping(folder: Path) -> tuple[ImportMap, Places]:
    """Return the mapping of a folder and where each part of it is written; raises ProblemsError with every mistake."""
    text = read_text(folder, FILE)
    if isinstance(text, Problem):
        raise ProblemsError([text])
    root, problems = compose(text, FILE)
    if root is None or problems:
        raise ProblemsError(problems)
    places = Places({FILE: root})
    mapping, problems = read_part(TypeAdapter(ImportMap), ImportMap, FILE, places)
    if mapping is None or problems:
        raise ProblemsError(problems)
    return mapping, places
