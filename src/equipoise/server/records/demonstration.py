"""A database that holds nothing but trials that were played: a demonstration, whose loss would hurt nobody."""

from __future__ import annotations

from pathlib import Path

from django.db import connections

from equipoise.core import canonical
from equipoise.core.problem import Problem, ProblemsError
from equipoise.server.records.models import Study


def holds_only_played() -> bool:
    """Whether the database holds studies, and every one of them was played by the simulator."""
    folded = [canonical.loads(kept.encode()) for kept in Study.objects.values_list("folded", flat=True) if kept]
    return bool(folded) and all(kept["origin"] == "simulated" for kept in folded)


def set_aside(file: Path) -> None:
    """Put an earlier demonstration aside. Raises ProblemsError if the file holds anything else: it stays."""
    if Study.objects.exists() and not holds_only_played():
        raise ProblemsError([Problem("server.records.not-a-demonstration", {"path": str(file)})])
    connections.close_all()
    file.replace(file.with_name(f"{file.stem}.before{file.suffix}"))
