"""Mails about accounts, sent by the worker. A queued task holds no link: the database alone opens no account.

They name the site and nothing of a study: a mail is read by whoever holds the telephone.
"""

from __future__ import annotations

from django.core.mail import EmailMessage
from django_tasks import task

from equipoise.server import environment
from equipoise.server.accounts.links import password_link
from equipoise.server.accounts.models import User
from equipoise.server.accounts.saying import say

NOTICES = ("password_changed", "totp_activated", "totp_deactivated", "recovery_codes_generated")


@task()
def send_password_link(account: int | None) -> None:
    """Send the link by which a password is set; to nobody if nobody was found, which takes as long to queue."""
    found = User.objects.filter(pk=account, is_active=True).first() if account is not None else None
    if found is not None:
        _send(found, "reset", name=found.username, link=password_link(found))


@task()
def send_notice(account: int, notice: str, at: str) -> None:
    """Tell the owner of an account what was changed about it, so that they notice if it was not they."""
    found = User.objects.filter(pk=account, is_active=True).first()
    if found is not None:
        _send(found, f"notices.{notice}", name=found.username, at=f"{at[:10]} {at[11:16]} UTC")


def _send(account: User, key: str, **params: str) -> None:
    params["url"] = environment.read("EQUIPOISE_URL")
    subject = say(f"letters.{key}.subject", account.language)
    body = say(f"letters.{key}.body", account.language, **params)
    EmailMessage(subject, body, to=[account.email]).send()
