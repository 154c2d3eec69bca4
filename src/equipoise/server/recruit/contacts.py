"""How people can be reached, at rest: sealed with the installation's key, and found again without being opened."""

from __future__ import annotations

import hmac

from equipoise.server import keys

PURPOSE = "contacts"
_FINGERPRINTS = "contact fingerprints"


def sealed(text: str) -> str:
    """Return a text as the database keeps it."""
    return keys.encrypt(PURPOSE, text.encode())


def opened(token: str) -> str:
    """Return what was sealed. Raises ProblemsError if it was another key, or the text was changed."""
    return keys.decrypt(PURPOSE, token).decode()


def fingerprint(text: str) -> str:
    """Return by what an address is found again: a keyed digest, alike however the address is written.

    Without the key nobody can try addresses against it.
    """
    return _digest(keys.derived(_FINGERPRINTS), text)


def fingerprints(text: str) -> tuple[str, ...]:
    """Return all digests under which an address may be kept: until a rotation has ended, former keys' too."""
    return (fingerprint(text), *(_digest(key, text) for key in keys.derived_before(_FINGERPRINTS)))


def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.strip().casefold().encode(), "sha256").hexdigest()
