"""A mail of the outbox as the bytes that travel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from equipoise.core import canonical
from equipoise.server import environment
from equipoise.server.recruit.contacts import opened
from equipoise.server.recruit.models import Mail

_SEVEN_BITS = SMTP.clone(cte_type="7bit")  # any server on the way can carry it
_LANGUAGES = {"zh-hans": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Message:
    """A mail on its way: the envelope, and the text with CRLF at the end of each line."""

    name: str  # of its file, where mails are files
    sender: str
    to: str
    data: bytes


def message_of(mail: Mail, *, readable: bool = False) -> Message:
    """Return a mail as it travels; `readable`: as a person reads it in a file.

    Raises ProblemsError if it was sealed with a key that this installation does not have.
    """
    content = canonical.loads(opened(mail.content).encode())
    to, sender = _in_ascii(content["to"]), environment.read("EQUIPOISE_MAIL_FROM")
    letter = EmailMessage(policy=SMTPUTF8 if readable else _SEVEN_BITS)
    letter["From"], letter["To"], letter["Subject"] = sender, to, content["subject"]
    letter["Date"] = format_datetime(datetime.fromisoformat(mail.written_at))
    letter["Message-ID"] = mail.message_id
    # No machine should answer that somebody is on holiday.
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(content["body"], cte="8bit" if readable else None)
    letter["Content-Language"] = _LANGUAGES.get(mail.language, mail.language)
    # Put in as they are: the library would break a long address within angle brackets into encoded words.
    more = "".join(f"{name}: {value}\r\n" for name, value in content["headers"].items())
    data = more.encode("ascii") + letter.as_bytes()
    name = f"{mail.written_at[:19].replace(':', '')}-{mail.message_id[1:13]}.eml"
    return Message(name, _bare(sender), to, data if data.endswith(b"\r\n") else data + b"\r\n")


def _in_ascii(address: str) -> str:
    local, _, host = address.rpartition("@")
    return f"{local}@{host.encode('idna').decode('ascii')}"


def _bare(sender: str) -> str:
    """Return the address alone of "Name <address>"."""
    return sender.rpartition("<")[2].rstrip("> ").strip()
