"""The time to first answer as a picture: a dot for each person who was answered, on a line of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

WIDTH, HEIGHT = 640, 96
_LEFT, _RIGHT, _LINE, _STEP = 12, 628, 66, 7
_MOST = 400  # dots; of more, every so many-th is drawn


@dataclass(frozen=True, slots=True)
class Waits:
    """The dots, the ticks of days, and the median."""

    dots: tuple[tuple[float, float], ...]
    ticks: tuple[tuple[float, int], ...]
    middle: float  # of the picture
    median_hours: float
    count: int
    width: int = WIDTH
    height: int = HEIGHT
    line: int = _LINE


def waits_of(hours: Sequence[float]) -> Waits:
    """Return the picture of waits in hours, which are there and in order."""
    days = max(1, int(max(hours) // 24) + 1)
    every = max(1, -(-days // 8))
    drawn = hours[:: max(1, -(-len(hours) // _MOST))]
    stacked: dict[int, int] = {}
    dots = []
    for each in drawn:
        x = _at(each, days)
        column = round(x / _STEP)
        stacked[column] = stacked.get(column, 0) + 1
        dots.append((x, max(6.0, _LINE - _STEP * stacked[column])))
    middle = median(hours)
    ticks = tuple((_at(24.0 * day, days), day) for day in range(0, days + 1, every))
    return Waits(tuple(dots), ticks, _at(middle, days), middle, len(hours))


def _at(hours: float, days: int) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * hours / (24.0 * days), 1)
