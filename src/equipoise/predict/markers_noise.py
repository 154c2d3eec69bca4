"""Markers that are noise alone: how often the look at candidates finds something where there is nothing to find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.predict.candidates import Column
from equipoise.predict.markers import Setting, look_at_markers
from equipoise.predict.markers_results import FAMILIES
from equipoise.study.model.prediction import Term

Floats = NDArray[np.float64]

_NOMINAL = 0.05


@dataclass(frozen=True, slots=True)
class NoiseCounts:
    """Counts over simulated data sets; those of two runs can be added.

    With nothing to find every discovery is false, so that the false discovery rate is the share of data sets with one.
    `..._tests` counts tests and `..._below` those with a p-value of at most 0.05.
    """

    datasets: int = 0
    prognostic_false: int = 0
    predictive_false: int = 0
    prognostic_tests: int = 0
    predictive_tests: int = 0
    prognostic_below: int = 0
    predictive_below: int = 0

    def __add__(self, other: NoiseCounts) -> NoiseCounts:
        return NoiseCounts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class NoisePlan:
    """A simulated trial with markers of all kinds: curves, values below a limit, yes or no, genotypes.

    `risk` is about the share of failures in the reference arm, `censored` and `missing` the shares of marker values
    below a limit or absent, `lost` the share of outcomes that are missing. The arm and the first of three base columns
    have effects; no marker has one.
    """

    people: int = 132
    markers: int = 25
    risk: float = 0.20
    effect: float = -0.7
    base_effect: float = 0.7
    censored: float = 0.3
    missing: float = 0.1
    lost: float = 0.08
    imputations: int = 10
    rate: float = 0.05


def false_discoveries(
    plan: NoisePlan, datasets: int, seed: int, first: int = 0, progress: Callable[[int], None] | None = None
) -> NoiseCounts:
    """Count false discoveries in simulated data sets number `first` and following.

    Data set i depends on the seed and on i alone, so that runs can be split and resumed.
    """
    total = NoiseCounts()
    for number in range(first, first + datasets):
        total += _one(plan, np.random.default_rng([seed, number]))
        if progress is not None:
            progress(1)
    return total


def _one(plan: NoisePlan, rng: np.random.Generator) -> NoiseCounts:
    found = look_at_markers(_setting(plan, rng), [(each.variable, each) for each in _markers(plan, rng)])
    counts = {"datasets": 1}
    for family in FAMILIES:
        p = [effect.p for _, effect in found.effects(family)]
        counts[f"{family}_false"] = int(bool(found.discovered(family)))
        counts[f"{family}_tests"] = len(p)
        counts[f"{family}_below"] = sum(value <= _NOMINAL for value in p)
    return NoiseCounts(**counts)


def _setting(plan: NoisePlan, rng: np.random.Generator) -> Setting:
    """Return people with arm, outcome and a base model of three columns."""
    arm = rng.permutation(np.arange(plan.people) % 2).astype(np.float64)
    base = rng.standard_normal((3, plan.people))
    line = np.log(plan.risk / (1 - plan.risk)) + plan.effect * arm + plan.base_effect * base[0]
    outcome = (rng.random(plan.people) < 1 / (1 + np.exp(-line))).astype(np.float64)
    outcome[rng.random(plan.people) < plan.lost] = np.nan
    return Setting(
        landmark="baseline",
        reference="none",
        arms=("treated",),
        arm=arm[:, None],
        outcome=outcome,
        base=tuple(_number(f"base_{place}", each, 0) for place, each in enumerate(base)),
        imputations=plan.imputations,
        seed=int(rng.integers(2**31)),
        rate=plan.rate,
        confidence=0.95,
    )


def _markers(plan: NoisePlan, rng: np.random.Generator) -> list[Column]:
    """Return markers of five kinds in turn: curve, curve below a limit, line, yes or no, genotype."""
    made = []
    for place in range(plan.markers):
        kind, name = place % 5, f"marker_{place}"
        if kind < 3:
            values = rng.standard_normal(plan.people)
            column = _number(name, values, 3 if kind < 2 else 0, plan.censored if kind == 1 else 0.0)
        elif kind == 3:
            values = (rng.random(plan.people) < 0.3).astype(np.float64)
            column = _code(name, values, ("no", "yes"))
        else:
            values = rng.binomial(2, 0.3, plan.people).astype(np.float64)
            column = _code(name, values, ("AA", "AG", "GG"))
        absent = rng.random(plan.people) < plan.missing
        column.low[absent] = 0.0 if column.codes else -np.inf
        column.high[absent] = len(column.codes) - 1.0 if column.codes else np.inf
        made.append(replace(column, missing=absent))
    return made


def _number(name: str, values: Floats, knots: int, censored: float = 0.0) -> Column:
    low, high = values.copy(), values.copy()
    if censored:
        limit = float(np.quantile(values, censored))
        low[values < limit], high[values < limit] = -np.inf, limit
    return Column(Term(variable=name, knots=knots), "number", "", (), low, high, np.zeros(len(values), dtype=bool))


def _code(name: str, values: Floats, codes: tuple[str, ...]) -> Column:
    kind = "yes_no" if len(codes) == 2 else "code"
    nobody = np.zeros(len(values), dtype=bool)
    return Column(Term(variable=name), kind, "", codes, values.copy(), values.copy(), nobody)
