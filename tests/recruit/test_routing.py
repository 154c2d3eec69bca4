"""Which centre is near. The distances are great circles as published by the Great Circle Mapper for the airports' cities."""

from __future__ import annotations

import pytest

from equipoise.recruit.routing import distance_km, located, nearest
from equipoise.study.listing import ListedCentre, Listing, Status


@pytest.mark.parametrize(
    ("a", "b", "kilometres", "off"),
    [
        # JFK-LHR 5540 km, LAX-JFK 3983 km, PEK-SHA 1076 km, SYD-LAX 12061 km (gcmap.com, on the ellipsoid: 0.5 % is the sphere's).
        ((40.6398, -73.7789), (51.4706, -0.4619), 5540, 0.005),
        ((33.9425, -118.4081), (40.6398, -73.7789), 3983, 0.005),
        ((40.0725, 116.5975), (31.1979, 121.3363), 1076, 0.005),
        ((-33.9461, 151.1772), (33.9425, -118.4081), 12061, 0.005),
        # Sinnott's own check of the formula: a quarter and a half of the circle.
        ((0.0, 0.0), (90.0, 0.0), 10007.557, 1e-6),
        ((0.0, 0.0), (0.0, 180.0), 20015.114, 1e-6),
        ((10.0, 20.0), (10.0, 20.0), 0.0, 0.0),
    ],
)  # fmt: skip
def test_distances_agree_with_published_ones(
    a: tuple[float, float], b: tuple[float, float], kilometres: float, off: float
) -> None:
    assert distance_km(*a, *b) == pytest.approx(kilometres, rel=off)
    assert distance_km(*a, *b) == distance_km(*b, *a)


def _listing(*centres: ListedCentre, status: Status = Status.RECRUITING) -> Listing:
    return Listing(number="N1", title="A study", status=status, centres=centres)


def _centre(name: str, latitude: float | None = None, status: Status | None = None) -> ListedCentre:
    return ListedCentre(name=name, latitude=latitude, longitude=None if latitude is None else 114, status=status)


def test_recruiting_goes_before_distance_and_nobody_is_dropped() -> None:
    found = nearest(
        _listing(
            _centre("nowhere"),
            _centre("near and closed", 30.1, Status.COMPLETED),
            _centre("far and open", 35),
            _centre("open", 31),
            _centre("far and closed", 40, Status.SUSPENDED),
        ),
        30,
        114,
    )
    assert [each.centre.name for each in found] == [
        "open",
        "far and open",
        "nowhere",
        "near and closed",
        "far and closed",
    ]
    assert [each.recruiting for each in found] == [True, True, True, False, False]
    assert [each.nearer_but_closed for each in found] == [False, False, False, True, False]
    assert found[0].kilometres == pytest.approx(111.2, abs=0.1)
    assert found[2].kilometres is None


def test_a_study_that_takes_nobody_in_has_no_recruiting_centre() -> None:
    found = nearest(_listing(_centre("b", 32), _centre("a", 31, Status.RECRUITING), status=Status.COMPLETED), 30, 114)
    assert [(each.centre.name, each.recruiting) for each in found] == [("a", False), ("b", False)]
    assert not any(each.nearer_but_closed for each in found)


@pytest.mark.parametrize(
    ("centre", "where"),
    [
        (ListedCentre(city="Wuhan", state="Hubei", country="China"), (30.583, 114.267)),
        (ListedCentre(city="武汉", country="中国"), (30.583, 114.267)),
        (ListedCentre(city="Springfield", state="Illinois", country="United States"), (39.802, -89.644)),
        (ListedCentre(city="Seoul", country="Korea, Republic of"), (37.566, 126.978)),
    ],
)
def test_a_centre_lies_in_its_city(centre: ListedCentre, where: tuple[float, float]) -> None:
    found = located(centre)
    assert (float(found.latitude or 0), float(found.longitude or 0)) == pytest.approx(where, abs=0.01)


@pytest.mark.parametrize(
    "centre",
    [
        ListedCentre(country="China"),
        ListedCentre(city="Springfield", country="United States"),
        ListedCentre(city="Wuhna", country="China"),
        ListedCentre(city="Nowhereville", country="France"),
        ListedCentre(city="Wuhan", country="China", latitude=1, longitude=2),
    ],
)
def test_a_centre_is_left_as_it_is_where_there_is_doubt(centre: ListedCentre) -> None:
    assert located(centre) is centre
