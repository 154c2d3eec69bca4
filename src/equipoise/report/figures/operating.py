"""How a design works: how often the analysis rejects under each truth, and what is seen of the returns by visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.report.figures import style


@dataclass(frozen=True, slots=True)
class Rate:
    """A rejection rate in per cent with its Monte Carlo interval, and the exact power of the unstratified test."""

    label: str
    value: float
    low: float
    high: float
    expected: float


@dataclass(frozen=True, slots=True)
class SeenCurve:
    """What is seen by each week, in per cent of the people: of the treated, of the others; and where it is masked."""

    title: str
    weeks: tuple[float, ...]
    treated: tuple[float, ...]
    others: tuple[float, ...]
    masked: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class OperatingWords:
    """What is written around the figure."""

    rates: str
    expected: str
    seen: str
    week: str
    treated: str
    others: str
    masked: str


def draw_rates(rates: Sequence[Rate], level: float, words: OperatingWords, caption: style.Caption) -> str:
    """Draw a dot with its interval a truth, the level as a line, the exact power as an open diamond."""
    with style.figure(8.2, 0.42 * len(rates) + 1.1) as (drawn, axes):
        axes.axvline(level, color=style.SOFT, lw=0.9, ls=(0, (2, 2)))
        for row, rate in enumerate(rates):
            axes.plot([rate.low, rate.high], [row, row], color=style.ACCENT, lw=2.2, solid_capstyle="butt")
            axes.plot([rate.value], [row], "o", ms=6.5, color=style.ACCENT)
            axes.plot([rate.expected], [row], "D", ms=8, mfc="none", mec=style.INK, mew=1.1)
            right = max(rate.high, rate.expected)
            axes.annotate(f"{rate.value:.1f} %", (right, row), xytext=(9, 0), textcoords="offset points", va="center")
        axes.plot([], [], "D", ms=8, mfc="none", mec=style.INK, mew=1.1, label=words.expected)
        axes.legend(loc="lower right", fontsize=8.6)
        axes.set_yticks(range(len(rates)), [rate.label for rate in rates])
        axes.set_ylim(len(rates) - 0.4, -0.6)
        axes.set_xlim(0, 108)
        axes.set_xlabel(words.rates)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0, labelcolor=style.INK, labelsize=9.4)
        return style.as_svg(drawn, caption)


def draw_seen(curves: Sequence[SeenCurve], words: OperatingWords, caption: style.Caption) -> str:
    """Draw the mean curves of what is seen, a panel a truth; masked visits of the treated lie on a shaded ground."""
    with style.figure(8.2, 3.2, ncols=len(curves), sharey=True, squeeze=False) as (drawn, grid):
        for axes, curve in zip(grid[0], curves, strict=True):
            hidden = [week for week, masked in zip(curve.weeks, curve.masked, strict=True) if masked]
            if hidden:
                axes.axvspan(min(hidden), max(hidden), color=style.WASH, lw=0, label=words.masked)
            for number, (values, label) in enumerate(((curve.treated, words.treated), (curve.others, words.others))):
                look = {"color": style.ARM_COLOURS[number], "ls": style.ARM_LINES[number]}
                axes.plot(curve.weeks, values, marker=style.ARM_MARKERS[number], ms=4.5, lw=1.7, label=label, **look)
            axes.set_title(curve.title)
            axes.set_xticks(curve.weeks)
            axes.tick_params(axis="x", labelsize=8)
            axes.set_xlabel(words.week)
            axes.set_ylim(bottom=0)
        grid[0][0].set_ylabel(words.seen)
        grid[0][0].legend(loc="upper left", fontsize=8.6)
        return style.as_svg(drawn, caption)
