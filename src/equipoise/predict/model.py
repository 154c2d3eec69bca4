"""The fitted model as a value: everything that somebody needs to use it, to doubt it and to trace it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Predictor:
    """A predictor: what it is, its scale and knots (on that scale), and what of it the fit has seen.

    `low` and `high` are the least and largest value measured, `drawn_low` and `drawn_high` what the fit drew for values
    of which only a bound was known: all in `unit`. `codes` are those of a yes or no.
    """

    variable: str
    kind: str
    unit: str
    scale: str
    knots: tuple[float, ...]
    codes: tuple[str, ...]
    limit: float | None
    low: float
    high: float
    drawn_low: float
    drawn_high: float
    measured: int
    censored: int
    missing: int
    label: dict[str, str]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient (log odds ratio per unit of its column) with the percentiles of the resamples.

    A spline's knots differ from resample to resample, so that its coefficients have no such interval.
    """

    name: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of performance: in the data of the fit, how much that flatters, and without it, with an interval."""

    name: str
    apparent: float
    optimism: float
    corrected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The calibration curve at some risks: apparent, corrected, and the band of the corrected one."""

    risk: tuple[float, ...]
    apparent: tuple[float, ...]
    corrected: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Smooth:
    """A smooth calibration curve of those whose outcome is known, with its mean distance from the risks (ICI)."""

    risk: tuple[float, ...]
    observed: tuple[float, ...]
    ici: float


@dataclass(frozen=True, slots=True)
class Instability:
    """What the models of the resamples say of each person: the risk, its percentiles, and the mean distance from it."""

    people: tuple[str, ...]
    risk: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    distance: float


@dataclass(frozen=True, slots=True)
class Performance:
    """How good the model is, and on how many resamples that rests.

    A model that is nearly constant has no calibration slope, intercept or curve. `failed` resamples had no model, in
    `flat` ones it was nearly constant.
    """

    measures: tuple[Measure, ...]
    curve: Curve | None
    smooth: Smooth | None
    instability: Instability
    confidence: float
    resamples: int
    failed: int
    flat: int

    def measure(self, name: str) -> Measure | None:
        """Return a measure by its name, or None where the model has none."""
        return next((each for each in self.measures if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the model comes from.

    `declared` is whether this very declaration was committed before the first allocation; `declaration` is its hash.
    """

    study: str
    version: str
    content_hash: str
    dataset: str
    origin: Literal["conducted", "simulated", "imported"]
    truth: str
    declaration: str
    declared: bool
    seed: int
    imputations: int
    packages: dict[str, str]


@dataclass(frozen=True, slots=True)
class Carried:
    """What the data can carry, in both languages, with the figures."""

    people: int
    parameters: int
    carried: int
    needed: int
    sentence: dict[str, str]


@dataclass(frozen=True, slots=True)
class Caution:
    """A thing that stands against the model: the code and parameters of a problem."""

    code: str
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Model:
    """A prediction model, fitted and judged."""

    format: Literal[1]
    title: dict[str, str]
    endpoint: str
    reading: str
    target: dict[str, str]
    landmark: str
    visit: str
    visit_label: dict[str, str]
    day: int
    arms: tuple[str, ...]
    reference: str
    arm_label: dict[str, dict[str, str]]
    people: int
    events: int
    undecided: int
    intercept: float
    coefficients: tuple[Coefficient, ...]
    predictors: tuple[Predictor, ...]
    penalty: float
    exploratory: bool
    why_exploratory: dict[str, str]
    carried: Carried
    performance: Performance
    cautions: tuple[Caution, ...]
    origin: Origin
