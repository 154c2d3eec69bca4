"""What a calendar of doses hides: the level in the blood over the visits, and what each visit shows of the returns."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from equipoise.report.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from equipoise.simulate.blindspots import BlindSpots, Sight


_COLUMNS = (
    "visit", "day", "masked", "level_5", "level_50", "level_95", "came", "treated", "control", "benefit", "rejects",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BlindWords:
    """What is written in the figure; `visits` are the labels of its sights."""

    title: str
    level: str
    returns: str
    week: str
    masked: str
    dose: str
    band: str
    came: str
    treated: str
    control: str
    visits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The same figure for a page and for a document."""

    svg: str
    png: bytes


def draw_blindspots(found: BlindSpots, words: BlindWords) -> Drawn:
    """Draw the level and what is seen, one above the other, on the same weeks."""
    heights: dict[str, Any] = {"gridspec_kw": {"height_ratios": (1.15, 1)}}
    with style.figure(8.6, 5.6, nrows=2, sharex=True, **heights) as (drawn, (above, below)):
        last = max(found.levels.days[-1], found.sights[-1].day) / 7
        for axes in (above, below):
            until = min((found.clear_from - 1) / 7, last)
            axes.axvspan(found.doses[0] / 7, until, color=style.WASH, lw=0)
            for sight in found.sights:
                axes.axvline(sight.day / 7, color=style.LINE, lw=0.9, zorder=0.5)
        _draw_level(above, found, words)
        _draw_returns(below, found, words)
        below.set_xlim(0, last * 1.02)
        below.set_xticks([sight.day / 7 for sight in found.sights])
        below.set_xlabel(words.week)
        return Drawn(png=_png(drawn), svg=style.as_svg(drawn, style.Caption("blindspots", words.title, words.title)))


def _draw_level(axes: Any, found: BlindSpots, words: BlindWords) -> None:
    weeks = [day / 7 for day in found.levels.days]
    axes.fill_between(weeks, found.levels.low, found.levels.high, color=style.ARM_COLOURS[0], alpha=0.18, lw=0)
    axes.plot(weeks, found.levels.median, color=style.ARM_COLOURS[0], lw=1.6, label=words.band)
    axes.plot([day / 7 for day in found.doses], [0] * len(found.doses), "^", ms=7, color=style.INK, label=words.dose)
    top = max(found.levels.high) * 1.16
    axes.set_ylim(0, top)
    for sight, label in zip(found.sights, words.visits, strict=True):
        weight = 600 if sight.is_primary or sight.is_added else 400
        colour = style.INK if not sight.masked else style.SOFT
        axes.annotate(
            label, (sight.day / 7, top), xytext=(0, -2), textcoords="offset points", ha="right", va="top",
            rotation=90, size=8.2, weight=weight, color=colour,
        )  # fmt: skip
    axes.plot([], [], color=style.WASH, lw=8, label=words.masked)
    axes.set_ylabel(words.level)
    axes.legend(loc="center right", fontsize=8.4)


def _draw_returns(axes: Any, found: BlindSpots, words: BlindWords) -> None:
    def line(values: list[float], number: int, label: str) -> None:
        look = {"color": style.ARM_COLOURS[number], "ls": style.ARM_LINES[number]}
        axes.plot(weeks, values, marker=style.ARM_MARKERS[number], ms=4.5, lw=1.6, label=label, **look)

    weeks = [sight.day / 7 for sight in found.sights]
    axes.plot(weeks, [100 * sight.came for sight in found.sights], color=style.SOFT, lw=1.1, ls=":", label=words.came)
    line([100 * sight.treated for sight in found.sights], 0, words.treated)
    line([100 * sight.control for sight in found.sights], 1, words.control)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(words.returns)
    axes.legend(loc="upper left", fontsize=8.4)


def _png(drawn: Figure) -> bytes:
    buffer = io.BytesIO()
    drawn.savefig(buffer, format="png", dpi=160, metadata={"Software": None})
    return buffer.getvalue()


def rows_of(sights: tuple[Sight, ...]) -> list[list[str]]:
    """Return the figures of the sights, a line each, as a table for a program; shares, not per cent."""
    lines = [list(_COLUMNS)]
    for each in sights:
        masked = "whole window" if each.wholly_masked else "part of the window" if each.masked else "no"
        figures = (*each.level, each.came, each.treated, each.control, each.benefit, each.rejects)
        lines.append([each.visit, str(each.day), masked, *(f"{value:.6g}" for value in figures)])
    return lines
