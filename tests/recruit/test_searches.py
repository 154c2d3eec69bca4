"""Whether a study is news for somebody. The oracle of the quick way is the plain one beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.recruit.searches import (
    DISTANCES,
    Facts,
    Offer,
    Search,
    Why,
    age_in,
    born_of,
    conditions_of,
    facts_of,
    keys_of,
    matches,
)
from equipoise.study.listing import ListedCentre, Listing, Status

TODAY = date(2026, 6, 15)
WUHAN, GUANGZHOU = (30.583, 114.267), (23.117, 113.25)


def _listing(**changes: Any) -> Listing:
    said: dict[str, Any] = {
        "number": "NCT00000001",
        "title": "Peginterferon in chronic hepatitis B",
        "conditions": ("Chronic Hepatitis B",),
        "status": Status.RECRUITING,
        "youngest": 18,
        "oldest": 60,
        "centres": (ListedCentre(city="Wuhan", latitude=WUHAN[0], longitude=WUHAN[1]),),
    }
    return Listing(**said | changes)


def _facts(**changes: Any) -> Facts:
    return facts_of({"en": _listing(**changes)})


def _of_age(age: int) -> Search:
    return Search("hepatitis B", born=born_of(age, TODAY))


def _near(where: tuple[float, float], kilometres: int) -> Search:
    return Search("hepatitis B", latitude=where[0], longitude=where[1], kilometres=kilometres)


@pytest.mark.parametrize(
    ("words", "is_news"),
    [
        ("hepatitis B", True), ("Hepatitis", True), ("hepatitis b virus", False), ("hepatitis C", False), ("乙肝", True), ("乙型肝炎", True),
        ("diabetes, hepatitis B", True), ("diabetes; cancer", False), ("diabetes or hepatitis", True), ("糖尿病、乙肝", True),
        ("hepatitis C 或 乙肝", True), ("peginterferon", True), ("HEPATITIS  B", True), ("", True), (" , ; ", True),
    ],
)  # fmt: skip
def test_one_condition_is_enough_with_all_its_words_in_either_language(words: str, is_news: bool) -> None:
    assert (matches(Search(words), _facts(), TODAY) is not None) is is_news


@pytest.mark.parametrize(
    ("age", "is_news"), [(0, False), (17, False), (18, True), (45, True), (60, True), (61, False), (120, False)]
)
def test_who_is_too_young_or_too_old_is_not_told(age: int, is_news: bool) -> None:
    assert (matches(_of_age(age), _facts(), TODAY) is not None) is is_news


def test_people_grow_older_while_they_wait() -> None:
    young, old = _of_age(17), _of_age(60)
    assert matches(young, _facts(), date(2026, 6, 30)) is None
    assert matches(young, _facts(), date(2027, 6, 15)) is not None
    assert matches(old, _facts(), date(2027, 5, 15)) is not None  # 60 or 61: nobody knows, so it is told
    assert matches(old, _facts(), date(2027, 6, 15)) is None


def test_limits_in_months_count_within_a_year() -> None:
    infants = _facts(youngest=0.5, oldest=1.5)
    assert matches(_of_age(0), infants, TODAY) is not None
    assert matches(_of_age(1), infants, TODAY) is not None
    assert matches(_of_age(2), infants, TODAY) is None
    assert matches(_of_age(90), _facts(youngest=None, oldest=None), TODAY) is not None


@pytest.mark.parametrize(
    ("text", "age"),
    [("60", 60), ("about 60", 60), ("约60岁", 60), ("６０", None), ("0", 0), ("17", 17), ("61 years", 61), ("", None), ("sixty", None),
     ("121", None), ("18-60", None), ("9" * 5000, None)],
)  # fmt: skip
def test_an_age_is_one_number_of_years(text: str, age: int | None) -> None:
    assert age_in(text) == age


def test_the_sex_that_a_study_takes() -> None:
    women = _facts(sex="female")
    assert matches(Search("hepatitis B", sex="female"), women, TODAY) is not None
    assert matches(Search("hepatitis B", sex="male"), women, TODAY) is None
    assert matches(Search("hepatitis B"), women, TODAY) is not None
    assert matches(Search("hepatitis B", sex="male"), _facts(), TODAY) is not None


def test_a_place_is_within_reach_of_a_centre_that_takes_people_in() -> None:
    assert matches(_near(WUHAN, 25), _facts(), TODAY) == Why(0.0)
    assert matches(_near(GUANGZHOU, 500), _facts(), TODAY) is None
    both = _facts(
        centres=(
            ListedCentre(latitude=WUHAN[0], longitude=WUHAN[1]),
            ListedCentre(latitude=GUANGZHOU[0], longitude=GUANGZHOU[1], status=Status.COMPLETED),
        )
    )
    assert matches(_near(GUANGZHOU, 25), both, TODAY) is None
    assert matches(_near(WUHAN, 25), both, TODAY) is not None
    assert matches(_near(WUHAN, 500), _facts(centres=(ListedCentre(city="Wuhan"),)), TODAY) is None


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.RECRUITING])
def test_only_a_study_that_takes_people_in_is_news(status: Status) -> None:
    assert matches(Search("hepatitis B"), _facts(status=status), TODAY) is None


def test_a_hostile_search_makes_few_keys() -> None:
    assert len(keys_of(Search(", ".join(f"乙肝 hepatitis C {n}" for n in range(1000))))) <= 120
    assert len(conditions_of(" ".join(["乙肝"] * 500))) <= 12
    assert all(len(key.token) <= 40 for key in keys_of(Search("x" * 10_000)))


_WORDS = st.lists(
    st.sampled_from(["hepatitis", "b", "乙肝", "diabetes", "type 2", "cancer", ",", "lung", "interferon"]), max_size=5
)
_PLACES = st.tuples(
    st.one_of(st.sampled_from([89.9, -89.9, 0.0, 30.5]), st.floats(-90, 90, width=32)),
    st.one_of(st.sampled_from([179.99, -179.99, 114.3, 0.0]), st.floats(-180, 180, width=32)),
)  # fmt: skip


_SEARCHES = st.builds(
    lambda words, near, age, sex: replace(
        Search(" ".join(words), sex=sex, born=None if age is None else born_of(age, TODAY)),
        **({} if near is None else {"latitude": near[0][0], "longitude": near[0][1], "kilometres": near[1]}),
    ),
    _WORDS,
    st.one_of(st.none(), st.tuples(_PLACES, st.sampled_from([*DISTANCES, 30, 5000]))),
    st.one_of(st.none(), st.integers(0, 110)),
    st.sampled_from(["", "female", "male"]),
)
_STUDIES = st.builds(
    lambda said, centres, sex, youngest, oldest: _facts(
        title=" ".join(said),
        conditions=(),
        sex=sex,
        youngest=youngest,
        oldest=oldest,
        centres=tuple(ListedCentre(latitude=Decimal(f"{a:.3f}"), longitude=Decimal(f"{b:.3f}")) for a, b in centres),
    ),
    _WORDS,
    st.lists(_PLACES, max_size=4),
    st.sampled_from(["all", "female", "male"]),
    st.one_of(st.none(), st.integers(0, 80)),
    st.one_of(st.none(), st.integers(0, 110)),
)


@given(_SEARCHES, _STUDIES)
def test_the_quick_way_decides_as_the_plain_one(search: Search, facts: Facts) -> None:
    offer = Offer(facts, TODAY)
    looked_up = [key for key in keys_of(search) if not key.token or key.token in facts.tokens]
    found = [why for why in map(offer.why, looked_up) if why is not None]
    plain = matches(search, facts, TODAY)
    assert [why.kilometres for why in found[:1]] == [
        pytest.approx(each.kilometres, abs=1e-6) for each in [plain] if each
    ]
