"""The calibration curve: what was foretold against what was seen, corrected for optimism, with its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.report.figures import style


@dataclass(frozen=True, slots=True)
class CalibrationLines:
    """Risks, and at each of them the curve as fitted, corrected, and the band of the corrected one; all in percent."""

    risk: tuple[float, ...]
    apparent: tuple[float, ...]
    corrected: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CalibrationWords:
    """What is written around the curve."""

    foretold: str
    seen: str
    ideal: str
    apparent: str
    corrected: str
    people: str


def draw_calibration(
    lines: CalibrationLines, people: Sequence[float], words: CalibrationWords, caption: style.Caption
) -> str:
    """Draw the curve over the diagonal, and below it where the people's risks lie."""
    end = min(100.0, max(*lines.risk, *lines.corrected, *people) * 1.15)
    with style.figure(6.4, 5.4, nrows=2, height_ratios=[5, 1], sharex=True) as (drawn, grid):
        axes, below = grid
        axes.plot([0, end], [0, end], color=style.SOFT, lw=0.9, ls=(0, (2, 2)), label=words.ideal)
        axes.fill_between(lines.risk, lines.low, lines.high, color=style.ACCENT, alpha=0.13, lw=0)
        axes.plot(lines.risk, lines.apparent, color=style.SOFT, lw=1.4, ls=(0, (5, 1.6)), label=words.apparent)
        axes.plot(lines.risk, lines.corrected, color=style.ACCENT, lw=2.2, label=words.corrected)
        axes.set(xlim=(0, end), ylim=(0, end), ylabel=words.seen)
        axes.legend(loc="upper left", fontsize=9)
        below.vlines(people, 0, 1, color=style.SOFT, lw=0.7, alpha=0.6)
        below.set(ylim=(0, 1), yticks=[], xlabel=words.foretold)
        below.set_ylabel(words.people, rotation=0, ha="right", va="center", fontsize=8.6)
        below.spines["left"].set_visible(False)
        return style.as_svg(drawn, caption)
