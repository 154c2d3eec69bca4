"""The primary outcome at a glance: each arm's share with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.report.figures import style


@dataclass(frozen=True, slots=True)
class Share:
    """An arm's share of successes in percent, with its interval, and how it is printed."""

    label: str
    printed: str
    share: float
    low: float
    high: float


def draw_shares(shares: Sequence[Share], axis: str, caption: style.Caption) -> str:
    """Draw a dot and an interval an arm, on the whole scale from 0 to 100 %: nothing looks larger than it is."""
    with style.figure(4.6, 0.95 * len(shares) + 0.75) as (drawn, axes):
        for row, share in enumerate(shares):
            colour, marker = style.ARM_COLOURS[row % 4], style.ARM_MARKERS[row % 4]
            axes.plot([share.low, share.high], [row, row], color=colour, lw=2.2, solid_capstyle="round")
            axes.plot([share.share], [row], marker=marker, ms=8, color=colour)
            axes.text(0, row - 0.34, share.label, size=10, weight=600, color=colour, va="center")
            axes.text(100, row - 0.34, share.printed, size=10, color=style.INK, va="center", ha="right")
        axes.set_xlim(0, 101)
        axes.set_ylim(len(shares) - 0.55, -0.65)
        axes.set_xticks([0, 25, 50, 75, 100])
        axes.set_yticks([])
        axes.set_xlabel(axis)
        axes.spines["left"].set_visible(False)
        return style.as_svg(drawn, caption)
