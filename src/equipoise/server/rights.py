"""What the application's role may do on PostgreSQL: add to the history and read it, never change it."""

from __future__ import annotations

import re

from django.db import connection, transaction

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import schema

CHAINED = ("records_event", "records_access")
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
_READ_ONLY = "django_migrations"  # the application does not migrate


def grant(role: str) -> None:
    """Give a role what the site needs, and no more. Raises ProblemsError if there is no such role."""
    if connection.vendor != "postgresql":
        raise ProblemsError([Problem("server.no-roles")])
    name = connection.ops.quote_name(role)
    with schema.answering(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        if found is None or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", role):
            raise ProblemsError([Problem("server.no-role", {"role": role[:60]})])
        cursor.execute("SELECT current_schema()")
        place = connection.ops.quote_name(cursor.fetchone()[0])
        cursor.execute(f"GRANT USAGE ON SCHEMA {place} TO {name}")
        cursor.execute(_TABLES)
        for (table,) in cursor.fetchall():
            rights = "SELECT" if table == _READ_ONLY else "SELECT, INSERT"
            if table not in (*CHAINED, _READ_ONLY):
                rights += ", UPDATE, DELETE"
            cursor.execute(f'REVOKE ALL ON "{table}" FROM {name}')
            cursor.execute(f'GRANT {rights} ON "{table}" TO {name}')
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {place} TO {name}")


def revoke_from_owner() -> None:
    """Take from whoever owns the history the right to change it, as the migration does."""
    with schema.answering(), connection.cursor() as cursor:
        for table in CHAINED:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER")


def granted_roles() -> list[str]:
    """Return the roles that may add to the history and do not own it."""
    with schema.answering(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT grantee FROM information_schema.role_table_grants WHERE table_schema = current_schema()"
            " AND table_name = 'records_event' AND privilege_type = 'INSERT' AND grantee NOT IN (SELECT tableowner"
            " FROM pg_tables WHERE tablename = 'records_event' AND schemaname = current_schema()) ORDER BY grantee"
        )
        return [role for (role,) in cursor.fetchall()]
