"""A dataset's way out: CSV or SAS transport files with a data dictionary, read back and counted before it is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.core.problem import Problem, ProblemsError
from equipoise.exchange.tables import dictionary

if TYPE_CHECKING:
    import polars as pl

    from equipoise.dataset.model import Dataset

DICTIONARY = "dictionary.csv"
SOURCE = "source.csv"  # of which history and which moment the tables are
_XPT_NAME = 32  # characters of a name, transport format version 8
_XPT_LABEL = 256
_XPT_STAMP = re.compile(rb"\d{2}[A-Z]{3}\d{2}:\d{2}:\d{2}:\d{2}")
_NO_CLOCK = b"01JAN60:00:00:00"


@dataclass(frozen=True, slots=True)
class _Format:
    """How a table is written and read back, and as what it is to be read back."""

    suffix: str
    write: Callable[[str, pl.DataFrame, Path], None]
    read: Callable[[Path], pl.DataFrame]
    as_written: Callable[[pl.DataFrame], pl.DataFrame]


def export_csv(dataset: Dataset, folder: Path, language: str = "en") -> dict[str, int]:
    """Write every table as UTF-8 CSV, the dictionary and the source with its head hash; return the rows a table.

    An empty cell is no value; an empty text is written ``""``. Raises ProblemsError where a file does not read back
    with the rows, columns and missing values of its table, or the folder holds something already.
    """
    return _export(dataset, folder, language, _Format(".csv", _write_csv, _read_csv, lambda frame: frame))


def export_xpt(dataset: Dataset, folder: Path, language: str = "en") -> dict[str, int]:
    """Write every table as a SAS transport file (version 8), the dictionary and the source; return the rows a table.

    SAS knows no missing text and no truth values: a missing text becomes empty, a flag 0 or 1. Raises as `export_csv`.
    """
    labels: dict[str, list[str]] = {}
    for described in dictionary.describe(dataset, language):
        labels.setdefault(described.table, []).append(described.label)

    def write(name: str, frame: pl.DataFrame, path: Path) -> None:
        _write_xpt(name, frame, path, labels[name])

    return _export(dataset, folder, language, _Format(".xpt", write, _read_xpt, as_sas))


def as_sas(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table as SAS can hold it: names of at most 32 characters, flags as numbers, no missing text."""
    import polars as pl

    kinds = {pl.Boolean: pl.Float64, pl.Int64: pl.Float64}
    made = frame.with_columns(pl.col(kind).cast(kinds[kind]) for kind in kinds)
    made = made.with_columns(pl.col(pl.String).fill_null(""))
    return made.rename(dict(zip(frame.columns, sas_names(frame.columns), strict=True)))


def sas_names(columns: list[str]) -> Iterator[str]:
    """Yield each column's name within 32 characters; where two would meet, the later one ends in its number."""
    taken: set[str] = set()
    for number, column in enumerate(columns, start=1):
        name = column[:_XPT_NAME]
        if name in taken:
            name = f"{column[: _XPT_NAME - 5]}_{number:04d}"
        taken.add(name)
        yield name


def _export(dataset: Dataset, folder: Path, language: str, form: _Format) -> dict[str, int]:
    import polars as pl

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProblemsError([Problem("exchange.folder-taken", {"folder": folder.name})])
    folder.mkdir(parents=True, exist_ok=True)
    entries = dictionary.rows(dataset, language)
    pl.DataFrame(entries, schema=dict.fromkeys(dictionary.HEADER, pl.String), orient="row").write_csv(
        folder / DICTIONARY
    )
    _write_source(dataset, folder / SOURCE)
    problems: list[Problem] = []
    for name, frame in dataset.tables.items():
        path, expected = folder / f"{name}{form.suffix}", form.as_written(frame)
        form.write(name, expected, path)
        problems.extend(_compare(path.name, expected, form.read(path)))
    if problems:
        raise ProblemsError(problems)
    return {name: frame.height for name, frame in dataset.tables.items()}


def _write_source(dataset: Dataset, path: Path) -> None:
    """Write what binds the tables to their history: years later, its head hash shows whether they are its."""
    import polars as pl

    header = dataset.header
    source = {
        "study": header.study,
        "version": header.version,
        "content_hash": header.content_hash,
        "dataset": dataset.hash,
        "history_head": header.history_head,
        "events": str(header.events),
    }
    pl.DataFrame(list(source.items()), schema=["name", "value"], orient="row").write_csv(path)


def _compare(file: str, expected: pl.DataFrame, found: pl.DataFrame) -> Iterator[Problem]:
    if expected.height != found.height:
        params: dict[str, str | int] = {"file": file, "wanted": expected.height, "found": found.height}
        yield Problem("exchange.export-rows", params)
    if expected.columns != found.columns:
        yield Problem("exchange.export-columns", {"file": file, "found": ", ".join(found.columns)})
    elif _missing(expected) != _missing(found):
        wrong = [name for name, count in _missing(expected).items() if count != _missing(found)[name]]
        yield Problem("exchange.export-missing", {"file": file, "columns": ", ".join(wrong)})


def _missing(frame: pl.DataFrame) -> dict[str, int]:
    return {name: frame.get_column(name).null_count() for name in frame.columns}


def _write_csv(_name: str, frame: pl.DataFrame, path: Path) -> None:
    frame.write_csv(path)


def _read_csv(path: Path) -> pl.DataFrame:
    import polars as pl

    return pl.read_csv(path, infer_schema=False)


def _write_xpt(name: str, frame: pl.DataFrame, path: Path, labels: list[str]) -> None:
    import pyreadstat

    pyreadstat.write_xport(
        frame,
        str(path),
        file_label=name,
        column_labels=[label[:_XPT_LABEL] for label in labels],
        table_name=name,
        file_format_version=8,
    )
    # The library stamps the file with the clock; the same dataset must give the same bytes.
    data = path.read_bytes()
    head = data[:2000]
    path.write_bytes(_XPT_STAMP.sub(_NO_CLOCK, head) + data[2000:])


def _read_xpt(path: Path) -> pl.DataFrame:
    import pyreadstat

    frame, _ = pyreadstat.read_xport(str(path), output_format="polars")
    return frame
