"""Making what can be taken of a study: its dataset, its tables, its history, its report, each as of one event.

Everything made here is counted and read back before it is shown to anybody, and names the head hash that it is of.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.conduct.events import Event
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.words import LANGUAGES, text
from equipoise.server.records import history
from equipoise.server.records.models import Prepared

if TYPE_CHECKING:
    from equipoise.dataset.model import Dataset

HEAD = "HEAD.txt"
_NO_CLOCK = (1980, 1, 1, 0, 0, 0)  # the same history gives the same bytes
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be taken."""

    name: str
    bytes: int
    sha256: str


def make(row: Prepared, folder: Path) -> Counts:
    """Make the files of a kind in an empty folder and return what was counted. Raises ProblemsError."""
    return _MAKERS[row.kind](row, folder)


def files_in(folder: Path) -> list[File]:
    """Return the files of a folder, by name."""
    return [File(path.name, path.stat().st_size, _digest(path)) for path in sorted(folder.iterdir())]


def _digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# --- each kind --------------------------------------------------------------------------------------------------------


def _dataset(row: Prepared, folder: Path) -> Counts:
    from equipoise.dataset import store

    dataset = _built(row)
    inside = folder / "dataset"
    store.write(dataset, inside)
    stored = store.verify_dataset(inside)
    if stored.hash != dataset.hash:
        raise ProblemsError([_differs("dataset")])
    _pack(row, inside, dataset.header.version, folder / f"{_stem(row)}-dataset.zip")
    return _counted(dataset)


def _tables(row: Prepared, folder: Path) -> Counts:
    from equipoise.exchange.tables.export import export_csv

    dataset = _built(row)
    inside = folder / "tables"
    rows = export_csv(dataset, inside, row.language or "en")
    counts = _counted(dataset)
    if sum(rows.values()) != counts["rows"]:
        raise ProblemsError([_differs("tables")])
    _pack(row, inside, dataset.header.version, folder / f"{_stem(row)}-tables.{row.language or 'en'}.zip")
    return counts


def _history(row: Prepared, folder: Path) -> Counts:
    from equipoise.exchange.history import stream_history, write_history

    path = folder / f"{_stem(row)}-history.jsonl"
    count = write_history(path, history.history(row.study, until=row.seq))
    last = ""
    read = 0
    for found in stream_history(path):
        if isinstance(found, Problem):
            raise ProblemsError([found])
        last, read = found.hash, read + 1
    if not count == read == row.seq or last != row.head:
        raise ProblemsError([_differs(path.name)])
    return {"events": count}


def _report(row: Prepared, folder: Path) -> Counts:
    from equipoise.analysis.analyse import analyse
    from equipoise.report.write import write_report

    dataset = _built(row)
    results = analyse(dataset)
    inside = folder / "report"
    written = write_report(results, dataset, inside)
    for path in (written.page, written.results, *written.prints.values()):
        path.rename(folder / f"{_stem(row)}-{path.name}")
    inside.rmdir()
    return {"participants": dataset.tables["allocation"].height, "prints": len(written.prints)}


_MAKERS: Mapping[str, Callable[[Prepared, Path], Counts]] = {
    "dataset": _dataset,
    "tables": _tables,
    "history": _history,
    "report": _report,
}
KINDS = tuple(_MAKERS)


# --- what they share --------------------------------------------------------------------------------------------------


def _built(row: Prepared) -> Dataset:
    from equipoise.dataset.build import build

    dataset = build(history.history(row.study, until=row.seq))
    if dataset.header.history_head != row.head or dataset.header.events != row.seq:
        raise ProblemsError([_differs("dataset")])
    return dataset


def _differs(file: str) -> Problem:
    return Problem("server.records.export-differs", {"file": file})


def _counted(dataset: Dataset) -> Counts:
    return {
        "tables": len(dataset.tables),
        "rows": sum(frame.height for frame in dataset.tables.values()),
        "participants": dataset.tables["participants"].height,
        "events": dataset.header.events,
    }


def _stem(row: Prepared) -> str:
    return f"{row.study}-{row.head[:12]}"


def _pack(row: Prepared, inside: Path, version: str, target: Path) -> None:
    """Pack a folder with what it is of, hold the packed bytes against the files, and leave the pack alone."""
    event = history.event_at(row.study, row.seq)
    contents = dict(_contents(inside))
    contents[HEAD] = head_text(event, version, inside.name).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        for name in sorted(contents):
            pack.writestr(zipfile.ZipInfo(name, _NO_CLOCK), contents[name], zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(target) as pack:
        if {name: pack.read(name) for name in pack.namelist()} != contents:
            raise ProblemsError([_differs(target.name)])
    for path in sorted(inside.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    inside.rmdir()


def _contents(inside: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(inside.rglob("*")):
        if path.is_file():
            yield f"{inside.name}/{path.relative_to(inside).as_posix()}", path.read_bytes()


def head_text(event: Event, version: str, folder: str) -> str:
    """Return what is said beside an export, in every language: of which moment of which history it is."""
    known = {"study": event.study, "version": version, "head": event.hash, "seq": event.seq, "at": event.at}
    said = (
        text(
            "server.records", f"head.{'dataset' if folder == 'dataset' else 'other'}", language, **known, folder=folder
        )
        for language in LANGUAGES
    )
    return "\n".join(said)
