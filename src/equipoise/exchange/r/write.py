"""Write what R needs to recompute a report, and nothing else: CSV files, the reported figures, and the script."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from equipoise.analysis.results import Results
from equipoise.dataset.model import Dataset
from equipoise.exchange.r.figures import Figure, figures, pattern_of
from equipoise.exchange.r.tables import tables_of

FOLDER = "reproduce"
SCRIPT = "reproduce.R"
_FIGURES = tuple(field.name for field in fields(Figure))


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What was written: the folder, the script, how many figures of each kind, and the paths that R passes over."""

    folder: Path
    script: Path
    counts: dict[str, int]
    not_recomputed: tuple[tuple[str, int], ...]


def write_reproduction(results: Results, dataset: Dataset, folder: Path) -> Reproduction:
    """Write `reproduce/` into a folder: the same results and dataset give the same bytes. What R wrote goes."""
    target = folder / FOLDER
    (target / "R").mkdir(parents=True, exist_ok=True)
    for name in ("recomputed.csv", "recomputed.json"):
        (target / name).unlink(missing_ok=True)
    for name, (columns, rows) in tables_of(results, dataset).items():
        _write(target / f"{name}.csv", columns, rows)
    found = list(figures(results))
    _write(target / "figures.csv", _FIGURES, [astuple(each) for each in found])
    script = resources.files("equipoise.exchange.r").joinpath("script")
    for place in (script, script.joinpath("R")):
        for file in place.iterdir():
            if file.is_file():
                inside = target / "R" if place != script else target
                (inside / file.name).write_bytes(file.read_bytes())
    left = Counter(pattern_of(each.key) for each in found if each.kind == "not recomputed")
    counts: Counter[str] = Counter(each.kind for each in found)
    return Reproduction(target, target / SCRIPT, dict(counts), tuple(left.items()))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> str:
    """Return a value as R reads it: the shortest text of a number that gives it back, a list with bars, else text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "|".join(map(_cell, value))
    return str(value)
