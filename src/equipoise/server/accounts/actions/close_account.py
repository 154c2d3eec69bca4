"""Close an account. It is never deleted: its name stands in histories."""

from __future__ import annotations

from django.db import transaction

from equipoise.core.problem import Problem
from equipoise.server.accounts.actions.end_role import end_role
from equipoise.server.accounts.finding import locked
from equipoise.server.accounts.models import Membership, User
from equipoise.server.accounts.recording import record


def close_account(username: str, *, by: str) -> User | Problem:
    """Close an account, end its roles and its sessions."""
    with transaction.atomic():
        account = locked(username)
        if isinstance(account, Problem):
            return account
        for study in Membership.objects.filter(user=account, until=None).values_list("study", flat=True):
            end_role(username, study, by=by)
        account.is_active = False
        # A session carries a hash of the password: without this one every session is nobody's, for good.
        account.set_unusable_password()
        account.save(update_fields=["is_active", "password"])
        record(by, "account_closed", username)
    return account
