"""The installation's key: read or made once, and from it one key for each purpose.

When it is changed, its former value still opens what it closed (`EQUIPOISE_KEY_BEFORE`), and closes nothing new.
"""

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
MARK = "gAAAA"  # with which everything encrypted begins


def new_key() -> str:
    """Return a key that nobody has had, as the environment and the file hold one."""
    return secrets.token_hex(_BYTES)


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
            opened.write(new_key() + "\n")
    return _parsed(file.read_text(encoding="ascii").strip(), str(file))


def former_keys() -> tuple[bytes, ...]:
    """Return the keys that were in use before, of the environment or of the file `key.before`; often none."""
    if environment.is_set("EQUIPOISE_KEY_BEFORE"):
        kept, where = environment.read("EQUIPOISE_KEY_BEFORE"), "EQUIPOISE_KEY_BEFORE"
    else:
        file = environment.home() / "key.before"
        if not file.exists():
            return ()
        kept, where = file.read_text(encoding="ascii"), str(file)
    return tuple(_parsed(part, where) for part in kept.replace(",", " ").split())


def _parsed(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise ProblemsError([Problem("server.bad-key", {"where": where})])
    return key


@lru_cache(maxsize=64)
def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _BYTES, salt=None, info=f"equipoise {purpose}".encode()).derive(key)


def derived(purpose: str) -> bytes:
    """Return the 32 bytes that a purpose uses (HKDF-SHA-256 of the installation's key)."""
    return _derived(installation_key(), purpose)


def derived_before(purpose: str) -> tuple[bytes, ...]:
    """Return what a purpose used under the former keys."""
    return tuple(_derived(key, purpose) for key in former_keys())


def encrypt(purpose: str, data: bytes) -> str:
    """Return data encrypted and authenticated under a purpose's key."""
    return _box(derived(purpose)).encrypt(data).decode("ascii")


def decrypt(purpose: str, token: str) -> bytes:
    """Return what `encrypt` was given, under this key or a former one.

    Raises ProblemsError if it was another key, or the text was changed.
    """
    opened = _opened(derived(purpose), token)
    for key in () if opened is not None else derived_before(purpose):
        opened = _opened(key, token)
        if opened is not None:
            break
    if opened is None:
        raise ProblemsError([Problem("server.other-key", {"purpose": purpose})])
    return opened


def is_of_former_key(purpose: str, token: str) -> bool:
    """Whether what was encrypted must be encrypted again before a former key can be thrown away."""
    return _opened(derived(purpose), token) is None


def _opened(key: bytes, token: str) -> bytes | None:
    try:
        return _box(key).decrypt(token.encode("ascii"))
    except (InvalidToken, UnicodeEncodeError):
        return None


@lru_cache(maxsize=64)
def _box(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))
