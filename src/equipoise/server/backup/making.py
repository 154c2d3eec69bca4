"""Make a backup, of a database that is being written to: all of it at one moment."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from django.db import connection, transaction

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import clock, environment, schema
from equipoise.server.backup import postgresql
from equipoise.server.backup.manifest import Manifest, Stand, chunks, fingerprint, installed

LAST = "last-backup.json"  # in the home folder: when the last one was made
_STANDS = (
    "SELECT study, seq, hash FROM records_event AS last"
    " WHERE seq = (SELECT max(seq) FROM records_event WHERE study = last.study)"
)
_MIGRATIONS = "SELECT app, name FROM django_migrations"


class Cursor(Protocol):
    """A cursor of either database."""

    def execute(self, statement: str, /) -> Any:
        """Carry out a statement."""

    def fetchall(self) -> list[Any]:
        """Return its rows."""


def make_backup(file: Path) -> Manifest:
    """Make a backup of the installation's database. Raises ProblemsError if the file is there, or it cannot be made."""
    if file.exists():
        raise ProblemsError([Problem("server.file-exists", {"path": str(file)})])
    schema.refuse_absent()
    if schema.schema().is_empty:
        raise ProblemsError([Problem("server.not-equipoise")])
    part, copy = file.with_name(file.name + ".part"), file.with_name(file.name + ".copy")
    try:
        copied = _copy_postgresql(copy) if connection.vendor == "postgresql" else _copy_sqlite(copy)
        manifest = _written(copy, part, *copied)
        # A name that somebody else has taken meanwhile is not written over.
        os.link(part, file)
    except OSError as error:
        raise ProblemsError([_refused(file, error)]) from error
    finally:
        part.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
    kept = {"at": manifest.made, "file": str(file.resolve()), "bytes": manifest.size}
    home = environment.home()
    home.mkdir(parents=True, exist_ok=True)
    home.joinpath(LAST).write_text(json.dumps(kept) + "\n", encoding="utf-8")
    return manifest


def _refused(file: Path, error: OSError) -> Problem:
    return Problem("core.path-refused", {"path": str(error.filename or file), "why": error.strerror or ""})


def _copy_sqlite(copy: Path) -> tuple[dict[str, Stand], tuple[str, ...]]:
    """Copy by SQLite's own means: one moment, whoever writes meanwhile waits."""
    source = schema.file_of_database()
    _private(copy)
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True, timeout=60)) as read,
            closing(sqlite3.connect(copy)) as made,
        ):
            read.backup(made)
            return stands(made.cursor()), migrations(made.cursor())
    except sqlite3.Error as error:
        raise ProblemsError([schema.unreachable(error)]) from error


def _copy_postgresql(copy: Path) -> tuple[dict[str, Stand], tuple[str, ...]]:
    """Copy by pg_dump, at the snapshot at which the manifest is read."""
    _private(copy)
    with schema.answering(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        found = stands(cursor), migrations(cursor)
        postgresql.dump(copy, snapshot)
    return found


def _private(file: Path) -> None:
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def stands(cursor: Cursor) -> dict[str, Stand]:
    """Return where each study stands, by its last event."""
    cursor.execute(_STANDS)
    return {study: (seq, head) for study, seq, head in cursor.fetchall()}


def migrations(cursor: Cursor) -> tuple[str, ...]:
    """Return the migrations that the database has had."""
    cursor.execute(_MIGRATIONS)
    return tuple(sorted(f"{app}.{name}" for app, name in cursor.fetchall()))


def _written(copy: Path, part: Path, studies: dict[str, Stand], had: tuple[str, ...]) -> Manifest:
    digest = hashlib.sha256()
    with copy.open("rb") as opened:
        for piece in chunks(opened):
            digest.update(piece)
    manifest = Manifest(
        database=connection.vendor,
        equipoise=installed(),
        made=clock.instant(),
        migrations=had,
        studies=studies,
        size=copy.stat().st_size,
        sha256=digest.hexdigest(),
        key=fingerprint(),
    )
    _private(part)
    with part.open("wb") as out, copy.open("rb") as opened:
        out.write(manifest.sealed())
        for piece in chunks(opened):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return manifest
