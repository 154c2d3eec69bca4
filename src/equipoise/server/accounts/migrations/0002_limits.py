"""The table of limits and used codes, which Django's cache keeps in the database."""

from __future__ import annotations

from typing import ClassVar

from django.core.cache.backends.db import BaseDatabaseCache
from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_TABLE = "accounts_limit"


def _make(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", _TABLE, database=editor.connection.alias, verbosity=0)


def _drop(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(f"DROP TABLE {editor.quote_name(BaseDatabaseCache(_TABLE, {})._table)}")


class Migration(migrations.Migration):
    """One table more."""

    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(_make, _drop)]
