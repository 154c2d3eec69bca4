"""A laboratory result that keeps its shape: comparator, value, unit and the assay's limit.

"<20" is not "<10", and not 0, and not 20: what it can be is an interval, and a comparison with it is
decided by that interval.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from equipoise.core.decimals import parse_decimal, plain
from equipoise.core.problem import Problem

_NOT_DETECTED = frozenset(
    {"not detected", "not detectable", "undetected", "undetectable", "未检出", "未检测到", "检测不到", "低于检测限"}
)
_RESULT = re.compile(r"(<=|>=|<|>|≤|≥|=)?\s*(\S.*)", re.DOTALL)
_TIMES_TEN = re.compile(r"([+-]?[\d.]+)\s*[x×*]\s*10\s*\^?\s*([+-]?\d{1,3})", re.ASCII)


class Comparator(StrEnum):
    """How a laboratory qualifies a number."""

    EQUAL = "="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers that a result can be: from `low` to `high`, each end open or closed; None is unbounded."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """A result. `value` is None only for "not detected" by an assay whose limit nobody stated."""

    comparator: Comparator
    value: Decimal | None
    unit: str | None = None
    limit: Decimal | None = None

    @property
    def bounds(self) -> Bounds:
        """What the result can be, as an interval."""
        match self.comparator:
            case Comparator.EQUAL:
                return Bounds(self.value, self.value)
            case Comparator.LESS:
                return Bounds(None, self.value, high_open=True)
            case Comparator.LESS_OR_EQUAL:
                return Bounds(None, self.value)
            case Comparator.GREATER:
                return Bounds(self.value, None, low_open=True)
            case Comparator.GREATER_OR_EQUAL:
                return Bounds(self.value, None)

    @property
    def is_known(self) -> bool:
        """Whether the result bounds anything at all."""
        return self.value is not None

    def with_value(self, value: Decimal, unit: str | None) -> Quantity:
        """Return the same result in another unit."""
        return replace(self, value=value, unit=unit)

    def __str__(self) -> str:
        if self.value is None:
            return "not detected"
        sign = "" if self.comparator is Comparator.EQUAL else self.comparator.value
        return f"{sign}{plain(self.value)}"


def parse_quantity(text: str, *, unit: str | None = None, limit: Decimal | None = None) -> Quantity | Problem:
    """Read a result as laboratories print it: ``0.03``, ``<0.05``, ``≤10``, ``＜0.05``, ``5×10^2``, ``未检出``.

    "Not detected" is below the assay's stated `limit`, and unknown where none is stated.
    """
    if len(text) > 200:
        return Problem("core.bad-result", {"text": text[:40] + "…"})
    plain_text = unicodedata.normalize("NFKC", text).strip()
    if plain_text.lower() in _NOT_DETECTED:
        return Quantity(Comparator.LESS, limit, unit, limit)
    found = _RESULT.fullmatch(plain_text)
    if found is None:
        return Problem("core.bad-result", {"text": text})
    sign, number = found.groups()
    number = _TIMES_TEN.sub(r"\1E\2", number)
    value = parse_decimal(number)
    if value is None:
        return Problem("core.bad-result", {"text": text})
    comparator = {"≤": "<=", "≥": ">=", None: "="}.get(sign, sign)
    return Quantity(Comparator(comparator), value, unit, limit)
