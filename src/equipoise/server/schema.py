"""The database that an installation uses: whether it answers, and whether its tables are of this version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server.records import memory
from equipoise.server.settings import database

_NO_ROOM = "53100"  # PostgreSQL's disk_full
Migration = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Schema:
    """What a database has had of migrations: `newer` are those that this version does not know."""

    applied: tuple[str, ...]
    missing: tuple[str, ...]
    newer: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of Equipoise in it."""
        return not any(name.startswith("records.") for name in self.applied)


def _named(migrations: Iterable[Migration]) -> tuple[str, ...]:
    return tuple(sorted(f"{app}.{name}" for app, name in migrations))


def schema() -> Schema:
    """Return what the database has had. Raises ProblemsError if it does not answer, or is no database."""
    with answering():
        executor = MigrationExecutor(connection)
    loader = executor.loader
    known = set(loader.disk_migrations)
    for made in loader.disk_migrations.values():
        known |= set(made.replaces)
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    return Schema(
        _named(loader.applied_migrations),
        _named((made.app_label, made.name) for made, _ in plan),
        _named(loader.applied_migrations.keys() - known),
    )


@contextmanager
def answering() -> Iterator[None]:
    """Turn a database that does not answer, or has no room left, into a problem in words."""
    try:
        yield
    except DatabaseError as error:
        connection.close()
        raise ProblemsError([unreachable(error)]) from error


def unreachable(error: Exception) -> Problem:
    """Return in words why the database did not do what was asked: no room, or the first line of what it said."""
    said = (str(error).strip().splitlines() or [type(error).__name__])[0]
    if "disk is full" in said or getattr(error.__cause__, "sqlstate", None) == _NO_ROOM:
        return Problem("server.disk-full")
    return Problem("server.database-unreachable", {"why": said[:200]})


def file_of_database() -> Path | None:
    """Return the file of the embedded database; None on PostgreSQL."""
    if connection.vendor != "sqlite":
        return None
    name = str(connection.settings_dict["NAME"])
    return Path(unquote(name[5:].removesuffix("?mode=ro"))) if name.startswith("file:") else Path(name)


def refuse_absent() -> None:
    """Raise ProblemsError if the embedded database's file is not there: connecting would make an empty one."""
    file = file_of_database()
    if file is not None and not file.exists():
        raise ProblemsError([Problem("server.no-database", {"path": str(file)})])


def refuse_newer(found: Schema) -> None:
    """Raise ProblemsError if a newer version of Equipoise has migrated the database."""
    if found.newer:
        raise ProblemsError([Problem("server.newer-database", {"newer": ", ".join(found.newer[:3])})])


def migrate() -> tuple[str, ...]:
    """Bring the database to this version; return what was done. Raises ProblemsError if it is a newer one's."""
    file = file_of_database()
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    found = schema()
    refuse_newer(found)
    if found.missing:
        with answering():
            call_command("migrate", verbosity=0, interactive=False)
    return found.missing


@contextmanager
def connected(address: str, *, read_only: bool = False) -> Iterator[None]:
    """Let the connection be to another database for a while."""
    before = connections.settings["default"]
    connections["default"].close()
    settings = {"default": database(address, read_only=read_only)}
    connections.settings["default"] = connections.configure_settings(settings)["default"]
    del connections["default"]
    memory.forget()
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        del connections["default"]
        memory.forget()
