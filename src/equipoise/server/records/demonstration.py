"""A database that holds nothing but trials that were played: a demonstration, whose loss would hurt nobody."""

from __future__ import annotations

from pathlib import Path

from django.db import connections

from equipoise.core import canonical
from equipoise.core.problem import Problem, ProblemsError
from equipoise.server.records.models import Study


def holds_only_played() -> bool:
    """Whether every study of the database was played by the simulator; an empty database holds nothing else."""
    folded = Study.objects.exclude(folded="").values_list("folded", flat=True)
    return all(canonical.loads(kept.encode())["origin"] == "simulated" for kept in folded)


def set_aside(file: Path) -> None:
    """Put an earlier demonstration aside. Raises ProblemsError if the file holds anything else: it stays."""
    if not holds_only_played():
        raise ProblemsError([Problem("server.records.not-a-demonstration", {"path": str(file)})])
    connections.close_all()
    file.replace(file.with_name(f"{file.stem}.before{file.suffix}"))
