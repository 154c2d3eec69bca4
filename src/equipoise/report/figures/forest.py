"""Estimates with their intervals, one a line, on one scale; groups have a heading each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from equipoise.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class Estimate:
    """A line of the forest, in the unit of the axis; a limit may be infinite."""

    label: str
    printed: str
    estimate: float
    low: float
    high: float
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names the group below it."""

    label: str


@dataclass(frozen=True, slots=True)
class ForestWords:
    """What is written around the forest."""

    axis: str
    left: str
    right: str


# The finest of these scales that leaves room between its numbers is written.
_SCALES = (
    (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0),
    (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0),
    (0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0, 10000.0),
)
_WIDTH = 46  # of a label, in half-widths
_LINE, _GAP = 0.165, 0.12  # inches: a line of a label, and what lies between two rows


def draw_forest(
    lines: Sequence[Estimate | Heading], words: ForestWords, caption: style.Caption, *, ratio: bool = False
) -> str:
    """Draw a forest; `ratio` puts it on a logarithmic scale around 1, otherwise around 0."""
    labels = ["\n".join(style.wrap(line.label, _WIDTH)) for line in lines]
    heights = [_LINE * (label.count("\n") + 1) + _GAP for label in labels]
    middles = [sum(heights[:index]) + height / 2 for index, height in enumerate(heights)]
    with style.figure(9.0, sum(heights) + 0.9) as (drawn, axes):
        if ratio:
            axes.set_xscale("log")
        null = 1.0 if ratio else 0.0
        axes.axvline(null, color=style.SOFT, lw=0.9, ls=(0, (2, 2)))
        _limit_axis(axes, [line for line in lines if isinstance(line, Estimate)], null)
        for y, line in zip(middles, lines, strict=True):
            if isinstance(line, Estimate):
                _draw_line(axes, line, y)
        if ratio:
            _plain_ratios(axes)
        axes.set_yticks(middles, labels)
        for tick, line in zip(axes.get_yticklabels(), lines, strict=True):
            head = isinstance(line, Heading)
            tick.set(color=style.SOFT if head else style.INK, size=9.4, linespacing=1.15)
            tick.set_fontweight(600 if head or getattr(line, "primary", False) else 400)
        axes.set_ylim(sum(heights), 0)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(words.axis)
        # Each side's meaning stands on its side of the null line, whatever the scale's limits are.
        beside: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "size": 8.6}
        for text, offset, side in ((f"← {words.left}", -6, "right"), (f"{words.right} →", 6, "left")):
            axes.annotate(text, (null, 1.01), xytext=(offset, 2), ha=side, color=style.SOFT, **beside)
        return style.as_svg(drawn, caption)


def _limit_axis(axes: Axes, lines: Sequence[Estimate], null: float) -> None:
    """Show all that is finite, and a little more, so that an end without a limit can be drawn as an arrow."""
    known = [value for line in lines for value in (line.low, line.estimate, line.high) if isfinite(value)]
    if axes.get_xscale() == "log":
        known = [value for value in known if value > 0]
        low, high = min([*known, null]), max([*known, null])
        axes.set_xlim(low / 1.15, high * 1.15)
    else:
        low, high = min([*known, null]), max([*known, null])
        room = 0.04 * (high - low or 1.0)
        axes.set_xlim(low - room, high + room)


def _draw_line(axes: Axes, line: Estimate, y: float) -> None:
    colour = style.ACCENT if line.primary else style.SOFT
    left, right = axes.get_xlim()
    low, high = max(line.low, left), min(line.high, right)
    axes.plot([low, high], [y, y], color=colour, lw=2.2 if line.primary else 1.3, solid_capstyle="butt")
    for end, limit, marker in ((low, line.low, 8), (high, line.high, 9)):
        if end != limit:  # the interval goes on beyond the figure
            axes.plot([end], [y], marker=marker, ms=5, color=colour, clip_on=False)
    axes.plot([line.estimate], [y], marker="D" if line.primary else "o", ms=7 if line.primary else 5, color=colour)
    axes.annotate(
        line.printed,
        xy=(1.02, y),
        xycoords=("axes fraction", "data"),
        va="center",
        size=9.2,
        weight=600 if line.primary else 400,
    )


def _plain_ratios(axes: Axes) -> None:
    """Write the ratios of the axis as numbers; powers of ten say nothing to a reader of hazards."""
    from matplotlib.ticker import NullLocator

    low, high = axes.get_xlim()
    scale = _SCALES[0] if high / low < 30 else _SCALES[1] if high / low < 3000 else _SCALES[2]
    shown = [ratio for ratio in scale if low <= ratio <= high]
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(shown, [f"{ratio:g}" for ratio in shown])
