"""Decimal numbers as people and laboratories write them, bounded so that hostile input stays cheap."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

# 15 digits are more than any assay prints, and two different ones never share a double.
MAX_DIGITS = 15
MAX_EXPONENT = 30
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def parse_decimal(text: str) -> Decimal | None:
    """Return the number a text states, or None if it is not one (or beyond 15 digits or 10^±30)."""
    if len(text) > 64 or not _PLAIN.fullmatch(text):
        return None
    value = Decimal(text)
    digits = len(value.normalize().as_tuple().digits)
    if digits > MAX_DIGITS or (value and abs(value.adjusted()) > MAX_EXPONENT):
        return None
    return value


def plain(value: Decimal | Fraction | int) -> str:
    """Return a number as people read it: no exponent, no trailing zeros; at most 6 decimals of a ratio."""
    if isinstance(value, Fraction):
        exact = value.denominator
        while exact % 2 == 0:
            exact //= 2
        while exact % 5 == 0:
            exact //= 5
        number = Decimal(value.numerator) / Decimal(value.denominator)
        value = number if exact == 1 else round(number, 6)
    text = format(Decimal(value), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
