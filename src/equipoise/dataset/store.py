"""A dataset as a folder: `manifest.json`, `study/` and `tables/*.parquet`. A changed byte is refused."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from equipoise.conduct.events import Event
from equipoise.core import canonical
from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.dataset.build import build, columns_of
from equipoise.dataset.columns import TABLES
from equipoise.dataset.encode import decode_table
from equipoise.dataset.model import Dataset, Header
from equipoise.dataset.rulebook import study_from
from equipoise.study.model.study import Study

MANIFEST = "manifest.json"


def write(dataset: Dataset, folder: Path) -> None:
    """Write a dataset to a folder that is new, empty, or holds a dataset, which it replaces.

    Raises ProblemsError where the folder holds something else: nobody's files are overwritten. Raises ValueError for
    a part of a dataset: whoever reads it would take it for the whole.
    """
    missing = [name for name in TABLES if name not in dataset.tables]
    if missing:
        raise ValueError(f"a dataset without {', '.join(missing)} is not stored")
    if folder.exists() and any(folder.iterdir()):
        strange = _present(folder) - _expected()
        if strange or not (folder / MANIFEST).is_file():
            raise ProblemsError([Problem("dataset.folder-taken", {"folder": folder.name})])
        for name in _present(folder):
            (folder / name).unlink()
    for name, data in dataset.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    # The manifest comes last: a folder that lacks it was not written whole.
    (folder / MANIFEST).write_bytes(canonical.dumps(dataset.manifest))


def read(folder: Path) -> Dataset:
    """Read a dataset; raises ProblemsError for every file that is changed, missing or too many, all at once."""
    manifest = _manifest(folder)
    problems: list[Problem] = []
    stored: dict[str, bytes] = {}
    hashes = manifest.hashes
    present = _present(folder)
    for name, stated in hashes.items():
        if name not in present:
            problems.append(Problem("dataset.missing-file", {"file": name}, Place(name)))
            continue
        stored[name] = (folder / name).read_bytes()
        if canonical.digest(stored[name]) != stated:
            problems.append(Problem("dataset.changed-file", {"file": name}, Place(name)))
    problems += [
        Problem("dataset.extra-file", {"file": name}, Place(name))
        for name in sorted(present - hashes.keys() - {MANIFEST})
    ]
    if problems:
        raise ProblemsError(problems)
    return _assembled(manifest, stored)


def verify_dataset(folder: Path, events: Iterable[Event] | None = None) -> Dataset:
    """Read a dataset and, with its history, replay it; raises ProblemsError for the first thing that differs.

    The replay is compared by content, row by row, so that another version of a library that packs the same
    rows into other bytes is no difference.
    """
    dataset = read(folder)
    if events is not None:
        problems = differences(dataset, build(events))
        if problems:
            raise ProblemsError(problems)
    return dataset


def differences(found: Dataset, replayed: Dataset) -> list[Problem]:
    """Return where a dataset is not what its history gives."""
    problems = []
    if found.header.as_json() != replayed.header.as_json():
        ours, theirs = found.header.as_json(), replayed.header.as_json()
        names = ", ".join(name for name in ours if ours[name] != theirs[name])
        problems.append(Problem("dataset.other-header", {"names": names}, Place(MANIFEST)))
    for name, frame in found.tables.items():
        other = replayed.tables[name]
        if not frame.equals(other):
            rows, of = frame.height, other.height
            problems.append(
                Problem(
                    "dataset.other-rows", {"table": name, "rows": rows, "replayed": of}, Place(f"tables/{name}.parquet")
                )
            )
    return problems


@dataclass(frozen=True, slots=True)
class _Table:
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest(Header):
    """What `manifest.json` says: the header, and each file with its hash, each table with its rows."""

    files: dict[str, str]
    tables: dict[str, _Table]

    def as_json(self) -> dict[str, Any]:
        tables = {name: {"rows": table.rows, "sha256": table.sha256} for name, table in self.tables.items()}
        return {**Header.as_json(self), "files": self.files, "tables": tables}

    @property
    def header(self) -> Header:
        return Header(**{each.name: getattr(self, each.name) for each in fields(Header)})

    @property
    def hashes(self) -> dict[str, str]:
        return {**self.files, **{f"tables/{name}.parquet": table.sha256 for name, table in self.tables.items()}}


@cache
def _reader() -> TypeAdapter[_Manifest]:
    return TypeAdapter(_Manifest)


def _manifest(folder: Path) -> _Manifest:
    path = folder / MANIFEST
    place = Place(MANIFEST)
    if not path.is_file():
        raise ProblemsError([Problem("dataset.no-manifest", {"folder": folder.name}, place)])
    data = path.read_bytes()
    try:
        manifest = _reader().validate_json(data, strict=True)
    except ValidationError:
        raise ProblemsError([Problem("dataset.bad-manifest", {}, place)]) from None
    # Written again it must be the same bytes: so nothing stands in it twice, besides, or in another format.
    if manifest.hashes.keys() | {MANIFEST} != _expected() or canonical.dumps(manifest.as_json()) != data:
        raise ProblemsError([Problem("dataset.bad-manifest", {}, place)])
    return manifest


def _assembled(manifest: _Manifest, stored: dict[str, bytes]) -> Dataset:
    study = _study(stored["study/study.json"])
    problems = []
    if study.content_hash != manifest.content_hash:
        problems.append(Problem("dataset.changed-file", {"file": "study/study.json"}, Place("study/study.json")))
    tables = {}
    for name, stated in manifest.tables.items():
        place = Place(f"tables/{name}.parquet")
        frame = decode_table(stored[f"tables/{name}.parquet"])
        if frame is None:
            problems.append(Problem("dataset.unreadable-file", {"file": place.file}, place))
            continue
        if frame.height != stated.rows:
            counts: dict[str, str | int] = {"table": name, "rows": frame.height, "stated": stated.rows}
            problems.append(Problem("dataset.row-count", counts, place))
        if frame.columns != list(columns_of(study, name)):
            problems.append(Problem("dataset.other-columns", {"table": name}, place))
        tables[name] = frame
    if problems:
        raise ProblemsError(problems)
    tables = {name: tables[name] for name in TABLES}
    return Dataset(manifest.header, study, tables, stored)


def _study(data: bytes) -> Study:
    try:
        return study_from(json.loads(data))
    except (ValueError, TypeError, RecursionError):
        place = Place("study/study.json")
        raise ProblemsError([Problem("dataset.unreadable-file", {"file": place.file}, place)]) from None


def _expected() -> set[str]:
    return {MANIFEST, "study/study.json", "study/content_hash", *(f"tables/{name}.parquet" for name in TABLES)}


def _present(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
