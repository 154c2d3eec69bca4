"""The risk of people whom the model has never seen: a number, an interval where a value is a bound, or why none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.quantity import Quantity
from equipoise.criteria.facts import Codebook, Facts, Kind, VariableType
from equipoise.dataset.model import Dataset
from equipoise.predict.candidates import Values, bounds_of
from equipoise.predict.model import Model, Predictor
from equipoise.predict.population import declared_prediction, landmark_of, population_at
from equipoise.stats.restricted_cubic_spline import spline_basis
from equipoise.study.model.prediction import Term

Floats = NDArray[np.float64]
Bounds = tuple[float, float]
ARM = "arm"
_STEPS = 201


@dataclass(frozen=True, slots=True)
class Risk:
    """A person's risk, from `low` to `high` (equal where all values are numbers); None where something is missing.

    `missing`, `outside` and `bounded` name the predictors that are missing, lie outside what the model has seen, or are
    known as a bound. The interval of a bound ends where the values end that the fit drew for such results.
    """

    person: str
    low: float | None
    high: float | None
    missing: tuple[str, ...]
    outside: tuple[str, ...]
    bounded: tuple[str, ...]


def codebook_of(model: Model) -> Codebook:
    """Return what a table of people may say: the predictors in their units, and the arm."""
    book = {
        each.variable: VariableType(
            each.variable,
            Kind(each.kind),
            each.unit or None,
            limit=Decimal(repr(each.limit)) if each.limit is not None and each.kind == "laboratory" else None,
        )
        for each in model.predictors
    }
    return {**book, ARM: VariableType(ARM, Kind.CODE, codes=(model.reference, *model.arms))}


def refuse_lacking(model: Model, columns: Iterable[str], file: str) -> None:
    """Refuse a table that has no column for something that the model needs of everybody."""
    there = set(columns)
    lacking = [name for name in (ARM, *(each.variable for each in model.predictors)) if name not in there]
    if lacking:
        params = {"file": file, "columns": ", ".join(lacking)}
        raise ProblemsError([Problem("predict.columns-lacking", params)])


def risks(model: Model, people: Iterable[tuple[str, Facts]]) -> tuple[Risk, ...]:
    """Return the risk of each person of a table."""
    found = []
    for person, facts in people:
        arm = facts[ARM][-1].value if facts.get(ARM) else None
        bounds = {each.variable: _bounds(each, facts) for each in model.predictors}
        found.append(_risk(model, person, arm if isinstance(arm, str) else None, bounds))
    return tuple(found)


def risks_of_dataset(model: Model, dataset: Dataset) -> tuple[Risk, ...]:
    """Return the risk of each participant at the model's landmark; the dataset is one of the model's study version."""
    declared = declared_prediction(dataset)
    population = population_at(dataset, declared, landmark_of(declared, model.landmark))
    terms = [Term(variable=each.variable, scale="log10" if each.scale else "") for each in model.predictors]
    values = Values(dataset, population)
    seen = [values.column(term) for term in terms]
    problems = [each for each in seen if isinstance(each, Problem)]
    if problems:
        raise ProblemsError(problems)
    columns = [each for each in seen if not isinstance(each, Problem)]
    found = []
    for row, person in enumerate(population.people):
        bounds: dict[str, Bounds | None] = {
            column.variable: None if column.missing[row] else (float(column.low[row]), float(column.high[row]))
            for column in columns
        }
        found.append(_risk(model, person, population.arms[population.arm[row]], bounds))
    return tuple(found)


def _bounds(predictor: Predictor, facts: Facts) -> Bounds | None:
    """Return what a person's value can be, on the predictor's scale; None where it is not known."""
    series = facts.get(predictor.variable, ())
    value = series[-1].value if series else None
    if isinstance(value, Quantity):
        if value.value is None:
            return None
        least = -math.inf if predictor.scale else 0.0
        limit = float(value.limit) if value.limit is not None else None
        return bounds_of(value.comparator.value, float(value.value), limit, predictor.scale, least)
    if isinstance(value, Decimal):
        return bounds_of("=", float(value), predictor.limit, predictor.scale, -math.inf)
    if isinstance(value, str) and value in predictor.codes:
        place = float(predictor.codes.index(value))
        return place, place
    return None


def _risk(model: Model, person: str, arm: str | None, bounds: Mapping[str, Bounds | None]) -> Risk:
    known = {name: found for name, found in bounds.items() if found is not None}
    missing = tuple(name for name in bounds if name not in known)
    if arm not in (model.reference, *model.arms):
        missing = (ARM, *missing)
    outside = tuple(each.variable for each in model.predictors if _is_outside(each, known.get(each.variable)))
    bounded = tuple(name for name, (low, high) in known.items() if low != high)
    if missing:
        return Risk(person, None, None, missing, outside, bounded)
    coefficients = {each.name: each.value for each in model.coefficients}
    low = high = model.intercept + coefficients.get(f"arm:{arm}", 0.0)
    for each in model.predictors:
        least, most = _contribution(each, coefficients, known[each.variable])
        low, high = low + least, high + most
    return Risk(person, _expit(low), _expit(high), (), outside, bounded)


def _is_outside(predictor: Predictor, found: Bounds | None) -> bool:
    """Whether a value lies beyond what was measured; a bound does where all that it allows lies beyond."""
    if found is None or predictor.codes:
        return False
    low, high = (_scaled(predictor, value) for value in (predictor.low, predictor.high))
    if found[0] == found[1]:
        return not low <= found[0] <= high
    if not predictor.censored:  # the fit drew nothing for such results: beyond its numbers a bound tells no end
        return found[0] < low or found[1] > high
    # "<2" is inside where the fit has seen such results too.
    drawn = _scaled(predictor, predictor.drawn_low), _scaled(predictor, predictor.drawn_high)
    return found[1] < drawn[0] or found[0] > drawn[1]


def _scaled(predictor: Predictor, value: float) -> float:
    return math.log10(value) if predictor.scale else value


def _contribution(predictor: Predictor, coefficients: Mapping[str, float], found: Bounds) -> Bounds:
    """Return the least and the largest part of the log odds that a value can give."""
    size = max(1, len(predictor.knots) - 1)
    slopes = np.array([coefficients[predictor.variable + "'" * place] for place in range(size)])
    ends = _scaled(predictor, predictor.drawn_low), _scaled(predictor, predictor.drawn_high)
    low = found[0] if math.isfinite(found[0]) else min(ends[0], found[1])
    high = found[1] if math.isfinite(found[1]) else max(ends[1], found[0])
    values = np.array([low]) if low == high else np.linspace(low, high, _STEPS)
    basis = spline_basis(values, predictor.knots) if predictor.knots else values[:, None]
    part = basis @ slopes
    return float(part.min()), float(part.max())


def _expit(predictor: float) -> float:
    return 0.5 * (1 + math.tanh(predictor / 2))
