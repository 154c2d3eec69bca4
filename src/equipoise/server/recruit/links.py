"""Links of somebody's own: as they stand in a mail, and what is kept of the secret that they end with."""

from __future__ import annotations

import hashlib

from django.urls import reverse
from django.utils.translation import override

from equipoise.server import environment


def link(name: str, language: str, **named: str) -> str:
    """Return a link at the site's own address: a forged Host header must not lead it elsewhere."""
    with override(language):
        return environment.read("EQUIPOISE_URL").rstrip("/") + reverse(name, kwargs=named)


def hashed(secret: str | bytes) -> str:
    """Return what is kept of a secret. Each has 128 bits of chance or more, or comes from a slow derivation."""
    return hashlib.sha256(secret.encode(errors="replace") if isinstance(secret, str) else secret).hexdigest()
