"""Laboratory courses: what is known of each person over time, where a product can hide it, and when it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.report.figures import style

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class Course:
    """One person's results: weeks since allocation, values, and which are only known to be below the limit."""

    weeks: tuple[float, ...]
    values: tuple[float, ...]
    below: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class CoursePanel:
    """One arm's panel of one variable."""

    title: str
    courses: tuple[Course, ...]
    median: tuple[tuple[float, float], ...]  # week, median
    masked: tuple[tuple[float, float], ...]  # spans of weeks
    doses: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CourseWords:
    """What is written in the panels."""

    variable: str
    weeks: str
    masked: str
    doses: str
    median: str
    below: str


def draw_courses(
    panels: Sequence[CoursePanel],
    words: CourseWords,
    thresholds: Sequence[float],
    caption: style.Caption,
) -> str:
    """Draw a variable, a panel an arm, on one logarithmic scale."""
    with style.figure(9.2, 3.5, ncols=len(panels), sharey=True, sharex=True, squeeze=False) as (drawn, grid):
        for index, (axes, panel) in enumerate(zip(grid[0], panels, strict=True)):
            _draw_panel(axes, panel, words, style.ARM_COLOURS[index % 4])
            for threshold in thresholds:
                axes.axhline(threshold, color=style.SOFT, lw=0.8, ls=(0, (2, 2.5)))
            axes.set_title(panel.title, color=style.ARM_COLOURS[index % 4])
            axes.set_xlabel(words.weeks)
        grid[0][0].set_ylabel(words.variable)
        grid[0][0].set_yscale("log")
        _plain_ticks(grid[0][0])
        handles, labels = _legend(words, any(panel.masked for panel in panels), any(panel.doses for panel in panels))
        drawn.legend(
            handles,
            labels,
            loc="outside lower left",
            ncols=4,
            fontsize=8.8,
            labelcolor=style.SOFT,
        )
        return style.as_svg(drawn, caption)


def _draw_panel(axes: Axes, panel: CoursePanel, words: CourseWords, colour: str) -> None:
    from matplotlib.collections import LineCollection

    for start, end in panel.masked:
        axes.axvspan(start, end, fc="none", ec=style.LINE, hatch="////", lw=0, zorder=0)
    if panel.masked:
        axes.annotate(
            words.masked, (panel.masked[0][0], 1), xycoords=("data", "axes fraction"), xytext=(3, -11),
            textcoords="offset points", size=8.2, color=style.SOFT, backgroundcolor="white",
        )  # fmt: skip
    lines = [tuple(zip(course.weeks, course.values, strict=True)) for course in panel.courses]
    axes.add_collection(LineCollection(lines, colors=colour, linewidths=0.6, alpha=0.28, zorder=1))
    known = [(w, v) for c in panel.courses for w, v, b in zip(c.weeks, c.values, c.below, strict=True) if not b]
    below = [(w, v) for c in panel.courses for w, v, b in zip(c.weeks, c.values, c.below, strict=True) if b]
    if known:
        axes.scatter([w for w, _ in known], [v for _, v in known], s=9, color=colour, alpha=0.5, lw=0, zorder=2)
    if below:
        axes.scatter(
            [w for w, _ in below],
            [v for _, v in below],
            s=17,
            marker="v",
            fc="white",
            ec=colour,
            lw=0.7,
            alpha=0.8,
            zorder=2,
        )
    if panel.median:
        axes.plot(*zip(*panel.median, strict=True), color=colour, lw=2.4, zorder=3)
    for week in panel.doses:
        axes.annotate(
            "", (week, 0), xycoords=("data", "axes fraction"), xytext=(0, 13), textcoords="offset points",
            arrowprops={"arrowstyle": "-|>", "color": style.INK, "lw": 1.1},
        )  # fmt: skip


def _plain_ticks(axes: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.yaxis.set_major_locator(LogLocator(base=10, numticks=8))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _legend(words: CourseWords, masked: bool, doses: bool) -> tuple[list[Artist], list[str]]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    entries: list[tuple[Artist, str]] = [
        (Line2D([], [], color=style.SOFT, lw=2.4), words.median),
        (Line2D([], [], marker="v", mfc="white", mec=style.SOFT, lw=0), words.below),
    ]
    if masked:
        entries.append((Patch(fc="none", ec=style.SOFT, hatch="////", lw=0), words.masked))
    if doses:
        entries.append((Line2D([], [], marker=r"$\downarrow$", color=style.INK, lw=0), words.doses))
    return [handle for handle, _ in entries], [label for _, label in entries]
