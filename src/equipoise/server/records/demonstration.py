"""Whether a database holds nothing but trials that were played: a demonstration, whose loss would hurt nobody."""

from __future__ import annotations

from equipoise.core import canonical
from equipoise.server.records.models import Study


def holds_only_played() -> bool:
    """Whether every study of the database was played by the simulator; an empty database holds nothing else."""
    folded = Study.objects.exclude(folded="").values_list("folded", flat=True)
    return all(canonical.loads(kept.encode())["origin"] == "simulated" for kept in folded)
