"""Dates, numbers, distances, lists and names, against the forms of the CLDR (Babel's data) and of our own style."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.translation import override

from equipoise.server import written


@pytest.mark.parametrize(
    ("value", "english", "chinese", "french"),
    [
        ("2026-03-12", "12 March 2026", "2026年3月12日", "12 mars 2026"),
        (date(2026, 9, 1), "1 September 2026", "2026年9月1日", "1 septembre 2026"),
        ("2026-03", "March 2026", "2026年3月", "mars 2026"),
        ("2026", "2026", "2026年", "2026"),
        ("2026-02-30", "2026-02-30", "2026-02-30", "2026-02-30"),  # there is no such day: as it was written
        ("2026-13", "2026-13", "2026-13", "2026-13"),
        ("about 60", "about 60", "about 60", "about 60"),
        (None, "", "", ""),
    ],
)
def test_a_date_stays_as_partial_as_it_is(value: Any, english: str, chinese: str, french: str) -> None:
    assert [written.day(value, each) for each in ("en", "zh-hans", "fr")] == [english, chinese, french]


def test_a_short_date_and_an_instant() -> None:
    on = date(2026, 3, 2)
    assert [written.short_day(on, each) for each in ("en", "zh-hans")] == ["2 Mar 2026", "2026年3月2日"]
    assert [written.short_day(on, each, year=False) for each in ("en", "zh-hans")] == ["2 Mar", "3月2日"]
    at = datetime(2026, 3, 12, 16, 5, tzinfo=UTC)
    assert written.moment(at, "en") == written.moment("2026-03-12T16:05:09.000001Z", "en") == "12 March 2026, 16:05 UTC"
    assert written.moment(at, "zh-hans") == "2026年3月12日 16:05（UTC）"


@pytest.mark.parametrize(
    ("value", "english", "chinese", "german"),
    [
        (1234567, "1,234,567", "1,234,567", "1.234.567"),
        (Decimal("1234.50"), "1,234.5", "1,234.5", "1.234,5"),
        ("-0.05", "-0.05", "-0.05", "-0,05"),
        ("<20", "<20", "<20", "<20"),
        ("NaN", "NaN", "NaN", "NaN"),
        ("", "", "", ""),
    ],
)
def test_a_number_has_the_marks_of_its_language(value: Any, english: str, chinese: str, german: str) -> None:
    assert [written.number(value, each) for each in ("en", "zh-hans", "de")] == [english, chinese, german]


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0.04, "0 km", "0公里"),
        (9.44, "9.4 km", "9.4公里"),
        (9.96, "10 km", "10公里"),
        (1096.4, "1,096 km", "1,096公里"),
    ],
)
def test_a_distance_is_no_more_exact_than_it_is(value: float, english: str, chinese: str) -> None:
    assert [written.kilometres(value, each) for each in ("en", "zh-hans")] == [english, chinese]


@pytest.mark.parametrize(
    ("things", "english", "chinese"),
    [("", "", ""), ("A", "A", "A"), ("AB", "A and B", "A和B"), ("ABC", "A, B and C", "A、B和C")],
)
def test_things_follow_one_another(things: str, english: str, chinese: str) -> None:
    assert [written.listed(things, each) for each in ("en", "zh-hans")] == [english, chinese]


def test_languages_are_named_in_both_and_in_an_order_that_a_reader_expects() -> None:
    english, chinese = dict(written.language_names("en")), dict(written.language_names("zh-hans"))
    assert english.keys() == chinese.keys()
    assert english["bo"] == "Tibetan (བོད་སྐད་)"
    assert chinese["ug"] == "维吾尔语 (ئۇيغۇرچە)"
    assert english["en"] == "English"
    assert chinese["zh"] == "中文"
    assert list(english.values()) == sorted(english.values(), key=str.casefold)
    # By pinyin: a'er, de, e, fa, ying, zhong (the order of the Xinhua dictionary).
    order = [code for code in chinese if code in ("ar", "de", "ru", "fr", "en", "zh")]
    assert order == ["ar", "de", "ru", "fr", "en", "zh"]


def test_a_language_and_a_country_by_their_codes() -> None:
    assert written.language_name("zh-hans", "en") == "Simplified Chinese"
    assert written.language_name("zh-hans", "zh-hans") == "简体中文"
    assert written.language_name("pt-br", "en") == "Brazilian Portuguese"
    assert written.language_name("qps", "en") == "qps"
    assert (written.country_name("cn", "en"), written.country_name("US", "zh-hans")) == ("China", "美国")
    assert written.country_name("Narnia", "en") == "Narnia"


def test_a_language_that_nobody_knows_writes_like_english() -> None:
    assert written.day("2026-03-12", "qps") == "12 March 2026"
    assert written.number(1234, "qps") == "1,234"


def test_templates_say_them_in_the_language_of_the_page() -> None:
    template = Template(
        "{{ n|number }} {{ far|km }} {{ all|listed }} {{ 'zh-hans'|language_called }} {{ 'cn'|country_called }}"
    )
    values = Context({"n": 12345, "far": 12.3, "all": ["A", "<B>"]})
    with override("en"):
        assert template.render(values) == "12,345 12 km A and &lt;B&gt; Simplified Chinese China"
    with override("zh-hans"):
        assert template.render(values) == "12,345 12公里 A和&lt;B&gt; 简体中文 中国"
