"""From a table of people as somebody wrote it to typed columns, with every cell that cannot be read.

What is plain is read column by column; only the distinct texts that are left (a censored result, a partial
date, a missing word, a mistake) go through `parse_cell`, so that both engines read a cell alike.

A typed frame holds, for a variable ``v``: one column ``v`` where every value is exact (Float64, Date, an Enum
of the codes), or two columns ``v:low`` and ``v:high`` with what it can be. Null is not known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from equipoise.core.dates import PartialDate
from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.core.quantity import Comparator, Quantity
from equipoise.core.units import factor
from equipoise.criteria.engines.doubles import ends_of, fifteen_digits
from equipoise.criteria.facts import MISSING_WORDS, Codebook, Kind, Observation, VariableType, cell_text, parse_cell
from equipoise.criteria.intervals import of_quantity

if TYPE_CHECKING:
    import polars as pl

MAX_PROBLEMS = 100
_PLAIN_LENGTH = 15  # a number of so few characters has no more digits than a double tells apart
_SIGNS = {sign: number for number, sign in enumerate(Comparator)}
_DAY = "%Y-%m-%d"


@dataclass
class _Faults:
    """Bad cells, gathered until all columns are read; only the first hundred are put into words."""

    file: str
    first_line: int
    cells: list[Problem] = field(default_factory=list)
    count: int = 0

    def column(self, problem: Problem, column: int) -> None:
        self.count += 1
        self.cells.append(problem.at(Place(self.file, max(self.first_line - 1, 1), column)))

    def rows(self, rows: list[int], count: int, column: int, wording: Callable[[int], Problem]) -> None:
        self.count += count
        self.cells.extend(wording(row).at(Place(self.file, self.first_line + row, column)) for row in rows)

    def raise_if_any(self) -> None:
        if not self.count:
            return
        shown = sorted(self.cells, key=lambda problem: (problem.place.line or 0, problem.place.column or 0))  # type: ignore[union-attr]
        shown = shown[:MAX_PROBLEMS]
        if self.count > len(shown):
            rest = Problem("criteria.more-problems", {"count": self.count - len(shown)}, Place(self.file))
            shown.append(rest)
        raise ProblemsError(shown)


@dataclass(frozen=True)
class _Cells:
    """A column with what is needed to read it."""

    cells: pl.Series
    variable: VariableType
    unit: str | None
    position: int
    faults: _Faults


def prepare(
    frame: pl.DataFrame | pl.LazyFrame,
    codebook: Codebook,
    units: Mapping[str, str] | None = None,
    *,
    file: str = "people",
    first_line: int = 2,
) -> pl.DataFrame:
    """Return a table of people with typed columns, or raise ProblemsError with its bad cells.

    `units` names the unit of a column that is not the codebook's; `first_line` is the line of the first
    person in `file`. Columns that are not variables stay as they are.
    """
    import polars as pl

    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    faults = _Faults(file, first_line)
    made: list[pl.Series] = []
    for position, name in enumerate(frame.columns, start=1):
        variable = codebook.get(name)
        if variable is None or variable.rule is not None:
            made.append(frame.get_column(name))
            continue
        unit = (units or {}).get(name)
        cells = _Cells(frame.get_column(name), variable, None if unit == variable.unit else unit, position, faults)
        if cells.unit is not None and (variable.unit is None or factor(cells.unit, variable.unit) is None):
            params = {"from_unit": cells.unit, "to_unit": variable.unit or "1"}
            faults.column(Problem("core.bad-unit", params), position)
            continue
        made.extend(_read(cells))
    faults.raise_if_any()
    return pl.DataFrame(made)


def _read(column: _Cells) -> list[pl.Series]:
    import polars as pl

    kind, dtype = column.variable.kind, column.cells.dtype
    is_listed = isinstance(dtype, pl.Categorical | pl.Enum)
    if dtype == pl.Null or (is_listed and not column.variable.is_coded):
        column = _with(column, column.cells.cast(pl.String))
    is_text = is_listed or column.cells.dtype == pl.String
    if column.variable.is_numeric:
        if is_text:
            return _numbers_from_text(column)
        if dtype.is_numeric():
            return _numbers(column)
        if isinstance(dtype, pl.Struct) and kind is Kind.LABORATORY:
            return _structs(column)
    elif kind is Kind.DATE:
        if is_text:
            return _dates_from_text(column)
        if dtype == pl.Date or isinstance(dtype, pl.Datetime):
            return [column.cells.cast(pl.Date)]
    elif is_text:
        return [_texts(column)] if kind is Kind.TEXT else _codes(column)
    elif dtype == pl.Boolean and column.variable.codes == ("yes", "no"):
        texts = pl.select(pl.when(column.cells).then(pl.lit("yes")).when(~column.cells).then(pl.lit("no"))).to_series()
        return [texts.cast(pl.Enum(["yes", "no"])).alias(column.variable.name)]
    return _misfit(column)


def _with(column: _Cells, cells: pl.Series) -> _Cells:
    return _Cells(cells, column.variable, column.unit, column.position, column.faults)


def _structs(column: _Cells) -> list[pl.Series]:
    """Read results kept as a comparator (null is equality) and a value."""
    import numpy as np
    import polars as pl

    fields = {field.name: field.dtype for field in column.cells.dtype.fields}  # type: ignore[attr-defined]
    if set(fields) != {"comparator", "value"} or not fields["value"].is_numeric():
        return _misfit(column)
    name = column.variable.name
    written = column.cells.struct.field("comparator").cast(pl.String)
    signs = written.cast(pl.Enum([sign.value for sign in Comparator]), strict=False)
    found = _numbers(_with(column, column.cells.struct.field("value").alias(name)))
    if not found:
        return []
    values = found[0]
    wrong = (values.is_not_null() & written.is_not_null() & signs.is_null()).arg_true()
    if len(wrong):

        def wording(row: int) -> Problem:
            return Problem("core.bad-result", {"text": f"{written[row]}{values[row]:g}"})

        column.faults.rows(wrong.head(MAX_PROBLEMS).to_list(), len(wrong), column.position, wording)
        return []
    sign = signs.to_physical().fill_null(_SIGNS[Comparator.EQUAL]).to_numpy()
    value = values.to_numpy()
    ends = []
    for end, closed, open_ in (
        (-np.inf, Comparator.GREATER_OR_EQUAL, Comparator.GREATER),
        (np.inf, Comparator.LESS_OR_EQUAL, Comparator.LESS),
    ):
        made = np.where((sign == _SIGNS[Comparator.EQUAL]) | (sign == _SIGNS[closed]), value, end)
        beyond = sign == _SIGNS[open_]
        made[beyond] = np.nextafter(value[beyond], -end)
        ends.append(pl.Series(made).zip_with(values.is_not_null(), pl.Series([None], dtype=pl.Float64)))
    return [ends[0].alias(f"{name}:low"), ends[1].alias(f"{name}:high")]


def _misfit(column: _Cells) -> list[pl.Series]:
    params = {"column": column.variable.name, "dtype": str(column.cells.dtype), "kind": column.variable.kind.value}
    column.faults.column(Problem("criteria.bad-column", params), column.position)
    return []


def _tens(column: _Cells) -> int | None:
    """Return the power of ten that converts the column's unit; None if it is no such power."""
    if column.unit is None:
        return 0
    ratio = factor(column.unit, column.variable.unit or "") or Decimal(0)
    return ratio.adjusted() if ratio == Decimal(10) ** ratio.adjusted() else None


