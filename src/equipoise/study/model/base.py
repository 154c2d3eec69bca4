"""What every part of a study shares: it is frozen, knows no extra keys, and says what is assumed and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, Strict
from pydantic_core import PydanticCustomError

from equipoise.core.decimals import parse_decimal

# Only `true` and `false` are truths: `yes` and `1` are words of somebody's study.
Truth = Annotated[bool, Strict()]


class Part(BaseModel):
    """A part of a study folder. Unknown keys are mistakes, never silently dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stated(Part):
    """A fact with its standing: stated by its source, or assumed with a reason (and then shown as assumed)."""

    assumed: Truth = False
    reason: str = ""
    source: str = ""


def _decimal(value: object) -> object:
    """Read a number from its text, within the bounds that keep hostile ones cheap."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str):
        number = parse_decimal(value)
        if number is None:
            raise PydanticCustomError("number", "not a number")
        return number
    return value


# Decimals travel as strings in canonical JSON, so that a study's hash never depends on a float.
Number = Annotated[Decimal, BeforeValidator(_decimal), PlainSerializer(str, return_type=str)]
Rule = str  # an expression of the language of `criteria`; checked with the codebook by `study.checks`
Text = str  # words in the study's main language; `words/<language>.yaml` has the others
