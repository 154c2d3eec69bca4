"""Cumulative incidences in each arm, of the event that is asked for and of those that compete with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from equipoise.report.figures import style

_BROKEN = (0, (1, 1.3))


@dataclass(frozen=True, slots=True)
class Incidence:
    """One curve: its arm's place, whether it competes, and its steps with a band."""

    label: str
    arm: int
    competes: bool
    time: tuple[float, ...]
    incidence: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def draw_incidence(curves: Sequence[Incidence], end: float, labels: tuple[str, str], caption: style.Caption) -> str:
    """Draw the curves to `end`; `labels` are the words of the axes. Competing events have no band and are broken."""
    with style.figure(8.4, 3.6) as (drawn, axes):
        highest = 0.0
        for curve in curves:
            colour = style.ARM_COLOURS[curve.arm % 4]
            time, incidence = (*curve.time, end), (*curve.incidence, curve.incidence[-1])
            dash, width = (_BROKEN, 1.5) if curve.competes else (style.ARM_LINES[curve.arm % 4], 2.0)
            axes.step(time, incidence, where="post", color=colour, label=curve.label, ls=dash, lw=width)
            highest = max(highest, incidence[-1])
            if not curve.competes:
                low, high = (*curve.low, curve.low[-1]), (*curve.high, curve.high[-1])
                axes.fill_between(time, low, high, step="post", color=colour, alpha=0.13, lw=0)
                highest = max([highest, *(value for value in high if not isnan(value))])
        axes.set(xlim=(0, end * 1.02), ylim=(0, min(1.0, highest * 1.15 or 1.0)), xlabel=labels[0], ylabel=labels[1])
        axes.legend(loc="upper left", fontsize=9.2)
        return style.as_svg(drawn, caption)