def _numbers_from_text(column: _Cells) -> list[pl.Series]:
    import polars as pl

    tens = _tens(column)
    cell = pl.col(column.cells.name)
    # Shifting the point in the text keeps a converted value exact; other units go through `parse_cell`.
    written = cell if not tens else pl.concat_str(cell, pl.lit(f"e{tens}"))
    short = cell.str.len_bytes() <= _PLAIN_LENGTH
    value = pl.when(short).then(written.cast(pl.Float64, strict=False))
    usable = value.is_finite() & ((value == 0) | value.abs().is_between(1e-29, 1e30))
    if not column.variable.signed:
        usable &= value >= 0  # what is below zero is worded by `parse_cell`
    table = column.cells.to_frame()
    found = table.select(pl.when(usable).then(value) if tens is not None else pl.lit(None, pl.Float64)).to_series()
    if len(found) != len(column.cells):
        found = pl.repeat(None, len(column.cells), dtype=pl.Float64, eager=True)
    return _completed(column, found, _number_ends)


def _number_ends(observation: Observation) -> tuple[float, float] | None:
    value = observation.value
    if isinstance(value, Quantity):
        return ends_of(of_quantity(value)) if value.is_known else None
    return (float(value), float(value)) if isinstance(value, Decimal) else None


def _dates_from_text(column: _Cells) -> list[pl.Series]:
    import polars as pl

    cell = pl.col(column.cells.name)
    day = cell.str.to_date(_DAY, strict=False)
    # The parser takes "+123-01-01" and "2025-6-1" too; what it may take is settled by `parse_cell`.
    usable = (cell.str.len_bytes() == 10) & (day >= pl.date(1000, 1, 1))
    found = column.cells.to_frame().select(pl.when(usable).then(day)).to_series()
    return _completed(column, found, _date_ends)


