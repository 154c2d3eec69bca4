"""What place a person means. The oracle of each case is a map: the city that anybody would point at."""

from __future__ import annotations

import time

import pytest

from equipoise.recruit import places
from equipoise.recruit.distance import distance_km
from equipoise.recruit.places.folding import fold, stem
from equipoise.recruit.places.gazetteer import gazetteer

WUHAN, GUANGZHOU, BEIJING, XIAN = (30.59, 114.30), (23.13, 113.26), (39.90, 116.40), (34.34, 108.94)


def _first(text: str, country: str = "") -> places.Place:
    found = places.obvious(places.find(text, country=country))
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Wuhan", WUHAN), ("wuhan", WUHAN), ("WUHAN, China", WUHAN), ("Wuhan, Hubei, China", WUHAN), ("Hubei Wuhan", WUHAN),
        ("武汉", WUHAN), ("武汉市", WUHAN), ("武漢", WUHAN), ("湖北武汉", WUHAN), ("湖北省武汉市", WUHAN), ("武汉市, 湖北省", WUHAN),
        ("武汉，湖北", WUHAN), ("中国湖北武汉", WUHAN), ("武汉市洪山区", WUHAN), ("湖北省武汉市洪山区", WUHAN), ("湖北省 武汉市", WUHAN),
        ("430070", WUHAN), ("４３００７０", WUHAN), (" 430074 ", WUHAN), ("430000", WUHAN),
        ("广州", GUANGZHOU), ("广州市", GUANGZHOU), ("Guangzhou", GUANGZHOU), ("广东省广州市", GUANGZHOU), ("510000", GUANGZHOU),
        ("北京", BEIJING), ("北京市朝阳区", BEIJING), ("100020", BEIJING), ("Peking", BEIJING),
        ("100044", BEIJING), ("510080", GUANGZHOU), ("710032", XIAN),
        ("Xi'an", XIAN), ("Xi’an", XIAN), ("Xian", XIAN), ("XI AN, China", XIAN), ("西安", XIAN), ("西安市", XIAN), ("710000", XIAN),
        ("Paris", (48.85, 2.35)), ("巴黎", (48.85, 2.35)), ("Paris, Texas", (33.66, -95.56)), ("Paris TX", (33.66, -95.56)),
        ("Springfield, Illinois", (39.80, -89.65)), ("Springfield IL", (39.80, -89.65)), ("London", (51.51, -0.13)),
        ("St. Louis, Missouri", (38.63, -90.20)), ("Saint Louis, MO", (38.63, -90.20)), ("São Paulo", (-23.55, -46.63)),
        ("Köln", (50.94, 6.96)), ("New York, NY", (40.71, -74.01)), ("纽约", (40.71, -74.01)), ("香港", (22.30, 114.17)),
    ],
)  # fmt: skip
def test_a_place_is_where_a_map_has_it(text: str, where: tuple[float, float]) -> None:
    found = _first(text)
    assert distance_km(found.latitude, found.longitude, *where) < 40


@pytest.mark.parametrize(
    "text", ["Springfield", "Birmingham", "Suzhou", "Yichun", "朝阳", "San José", "St. Louis", "湖北"]
)
def test_what_may_be_several_asks(text: str) -> None:
    found = places.find(text)
    assert 2 <= len(found) <= places.MOST
    assert places.obvious(found) is None
    assert len({place.called("en") for place in found}) == len(found)
    assert len({place.called("zh-hans") for place in found}) == len(found)


def test_paris_is_in_france_and_the_one_in_texas_stays_offered() -> None:
    found = places.find("Paris")
    assert found[0].country == "France"
    assert ("Texas", "United States") in {(place.region, place.country) for place in found}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Wuhna", "Wuhan"), ("Guangzhuo", "Guangzhou"), ("Shenzen", "Shenzhen"), ("Edinbrugh", "Edinburgh")],
)
def test_a_slip_of_one_letter_is_forgiven_where_nothing_is_exact(typed: str, meant: str) -> None:
    assert places.find(typed)[0].name == meant
    assert typed == "Shenzen" or places.find(typed, exactly=True) == ()


