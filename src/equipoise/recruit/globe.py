"""Points on the globe as a table can look for them: cells of one degree, and points of a sphere."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, ceil, cos, degrees, floor, radians, sin

from equipoise.recruit.distance import EARTH_KM

COLUMNS = 360


@dataclass(frozen=True, slots=True)
class Point:
    """A point on a sphere of radius 1."""

    x: float
    y: float
    z: float


def point_of(latitude: float, longitude: float) -> Point:
    """Return the point at a latitude and a longitude in degrees."""
    phi, lam = radians(latitude), radians(longitude)
    return Point(cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi))


def chord_squared(kilometres: float) -> float:
    """Return the square of the chord between two points that are so far apart."""
    return float((2 * sin(min(kilometres / EARTH_KM, 3.14159) / 2)) ** 2)


def kilometres_of(chord: float) -> float:
    """Return how far apart two points are whose chord has this square."""
    return 2 * EARTH_KM * asin(min(1.0, max(0.0, chord) ** 0.5 / 2))


def cell_of(latitude: float, longitude: float) -> int:
    """Return the cell of one degree by one in which a point lies."""
    row = min(179, max(0, floor(latitude) + 90))
    return row * COLUMNS + (floor(longitude) + 180) % COLUMNS


def cells_around(latitude: float, longitude: float, kilometres: float) -> tuple[tuple[int, int], ...]:
    """Return ranges of cells, first and last, that hold every point within a distance."""
    angle = degrees(kilometres / EARTH_KM)
    south, north = max(-90.0, latitude - angle), min(89.999, latitude + angle)
    ranges: list[tuple[int, int]] = []
    # The circle's widest reach east and west, by the spherical law of sines; around a pole it is every column.
    reach = cos(radians(latitude))
    ratio = sin(radians(min(90.0, angle))) / reach if reach > 1e-9 else 2.0
    whole = ratio >= 1 or latitude + angle >= 90 or latitude - angle <= -90
    wide = 180.0 if whole else degrees(asin(ratio))
    west, east = floor(longitude - wide), ceil(longitude + wide) - 1
    for row in range(floor(south) + 90, floor(north) + 91):
        if east - west >= COLUMNS - 1:
            ranges.append((row * COLUMNS, row * COLUMNS + COLUMNS - 1))
            continue
        first, last = (west + 180) % COLUMNS, (max(east, west) + 180) % COLUMNS
        base = row * COLUMNS
        # Across 180° the columns begin again.
        ranges += [(base + first, base + last)] if first <= last else [(base + first, base + 359), (base, base + last)]
    return tuple(ranges)
