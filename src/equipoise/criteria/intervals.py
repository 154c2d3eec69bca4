"""What a value can be, as an interval of exact numbers; dates are intervals of day numbers.

Every operation returns an interval that holds all possible results, so that a comparison of intervals is
never wrongly true or false; for operands that do not depend on each other it is also never needlessly unknown.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from equipoise.core.dates import PartialDate, add_months, completed_years
from equipoise.core.quantity import Quantity
from equipoise.criteria.truth import Truth, negation

End = int | Decimal | Fraction
_LAST_DAY = date.max.toordinal()


class Interval(NamedTuple):
    """From `low` to `high`; None is unbounded, and an open end is not itself possible."""

    low: End | None
    high: End | None
    low_open: bool = False
    high_open: bool = False

    @property
    def is_point(self) -> bool:
        """Whether only one value is possible."""
        return self.low is not None and self.low == self.high


ANYTHING = Interval(None, None)


def of_quantity(quantity: Quantity) -> Interval:
    """Return what a laboratory result can be."""
    return Interval(*_bounds(quantity))


def _bounds(quantity: Quantity) -> tuple[End | None, End | None, bool, bool]:
    bounds = quantity.bounds
    return bounds.low, bounds.high, bounds.low_open, bounds.high_open


def of_date(day: PartialDate) -> Interval:
    """Return the days that a date can be."""
    low = day.earliest.toordinal()
    return Interval(low, low if day.day is not None else day.latest.toordinal())


def less(a: Interval, b: Interval) -> Truth:
    """Whether a < b."""
    if a.low is not None and b.high is not None and a.low >= b.high:
        return Truth.FALSE
    if (
        a.high is not None
        and b.low is not None
        and (a.high < b.low or (a.high == b.low and (a.high_open or b.low_open)))
    ):
        return Truth.TRUE
    return Truth.UNKNOWN


def equal(a: Interval, b: Interval) -> Truth:
    """Whether a = b."""
    if less(a, b) is Truth.TRUE or less(b, a) is Truth.TRUE:
        return Truth.FALSE
    return Truth.TRUE if a.is_point and b.is_point else Truth.UNKNOWN


def compare(operator: str, a: Interval, b: Interval) -> Truth:
    """Decide a comparison of two intervals."""
    match operator:
        case "<":
            return less(a, b)
        case ">":
            return less(b, a)
        case "<=":
            return negation(less(b, a))
        case ">=":
            return negation(less(a, b))
        case "==":
            return equal(a, b)
        case _:
            return negation(equal(a, b))


def negate(a: Interval) -> Interval:
    """Return -a."""
    return Interval(None if a.high is None else -a.high, None if a.low is None else -a.low, a.high_open, a.low_open)


def add(a: Interval, b: Interval) -> Interval:
    """Return a + b."""
    low = None if a.low is None or b.low is None else Fraction(a.low) + Fraction(b.low)
    high = None if a.high is None or b.high is None else Fraction(a.high) + Fraction(b.high)
    return Interval(low, high, a.low_open or b.low_open, a.high_open or b.high_open)


_End = tuple[End | None, int, bool]  # the end, which infinity a None is, whether it is open


class _Corner(NamedTuple):
    sign: int  # -1 and +1 for an infinite product, 0 for a finite one
    value: Fraction
    is_open: bool


def _corner(x_end: _End, y_end: _End) -> _Corner:
    """Return the product of two ends; an end of None is infinite with the given sign."""
    (x, x_sign, x_open), (y, y_sign, y_open) = x_end, y_end
    if (x is not None and x == 0) or (y is not None and y == 0):
        # A zero that is itself possible makes the product zero, whatever the other is.
        attained = (x is not None and x == 0 and not x_open) or (y is not None and y == 0 and not y_open)
        return _Corner(0, Fraction(0), not attained)
    if x is None or y is None:
        x_way = x_sign if x is None else (1 if x > 0 else -1)
        y_way = y_sign if y is None else (1 if y > 0 else -1)
        return _Corner(x_way * y_way, Fraction(0), True)
    return _Corner(0, Fraction(x) * Fraction(y), x_open or y_open)


def multiply(a: Interval, b: Interval) -> Interval:
    """Return a · b."""
    if a.is_point and b.is_point:
        product = Fraction(a.low or 0) * Fraction(b.low or 0)
        return Interval(product, product)
    corners = [
        _corner(x, y)
        for x in ((a.low, -1, a.low_open), (a.high, 1, a.high_open))
        for y in ((b.low, -1, b.low_open), (b.high, 1, b.high_open))
    ]
    low = min(corners, key=lambda corner: (corner.sign, corner.value, corner.is_open))
    high = max(corners, key=lambda corner: (corner.sign, corner.value, not corner.is_open))
    return Interval(None if low.sign else low.value, None if high.sign else high.value, low.is_open, high.is_open)


def divide(a: Interval, b: Interval) -> Interval:
    """Return a / b; anything, if the divisor can be zero."""
    if b.is_point and b.low:
        inverse = 1 / Fraction(b.low)
        return multiply(a, Interval(inverse, inverse))
    if b.low is not None and (b.low > 0 or (b.low == 0 and b.low_open)):
        low = Fraction(0) if b.high is None else 1 / Fraction(b.high)
        high = None if b.low == 0 else 1 / Fraction(b.low)
        return multiply(a, Interval(low, high, b.high_open or b.high is None, b.low_open))
    if b.high is not None and (b.high < 0 or (b.high == 0 and b.high_open)):
        return negate(divide(a, negate(b)))
    return ANYTHING


def power(a: Interval, exponent: int) -> Interval:
    """Return a to a whole power of at least 1. One operation, so that a square is never negative."""
    low = None if a.low is None else Fraction(a.low) ** exponent
    high = None if a.high is None else Fraction(a.high) ** exponent
    if exponent % 2 == 1 or (a.low is not None and a.low >= 0):
        return Interval(low, high, a.low_open, a.high_open)
    if a.high is not None and a.high <= 0:
        return Interval(high, low, a.high_open, a.low_open)
    if low is None or high is None:
        return Interval(Fraction(0), None)
    if low == high:
        return Interval(Fraction(0), high, False, a.low_open and a.high_open)
    return Interval(Fraction(0), max(low, high), False, a.low_open if low > high else a.high_open)


def shift(day: Interval, months: int, days: int) -> Interval:
    """Return a date some calendar months, then some days, later (or earlier)."""
    low = None if day.low is None else _shifted(int(day.low), months, days)
    if day.high == day.low:
        return Interval(low, low)
    return Interval(low, None if day.high is None else _shifted(int(day.high), months, days))


def _shifted(ordinal: int, months: int, days: int) -> int:
    if not months:
        return ordinal + days
    # Years repeat every 400 with their weekdays, so a date beyond the calendar borrows a cycle of days.
    cycles = 0
    day = date.fromordinal(ordinal) if 1 <= ordinal <= _LAST_DAY else None
    while day is None:
        step = 1 if ordinal > _LAST_DAY else -1
        cycles, ordinal = cycles + step, ordinal - step * 146_097
        day = date.fromordinal(ordinal) if 1 <= ordinal <= _LAST_DAY else None
    year = day.year + (day.month - 1 + months) // 12
    while not 1 <= year <= 9999:
        step = 1 if year > 9999 else -1
        cycles, year = cycles + step, year - 400 * step
        months -= 4800 * step
    return add_months(day, months).toordinal() + cycles * 146_097 + days


def years_between(start: Interval, end: Interval) -> Interval:
    """Return the completed years from one date to another."""
    low = None if start.high is None or end.low is None else _years(start.high, end.low)
    if start.low == start.high and end.low == end.high:
        return Interval(low, low)
    high = None if start.low is None or end.high is None else _years(start.low, end.high)
    return Interval(low, high)


def _years(start: End, end: End) -> int:
    cycles = 0
    days: list[date] = []
    for ordinal in (int(end), int(start)):
        sign = 1 if not days else -1
        whole = 0 if 1 <= ordinal <= _LAST_DAY else (ordinal - 1) // 146_097
        cycles += sign * whole
        days.append(date.fromordinal(ordinal - whole * 146_097))
    return completed_years(days[1], days[0]) + 400 * cycles
