"""Read what the script found: its `recomputed.json`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from equipoise.core.problem import Place, Problem, ProblemsError

SUMMARY = "recomputed.json"


class Recomputation(BaseModel):
    """How many figures were compared, the largest difference and where, with which R, what differs and what was not."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    figures: int
    largest: float
    where: str
    r: str
    survival: str
    differs: list[str]
    not_compared: list[str]


def read_recomputation(folder: Path) -> Recomputation | None:
    """Return what R wrote into a folder; None where it wrote nothing. Raises ProblemsError for something else."""
    path = folder / SUMMARY
    if not path.is_file():
        return None
    try:
        return Recomputation.model_validate_json(path.read_bytes())
    except ValidationError:
        raise ProblemsError([Problem("exchange.no-recomputation", {"file": SUMMARY}, Place(SUMMARY))]) from None
