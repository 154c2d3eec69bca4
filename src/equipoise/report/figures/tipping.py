"""The tipping point: the test's p for every number of successes among those without an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from equipoise.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FACES = {"benefit": style.WASH, "harm": "#f6dfd2", "nothing": "#eceae4"}
_PRINTED = 15  # cells a side up to which each cell's p is written


@dataclass(frozen=True, slots=True)
class TippingWords:
    """What is written around the grid."""

    across: str
    up: str
    conclusions: Mapping[str, str]  # of each conclusion in the grid


def draw_tipping(
    p: Sequence[Sequence[float]],
    conclusions: Sequence[Sequence[str]],
    words: TippingWords,
    caption: style.Caption,
) -> str:
    """Draw a cell for each pair of numbers; row i, column j. A line parts cells of different conclusions."""
    rows, columns = len(p), len(p[0])
    height = min(6.4, max(2.6, 0.36 * rows + 1.3))
    with style.figure(7.6, height) as (drawn, axes):
        for i in range(rows):
            for j in range(columns):
                _draw_cell(axes, (j, i), p[i][j], conclusions[i][j], max(rows, columns) <= _PRINTED)
        _draw_border(axes, conclusions)
        axes.plot([0], [0], "o", ms=15, mfc="none", mec=style.INK, mew=1.2)
        axes.set(xlim=(-0.5, columns - 0.5), ylim=(-0.5, rows - 0.5), xlabel=words.across, ylabel=words.up)
        axes.set_xticks(_ticks(columns))
        axes.set_yticks(_ticks(rows))
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        _legend(axes, words, {each for row in conclusions for each in row})
        return style.as_svg(drawn, caption)


def _draw_cell(axes: Axes, at: tuple[int, int], p: float, conclusion: str, printed: bool) -> None:
    from matplotlib.patches import Rectangle

    x, y = at
    nothing = conclusion == "nothing"
    face = _FACES[conclusion]
    hatch = "" if nothing else "///" if conclusion == "benefit" else "\\\\\\"
    axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, fc=face, ec="#ffffff", lw=0.8))
    if hatch and not printed:
        axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, fc="none", ec=style.SOFT, lw=0, hatch=hatch))
    if printed:
        said = "<.001" if p < 0.001 else f"{p:.3f}"[1:] if p < 0.1 else f"{p:.2f}"[1:] if p < 1 else "1"
        cell = axes.text(
            x, y, said, ha="center", va="center", size=7.4, weight=400 if nothing else 600, color=style.INK
        )
        cell.set_in_layout(False)


def _draw_border(axes: Axes, conclusions: Sequence[Sequence[str]]) -> None:
    rows, columns = len(conclusions), len(conclusions[0])
    line: dict[str, Any] = {"color": style.INK, "lw": 2.2, "solid_capstyle": "round"}
    for i in range(rows):
        for j in range(columns):
            if j + 1 < columns and conclusions[i][j] != conclusions[i][j + 1]:
                axes.plot([j + 0.5, j + 0.5], [i - 0.5, i + 0.5], **line)
            if i + 1 < rows and conclusions[i][j] != conclusions[i + 1][j]:
                axes.plot([j - 0.5, j + 0.5], [i + 0.5, i + 0.5], **line)


def _ticks(count: int) -> list[int]:
    step = max(1, -(-count // 12))
    return list(range(0, count, step))


def _legend(axes: Axes, words: TippingWords, seen: set[str]) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(fc=_FACES[each], ec=style.SOFT, lw=0.6, label=label)
        for each, label in words.conclusions.items()
        if each in seen
    ]
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, fontsize=8.6, labelcolor=style.SOFT,
        borderaxespad=0.2,
    )  # fmt: skip
