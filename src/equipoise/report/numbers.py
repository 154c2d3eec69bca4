"""Numbers as they are printed: the same digits in both languages, a true minus sign, never more than the data carry."""

from __future__ import annotations

from math import isfinite, isnan

MINUS = "−"
NOT_ESTIMABLE = "–"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def decimal(value: float | None, digits: int = 2) -> str:
    """Return a number with fixed decimals; a dash where there is none, the sign of infinity where it has no end."""
    if value is None or isnan(value):
        return NOT_ESTIMABLE
    if not isfinite(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    printed = f"{abs(value):.{digits}f}"
    return f"{MINUS}{printed}" if value < 0 and float(printed) != 0 else printed


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share as a percentage; a dash where there is none."""
    return NOT_ESTIMABLE if share is None or isnan(share) else f"{decimal(100 * share, digits)} %"


def points(difference: float | None, digits: int = 1) -> str:
    """Return a difference of shares in percentage points, without the unit."""
    return decimal(None if difference is None else 100 * difference, digits)


def interval(low: float | None, high: float | None, digits: int = 1, scale: float = 1.0) -> tuple[str, str]:
    """Return the two limits of an interval, printed."""
    return (
        decimal(None if low is None else low * scale, digits),
        decimal(None if high is None else high * scale, digits),
    )


def p_value(p: float | None) -> str:
    """Return a p-value with its sign: two digits, three below 0.1, and "<0.001" below that."""
    if p is None or isnan(p):
        return NOT_ESTIMABLE
    if p < 0.001:
        return "<0.001"
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def power_of_ten(value: float) -> str:
    """Return a tiny number as a power of ten that it does not exceed: 3·10⁻¹⁴."""
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}"


def count(value: int) -> str:
    """Return a count with thin groups of three digits from 10,000 on."""
    return f"{value:,}" if abs(value) >= 10_000 else str(value)
