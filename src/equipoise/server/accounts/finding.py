"""An account by its name, locked until the transaction ends."""

from __future__ import annotations

from equipoise.core.problem import Problem
from equipoise.server.accounts.models import User


def locked(username: str) -> User | Problem:
    """Return an open account whose row is locked, or why there is none."""
    account = User.objects.select_for_update().filter(username=username).first()
    if account is None:
        return Problem("server.accounts.no-such-account", {"name": username[:60]})
    if not account.is_active:
        return Problem("server.accounts.account-closed", {"name": username})
    return account
