"""What the look at each candidate marker found: frozen rows that a report draws and a file keeps."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from equipoise.core.problem import Problem

Family = Literal["prognostic", "predictive"]
FAMILIES: tuple[Family, ...] = ("prognostic", "predictive")


@dataclass(frozen=True, slots=True)
class Contrast:
    """An odds ratio of failure between two values of a marker, with its interval.

    Of a number `start` and `end` are the 25th and the 75th percentile in its unit; of a yes-or-no variable or a code
    they are its values. In the predictive family the ratio is that of the odds ratios of two arms, `arm` the one that
    is compared with the reference.
    """

    start: float | str
    end: float | str
    ratio: float
    low: float
    high: float
    arm: str = ""


@dataclass(frozen=True, slots=True)
class WithinArm:
    """The odds ratio of failure between two values of a marker in one arm."""

    arm: str
    start: float | str
    end: float | str
    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Effect:
    """A marker's effect in one family: joint test, p-value adjusted within the family, and what it looks like."""

    statistic: float
    df1: float
    df2: float
    p: float
    q: float
    discovered: bool
    contrasts: tuple[Contrast, ...]


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker that was looked at.

    `measured`, `censored` and `missing` count people by what is known of them; `knots` are those used (none: a line, or
    codes), in the scale's unit, `declared_knots` how many were asked for. `events_per_parameter` is of the model with
    the marker and without its interaction. `nonlinear` is the p-value of the curve against a line; None for lines.
    `predictive` is None where `why_not_predictive` says why.
    """

    variable: str
    kind: str
    unit: str
    scale: str
    measured: int
    censored: int
    missing: int
    declared_knots: int
    knots: tuple[float, ...]
    parameters: int
    events_per_parameter: float
    prognostic: Effect
    nonlinear: float | None
    predictive: Effect | None
    why_not_predictive: Problem | None
    within: tuple[WithinArm, ...]


@dataclass(frozen=True, slots=True)
class NotAnalysable:
    """A declared marker that could not be looked at, and why."""

    variable: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Correlations:
    """Spearman's correlations of all pairs, each in the people of whom both are known or bounded.

    `order` is `variables` with alike ones side by side; a pair that too few share, or that does not vary, has None.
    """

    variables: tuple[str, ...]
    order: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    pairs: tuple[tuple[int, ...], ...]

    def in_order(self) -> tuple[tuple[float | None, ...], ...]:
        """Return the correlations with rows and columns in the clustered order."""
        places = [self.variables.index(name) for name in self.order]
        return tuple(tuple(self.values[row][column] for column in places) for row in places)


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A line of the forest: a contrast with its family's p-values."""

    variable: str
    contrast: Contrast
    p: float
    q: float
    discovered: bool


@dataclass(frozen=True, slots=True)
class VolcanoPoint:
    """A point of the volcano: the log of the first contrast's ratio against minus the decimal log of p."""

    variable: str
    log_ratio: float
    minus_log10_p: float
    discovered: bool


@dataclass(frozen=True, slots=True)
class Markers:
    """All declared markers, each adjusted for the arm and the base model.

    `rate` is the false discovery rate that holds within each family, by Benjamini and Hochberg; `penalty` the ridge
    that keeps every estimate finite, as a multiple of each column's variance.
    """

    landmark: str
    people: int
    events: int
    missing_outcomes: int
    reference: str
    arms: tuple[str, ...]
    base: tuple[str, ...]
    imputations: int
    seed: int
    rate: float
    confidence: float
    penalty: float
    markers: tuple[Marker, ...]
    not_analysable: tuple[NotAnalysable, ...]
    correlations: Correlations

    def effects(self, family: Family) -> tuple[tuple[Marker, Effect], ...]:
        """Return the markers that have an effect in a family, the smallest p first, equal ones by name."""
        found = [(marker, getattr(marker, family)) for marker in self.markers]
        return tuple(
            sorted(((m, e) for m, e in found if e is not None), key=lambda pair: (pair[1].p, pair[0].variable))
        )

    def discovered(self, family: Family) -> tuple[str, ...]:
        """Name the markers of a family that stand at the declared rate."""
        return tuple(marker.variable for marker, effect in self.effects(family) if effect.discovered)

    def forest(self, family: Family) -> tuple[ForestRow, ...]:
        """Return the lines of a family's forest, the smallest p first; a marker with several codes has several."""
        return tuple(
            ForestRow(marker.variable, contrast, effect.p, effect.q, effect.discovered)
            for marker, effect in self.effects(family)
            for contrast in effect.contrasts
        )

    def volcano(self, family: Family) -> tuple[VolcanoPoint, ...]:
        """Return the points of a family's volcano."""
        return tuple(
            VolcanoPoint(
                marker.variable,
                math.log(effect.contrasts[0].ratio),
                -math.log10(max(effect.p, 1e-300)),
                effect.discovered,
            )
            for marker, effect in self.effects(family)
        )

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain JSON values, rows for the figures among it."""
        found: dict[str, Any] = _plain(self)
        for family in FAMILIES:
            found[f"{family}_forest"] = _plain(self.forest(family))
            found[f"{family}_volcano"] = _plain(self.volcano(family))
            found[f"{family}_discovered"] = list(self.discovered(family))
        return found


def _plain(value: Any) -> Any:
    """Return dataclasses, tuples and problems as JSON values; an infinite number of degrees of freedom is a text."""
    if isinstance(value, Problem):
        return value.as_json()
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
