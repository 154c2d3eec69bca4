"""The database itself refuses to change, delete or empty the history and the access log, or to break their chain."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

CHAINED = {"records_event": "seq", "records_access": "number"}
_GENESIS = "0" * 64
# SQLite's INSERT OR REPLACE would delete the row in its way without a trigger seeing it.
_SECOND_ALLOCATION = (
    "NEW.type = 'allocated' AND EXISTS (SELECT 1 FROM records_event "
    "WHERE study = NEW.study AND stream = NEW.stream AND type = 'allocated')"
)


def _defend(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    defend = _on_postgresql if editor.connection.vendor == "postgresql" else _on_sqlite
    for table, number in CHAINED.items():
        defend(editor, table, number)


def _on_sqlite(editor: BaseDatabaseSchemaEditor, table: str, number: str) -> None:
    for act in ("UPDATE", "DELETE"):
        editor.execute(
            f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed: {act} refused'); END"
        )
    last = f"FROM {table} WHERE study = NEW.study ORDER BY {number} DESC LIMIT 1"
    taken = f" OR ({_SECOND_ALLOCATION})" if table == "records_event" else ""
    editor.execute(
        f"CREATE TRIGGER {table}_goes_on BEFORE INSERT ON {table} WHEN "
        f"NEW.{number} <> coalesce((SELECT {number} {last}), 0) + 1 "
        f"OR NEW.previous <> coalesce((SELECT hash {last}), '{_GENESIS}'){taken} "
        f"BEGIN SELECT RAISE(ABORT, '{table} goes on at its end alone: INSERT refused'); END"
    )


def _on_postgresql(editor: BaseDatabaseSchemaEditor, table: str, number: str) -> None:
    # CREATE FUNCTION takes no parameters, so that a percent sign stands for itself.
    editor.execute(
        f"""
        CREATE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION '{table} is never changed: % refused', TG_OP;
        END $$;
        CREATE FUNCTION {table}_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          last record;
        BEGIN
          SELECT {number} AS number, hash INTO last FROM {table} WHERE study = NEW.study ORDER BY {number} DESC LIMIT 1;
          IF NEW.{number} <> coalesce(last.number, 0) + 1 OR NEW.previous <> coalesce(last.hash, '{_GENESIS}') THEN
            RAISE EXCEPTION '{table} goes on at its end alone: INSERT refused';
          END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table}
          FOR EACH ROW EXECUTE FUNCTION {table}_refuses();
        CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}
          FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses();
        CREATE TRIGGER {table}_goes_on BEFORE INSERT ON {table}
          FOR EACH ROW EXECUTE FUNCTION {table}_goes_on();
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER;
        """,
        params=None,
    )


class Migration(migrations.Migration):
    """Triggers, and on PostgreSQL the rights as well."""

    dependencies: ClassVar = [("records", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(_defend, migrations.RunPython.noop)]
