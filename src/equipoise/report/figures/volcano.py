"""The volcano: each marker's effect against how surprising it would be, were there none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from equipoise.report.figures import style

_NAMED = 4
_FROM = 1.0  # from a p of 0.1 on a point is named


@dataclass(frozen=True, slots=True)
class Point:
    """One marker: the log of its odds ratio, minus the decimal log of its p, and whether it stands."""

    label: str
    effect: float
    surprise: float
    stands: bool


@dataclass(frozen=True, slots=True)
class VolcanoWords:
    """What is written around the points."""

    effect: str
    surprise: str
    stands: str
    falls: str


def draw_volcano(panels: Sequence[tuple[str, Sequence[Point]]], words: VolcanoWords, caption: style.Caption) -> str:
    """Draw a panel a family; the most surprising points are named."""
    with style.figure(9.2, 3.9, ncols=len(panels), sharey=True, squeeze=False) as (drawn, grid):
        for axes, (title, points) in zip(grid[0], panels, strict=True):
            axes.set_title(title)
            reach = max((abs(point.effect) for point in points), default=1.0) * 1.25 or 1.0
            axes.axvline(0, color=style.SOFT, lw=0.9, ls=(0, (2, 2)))
            for stands, face, label in ((False, "white", words.falls), (True, style.ACCENT, words.stands)):
                chosen = [point for point in points if point.stands == stands]
                if chosen:
                    axes.scatter(
                        [point.effect for point in chosen], [point.surprise for point in chosen], s=26, fc=face,
                        ec=style.ACCENT if stands else style.SOFT, lw=0.9, marker="D" if stands else "o", label=label,
                    )  # fmt: skip
            for point in sorted(points, key=lambda each: -each.surprise)[:_NAMED]:
                if point.surprise < _FROM:
                    break
                right = point.effect >= 0
                axes.annotate(
                    style.shorten(point.label, 26), (point.effect, point.surprise), xytext=(-6 if right else 6, 5),
                    textcoords="offset points", ha="right" if right else "left", size=7.8, color=style.INK,
                )  # fmt: skip
            axes.set(xlim=(-reach, reach), xlabel=words.effect)
            highest = max([1.5, *(point.surprise for _, each in panels for point in each)])
            axes.set_ylim(0, highest * 1.15)
        grid[0][0].set_ylabel(words.surprise)
        handles, labels = _legend(grid[0])
        drawn.legend(handles, labels, loc="outside lower left", ncols=2, fontsize=8.8, labelcolor=style.SOFT)
        return style.as_svg(drawn, caption)


def _legend(row: Sequence[Any]) -> tuple[list[Any], list[str]]:
    found: dict[str, Any] = {}
    for axes in row:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    return list(found.values()), list(found)
