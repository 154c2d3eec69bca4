"""Estimates with their intervals, one a line, on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from equipoise.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class Estimate:
    """A line of the forest, in the unit of the axis."""

    label: str
    printed: str
    estimate: float
    low: float
    high: float
    primary: bool = False


@dataclass(frozen=True, slots=True)
class ForestWords:
    """What is written around the forest."""

    axis: str
    left: str
    right: str


_RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def draw_forest(lines: list[Estimate], words: ForestWords, caption: style.Caption, *, ratio: bool = False) -> str:
    """Draw a forest; `ratio` puts it on a logarithmic scale around 1, otherwise around 0."""
    labels = ["\n".join(style.wrap(line.label, 44)) for line in lines]
    with style.figure(9.0, 0.2 * sum(label.count("\n") + 2.2 for label in labels) + 1.1) as (drawn, axes):
        null = 1.0 if ratio else 0.0
        if ratio:
            axes.set_xscale("log")
        axes.axvline(null, color=style.SOFT, lw=0.9, ls=(0, (2, 2)))
        for row, line in enumerate(lines):
            colour = style.ACCENT if line.primary else style.SOFT
            axes.plot([line.low, line.high], [row, row], color=colour, lw=2.2 if line.primary else 1.3)
            axes.plot(
                [line.estimate], [row], marker="D" if line.primary else "o", ms=7 if line.primary else 5, color=colour
            )
            axes.annotate(
                line.printed,
                xy=(1.02, row),
                xycoords=("axes fraction", "data"),
                va="center",
                size=9.2,
                weight=600 if line.primary else 400,
            )
        if ratio:
            _plain_ratios(axes)
        axes.set_yticks(range(len(lines)), labels)
        for tick, line in zip(axes.get_yticklabels(), lines, strict=True):
            tick.set(color=style.INK, size=9.4, weight=600 if line.primary else 400)
        axes.set_ylim(len(lines) - 0.4, -0.6)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(words.axis)
        # Each side's meaning stands on its side of the null line, whatever the scale's limits are.
        beside: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "size": 8.6}
        for text, offset, side in ((f"← {words.left}", -6, "right"), (f"{words.right} →", 6, "left")):
            axes.annotate(text, (null, 1.01), xytext=(offset, 2), ha=side, color=style.SOFT, **beside)
        return style.as_svg(drawn, caption)


def _plain_ratios(axes: Axes) -> None:
    """Write the ratios of the axis as numbers; powers of ten say nothing to a reader of hazards."""
    from matplotlib.ticker import NullLocator

    low, high = axes.get_xlim()
    shown = [ratio for ratio in _RATIOS if low <= ratio <= high]
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(shown, [f"{ratio:g}" for ratio in shown])
