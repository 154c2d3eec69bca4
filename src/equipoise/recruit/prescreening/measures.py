"""Weights, heights and other numbers in the units in which people know them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from equipoise.core.decimals import parse_decimal
from equipoise.core.problem import Problem
from equipoise.core.units import factor
from equipoise.criteria.facts import converted
from equipoise.recruit.prescreening.days import shortened

# A jin is half a kilogram; pint does not know it. What is typed after a number, and the unit that it means.
_JIN = "jin"
_SPELLED = {
    "kg": "kg", "kgs": "kg", "kilo": "kg", "kilos": "kg", "kilogram": "kg",
    "kilograms": "kg", "公斤": "kg", "千克": "kg",
    "lb": "lb", "lbs": "lb", "pound": "lb", "pounds": "lb", "磅": "lb", "斤": _JIN, "市斤": _JIN, "jin": _JIN,
    "cm": "cm", "厘米": "cm", "公分": "cm", "centimetres": "cm", "centimeters": "cm",
    "m": "m", "米": "m", "metre": "m", "metres": "m", "meter": "m", "meters": "m",
    "in": "in", "inch": "in", "inches": "in", "英寸": "in", "ft": "ft", "foot": "ft", "feet": "ft", "英尺": "ft",
}  # fmt: skip
# The units that are offered beside the codebook's own.
OFFERED: Mapping[str, tuple[str, ...]] = {"kg": ("kg", "lb", _JIN), "cm": ("cm", "ft")}
_FEET = re.compile(
    r"(\d{1,2})\s*(?:ft|feet|foot|'|′|’|英尺)\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:in|inch|inches|\"|″|”|''|英寸)?)?"
)
_METRES = re.compile(r"([12])\s*(?:米|m)\s*(\d{1,2})")
_NUMBER = re.compile(r"([\d.,]+)\s*(.*)", re.DOTALL)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def read_number(text: str, unit: str) -> Decimal | Problem:
    """Read a number, with its unit if one is written, and return it in the codebook's unit."""
    plain = text.strip()
    if unit == "cm":
        for way, made in ((_FEET, _from_feet), (_METRES, _from_metres)):
            found = way.fullmatch(plain.lower())
            if found is not None:
                return made(found)
    found = _NUMBER.fullmatch(plain)
    value = ungrouped(found[1]) if found is not None else None
    if found is None or value is None:
        return Problem("recruit.prescreening.number-not-read", {"text": shortened(text)})
    written = found[2].strip()
    return _in_unit(value, written, unit) if written else value


def ungrouped(text: str) -> Decimal | None:
    """Return the number that a text states; a comma parts thousands, or else stands for the point."""
    if _GROUPED.fullmatch(text):
        return parse_decimal(text.replace(",", ""))
    return parse_decimal(text.replace(",", ".")) if text.count(",") + text.count(".") <= 1 else None


def _in_unit(value: Decimal, written: str, unit: str) -> Decimal | Problem:
    named = _SPELLED.get(written.lower(), written)
    if named == _JIN:
        value, named = value / 2, "kg"
    if named == unit:
        return value
    if not unit or factor(named, unit) is None:
        return Problem("recruit.prescreening.unit-not-read", {"unit": shortened(written), "wanted": unit or "1"})
    return converted(value, named, unit)


def _from_feet(found: re.Match[str]) -> Decimal | Problem:
    inches = Decimal(found[2] or 0)
    if inches >= 12:
        return Problem("recruit.prescreening.inches", {"text": shortened(found[0])})
    return (int(found[1]) * 12 + inches) * Decimal("2.54")


def _from_metres(found: re.Match[str]) -> Decimal:
    # "1米7" is one metre seventy.
    return int(found[1]) * 100 + Decimal(found[2].ljust(2, "0"))
