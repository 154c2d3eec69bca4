"""The installation's key: read or made once, and from it one key for each purpose."""

from __future__ import annotations

import base64
import os
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import environment

_BYTES = 32


def installation_key() -> bytes:
    """Return the key of the environment or of the file; the file is made where there is neither."""
    if environment.is_set("EQUIPOISE_KEY"):
        return _parsed(environment.read("EQUIPOISE_KEY"), "EQUIPOISE_KEY")
    file = environment.home() / "key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # Made with its mode from the first byte on, and never over one that is there.
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w") as opened:
            opened.write(secrets.token_hex(_BYTES) + "\n")
    return _parsed(file.read_text(encoding="ascii").strip(), str(file))


def _parsed(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise ProblemsError([Problem("server.bad-key", {"where": where})])
    return key


@lru_cache(maxsize=16)
def derived(purpose: str) -> bytes:
    """Return the 32 bytes that a purpose uses (HKDF-SHA-256 of the installation's key)."""
    return HKDF(SHA256(), _BYTES, salt=None, info=f"equipoise {purpose}".encode()).derive(installation_key())


def encrypt(purpose: str, data: bytes) -> str:
    """Return data encrypted and authenticated under a purpose's key."""
    return _box(purpose).encrypt(data).decode("ascii")


def decrypt(purpose: str, token: str) -> bytes:
    """Return what `encrypt` was given. Raises ProblemsError if it was another key, or the text was changed."""
    try:
        return _box(purpose).decrypt(token.encode("ascii"))
    except (InvalidToken, UnicodeEncodeError):
        raise ProblemsError([Problem("server.other-key", {"purpose": purpose})]) from None


def _box(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived(purpose)))
