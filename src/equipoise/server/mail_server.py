"""Where mail goes, as the settings say it: a server, and how one talks to it; or files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import environment

_SCHEMES = ("smtp", "smtps")


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server of mail. `asked for`: TLS begins by STARTTLS, and nothing is said without it."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Literal["none", "at once", "asked for"] = "none"


def mail_server() -> MailServer | None:
    """Return the server of the settings; None: mails are files. Raises ProblemsError if it is none."""
    if not environment.is_set("EQUIPOISE_MAIL"):
        return None
    try:
        parts = urlsplit(environment.read("EQUIPOISE_MAIL"))
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in _SCHEMES or not parts.hostname:
        # The address may hold a password: only what stands before it is repeated.
        raise ProblemsError([Problem("server.bad-setting", {"name": "EQUIPOISE_MAIL", "value": parts.scheme[:20]})])
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme == "smtps":
        return MailServer(parts.hostname, port or 465, user, password, "at once")
    return MailServer(parts.hostname, port or 25, user, password, "asked for" if user else "none")
