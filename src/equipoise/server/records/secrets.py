"""The allocation's secret at rest: encrypted with the installation's key, opened for nobody but `decide`."""

from __future__ import annotations

from functools import lru_cache

from equipoise.core.sealed import Sealed
from equipoise.server import keys
from equipoise.server.records.statements import select_secret

PURPOSE = "allocation secret"


def secret_of(study: str) -> Sealed[bytes] | None:
    """Return a study's secret, sealed; None where none is kept."""
    kept = select_secret(study)
    return opened(kept) if kept is not None else None


@lru_cache(maxsize=16)
def opened(token: str) -> Sealed[bytes]:
    """Return a secret as it is kept, decrypted and sealed. Raises ProblemsError if it is of another key."""
    return Sealed(keys.decrypt(PURPOSE, token))


def encrypted(secret: bytes) -> str:
    """Return a secret as it is kept."""
    return keys.encrypt(PURPOSE, secret)
