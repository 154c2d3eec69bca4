"""The power that the enrolment really gives, under each declared assumption."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.report.figures import style


def draw_power(rows: Sequence[tuple[str, float]], reference: float, axis: str, caption: style.Caption) -> str:
    """Draw a dot a row (label, power in percent), with the usual 80 % as a line."""
    with style.figure(7.6, 0.4 * len(rows) + 0.9) as (drawn, axes):
        axes.axvline(reference, color=style.SOFT, lw=0.9, ls=(0, (2, 2)))
        for row, (_, power) in enumerate(rows):
            axes.plot([0, power], [row, row], color=style.LINE, lw=1.6, zorder=1)
            axes.plot([power], [row], "o", ms=7, color=style.ACCENT if power >= reference else style.SOFT, zorder=2)
            axes.annotate(
                f"{power:.0f} %", (power, row), xytext=(9, 0), textcoords="offset points", va="center", size=9.4
            )
        axes.set_yticks(range(len(rows)), [label for label, _ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(0, 108)
        axes.set_xticks([0, 20, 40, 60, 80, 100])
        axes.set_xlabel(axis)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0, labelcolor=style.INK, labelsize=9.4)
        return style.as_svg(drawn, caption)
