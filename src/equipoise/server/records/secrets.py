"""The allocation's secret at rest: encrypted with the installation's key, opened for nobody but `decide`."""

from __future__ import annotations

from equipoise.core.sealed import Sealed
from equipoise.server import keys
from equipoise.server.records.models import AllocationSecret

_PURPOSE = "allocation secret"


def secret_of(study: str) -> Sealed[bytes] | None:
    """Return a study's secret, sealed; None where none is kept."""
    kept = AllocationSecret.objects.filter(study=study).values_list("sealed", flat=True).first()
    return Sealed(keys.decrypt(_PURPOSE, kept)) if kept is not None else None


def encrypted(secret: bytes) -> str:
    """Return a secret as it is kept."""
    return keys.encrypt(_PURPOSE, secret)
