"""A table as text: its columns by name, and the line of the file that each row stands on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.exchange.limits import Faults
from equipoise.exchange.tables.encoding import read_bytes

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

_Split = tuple["pl.DataFrame", "np.ndarray", "np.ndarray"]  # rows, their lines, how many cells each has
_SEPARATORS = (",", ";", "\t")
MAX_CELL = 100_000


@dataclass(frozen=True)
class Sheet:
    """A CSV file as written. `frame` has the text of every cell, its columns in the order of `header`."""

    file: str
    header: tuple[str, ...]
    frame: pl.DataFrame
    lines: np.ndarray  # the line of each row, from 1

    def place(self, row: int, column: int | None = None) -> Place:
        """Return where a row (from 0) stands, and a column (from 1) in it."""
        return Place(self.file, int(self.lines[row]), column)

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row with its line."""
        for line, values in zip(self.lines.tolist(), self.frame.iter_rows(), strict=True):
            yield line, dict(zip(self.header, values, strict=True))


def read_sheet(path: Path, name: str, faults: Faults) -> Sheet | None:
    """Read a CSV file, comma, semicolon or tab between its cells; None if its rows cannot be told apart.

    `name` is what the file is called in problems and sources.
    A line with more or fewer cells than the header is a problem and is left out; an empty line is passed over.
    """
    import polars as pl

    try:
        data = read_bytes(path, name)
    except ProblemsError as error:
        faults.add_all(error.problems)
        return None
    first, _, body = data.partition(b"\n")
    separator = _separator(first.decode())
    header = tuple(cell.strip() for cell in next(csv.reader([first.decode()], delimiter=separator), []))
    if not any(header):
        faults.add(Problem("exchange.table-empty", {"file": name}, Place(name, 1)))
        return None
    found = _split(body, separator, len(header)) or _split_slowly(body, separator, len(header), name)
    if isinstance(found, Problem):
        faults.add(found)
        return None
    frame, lines, counts = found
    whole = counts == len(header)
    for line, count in zip(lines[~whole].tolist(), counts[~whole].tolist(), strict=True):
        params = {"count": int(count), "wanted": len(header)}
        faults.add(Problem("exchange.row-length", params, Place(name, line)))
    if not whole.all():
        frame, lines = frame.filter(pl.Series(whole)), lines[whole]
    return Sheet(name, header, frame, lines)


def _separator(header: str) -> str:
    return max(_SEPARATORS, key=header.count)


def _schema(width: int) -> dict[str, type[pl.String]]:
    import polars as pl

    return {f"column_{number}": pl.String for number in range(1, width + 1)}


def _split(body: bytes, separator: str, width: int) -> _Split | None:
    """Split text by its bytes, a million rows in a second; None where quotes stand in the middle of cells."""
    import numpy as np
    import polars as pl

    if body and not body.endswith(b"\n"):
        body += b"\n"
    text = np.frombuffer(body, dtype=np.uint8)
    outside = _outside_quotes(text, separator) if b'"' in body else np.ones(len(text), dtype=bool)
    if outside is None:
        return None
    feeds = np.flatnonzero(text == ord("\n"))
    ends = feeds[outside[feeds]]
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    marks = np.flatnonzero((text == ord(separator)) & outside)
    counts = np.searchsorted(marks, ends) - np.searchsorted(marks, starts) + 1
    filled = ends > starts
    lines = (np.searchsorted(feeds, starts) + 2)[filled]
    if not len(lines):
        return pl.DataFrame(schema=_schema(width)), lines, counts[filled]
    frame = pl.read_csv(
        io.BytesIO(body if filled.all() else np.delete(text, ends[~filled]).tobytes()),
        has_header=False,
        separator=separator,
        schema=_schema(width),
        empty_string_is_null=False,
        extra_columns="ignore",
        missing_columns="insert",
    )
    return (frame, lines, counts[filled]) if frame.height == len(lines) else None


def _outside_quotes(text: np.ndarray, separator: str) -> np.ndarray | None:
    """Return which bytes stand outside quotes; None unless every quote begins, ends or is doubled within a cell."""
    import numpy as np

    quote = text == ord('"')
    inside = np.bitwise_xor.accumulate(quote.view(np.uint8)).view(bool)
    edges = (ord(separator), ord("\n"), ord('"'))
    opening = np.flatnonzero(quote & inside)
    closing = np.flatnonzero(quote & ~inside)
    before = text[opening[opening > 0] - 1]
    after = text[closing[closing + 1 < len(text)] + 1]
    if inside[-1] or not np.isin(before, edges).all() or not np.isin(after, edges).all():
        return None
    return ~inside


def _split_slowly(body: bytes, separator: str, width: int, file: str) -> _Split | Problem:
    """Split text row by row, strictly: it says on which line the quotes do not match."""
    import numpy as np
    import polars as pl

    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(body.decode(), newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    before = 0
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(before + 2)
            before = reader.line_num
    except csv.Error:
        return Problem("exchange.table-quotes", {"file": file}, Place(file, before + 2))
    cells = [(*row[:width], *[""] * (width - len(row))) for row in rows]
    frame = pl.DataFrame(cells, schema=_schema(width), orient="row")
    return frame, np.array(lines, dtype=np.int64), np.array([len(row) for row in rows], dtype=np.int64)
