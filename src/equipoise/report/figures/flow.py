"""The flow of participants (CONSORT 2025, items 22a and 22b) as a diagram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINE = 0.235  # inches a line of text takes
_PAD = 0.13
_GAP = 0.34


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its heading, and its lines (already in words, with their numbers)."""

    heading: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowPicture:
    """The boxes: the common stem with what leaves it to the side, then a column an arm, row by row."""

    stem: tuple[Box, ...]
    leaves: tuple[Box | None, ...]  # beside each box of the stem: who left after it
    columns: tuple[tuple[Box, ...], ...]


def draw_flow(picture: FlowPicture, caption: style.Caption) -> str:
    """Draw the flow; every box is as high as its words."""
    arms = len(picture.columns)
    width = max(7.6, 2.9 * arms)
    column = width / arms
    half = width / 2 - 0.3
    stem = [_Placed(0.15, half, _lines(box, half)) for box in picture.stem]
    leaves = [_Placed(width / 2 + 0.15, half, _lines(box, half)) if box else None for box in picture.leaves]
    rows = [
        [_Placed(column * i + 0.15, column - 0.3, _lines(box, column - 0.3)) for i, box in enumerate(row)]
        for row in zip(*picture.columns, strict=True)
    ]
    stem_heights = [max(a.height, b.height if b else 0) for a, b in zip(stem, leaves, strict=True)]
    row_heights = [max(box.height for box in row) for row in rows]
    total = sum(stem_heights) + sum(row_heights) + _GAP * (len(stem) + len(rows))
    with style.figure(width, total) as (drawn, axes):
        style.quiet(axes)
        axes.set(xlim=(0, width), ylim=(total, 0))
        y = 0.05
        for number, (box, leave, height) in enumerate(zip(stem, leaves, stem_heights, strict=True)):
            _draw_box(axes, box, y)
            if leave:
                _draw_box(axes, leave, y)
                middle = y + min(box.height, leave.height) / 2
                _arrow(axes, (box.x + box.width, middle), (leave.x, middle))
            below = y + height + _GAP
            if number + 1 < len(stem):
                _arrow(axes, (box.middle, y + box.height), (box.middle, below))
            else:
                _fork(axes, (box.middle, y + box.height), [placed.middle for placed in rows[0]], below)
            y = below
        for number, (row, height) in enumerate(zip(rows, row_heights, strict=True)):
            for index, box in enumerate(row):
                _draw_box(axes, box, y, style.ARM_COLOURS[index % 4])
                if number + 1 < len(rows):
                    _arrow(axes, (box.middle, y + box.height), (box.middle, y + height + _GAP))
            y += height + _GAP
        return style.as_svg(drawn, caption)


@dataclass(frozen=True, slots=True)
class _Placed:
    x: float
    width: float
    lines: tuple[tuple[str, bool], ...]

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def height(self) -> float:
        return len(self.lines) * _LINE + 2 * _PAD


def _lines(box: Box, width: float) -> tuple[tuple[str, bool], ...]:
    chars = int((width - 0.2) / 0.07)
    heading = [(line, True) for line in style.wrap(box.heading, chars - 2)]
    return (*heading, *((line, False) for text in box.lines for line in style.wrap(text, chars)))


def _draw_box(axes: Axes, box: _Placed, y: float, colour: str = "") -> None:
    from matplotlib.patches import FancyBboxPatch, Rectangle

    rounded = "round,pad=0,rounding_size=0.06"
    axes.add_patch(
        FancyBboxPatch((box.x, y), box.width, box.height, boxstyle=rounded, fc="white", ec=style.LINE, lw=1.1)
    )
    if colour:
        axes.add_patch(Rectangle((box.x, y + 0.05), 0.055, box.height - 0.1, fc=colour, ec="none"))
    for index, (text, heading) in enumerate(box.lines):
        weight, ink = (600, style.INK) if heading else (400, style.SOFT)
        axes.text(box.x + 0.16, y + _PAD + _LINE * (index + 0.5), text, va="center", size=9.4, weight=weight, color=ink)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    arrow = {"arrowstyle": "-|>", "color": style.SOFT, "lw": 0.9, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=arrow)


def _fork(axes: Axes, start: tuple[float, float], columns: list[float], end: float) -> None:
    """Draw the way from the stem's last box into the arms."""
    x, y = start
    middle = end - _GAP * 0.55
    axes.plot([x, x], [y, middle], color=style.SOFT, lw=0.9, solid_capstyle="butt")
    axes.plot([min([x, *columns]), max([x, *columns])], [middle, middle], color=style.SOFT, lw=0.9)
    for column in columns:
        _arrow(axes, (column, middle), (column, end))
