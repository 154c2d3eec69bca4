"""Covariates of a model: what is known of people at their allocation, and nothing that was measured later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.core.problem import Problem
from equipoise.dataset.model import Dataset
from equipoise.study.model.endpoints import Analysis
from equipoise.study.model.study import Study

CENTRE = "centre"
_AGE = "age"
_NUMERIC = ("number", "laboratory")
_UNKNOWN = frozenset({None, "", "unknown", "declined"})
# A column counts as a combination of the ones before it when less than this part of its length lies outside of them.
_COLLINEAR = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Covariates:
    """The columns of a model beside its constant and the arm.

    Attributes
    ----------
    terms : tuple of str
        ``variable``, or ``variable=level`` for each level but the first that somebody has. A column that is constant
        or a combination of the arm and the columns before it is left out.
    values : numpy.ndarray, shape (people, terms)
        Each person's values. What is not known at allocation stands at the mean of those who are known, of both
        arms together: White and Thompson (2005), Statistics in Medicine 24:993-1007.
    filled : int
        People with such a value.
    """

    terms: tuple[str, ...]
    values: NDArray[np.float64]
    filled: int


def covariates_of(dataset: Dataset, names: Sequence[str], people: Sequence[str], treated: Sequence[int]) -> Covariates:
    """Return the declared covariates of some people.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    names : sequence of str
        Factors, ``centre``, ``age`` or variables.
    people : sequence of str
        The participants.
    treated : sequence of int
        For each 1 in the treatment and 0 in its comparator, to find what cannot be told from the arm.

    Returns
    -------
    Covariates
        The columns; factors, ``centre`` and coded variables as indicators, numbers and laboratory results as they
        are (a result "<2" at 2).
    """
    terms: list[str] = []
    columns: list[NDArray[np.float64]] = []
    for name in names:
        known = _known(dataset, name)
        levels = _levels(dataset.study, name)
        values = [known.get(who) for who in people]
        if levels is None:
            terms.append(name)
            columns.append(np.array([np.nan if value is None else float(value) for value in values]))
            continue
        present = [level for level in levels if level in set(values)]
        for level in present[1:]:
            terms.append(f"{name}={level}")
            columns.append(np.array([np.nan if value not in present else float(value == level) for value in values]))
    matrix = np.column_stack(columns) if columns else np.empty((len(people), 0))
    unknown = np.isnan(matrix)
    filled = _at_the_mean(matrix)
    kept = _independent(np.column_stack([np.ones(len(people)), np.asarray(treated, dtype=np.float64)]), filled)
    return Covariates(tuple(terms[index] for index in kept), filled[:, kept], int(unknown.any(axis=1).sum()))


def refusals_of_covariates(dataset: Dataset, analysis: Analysis) -> list[Problem]:
    """Return why declared covariates cannot be used.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    analysis : Analysis
        A declared analysis.

    Returns
    -------
    list of Problem
        A name that is neither a factor nor a variable with values; a variable of which all values were measured
        after allocation. Of other variables the later values are passed over, person by person.
    """
    problems = []
    for name in analysis.adjust:
        params: dict[str, str | int] = {"analysis": analysis.id, "variable": name}
        if name == _AGE or name in _factors(dataset.study):
            continue
        variable = dataset.study.variables.get(name)
        if variable is None or variable.kind in ("date", "text"):
            problems.append(Problem("analysis.covariate-unknown", params))
        elif not variable.rule and not _known(dataset, name):
            first = _first_day(dataset, name)
            if first is not None:
                problems.append(Problem("analysis.covariate-late", {**params, "day": first}))
    return problems


def _factors(study: Study) -> Mapping[str, tuple[str, ...]]:
    factors = {factor.id: tuple(level.id for level in factor.levels) for factor in study.identity.factors}
    return factors | {CENTRE: tuple(study.sites)}


def _levels(study: Study, name: str) -> tuple[str, ...] | None:
    """Return the levels of a covariate in their order; None for a number."""
    factor = _factors(study).get(name)
    if factor is not None:
        return factor
    variable = study.variables.get(name)
    if variable is None or variable.kind in _NUMERIC:
        return None
    return tuple(code.value for code in variable.codes) or ("no", "yes")


def _known(dataset: Dataset, name: str) -> dict[str, Any]:
    """Return the value of each participant who has one at allocation."""
    study = dataset.study
    if name in _factors(study):
        table = dataset.tables["allocation"]
        found = zip(table["participant"], table[name], strict=True)
    elif name == _AGE or study.variables[name].rule:
        table = dataset.tables["participants"]
        found = zip(table["participant"], table[name] if name in table.columns else [None] * table.height, strict=True)
    else:
        return _measured_by_then(dataset, name)
    return {who: value for who, value in found if value not in _UNKNOWN}


def _measured_by_then(dataset: Dataset, name: str) -> dict[str, Any]:
    """Return each participant's last value of a variable from the day of allocation or before: by dates alone."""
    import polars as pl

    kind = dataset.study.variables[name].kind
    table, column = ("labs", "value") if kind == "laboratory" else ("items", "number" if kind == "number" else "text")
    rows = dataset.tables[table].filter((pl.col("variable") == name) & (pl.col("day") <= 0)).sort("day", "seq")
    return {who: value for who, value in zip(rows["participant"], rows[column], strict=True) if value not in _UNKNOWN}


def _first_day(dataset: Dataset, name: str) -> int | None:
    import polars as pl

    table = "labs" if dataset.study.variables[name].kind == "laboratory" else "items"
    first = dataset.tables[table].filter(pl.col("variable") == name)["day"].min()
    return first if isinstance(first, int) else None


def _at_the_mean(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    known = ~np.isnan(matrix)
    sums = np.where(known, matrix, 0.0).sum(axis=0)
    return np.where(known, matrix, sums / np.maximum(known.sum(axis=0), 1))


def _independent(base: NDArray[np.float64], matrix: NDArray[np.float64]) -> list[int]:
    """Return the columns that the base and the columns before them do not determine."""
    directions: list[NDArray[np.float64]] = []

    def outside(column: NDArray[np.float64]) -> NDArray[np.float64] | None:
        length = float(np.linalg.norm(column))
        rest = column
        for _ in range(2):  # orthogonalised twice: once leaves rounding errors that look like a direction
            for direction in directions:
                rest = rest - (direction @ rest) * direction
        left = float(np.linalg.norm(rest))
        return rest / left if length > 0 and left > _COLLINEAR * length else None

    kept = []
    for index in range(-base.shape[1], matrix.shape[1]):
        column = base[:, index + base.shape[1]] if index < 0 else matrix[:, index]
        found = outside(column)
        if found is not None:
            directions.append(found)
            kept += [index] if index >= 0 else []
    return kept
