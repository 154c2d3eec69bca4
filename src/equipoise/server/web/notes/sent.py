"""What a browser sends about shared notes: JSON of known fields, each of its exact length, or it is refused whole."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from equipoise.core.problem import Problem
from equipoise.server.recruit.shared_notes import DAYS, IV, LARGEST, SALT, SECRET, TAG, Sealed

LONGEST_BODY = LARGEST * 4 // 3 + 2_000  # bytes: base64, and the other fields
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
MALFORMED = Problem("server.web.notes.not-understood")
TOO_LARGE = Problem("server.web.notes.too-large", {"kilobytes": LARGEST // 1000})


def fields_in(request: HttpRequest, *names: str) -> Mapping[str, Any] | Problem:
    """Return the fields of a JSON body: exactly those that are named."""
    # A form's body is read as a form's, and then no more; and what is announced as too large is not read at all.
    if request.content_type != "application/json":
        return MALFORMED
    announced = request.META.get("CONTENT_LENGTH", "")
    if announced.isdecimal() and int(announced[:12]) > LONGEST_BODY:
        return TOO_LARGE
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return MALFORMED
    return sent if isinstance(sent, dict) and set(sent) == set(names) else MALFORMED


def secret_in(request: HttpRequest, name: str) -> bytes | Problem:
    """Return the one secret that a body holds."""
    fields = fields_in(request, name)
    if isinstance(fields, Problem):
        return fields
    found = _bytes(fields[name], SECRET, SECRET)
    return MALFORMED if found is None else found


def sealed_in(request: HttpRequest) -> Sealed | Problem:
    """Return the notes that a body holds."""
    fields = fields_in(request, "salt", "iv", "ciphertext", "proof", "revocation", "days")
    if isinstance(fields, Problem):
        return fields
    lengths = {
        "salt": (SALT, SALT),
        "iv": (IV, IV),
        "ciphertext": (TAG + 1, LARGEST),
        "proof": (SECRET, SECRET),
        "revocation": (SECRET, SECRET),
    }
    found = {name: _bytes(fields[name], *of) for name, of in lengths.items()}
    days = fields["days"]
    if isinstance(fields["ciphertext"], str) and len(fields["ciphertext"]) > -(-LARGEST * 4 // 3):
        return TOO_LARGE
    if None in found.values() or isinstance(days, bool) or days not in DAYS or not isinstance(days, int):
        return MALFORMED
    return Sealed(days=days, **found)  # type: ignore[arg-type] - none of them is missing


def _bytes(text: object, shortest: int, longest: int) -> bytes | None:
    """Return what base64url without padding says; None if it is not exactly that."""
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text):
        return None
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None
    return data if shortest <= len(data) <= longest else None
