"""Write what a calendar of doses hides: the figure and the table behind it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.report.figures.blindspots import BlindWords, draw_blindspots, rows_of

if TYPE_CHECKING:
    from equipoise.simulate.blindspots import BlindSpots

FIGURE, PICTURE, TABLE = "blindspots.svg", "blindspots.png", "blindspots.csv"


def write_blindspots(found: BlindSpots, words: BlindWords, folder: Path) -> tuple[Path, ...]:
    """Write the figure (SVG and PNG) and the table (CSV) into a folder, and return their paths."""
    drawn = draw_blindspots(found, words)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FIGURE).write_text(drawn.svg, encoding="utf-8")
    (folder / PICTURE).write_bytes(drawn.png)
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows_of(found.sights))
    return tuple(folder / name for name in (FIGURE, PICTURE, TABLE))
