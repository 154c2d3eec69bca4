"""The database: its version, its defences, what the role may do, its clock, its secrets."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import connection

from equipoise.core.problem import ProblemsError
from equipoise.server import clock
from equipoise.server.backup import postgresql
from equipoise.server.doctor.finding import Finding, mend, ok
from equipoise.server.records.models import AllocationSecret, Study
from equipoise.server.records.secrets import secret_of
from equipoise.server.rights import CHAINED
from equipoise.server.schema import Schema

_OLDEST_POSTGRESQL = 150000
_OLDEST_SQLITE = (3, 37)
_SKEW = 5.0  # seconds
_TRIGGERS = {
    "sqlite": ("refuses_update", "refuses_delete", "goes_on"),
    "postgresql": ("refuses_change", "refuses_truncate", "goes_on"),
}


def version() -> Finding:
    """The version of the database."""
    if connection.vendor == "sqlite":
        told = {"name": f"SQLite {sqlite3.sqlite_version}"}
        recent = sqlite3.sqlite_version_info >= _OLDEST_SQLITE
    else:
        connection.ensure_connection()
        number = connection.pg_version
        told = {"name": f"PostgreSQL {number // 10000}.{number % 10000}"}
        recent = number >= _OLDEST_POSTGRESQL
    return ok("database", **told) if recent else mend("database", "old", **told)


def migrations(found: Schema) -> Finding:
    """That the tables are of this version."""
    if found.newer:
        return mend("migrations", "newer", names=", ".join(found.newer[:3]))
    if found.missing:
        return mend("migrations", "missing", count=len(found.missing))
    return ok("migrations", count=len(found.applied))


def triggers() -> Iterator[Finding]:
    """That the database itself refuses to change the history and the access log."""
    wanted = {f"{table}_{name}" for table in CHAINED for name in _TRIGGERS[connection.vendor]}
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        absent = sorted(wanted - {name for (name,) in cursor.fetchall()})
    yield mend("triggers", "absent", names=", ".join(absent)) if absent else ok("triggers", count=len(wanted))


def rights() -> Iterator[Finding]:
    """On PostgreSQL: that the site's role can neither change the history nor give itself the right to."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        role, is_super = cursor.fetchone()
        cursor.execute(
            "SELECT bool_or(pg_has_role(tableowner, 'MEMBER')) FROM pg_tables WHERE tablename = 'records_event'"
        )
        owns = cursor.fetchone()[0]
        may = []
        for table in CHAINED:
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [table, right])
                may += [f"{right} {table}"] if cursor.fetchone()[0] else []
    if is_super:
        yield mend("rights", "superuser", role=role)
    elif may:
        yield mend("rights", "may", role=role, rights=", ".join(may))
    elif owns:
        yield mend("rights", "owner", role=role)
    else:
        yield ok("rights", role=role)


def programs() -> Iterator[Finding]:
    """On PostgreSQL: that its programs for backups are here."""
    if connection.vendor != "postgresql":
        return
    try:
        postgresql.program("pg_restore")
        yield ok("programs", path=str(postgresql.program("pg_dump").parent))
    except ProblemsError as error:
        yield mend("programs", "absent", **error.problems[0].params)


def clock_of() -> Finding:
    """That this machine's clock agrees with the database's, and no event lies ahead of it."""
    try:
        now = clock.now()
    except ProblemsError as error:
        return mend("clock", "jumped", **error.problems[0].params)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs((cursor.fetchone()[0] - now).total_seconds())
        if apart > _SKEW:
            return mend("clock", "apart", seconds=round(apart))
    last = max((at for at in Study.objects.values_list("at", flat=True) if at), default="")
    if last and (datetime.fromisoformat(last) - now).total_seconds() > _SKEW:
        return mend("clock", "behind", last=last[:19] + "Z")
    return ok("clock")


def key_opens() -> Finding:
    """That the key opens what is encrypted."""
    count = 0
    try:
        for study in AllocationSecret.objects.values_list("study", flat=True):
            secret_of(study)
            count += 1
        for kept in Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("data", flat=True):
            get_adapter().decrypt(kept["secret"])
            count += 1
    except ProblemsError:
        return mend("key", "other")
    return ok("key", count=count)
