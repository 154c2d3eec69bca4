"""Intervals hold every value that can be, and tell an open end from a closed one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.core.dates import add_months, completed_years
from equipoise.criteria.intervals import (
    ANYTHING,
    Interval,
    add,
    compare,
    divide,
    multiply,
    negate,
    power,
    shift,
    years_between,
)
from equipoise.criteria.truth import Truth

_numbers = st.integers(-4, 4).map(Fraction)
_ends = st.none() | _numbers


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Interval, list[Fraction]]:
    """An interval and some of its members."""
    low, high = draw(_ends), draw(_ends)
    if low is not None and high is not None and low > high:
        low, high = high, low
    if low is not None and low == high:
        return Interval(low, high), [low]
    made = Interval(low, high, low is not None and draw(st.booleans()), high is not None and draw(st.booleans()))
    tiny = Fraction(1, 1000)
    start = low if low is not None else (high if high is not None else Fraction(0)) - 7
    end = high if high is not None else start + 9
    members = [start + tiny, (start + end) / 2, end - tiny]
    members += [start] if not made.low_open else []
    members += [end] if not made.high_open else []
    return made, members


def holds(interval: Interval, value: Fraction) -> bool:
    above = interval.low is None or interval.low < value or (interval.low == value and not interval.low_open)
    below = interval.high is None or value < interval.high or (interval.high == value and not interval.high_open)
    return above and below


@pytest.mark.parametrize(
    ("exact", "made"),
    [(lambda x, y: x + y, add), (lambda x, y: x * y, multiply), (lambda x, y: x / y if y else None, divide)],
    ids=["sum", "product", "quotient"],
)
@settings(deadline=None)
@given(intervals(), intervals())
def test_a_calculation_holds_every_possible_result(
    exact: Callable[[Fraction, Fraction], Fraction | None],
    made: Callable[[Interval, Interval], Interval],
    left: tuple[Interval, list[Fraction]],
    right: tuple[Interval, list[Fraction]],
) -> None:
    found = made(left[0], right[0])
    for x in left[1]:
        for y in right[1]:
            value = exact(x, y)
            assert value is None or holds(found, value), (left[0], right[0], x, y)


@settings(deadline=None)
@given(intervals(), st.integers(1, 6))
def test_powers_and_negatives_too(one: tuple[Interval, list[Fraction]], exponent: int) -> None:
    for x in one[1]:
        assert holds(power(one[0], exponent), x**exponent)
        assert holds(negate(one[0]), -x)


@settings(deadline=None)
@given(intervals(), intervals(), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
def test_a_decided_comparison_is_so_for_all(
    left: tuple[Interval, list[Fraction]], right: tuple[Interval, list[Fraction]], sign: str
) -> None:
    truth = compare(sign, left[0], right[0])
    exact = {"<": Fraction.__lt__, "<=": Fraction.__le__, ">": Fraction.__gt__, ">=": Fraction.__ge__,
             "==": Fraction.__eq__, "!=": Fraction.__ne__}[sign]  # fmt: skip
    seen = {exact(x, y) for x in left[1] for y in right[1]}
    if truth.is_decided:
        assert seen == {truth is Truth.TRUE}


def test_products_with_zero_keep_their_ends() -> None:
    assert multiply(Interval(0, 5, False, True), Interval(0, 3)) == Interval(0, 15, False, True)
    assert multiply(Interval(0, 5, True, True), Interval(0, 3)) == Interval(0, 15, False, True)
    assert multiply(ANYTHING, Interval(0, 0)) == Interval(0, 0)
    assert divide(Interval(1, 1), Interval(0, 5, True, False))[:3] == (Fraction(1, 5), None, False)


_days = st.dates(date(1, 1, 1), date(9999, 12, 31))


@settings(deadline=None)
@given(_days, st.integers(-2400, 2400))
def test_months_are_calendar_months_even_beyond_the_calendar(day: date, months: int) -> None:
    ordinal = day.toordinal()
    moved = shift(Interval(ordinal, ordinal), months, 0)
    try:
        assert moved.low == add_months(day, months).toordinal()
    except OverflowError:
        # 400 years later the calendar is the same.
        back = day + timedelta(146_097) if months < 0 else day - timedelta(146_097)
        sign = 1 if months < 0 else -1
        assert moved.low == add_months(back, months).toordinal() - sign * 146_097


@settings(deadline=None)
@given(_days, _days)
def test_years_are_completed_years(start: date, end: date) -> None:
    first, last = (Interval(day.toordinal(), day.toordinal()) for day in (start, end))
    years = completed_years(start, end)
    assert years_between(first, last) == Interval(years, years)
    # The same dates 400 years later, which the calendar may not have.
    later = shift(last, 4800, 0)
    assert years_between(shift(first, 4800, 0), later) == Interval(years, years)