def _date_ends(observation: Observation) -> tuple[date, date] | None:
    value = observation.value
    return (value.earliest, value.latest) if isinstance(value, PartialDate) else None


def _codes(column: _Cells) -> list[pl.Series]:
    import polars as pl

    found = column.cells.cast(pl.Enum(column.variable.codes), strict=False)

    def ends(observation: Observation) -> tuple[Any, Any] | None:
        return None if observation.value is None else (observation.value, observation.value)

    return _completed(column, found, ends)


def _texts(column: _Cells) -> pl.Series:
    import polars as pl

    text = pl.col(column.cells.name).str.strip_chars()
    kept = pl.when(~text.str.to_lowercase().is_in(list(MISSING_WORDS))).then(text)
    return column.cells.to_frame().select(kept.alias(column.variable.name)).to_series()


def _completed(
    column: _Cells, found: pl.Series, ends: Callable[[Observation], tuple[Any, Any] | None]
) -> list[pl.Series]:
    """Return what was found at once, completed with what only `parse_cell` can read."""
    import polars as pl

    name = column.variable.name
    left = column.cells.is_not_null() & found.is_null()
    if not left.any():
        return [found.alias(name)]
    texts = column.cells.filter(left).unique().cast(pl.String)
    lows: dict[str, Any] = {}
    highs: dict[str, Any] = {}
    bad: dict[str, Problem] = {}
    for text in texts:
        read = parse_cell(column.variable, text, column.unit)
        if isinstance(read, Problem):
            bad[text] = read
        elif (pair := ends(read)) is not None:
            lows[text], highs[text] = pair
    if bad:
        rows = (left & column.cells.cast(pl.String).is_in(list(bad))).arg_true()
        first = rows.head(MAX_PROBLEMS).to_list()
        column.faults.rows(first, len(rows), column.position, lambda row: bad[column.cells[row]])
    if not lows:
        return [found.alias(name)]

    where, written = left.arg_true(), column.cells.filter(left).cast(pl.String)

    def completed(values: dict[str, Any], as_name: str) -> pl.Series:
        keys = pl.Series(list(values), dtype=pl.String)
        new = pl.Series(list(values.values()), dtype=found.dtype)
        looked_up = written.replace_strict(keys, new, default=None, return_dtype=found.dtype)
        return found.clone().scatter(where, looked_up).alias(as_name)

    if lows == highs:
        return [completed(lows, name)]
    return [completed(lows, f"{name}:low"), completed(highs, f"{name}:high")]


def _numbers(column: _Cells) -> list[pl.Series]:
    import polars as pl

    tens = _tens(column)
    if tens is None:
        texts = column.cells.map_elements(cell_text, return_dtype=pl.String, skip_nulls=True)
        return _numbers_from_text(_with(column, texts))
    cells = column.cells.cast(pl.Float64).fill_nan(None)
    impossible = (cells.is_infinite() if column.variable.signed else cells.is_infinite() | (cells < 0)).arg_true()
    if len(impossible):

        def wording(row: int) -> Problem:
            code = "bad-number" if math.isinf(cells[row]) else "negative"
            return Problem(f"criteria.{code}", {"variable": column.variable.name, "text": f"{cells[row]:g}"})

        column.faults.rows(impossible.head(MAX_PROBLEMS).to_list(), len(impossible), column.position, wording)
        return []
    values = cells.fill_null(0.0).to_numpy() * (10.0**tens if tens >= 0 else 1.0)
    values = values if tens >= 0 else values / 10.0**-tens
    made = pl.Series(column.variable.name, fifteen_digits(values))
    return [made.zip_with(cells.is_not_null(), pl.Series([None], dtype=pl.Float64)) if cells.null_count() else made]


_HEADER = re.compile(r"\s*(?P<name>[a-z][a-z0-9_.]*)\s*(?:\[(?P<unit>[^\]]+)\])?\s*")


def headers(columns: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return how the columns ``name [unit]`` of a table are renamed, and the units, by name."""
    names: dict[str, str] = {}
    units: dict[str, str] = {}
    for column in columns:
        found = _HEADER.fullmatch(column)
        if found is not None:
            names[column] = found["name"]
            if found["unit"]:
                units[found["name"]] = found["unit"].strip()
    return names, units
