"""Write a mail into the outbox, in the caller's transaction: it goes out if, and only if, that is committed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from equipoise.core import canonical
from equipoise.server import clock
from equipoise.server.recruit.contacts import sealed
from equipoise.server.recruit.letters import check_address, check_line, filled, is_filled, site_name
from equipoise.server.recruit.models import Mail, MailState


def write_mail(
    *,
    key: str,
    purpose: str,
    to: str,
    subject: str,
    body: str,
    language: str,
    headers: Mapping[str, str] | None = None,
    fill: Mapping[str, str] | None = None,
    study: str = "",
    now: Callable[[], str] = clock.instant,
) -> Mail:
    """Write a mail, once per key: the same key again returns the mail that is there.

    `fill` holds what `{name}`s in subject and body stand for; it is put in as it is, whatever braces a person typed.
    A placeholder that is left stops the mail: it is kept, is not sent, and the team sees it. Raises ProblemsError
    for an address that is none, or a line break where a header would be forged.
    """
    there = Mail.objects.filter(key=key).first()
    if there is not None:
        return there
    values = dict(fill or {})
    head = {name: check_line(value) for name, value in (headers or {}).items()}
    content = {
        "to": check_address(to),
        "subject": check_line(filled(subject, values)),
        "headers": {check_line(name): value for name, value in head.items()},
        "body": filled(body, values),
    }
    whole = is_filled(subject, values) and is_filled(body, values)
    at = now()
    return Mail.objects.create(
        key=key,
        study=study,
        purpose=purpose,
        language=language,
        message_id=f"<{secrets.token_hex(16)}@{site_name()}>",
        content=sealed(canonical.dumps(content).decode()),
        state=MailState.WAITING if whole else MailState.STOPPED,
        problem="" if whole else "server.recruit.unfilled",
        written_at=at,
        due=at,
        settled_at="" if whole else at,
    )
