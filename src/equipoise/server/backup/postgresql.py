"""PostgreSQL's own programs and databases: dump, restore into a database beside, exchange their names."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import environment, schema
from equipoise.server.rights import grant, granted_roles, revoke_from_owner

_LEAVING = 3.0  # seconds that a connection which was closed may take to go
_DEBIAN = Path("/usr/lib/postgresql")


def program(name: str) -> Path:
    """Return one of PostgreSQL's programs, the newest there is. Raises ProblemsError if it is not installed."""
    versions = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    if versions:
        return versions[-1]
    found = shutil.which(name)
    if found is None:
        raise ProblemsError([Problem("server.no-program", {"program": name})])
    return Path(found)


def dump(to: Path, snapshot: str) -> None:
    """Write the database at a snapshot that another transaction holds."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={to}")


def load(contents: Path, name: str) -> None:
    """Restore a dump into an empty database, all of it or nothing."""
    _run(
        "pg_restore", "--no-owner", "--no-acl", "--single-transaction", "--exit-on-error", f"--dbname={name}",
        str(contents),
    )  # fmt: skip


def _run(name: str, *arguments: str) -> None:
    settings = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    # The password goes by the environment: a command line is seen by everybody on the machine.
    where = {variable: str(settings[key]) for variable, key in named.items() if settings.get(key)}
    options = {
        f"PG{key.upper()}": str(value)
        for key, value in settings.get("OPTIONS", {}).items()
        if key in {"host", "sslmode", "sslrootcert", "sslcert", "sslkey", "service"}
    }
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        [program(name), "--no-password", *arguments],
        env={**os.environ, **where, **options},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [""])[0]
        raise ProblemsError([Problem("server.program-failed", {"program": name, "why": said[:200]})])


def address_of(name: str) -> str:
    """Return the address of another database of the same server, without a password in it where none is set."""
    head, _, query = environment.database().partition("?")
    return head.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else "")


def own_name() -> str:
    """Return the name of the installation's database."""
    return str(connection.settings_dict["NAME"])


@contextmanager
def maintaining() -> Iterator[Any]:
    """Give a cursor in another database than the installation's, from which that can be renamed."""
    name = own_name()
    other = address_of("postgres" if name != "postgres" else "template1")
    with schema.connected(other), schema.answering(), connection.cursor() as cursor:
        yield cursor


def exists(name: str) -> bool:
    """Whether there is a database of a name."""
    with maintaining() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def refuse_connected(name: str) -> None:
    """Raise ProblemsError if anybody is connected to a database."""
    connection.close()
    until = time.monotonic() + _LEAVING
    with maintaining() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name])
            others = cursor.fetchone()[0]
            if not others or time.monotonic() > until:
                break
            time.sleep(0.05)
    if others:
        raise ProblemsError([Problem("server.others-connected", {"count": others})])


def roles() -> list[str]:
    """Return the roles that may write to the history and do not own it."""
    return granted_roles()


@contextmanager
def beside(name: str) -> Iterator[None]:
    """Make an empty database for a while; what is left of it is dropped."""
    with maintaining() as cursor:
        cursor.execute(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    try:
        yield
    finally:
        with maintaining() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def give_rights(to: list[str]) -> None:
    """Take from the owner, and give to roles, what a restored database does not carry."""
    revoke_from_owner()
    for role in to:
        grant(role)


def exchange(name: str, made: str, kept: str) -> None:
    """Give a database's name to another one, and keep the old one under a third name: both, or neither."""
    refuse_connected(name)
    with maintaining() as cursor, transaction.atomic():
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone():
            cursor.execute(f'ALTER DATABASE "{name}" RENAME TO "{kept}"')
        cursor.execute(f'ALTER DATABASE "{made}" RENAME TO "{name}"')
