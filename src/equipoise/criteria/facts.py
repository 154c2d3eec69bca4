"""What is known of a person, and where each thing comes from: variables, observations, cells as people write them."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Context, Decimal
from enum import StrEnum

from equipoise.core.dates import PartialDate
from equipoise.core.decimals import MAX_DIGITS
from equipoise.core.ids import is_name
from equipoise.core.problem import Problem
from equipoise.core.quantity import Comparator, Quantity, parse_quantity
from equipoise.core.units import convert

YES_NO = ("yes", "no")
# Fifteen digits survive a trip through a double, so that both engines hold the same converted value.
_FIFTEEN = Context(prec=MAX_DIGITS)


class Kind(StrEnum):
    """What sort of thing a variable is, as the study folder writes it."""

    LABORATORY = "laboratory"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"
    YES_NO = "yes_no"
    JUDGEMENT = "judgement"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class VariableType:
    """A variable of the codebook. `rule` makes it a derived one; `limit` is what the assay can just detect.

    `signed` says that a value below zero can be true; otherwise it is refused, because tables write -1 for "missing".
    """

    name: str
    kind: Kind
    unit: str | None = None
    codes: tuple[str, ...] = ()
    limit: Decimal | None = None
    rule: str | None = None
    signed: bool = False

    def __post_init__(self) -> None:
        if not all(is_name(part) for part in self.name.split(".")) or self.name.count(".") > 1:
            raise ValueError(f"{self.name!r} does not name a variable")
        if self.kind in (Kind.YES_NO, Kind.JUDGEMENT):
            if self.codes not in ((), YES_NO):
                raise ValueError(f"{self.name}: a {self.kind} variable is yes or no and has no other codes")
            object.__setattr__(self, "codes", YES_NO)
        elif self.kind is Kind.CODE:
            if not self.codes and self.rule is None:
                raise ValueError(f"{self.name}: a code variable needs its codes")
        elif self.codes:
            raise ValueError(f"{self.name}: only a code variable has codes")
        if len(set(self.codes)) != len(self.codes):
            raise ValueError(f"{self.name}: a code stands there twice")

    @property
    def is_numeric(self) -> bool:
        """Whether its values can be calculated with."""
        return self.kind in (Kind.LABORATORY, Kind.NUMBER)

    @property
    def is_coded(self) -> bool:
        """Whether its values come from a list."""
        return bool(self.codes)


Codebook = Mapping[str, VariableType]


class Provenance(StrEnum):
    """Where a value comes from, or why there is none. Silence is never a no."""

    DOCUMENTED = "documented"
    PATIENT_STATED = "patient_stated"
    ASSUMED_ABSENT = "assumed_absent"
    NOT_ASKED = "not_asked"
    UNKNOWN = "unknown"
    DECLINED = "declined"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class Observation:
    """A value, the day and visit it holds for, and its source in words a person can follow ("people.csv, line 7")."""

    value: Quantity | Decimal | PartialDate | str | None
    provenance: Provenance = Provenance.DOCUMENTED
    on: PartialDate | None = None
    visit: str | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if self.value is None and self.provenance in (Provenance.DOCUMENTED, Provenance.PATIENT_STATED):
            raise ValueError(f"a {self.provenance} observation has a value")


Facts = Mapping[str, tuple[Observation, ...]]

NOT_ASKED = Observation(None, Provenance.NOT_ASKED)
MISSING_WORDS = {"": Provenance.NOT_ASKED, "unknown": Provenance.UNKNOWN, "declined": Provenance.DECLINED}


def parse_cell(
    variable: VariableType,
    text: str,
    unit: str | None = None,
    source: str | None = None,
    *,
    on: PartialDate | None = None,
    visit: str | None = None,
) -> Observation | Problem:
    """Read what somebody wrote for a variable; `unit` is the unit it is written in, if not the codebook's.

    An empty cell was not asked; ``unknown`` was asked and is not known; ``declined`` was asked and not answered.
    A converted value is rounded to 15 significant digits, so that 60 min is 1 h whatever 1/60 is.
    """
    stripped = text.strip()
    missing = MISSING_WORDS.get(stripped.lower())
    if missing is not None:
        return Observation(None, missing, on, visit, source)
    value: Quantity | Decimal | PartialDate | str | Problem
    match variable.kind:
        case Kind.LABORATORY:
            value = _laboratory(variable, stripped, unit)
        case Kind.NUMBER:
            value = _number(variable, stripped, unit)
        case Kind.DATE:
            value = PartialDate.parse(stripped) or _bad("bad-date", variable, stripped)
        case Kind.TEXT:
            value = stripped
        case Kind.CODE | Kind.YES_NO | Kind.JUDGEMENT:
            value = _code(variable, stripped)
    return value if isinstance(value, Problem) else Observation(value, Provenance.DOCUMENTED, on, visit, source)


def cell_text(value: object) -> str:
    """Return how a person would write the value of a typed table's cell, for `parse_cell` to read.

    A stored number is read to 15 significant digits: 80.92 as a double is meant as 80.92.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | Decimal):
        return format(value, ".15g")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, Mapping):
        return (
            f"{value.get('comparator') or ''}{cell_text(value.get('value'))}" if value.get("value") is not None else ""
        )
    return str(value)


def meant(name: str, names: tuple[str, ...] | list[str]) -> str | None:
    """Return the name that somebody probably meant, or None."""
    close = difflib.get_close_matches(name[:64], names, n=1, cutoff=0.6)
    return close[0] if close else None


def _bad(code: str, variable: VariableType, text: str, **params: str) -> Problem:
    shown = text if len(text) <= 40 else text[:40] + "…"
    return Problem(f"criteria.{code}", {"variable": variable.name, "text": shown, **params})


def _laboratory(variable: VariableType, text: str, unit: str | None) -> Quantity | Problem:
    found = parse_quantity(text, unit=variable.unit)
    if isinstance(found, Problem):
        return found
    if found.value is not None and found.value < 0 and not variable.signed:
        return _bad("negative", variable, text)
    if found.value is None:
        # "Not detected" is below the codebook's limit, which is in the codebook's unit already.
        return replace(found, value=variable.limit, limit=variable.limit)
    value = found.value if unit is None else converted(found.value, unit, variable.unit)
    return value if isinstance(value, Problem) else replace(found, value=value, limit=variable.limit)


def _number(variable: VariableType, text: str, unit: str | None) -> Decimal | Problem:
    found = parse_quantity(text)
    if isinstance(found, Problem) or found.value is None or found.comparator is not Comparator.EQUAL:
        return _bad("bad-number", variable, text)
    if found.value < 0 and not variable.signed:
        return _bad("negative", variable, text)
    return found.value if unit is None else converted(found.value, unit, variable.unit)


def converted(value: Decimal, unit: str, wanted: str | None) -> Decimal | Problem:
    """Return a value in the wanted unit, to 15 significant digits; a variable without a unit takes none."""
    if unit == wanted:
        return value
    if wanted is None:
        return Problem("core.bad-unit", {"from_unit": unit, "to_unit": "1"})
    made = convert(value, unit, wanted)
    return made if isinstance(made, Problem) else _FIFTEEN.plus(made)


def _code(variable: VariableType, text: str) -> str | Problem:
    if text in variable.codes:
        return text
    alike = [code for code in variable.codes if code.lower() == text.lower()]
    if len(alike) == 1:
        return alike[0]
    close = meant(text, list(variable.codes))
    codes = ", ".join(variable.codes)
    if close is not None:
        return _bad("bad-code-close", variable, text, codes=codes, meant=close)
    return _bad("bad-code", variable, text, codes=codes)
