"""Too many wrong passwords: one account is closed to one address for a while, and to nobody else.

An attacker can thus lock out nobody but themselves; how fast one address may try at all is limited besides
(`settings.ACCOUNT_RATE_LIMITS`).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from equipoise.server import keys
from equipoise.server.accounts.models import User


def username_of(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:  # noqa: ARG001 - as axes calls it
    """Return under which name attempts are counted: one name for an account, by whichever of its names it is tried.

    A name that is nobody's may be a password in the wrong field: only a digest of it is kept.
    """
    given = credentials or {}
    typed = str(given.get("username") or given.get("email") or "").strip()
    account = User.objects.filter(username__iexact=typed).first() or User.objects.filter(email__iexact=typed).first()
    if account is not None:
        return account.username
    return hmac.new(keys.derived("lock-out"), typed.casefold().encode(), "sha256").hexdigest()


def locked_out(request: HttpRequest, response: HttpResponse, credentials: Mapping[str, Any] | None) -> HttpResponse:  # noqa: ARG001
    """Return the page for an account that is closed to an address. It is the same whether the account exists."""
    return render(request, "account/locked_out.html", status=429)


def unlock(account: User) -> None:
    """Open an account to every address again: its owner has shown who they are."""
    AxesProxyHandler.reset_attempts(username=account.username)
