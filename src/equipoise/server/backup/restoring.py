"""Restore a backup: everything is tried beside what is there, and only what holds takes its place."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from django.db import connection

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import environment, schema
from equipoise.server.backup import postgresql
from equipoise.server.backup.making import stands
from equipoise.server.backup.manifest import Manifest, copy_contents, read_manifest
from equipoise.server.records.verification import studies, verify_study
from equipoise.server.serving.use import refuse_in_use


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored; `kept` is where the database that was there is now, empty where there was none."""

    manifest: Manifest
    migrated: int
    kept: str


def restore(file: Path, *, check: bool = False) -> Restored:
    """Restore a backup in place of the installation's database; with `check` everything but that is done.

    Raises ProblemsError, with what was there untouched, if anything does not hold.
    """
    with _reading(file) as opened:
        manifest = read_manifest(opened)
        if manifest.database != connection.vendor:
            raise ProblemsError(
                [Problem("server.other-database", {"made": manifest.database, "here": connection.vendor})]
            )
        with _contents_beside() as contents:
            copy_contents(opened, manifest, contents)
            # As long as the site is running, its processes hold the old database open.
            with refuse_in_use() if not check else nullcontext():
                if connection.vendor == "postgresql":
                    return _restore_postgresql(contents, manifest, check=check)
                return _restore_sqlite(contents, manifest, check=check)


@contextmanager
def _reading(file: Path) -> Iterator[BinaryIO]:
    try:
        with file.open("rb") as opened:
            yield opened
    except OSError as error:
        where = {"path": str(error.filename or file), "why": error.strerror or ""}
        raise ProblemsError([Problem("core.path-refused", where)]) from error


@contextmanager
def _contents_beside() -> Iterator[Path]:
    """Name a file for the contents: beside the database where that is a file, otherwise in the home folder."""
    database = schema.file_of_database()
    folder = database.parent if database is not None else environment.home()
    folder.mkdir(parents=True, exist_ok=True)
    contents = folder / f"restoring-{secrets.token_hex(6)}"
    try:
        yield contents
    finally:
        for left in (contents, contents.with_name(contents.name + "-journal")):
            left.unlink(missing_ok=True)


def _proved(manifest: Manifest) -> int:
    """Migrate the restored database forward and verify it; return how many migrations it took."""
    schema.refuse_newer(schema.schema())
    migrated = len(schema.migrate())
    with connection.cursor() as cursor:
        if stands(cursor) != manifest.studies:
            raise ProblemsError([Problem("server.changed-backup")])
    problems = [problem for study in studies() for problem in verify_study(study).found.problems]
    if problems:
        raise ProblemsError(problems)
    return migrated


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _restore_sqlite(contents: Path, manifest: Manifest, *, check: bool) -> Restored:
    database = schema.file_of_database()
    assert database is not None  # noqa: S101 - the vendor says so
    with schema.connected(f"sqlite:///{quote(str(contents))}"):
        migrated = _proved(manifest)
    if check:
        return Restored(manifest, migrated, "")
    connection.close()
    return Restored(manifest, migrated, _exchange_files(database, contents))


def _exchange_files(database: Path, made: Path) -> str:
    """Put the new file in the old one's place in one step, keeping the old one; nobody may be writing to it."""
    with made.open("rb") as opened:
        os.fsync(opened.fileno())
    if not database.exists():
        made.rename(database)
        return ""
    number = 1
    while (kept := database.with_name(f"{database.name}.before-{number}")).exists():
        number += 1
    with closing(sqlite3.connect(database, timeout=5, isolation_level=None)) as old:
        try:
            old.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise ProblemsError([Problem("server.database-busy")]) from error
        except sqlite3.DatabaseError:
            pass  # what is there is no longer a database: it is kept all the same
        os.link(database, kept)
        made.replace(database)
    return str(kept)


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _restore_postgresql(contents: Path, manifest: Manifest, *, check: bool) -> Restored:
    name = postgresql.own_name()
    there = postgresql.exists(name)
    roles = postgresql.roles() if there and not schema.schema().is_empty else []
    if there and not check:
        postgresql.refuse_connected(name)
    made = f"{name[:40]}_restoring_{secrets.token_hex(4)}"
    with postgresql.beside(made):
        with schema.connected(postgresql.address_of(made)):
            postgresql.load(contents, made)
            migrated = _proved(manifest)
            postgresql.give_rights(roles)
        if check:
            return Restored(manifest, migrated, "")
        number = 1
        while postgresql.exists(kept := f"{name[:50]}_before_{number}"):
            number += 1
        postgresql.exchange(name, made, kept)
    return Restored(manifest, migrated, kept if there else "")
