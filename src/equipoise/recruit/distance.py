"""How far two places are apart."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

# The mean radius of the Earth of the International Union of Geodesy and Geophysics (Moritz, Geodetic Reference System
# 1980, Journal of Geodesy 74:128, 2000). On a sphere a distance is off by 0.5 % at most: enough for a journey.
EARTH_KM = 6371.0088


def distance_km(a_latitude: float, a_longitude: float, b_latitude: float, b_longitude: float) -> float:
    """Return the great-circle distance in kilometres, by the haversine (Sinnott, Sky and Telescope 68:159, 1984)."""
    a, b = radians(a_latitude), radians(b_latitude)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(b_longitude - a_longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))
