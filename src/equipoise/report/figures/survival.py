"""Kaplan-Meier curves with their confidence bands and the numbers at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from equipoise.report.figures import style


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """One arm: steps of time and survival with a band, and the number at risk at each of the figure's times."""

    label: str
    time: tuple[float, ...]
    survival: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    at_risk: tuple[int, ...]


def axis_floor(curves: Sequence[SurvivalCurve]) -> float:
    """Return where the axis of shares begins: at 0, or below the lowest band where all lie in the upper half."""
    lowest = min((value for curve in curves for value in curve.low if not isnan(value)), default=0.0)
    return style.share_floor(lowest)


def draw_survival(
    curves: Sequence[SurvivalCurve],
    times: Sequence[float],
    labels: tuple[str, str, str],
    caption: style.Caption,
) -> str:
    """Draw the curves; `labels` are the words of the time axis, of the other axis and of the numbers at risk."""
    with style.figure(8.4, 4.6, nrows=2, height_ratios=[4.6, 0.42 * len(curves) + 0.3], sharex=True) as (drawn, grid):
        axes, table = grid
        for index, curve in enumerate(curves):
            colour = style.ARM_COLOURS[index % 4]
            axes.step(
                curve.time,
                curve.survival,
                where="post",
                color=colour,
                lw=2,
                ls=style.ARM_LINES[index % 4],
                label=curve.label,
            )
            axes.fill_between(curve.time, curve.low, curve.high, step="post", color=colour, alpha=0.13, lw=0)
            for time, number in zip(times, curve.at_risk, strict=True):
                table.text(time, index, str(number), ha="center", va="center", size=9, color=colour)
        axes.set_ylim(axis_floor(curves), 1.005)
        axes.set_ylabel(labels[1])
        axes.legend(loc="lower left", fontsize=9.4)
        table.set_yticks(range(len(curves)), [curve.label for curve in curves])
        table.set_ylim(len(curves) - 0.4, -0.6)
        table.set_xticks(list(times))
        table.set_xlabel(labels[0])
        table.set_title(labels[2], fontsize=9, color=style.SOFT, fontweight=400)
        for side in ("left", "bottom"):
            table.spines[side].set_visible(False)
        table.tick_params(length=0)
        return style.as_svg(drawn, caption)
