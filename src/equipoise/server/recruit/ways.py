"""The two ways that a mail can go: to a server in the steps of SMTP, or into a folder.

A mail goes in two steps, because between them lies the point of no return. `offer` says everything but the line that
ends the mail: whatever fails until then, the server has taken nothing, and it may be tried again. `finish` says that
line; if no answer comes, nobody knows.
"""

from __future__ import annotations

import os
import re
import smtplib
import socket
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from equipoise.server.mail_server import MailServer, mail_server
from equipoise.server.recruit.letters import site_name
from equipoise.server.recruit.message import Message

_AT_LINE_START = re.compile(rb"^\.", re.MULTILINE)
AT_THE_END = 3  # the server files the mail before it answers: it gets so many times the patience


class NotTakenError(Exception):
    """The server has not taken the mail. `code` is its answer, 0 if there was none."""

    def __init__(self, code: int = 0) -> None:
        self.code = code
        super().__init__(str(code))


class AwayError(NotTakenError):
    """The server cannot be talked to at all; other mails would fare no better."""


class UnknownError(Exception):
    """The end of the mail was said, and no answer came."""


class Way(Protocol):
    """How a mail goes."""

    is_repeatable: bool  # whether the same mail twice is once

    def offer(self, message: Message) -> None:
        """Say all but the end. Raises NotTakenError."""

    def finish(self) -> int:
        """Say the end, and return the server's answer. Raises UnknownError if none comes."""

    def close(self) -> None:
        """End the talk; what was offered and not finished is not taken."""


def way_now(patience: float) -> Way:
    """Return the way that the settings say."""
    from equipoise.server import environment

    server = mail_server()
    return ByServer(server, patience) if server is not None else ByFolder(environment.home() / "mail")


class ByServer:
    """A talk with a server; many mails go in one."""

    is_repeatable = False

    def __init__(self, server: MailServer, patience: float) -> None:
        self._server, self._patience = server, patience
        self._talk: smtplib.SMTP | None = None

    def offer(self, message: Message) -> None:
        """Say all but the end."""
        talk = self._opened()
        try:
            _take(talk.mail(message.sender), 250)
            _take(talk.rcpt(message.to), 250, 251)
            _take(talk.docmd("DATA"), 354)
            talk.send(_AT_LINE_START.sub(b"..", message.data))
        except NotTakenError as refused:
            if refused.code in (0, 421):  # it answers nonsense, or closes
                self.close()
                raise AwayError(refused.code) from None
            with suppress(OSError):
                talk.rset()
            raise
        except OSError:  # SMTPException is one
            self.close()
            raise AwayError from None

    def finish(self) -> int:
        """Say the end, and return the server's answer."""
        talk = self._talk
        if talk is None or talk.sock is None:
            raise UnknownError
        talk.sock.settimeout(AT_THE_END * self._patience)
        try:
            talk.send(b".\r\n")
            code, _said = talk.getreply()
        except OSError:
            self.close()
            raise UnknownError from None
        talk.sock.settimeout(self._patience)
        if code == 421:
            self.close()
        return code

    def close(self) -> None:
        """End the talk: with no farewell, since in the middle of a mail one would be its text."""
        if self._talk is not None:
            self._talk.close()
        self._talk = None

    def _opened(self) -> smtplib.SMTP:
        if self._talk is not None:
            return self._talk
        server, name = self._server, site_name()
        talk: smtplib.SMTP | None = None
        try:
            if server.tls == "at once":
                context = ssl.create_default_context()
                talk = smtplib.SMTP_SSL(timeout=self._patience, context=context, local_hostname=name)
            else:
                talk = smtplib.SMTP(timeout=self._patience, local_hostname=name)
            # Known before it is called: TLS asks for a certificate of this name.
            talk._host = server.host  # type: ignore[attr-defined]
            _take(talk.connect(server.host, server.port), 220)
            if talk.sock is not None:
                # The last line is a packet of its own: it must not wait until the one before is acknowledged.
                talk.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            talk.ehlo_or_helo_if_needed()
            if server.tls == "asked for":
                talk.starttls(context=ssl.create_default_context())
                talk.ehlo()
            if server.user:
                talk.login(server.user, server.password)
        except (OSError, NotTakenError) as error:
            if talk is not None:
                talk.close()
            raise AwayError(_code_of(error)) from None
        self._talk = talk
        return talk


def _take(answer: tuple[int, bytes], *wanted: int) -> None:
    if answer[0] not in wanted:
        # An answer that is none (-1) comes from a connection that broke.
        raise NotTakenError(answer[0]) if answer[0] > 0 else AwayError


def _code_of(error: Exception) -> int:
    code = getattr(error, "smtp_code", getattr(error, "code", 0))
    return code if isinstance(code, int) and code > 0 else 0


class ByFolder:
    """Files in a folder, for a demonstration: each whole, and the same mail only once."""

    is_repeatable = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._offered: Message | None = None

    def offer(self, message: Message) -> None:
        """Keep it in mind."""
        self._offered = message

    def finish(self) -> int:
        """Write it under a name of its own."""
        message = self._offered
        if message is None:
            raise UnknownError
        self._offered = None
        written = self._folder / f".{message.name}.{os.getpid()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            written.write_bytes(message.data)
            with suppress(FileExistsError):  # it was written before
                os.link(written, self._folder / message.name)
        except OSError:
            return 452  # no room: SMTP's own word for it
        finally:
            with suppress(OSError):
                written.unlink()
        return 250

    def close(self) -> None:
        """Nothing is open."""
        self._offered = None
