"""Whether this server can do its work, for the machine that watches it: true or false, and no secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from equipoise.core.problem import ProblemsError
from equipoise.server import clock
from equipoise.server.records.models import Verification

_NEEDED = ("database", "migrations", "clock")


def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view
    """Answer 200 if all that is needed is there, else 503."""
    found: dict[str, Any] = {"database": False, "migrations": False, "clock": False, "verified_hours_ago": None}
    try:
        now = clock.now()
        found["clock"] = True
    except ProblemsError:
        now = None
    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        found["database"] = True
        found["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        last = Verification.objects.order_by("-id").values_list("at", flat=True).first()
        if last and now:
            found["verified_hours_ago"] = round((now - datetime.fromisoformat(last)).total_seconds() / 3600, 1)
    except (DatabaseError, InterfaceError):
        found["migrations"] = False
    well = all(found[name] for name in _NEEDED)
    told = {"well": well, **found}
    return JsonResponse(told, status=200 if well else 503, headers={"Cache-Control": "no-store"})
