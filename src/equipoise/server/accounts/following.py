"""What follows from what allauth has done."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from equipoise.server.accounts import lockout, sessions
from equipoise.server.accounts.models import User


def added(request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    """A second factor set up in this session was given in it."""
    if authenticator.type == Authenticator.Type.TOTP:
        sessions.mark_second_factor(request, user)


def removed(request: HttpRequest, authenticator: Authenticator, **_rest: Any) -> None:
    """Without its second factor the session leads nowhere but to setting up another."""
    if authenticator.type == Authenticator.Type.TOTP:
        sessions.unmark_second_factor(request)


def password_was_reset(user: User, **_rest: Any) -> None:
    """Whoever came by the mail is the owner: earlier failures no longer count."""
    lockout.unlock(user)
