"""What may stand in a mail: filled placeholders, one line a header, an address that is one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import environment

_PLACE = re.compile(r"\{\{|\}\}|\{([A-Za-z_][\w.-]*)\}")
# What ends a line for some reader of mail: CR, LF and their relations in Unicode, and NUL.
_BREAK = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_LONGEST_LINE = 900
_LONGEST_ADDRESS = 254


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its `{name}`s filled, in one pass: what was put in is not looked at again."""
    return _PLACE.sub(lambda found: values.get(found[1] or "", found[0]), text)


def is_filled(text: str, values: Mapping[str, str]) -> bool:
    """Whether nothing would be left to fill."""
    return all(found[1] in values for found in _PLACE.finditer(text))


def check_line(text: str) -> str:
    """Return a header's value. Raises ProblemsError if it would be more than one line, or is far too long."""
    if _BREAK.search(text) or len(text) > _LONGEST_LINE:
        raise ProblemsError([Problem("server.recruit.no-single-line")])
    return text


def check_address(text: str) -> str:
    """Return an address of e-mail. Raises ProblemsError if it is none; what was typed is not repeated."""
    address = text.strip()
    if not _is_address(address):
        raise ProblemsError([Problem("server.recruit.no-address")])
    return address


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
        text.rpartition("@")[2].encode("idna")  # so that it can travel
    except (ValidationError, UnicodeError):
        return False
    return not _BREAK.search(text) and len(text) <= _LONGEST_ADDRESS


def site_name() -> str:
    """Return the host under which the site is known, as it stands in a Message-ID."""
    return urlsplit(environment.read("EQUIPOISE_URL")).hostname or "localhost"
