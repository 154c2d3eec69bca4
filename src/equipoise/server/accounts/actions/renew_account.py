"""Renew an account whose owner has lost the phone and the recovery codes, or the password and the mail."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from equipoise.core.problem import Problem
from equipoise.server.accounts.actions.open_account import Opened
from equipoise.server.accounts.finding import locked
from equipoise.server.accounts.links import password_link
from equipoise.server.accounts.lockout import unlock
from equipoise.server.accounts.recording import record


def renew_account(username: str, *, by: str) -> Opened | Problem:
    """Take away password, second factor and sessions, and return a link by which the owner begins anew."""
    with transaction.atomic():
        account = locked(username)
        if isinstance(account, Problem):
            return account
        Authenticator.objects.filter(user=account).delete()
        account.set_unusable_password()
        account.save(update_fields=["password"])
        unlock(account)
        record(by, "account_renewed", username)
    return Opened(account, password_link(account))
