"""A statistic under many other allocations, with the observed one: what chance alone would have made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.report.figures import style

_BINS = 41


@dataclass(frozen=True, slots=True)
class HistogramWords:
    """What is written around the bars."""

    axis: str
    count: str
    observed: str


def draw_histogram(values: Sequence[float], observed: float, words: HistogramWords, caption: style.Caption) -> str:
    """Draw the bars; those at least as far from 0 as `observed` are darker."""
    import numpy as np

    far = abs(observed)
    reach = max(far, *(abs(value) for value in values)) * 1.04 or 1.0
    edges = np.linspace(-reach, reach, _BINS + 1)
    outer = np.array([value for value in values if abs(value) >= far - 1e-9])
    with style.figure(7.6, 2.9) as (drawn, axes):
        counts, _ = np.histogram(values, edges)
        beyond, _ = np.histogram(outer, edges)
        width = edges[1] - edges[0]
        axes.bar(edges[:-1], counts - beyond, width, bottom=beyond, align="edge", color=style.LINE, ec="white", lw=0.5)
        axes.bar(edges[:-1], beyond, width, align="edge", color=style.SOFT, ec="white", lw=0.5)
        axes.axvline(observed, color=style.ACCENT, lw=2)
        if far > 0:
            axes.axvline(-observed, color=style.ACCENT, lw=1, ls=(0, (3, 2)))
        top = float(counts.max()) * 1.12
        side = "right" if observed > 0 else "left"
        axes.text(
            observed - 0.015 * reach if observed > 0 else observed + 0.015 * reach, top, words.observed, size=9.2,
            color=style.ACCENT, weight=600, ha=side, va="center", backgroundcolor="white",
        )  # fmt: skip
        axes.set(xlim=(-reach, reach), ylim=(0, top * 1.06), xlabel=words.axis, ylabel=words.count)
        return style.as_svg(drawn, caption)
