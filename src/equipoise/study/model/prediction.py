"""The declared prediction: what is foretold, from what, at which landmarks, and how the model is made and judged."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from equipoise.study.model.base import Number, Part, Stated, Text, Truth


class Target(Part):
    """The outcome: a reading of a binary endpoint. Its failure is what the model foretells; missing is imputed."""

    endpoint: str
    reading: str = ""


class Landmark(Stated):
    """A visit at which the model is used: it may see what was measured up to that day, and nothing later."""

    id: str
    visit: str
    label: Text


class Term(Part):
    """A variable in the model: on its scale, as a line (`knots: 0`) or as a restricted cubic spline."""

    variable: str
    scale: Literal["", "log10"] = ""
    knots: int = Field(default=0, ge=0, le=5)


class Anticipated(Stated):
    """What the sample size rests on (Riley): explained variation (Nagelkerke), overall risk, shrinkage, margin."""

    r_squared: Number = Decimal("0.15")
    risk: Number
    shrinkage: Number = Decimal("0.9")
    margin: Number = Decimal("0.05")


class Prediction(Stated):
    """`prediction.yaml`. The arm is always in the model.

    `exploratory` lets a model have more terms than the enrolment carries; every output then says so, with
    `why_exploratory`.
    """

    label: Text
    target: Target
    landmarks: tuple[Landmark, ...] = Field(min_length=1)
    base: tuple[Term, ...] = Field(min_length=1)
    candidates: tuple[Term, ...] = ()
    anticipated: Anticipated
    exploratory: Truth = False
    why_exploratory: Text = ""
    false_discovery_rate: Number = Decimal("0.05")
    resamples: int = Field(default=1000, ge=100, le=10_000)
    imputations: int = Field(default=20, ge=2, le=1000)
    confidence: Number = Decimal("0.95")
    seed: int = Field(default=1, ge=0, le=2**53 - 1)
