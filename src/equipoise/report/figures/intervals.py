"""Turnbull's curves: how many are still free of the event, where the visits say it and where they leave it open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from equipoise.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class IntervalSteps:
    """One arm: the mass between two times, and the curve read at visits with its interval."""

    label: str
    left: tuple[float, ...]
    right: tuple[float, ...]
    mass: tuple[float, ...]
    read: tuple[tuple[float, float, float, float], ...]  # time, share, low, high


@dataclass(frozen=True, slots=True)
class IntervalWords:
    """What is written around the curves."""

    axis: str
    free: str
    descriptive: str


def draw_intervals(
    arms: Sequence[IntervalSteps], end: float, compared_from: float, words: IntervalWords, caption: style.Caption
) -> str:
    """Draw the curves to `end`; before `compared_from` (0 for nowhere) the figure is shaded as descriptive."""
    with style.figure(8.4, 4.0) as (drawn, axes):
        if compared_from > 0:
            axes.axvspan(0, compared_from, color="#f1efe9", lw=0, zorder=0)
            axes.annotate(
                words.descriptive, (0, 1), xycoords=("data", "axes fraction"), xytext=(2, 4),
                textcoords="offset points", size=9, color=style.SOFT,
            )  # fmt: skip
            axes.axvline(compared_from, color=style.SOFT, lw=0.9, ls=(0, (2, 2)))
        lowest = 1.0
        for index, arm in enumerate(arms):
            lowest = min(lowest, _draw_arm(axes, arm, index, len(arms), end))
        axes.set_xlim(0, end * 1.02)
        axes.set_ylim(style.share_floor(lowest), 1.005)
        axes.set_xlabel(words.axis)
        axes.set_ylabel(words.free)
        axes.legend(loc="lower left", fontsize=9.4)
        return style.as_svg(drawn, caption)


def _draw_arm(axes: Axes, arm: IntervalSteps, index: int, arms: int, end: float) -> float:
    colour, dash = style.ARM_COLOURS[index % 4], style.ARM_LINES[index % 4]
    share, at = 1.0, 0.0
    lowest = 1.0
    for left, right, mass in zip(arm.left, arm.right, arm.mass, strict=True):
        axes.plot([at, left], [share, share], color=colour, lw=2, ls=dash)
        if not isfinite(right):
            at = left
            break
        low = share - mass
        axes.fill_between([left, right], [low, low], [share, share], color=colour, alpha=0.16, lw=0)
        axes.plot([left, right], [share, low], color=colour, lw=1, ls=(0, (1, 1.5)))
        share, at, lowest = low, right, min(lowest, low)
    axes.plot([at, max(at, end)], [share, share], color=colour, lw=2, ls=dash, label=arm.label)
    for time, value, low, high in arm.read:
        shifted = time + (index - (arms - 1) / 2) * 0.012 * end
        axes.plot([shifted, shifted], [low, high], color=colour, lw=1.4)
        axes.plot([shifted], [value], marker=style.ARM_MARKERS[index % 4], ms=6, color=colour)
        lowest = min(lowest, low)
    return lowest
