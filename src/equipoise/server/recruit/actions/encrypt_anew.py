"""Encrypt one row anew with the key of today, in a transaction of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from equipoise.core.problem import ProblemsError
from equipoise.server.records.turn import turn_to_write

if TYPE_CHECKING:
    from equipoise.server.rotation import Kind


def encrypt_anew(kind: Kind, pk: Any) -> bool | None:
    """Encrypt a row anew; whether there was anything to do, None if no key opens it."""
    from equipoise.server.rotation import changed

    with turn_to_write():
        rows = kind.model._default_manager.filter(pk=pk)
        row = rows.select_for_update().first()
        if row is None:
            return False
        try:
            new = changed(kind, row)
        except ProblemsError:
            return None
        if new:
            rows.update(**new)
        return bool(new)
