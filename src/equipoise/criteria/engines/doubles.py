"""Laboratory results as closed intervals of doubles, without losing anything.

Two different decimals of at most 15 digits never share a double, and at least four doubles lie between
neighbours. So "<10" is the interval up to the last double before 10, which no such decimal can be: comparing
ends tells open from closed, and the ends can be read back.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from equipoise.core.quantity import Comparator, Quantity
from equipoise.criteria.intervals import Interval

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_DIGITS = 15
_EXACT_POWER = 22  # the largest power of ten that a double holds exactly


def ends_of(interval: Interval) -> tuple[float, float]:
    """Return the closed interval of doubles that stands for an interval of decimals."""
    low = -math.inf if interval.low is None else float(interval.low)
    high = math.inf if interval.high is None else float(interval.high)
    if interval.low_open and interval.low is not None:
        low = math.nextafter(low, math.inf)
    if interval.high_open and interval.high is not None:
        high = math.nextafter(high, -math.inf)
    return low, high


def quantity_of(low: float, high: float, unit: str | None) -> Quantity | None:
    """Return the result that an interval of doubles stands for."""
    if low == high:
        return Quantity(Comparator.EQUAL, _decimal(low), unit)
    if math.isinf(low) and math.isinf(high):
        return None
    end, closed, open_ = (
        (high, Comparator.LESS_OR_EQUAL, Comparator.LESS)
        if math.isinf(low)
        else (low, Comparator.GREATER_OR_EQUAL, Comparator.GREATER)
    )
    value = _decimal(end)
    return Quantity(closed if float(value) == end else open_, value, unit)


def _decimal(end: float) -> Decimal:
    # The neighbour of zero is no decimal that a laboratory could print.
    return Decimal(0) if abs(end) < 1e-300 else Decimal(format(end, f".{_DIGITS}g"))


def fifteen_digits(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return stored doubles as the doubles of the 15-digit decimals nearest to them.

    A decimal of up to six places comes back from one exact division. For the others the digits are found by
    scaling and the correctly rounded quotient (or product) with an exact power of ten is taken.
    """
    import numpy as np

    millionths = np.rint(values * 1e6)
    plain = (millionths / 1e6 == values) & (np.abs(millionths) < 1e15)
    if plain.all():
        return values
    made = values.copy()
    rest = ~plain & np.isfinite(values)
    sizes = np.abs(values[rest])
    places = _DIGITS - 1 - np.floor(np.log10(np.where(sizes > 0, sizes, 1))).astype(np.int64)
    within = (np.abs(places) < _EXACT_POWER) & (sizes > 0)
    found = values[rest].copy()
    found[~within] = [float(format(value, f".{_DIGITS}g")) for value in found[~within]]
    places, kept = places[within], found[within]
    # The logarithm is itself rounded, and may be one off beside a power of ten.
    places += np.abs(_scaled(kept, places)) < 10.0 ** (_DIGITS - 1)
    places -= np.abs(np.rint(_scaled(kept, places))) >= 10.0**_DIGITS
    found[within] = _scaled(np.rint(_scaled(kept, places)), -places)
    made[rest] = found
    return made


def _scaled(values: npt.NDArray[np.float64], places: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return values times a power of ten, rounded once."""
    import numpy as np

    power = np.array([float(10**place) for place in range(_EXACT_POWER + 1)])[np.abs(places)]
    made: npt.NDArray[np.float64] = np.where(places >= 0, values * power, values / power)
    return made
