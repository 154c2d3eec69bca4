"""Open an account. Its owner sets the password by a link that works once; nobody else ever knows it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from equipoise.core.languages import spoken
from equipoise.core.problem import Problem
from equipoise.server.accounts.links import password_link
from equipoise.server.accounts.models import User
from equipoise.server.accounts.recording import record

# No @, so that no name is another's address; small letters, so that no two names look alike.
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,29}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Opened:
    """An account, and the link by which its owner sets the password; empty if one was set."""

    account: User
    link: str


def open_account(username: str, email: str, language: str, *, by: str, password: str = "") -> Opened | Problem:
    """Open an account. `password` is for demonstrations: whoever else gives one knows another's password."""
    email = email.strip().lower()
    problem = _unfit(username, email, language)
    if problem is not None:
        return problem
    with transaction.atomic():
        if User.objects.filter(username=username).exists():
            return Problem("server.accounts.name-taken", {"name": username})
        if User.objects.filter(email__iexact=email).exists():
            return Problem("server.accounts.email-taken", {"email": email})
        account = User.objects.create_user(username, email, password or None, language=language)
        # It was given by an administrator, who knows whose it is.
        EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
        record(by, "account_opened", username)
    return Opened(account, "" if password else password_link(account))


def _unfit(username: str, email: str, language: str) -> Problem | None:
    if not _NAME.fullmatch(username):
        return Problem("server.accounts.bad-name", {"name": username[:60]})
    if language not in spoken():
        return Problem("server.accounts.bad-language", {"language": language[:20], "known": ", ".join(spoken())})
    try:
        validate_email(email)
    except ValidationError:
        return Problem("server.accounts.bad-email", {"email": email[:100]})
    return None
