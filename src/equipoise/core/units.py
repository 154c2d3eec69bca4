"""Units of measurement, converted exactly in decimals through pint, with IU, copies and log10 values defined."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from equipoise.core.problem import Problem

if TYPE_CHECKING:
    import pint

# IU is a dimension of its own (an activity, not a mass): IU/mL never becomes ng/mL by itself.
_DEFINITIONS = (
    "international_unit = [activity] = IU",
    "enzyme_unit_catalytic = [catalysis] = U",
    "copy = [copies] = copies",
    "cell = [cells] = cells",
    # Counts are printed as 10^9/L; pint wants a name for the power.
    *(f"ten_to_{power} = 1e{power}" for power in (3, 6, 9, 12)),
)

# pint skips what it does not know (``IU/mL;`` is read as IU/mL) and takes minutes over a name of a page's length.
_SHAPE = re.compile(r"[\w %‰°×^*/().²³-]{1,40}")


@cache
def _registry() -> pint.UnitRegistry[Any]:
    import pint

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(non_int_type=Decimal, on_redefinition="ignore")
    for definition in _DEFINITIONS:
        registry.define(definition)
    return registry


@cache
def factor(from_unit: str, to_unit: str) -> Decimal | None:
    """Return what a number in `from_unit` is multiplied by to be in `to_unit`; None if it cannot be converted."""
    if from_unit == to_unit:
        return Decimal(1)
    if not (_SHAPE.fullmatch(from_unit.strip()) and _SHAPE.fullmatch(to_unit.strip())):
        return None
    from tokenize import TokenError

    import pint

    registry = _registry()
    try:
        ratio = registry.Quantity(Decimal(1), _spelled(from_unit)).to(_spelled(to_unit)).magnitude
    except (pint.PintError, TokenError, AttributeError, TypeError, ValueError, AssertionError, ArithmeticError):
        return None
    # Offsets (°C to °F) are no factor: a conversion that does not send zero to zero is refused.
    zero = registry.Quantity(Decimal(0), _spelled(from_unit)).to(_spelled(to_unit)).magnitude
    return Decimal(ratio).normalize() if zero == 0 else None


def is_unit(unit: str) -> bool:
    """Whether a unit is known."""
    return factor(unit, unit + " ") is not None if unit.strip() else False


def convert(value: Decimal, from_unit: str, to_unit: str) -> Decimal | Problem:
    """Convert a number between units, or say that it cannot be done."""
    ratio = factor(from_unit, to_unit)
    if ratio is None:
        return Problem("core.bad-unit", {"from_unit": from_unit, "to_unit": to_unit})
    return value * ratio


def _spelled(unit: str) -> str:
    """Spell a unit as pint reads it: ``10^9/L`` is ``1e9/L``; ``%`` is percent; µ and μ are one letter."""
    spelled = unit.strip().replace("μ", "µ").replace("×", "*").replace("%", "percent").replace("²", "**2")
    if spelled.startswith("10^"):
        return "ten_to_" + spelled[3:]
    return spelled
