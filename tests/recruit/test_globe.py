"""Cells and chords against the plain distance: the haversine of `recruit.distance` is the oracle."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from equipoise.recruit.distance import distance_km
from equipoise.recruit.globe import cell_of, cells_around, chord_squared, kilometres_of, point_of

_LATITUDE = st.floats(-90, 90)
_LONGITUDE = st.floats(-180, 180)
_KM = st.floats(1, 1_000)


@given(_LATITUDE, _LONGITUDE, _LATITUDE, _LONGITUDE)
def test_the_chord_is_as_long_as_the_way(a: float, b: float, c: float, d: float) -> None:
    one, other = point_of(a, b), point_of(c, d)
    chord = (one.x - other.x) ** 2 + (one.y - other.y) ** 2 + (one.z - other.z) ** 2
    assert abs(kilometres_of(chord) - distance_km(a, b, c, d)) < 1.0


@given(_LATITUDE, _LONGITUDE, _KM, st.floats(-1, 1), st.floats(-1, 1))
@example(0.0, 179.9, 100.0, 0.0, 1.0)
@example(89.9, 10.0, 500.0, 1.0, 1.0)
@example(-89.99, -180.0, 1_000.0, -1.0, 0.5)
def test_every_point_within_a_distance_lies_in_a_cell_that_is_looked_in(
    latitude: float, longitude: float, kilometres: float, north: float, east: float
) -> None:
    near = max(-90.0, min(90.0, latitude + 10 * north))
    beside = (longitude + 360 * east + 540) % 360 - 180
    for at in ((near, beside), (near, longitude), (latitude, beside)):
        if distance_km(latitude, longitude, *at) <= kilometres:
            cell = cell_of(*at)
            assert any(first <= cell <= last for first, last in cells_around(latitude, longitude, kilometres)), at


@given(_KM)
def test_kilometres_come_back_from_their_chord(kilometres: float) -> None:
    assert abs(kilometres_of(chord_squared(kilometres)) - kilometres) < 1e-3


def test_a_circle_of_a_hundred_kilometres_is_few_cells() -> None:
    assert sum(last - first + 1 for first, last in cells_around(51.5, -0.1, 100)) <= 16