@pytest.mark.parametrize(
    "text",
    ["", "   ", "Nowhereville", "武汉武汉", "某某市", "999999", "000000", "12345", "Paris, Atlantis", "\x00\x01", "😀", "\ud800", "%_", "';--",
     "武" * 100, "a," * 40, "x y " * 24, "ﷺ" * 99, "St " * 33],
)  # fmt: skip
def test_what_is_no_place_is_none(text: str) -> None:
    assert places.find(text) == ()


def test_hostile_input_is_cheap() -> None:
    places.find("Wuhan")
    began = time.process_time()
    for text in ("x" * 10_000_000, "武汉" * 5_000_000, "x y " * 24, "abcdefgh " * 11, "武" * 100, "," * 100):
        places.find(text)
        places.find("Wuhan", country=text)
        places.by_id(text)
    assert time.process_time() - began < 0.5


def test_a_country_narrows_by_name_or_code() -> None:
    assert places.find("Paris", country="US")[0].region == "Texas"
    assert _first("Cambridge", "United Kingdom").region == "England"
    assert _first("武汉", "中国").name == "Wuhan"
    assert places.find("Wuhan", country="France") == ()
    assert places.find("Wuhan", country="Atlantis") == ()
    assert places.find("430070", country="France") == ()


def test_a_country_is_its_largest_places_and_not_a_small_town_of_that_name() -> None:
    assert {place.country for place in places.find("China")} == {"China"}
    assert {place.country for place in places.find("中国")} == {"China"}
    assert places.find("China", exactly=True) != places.find("China")


def test_a_place_says_its_name_in_both_languages() -> None:
    assert _first("Wuhan").called("en") == "Wuhan, Hubei, China"
    assert _first("Wuhan").called("zh-hans") == "湖北省武汉市"
    assert _first("北京").called("zh-hans") == "北京市"
    assert _first("Paris").called("zh-hans") == "巴黎（法国）"
    assert _first("洪山区").called("en") == "Hongshan District, Wuhan, Hubei, China"
    assert _first("Singapore").called("en") == "Singapore"


def test_a_place_is_found_again_by_its_id() -> None:
    for text in ("Wuhan", "430070", "Paris, Texas"):
        assert places.by_id(_first(text).id) == _first(text)
    for key in ("", "0", "no such", "1791247\t", "武汉", "\n", "cn-"):
        assert places.by_id(key) is None


@pytest.mark.parametrize(
    ("name", "folded"),
    [("Xi’an", "xian"), ("St. Louis", "saint louis"), ("Saint-Louis", "saint louis"), ("Łódź", "lodz"), ("Straße", "strasse"), ("  A  B ", "a b")],
)  # fmt: skip
def test_a_name_has_one_spelling(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_a_chinese_name_keeps_two_characters() -> None:
    assert [stem(name) for name in ("武汉市", "荆州", "荆州市", "沙市", "恩施土家族苗族自治州")] == [
        "武汉", "荆州", "荆州", "沙市", "恩施土家族苗族",
    ]  # fmt: skip


def test_every_line_of_the_gazetteer_is_found_by_the_search_in_it() -> None:
    # The oracle is the file itself, read from top to bottom.
    book = gazetteer()
    for lines in (book._places, book._names, book._postcodes):
        keys = [line.split(b"\t")[0] + b"\t" for line in lines.split(b"\n")]
        assert keys == sorted(set(keys))
    names = book._names.decode().split("\n")
    for line in (*names[::97], names[-1]):
        name, ids = line.split("\t")
        assert {each.place.id for each in book.called(name)} == {key.removeprefix("~") for key in ids.split()}
    for line in book._postcodes.decode().split("\n"):
        postcode, key = line.split("\t")
        found = book.of_postcode(postcode)
        assert found is not None
        assert found.id == key
