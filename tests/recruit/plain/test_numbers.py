"""Numbers in words and figures. The oracle is what a reader takes them for."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.recruit.plain.numbers import numbers_in


def _found(text: str) -> list[tuple[Fraction, str]]:
    return sorted((number.value, number.unit) for number in numbers_in(text))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Half of the people get an injection every four weeks.", [("1/2", "share"), ("4", "week")]),
        ("about half a year", [("1/2", "year")]),
        ("one or two of ten people", [("1/10", "share"), ("1/5", "share")]),
        ("one in two", [("1/2", "share")]),
        ("two in every five patients", [("2/5", "share")]),
        ("12.5 % or 7 per cent or 100%", [("7/100", "share"), ("1/8", "share"), ("1", "share")]),
        ("a third; two thirds; the third visit", [("1/3", "share"), ("2/3", "share")]),
        ("a year and a half", [("3/2", "year")]),
        ("two and a half weeks", [("5/2", "week")]),
        ("1,234 people, two hundred and five more", [("205", ""), ("1234", "")]),
        ("20mg twice a day", [("2", "time"), ("20", "mg")]),
        ("<0.05 IU/mL", [("1/20", "IU/mL")]),
        ("dozens, hundreds, thousands", [("12", ""), ("100", ""), ("1000", "")]),
        ("No one knows; one of the groups; everyone", []),
        ("一半的人在大约半年内每四周打一针", [("1/2", "share"), ("1/2", "year"), ("4", "week")]),
        ("大约一年半", [("3/2", "year")]),
        ("十人中有一到两人会复发", [("1/10", "share"), ("1/5", "share")]),
        ("百分之七，７％，三分之一，七成的人", [("7/100", "share"), ("7/100", "share"), ("1/3", "share"), ("7/10", "share")]),
        ("二十四周内七次", [("7", "time"), ("24", "week")]),
        ("一百三十二人", [("132", "")]),
        ("三万二千人", [("32000", "")]),
        ("一点五倍", [("3/2", "fold")]),
        ("有些人，一样的检查，十分重要，千万不要，万一，第三次，星期一，一些", []),
    ],
)  # fmt: skip
def test_numbers(text: str, numbers: list[tuple[str, str]]) -> None:
    assert _found(text) == sorted((Fraction(value), unit) for value, unit in numbers)


@pytest.mark.parametrize(
    ("said", "source", "holds"),
    [
        ("half", "HBIG: 1 of 2, 50 %", True),
        ("18 months", "1.5 years", True),
        ("14 days", "2 weeks", True),
        ("4 weeks", "every 4 months", False),
        ("10 people", "10 % of people", False),
        ("七次", "Given 7 times", True),
        ("七十次", "Given 7 times", False),
        ("one in ten", "10 %", True),
        ("one in five", "10 %", False),
        ("CD4", "CD 4", False),
        ("CD4 cells", "the CD4 count", True),
        ("0.5", "0.05", False),
        ("2026年2月1日", "2026-02-01", True),
    ],
)
def test_a_number_is_held_against_its_source(said: str, source: str, *, holds: bool) -> None:
    known = numbers_in(source)
    assert all(any(one.matches(each) for each in known) for one in numbers_in(said)) is holds


@given(st.integers(1, 99_999))
def test_every_whole_number_in_chinese_is_read_back(number: int) -> None:
    # The oracle writes numbers the way a Chinese cheque does, digit by digit with its place.
    digits, text = "零一二三四五六七八九", ""
    for place, name in ((10_000, "万"), (1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += digits[digit] + name
        elif text and not text.endswith("零") and number % place:
            text += "零"
    found = numbers_in(f"共{text}人")
    assert [one.value for one in found] == ([number] if number != 1 else [])


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    numbers_in(text)
