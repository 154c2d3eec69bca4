"""The baseline table, by arm and overall. There are no p-values: arms that were drawn differ by chance alone."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from equipoise.analysis.described import Baseline, BaselineCell, BaselineRow
from equipoise.analysis.flow import counted
from equipoise.analysis.recipe import recipe_for
from equipoise.core.problem import Problem
from equipoise.core.quantity import Comparator, parse_quantity
from equipoise.dataset.model import Dataset
from equipoise.study.model.codebook import Variable

_MISSING = frozenset({None, "", "unknown", "declined"})
_NUMERIC = ("number", "laboratory")


def baseline_of(dataset: Dataset) -> Baseline:
    """Describe the allocated participants as they were at allocation.

    Parameters
    ----------
    dataset : Dataset
        The dataset.

    Returns
    -------
    Baseline
        A row a declared variable.
    """
    allocation = dataset.tables["allocation"]
    arm_of = dict(zip(allocation["participant"], allocation["arm"], strict=True))
    people = dataset.tables["participants"]
    arms = [arm_of.get(who) for who in people["participant"]]
    rows = []
    for name in dataset.study.endpoints.baseline:
        variable = dataset.study.variables.get(name)
        kind = variable.kind if variable is not None else "number"
        values = people[name].to_list()
        texts = people[f"{name}_text"].to_list() if kind == "laboratory" else values
        cells = []
        for arm in (*dataset.study.arms, ""):
            own = [at for at, of in enumerate(arms) if of is not None and arm in ("", of)]
            if kind in _NUMERIC:
                cells.append(_numeric(arm, [(values[at], texts[at]) for at in own], kind == "laboratory"))
            else:
                cells.append(_coded(arm, [values[at] for at in own], variable))
        label = variable.label if variable is not None else name
        rows.append(BaselineRow(name, label, kind, variable.unit if variable is not None else "", tuple(cells)))
    return Baseline(tuple(rows), recipe_for(dataset, "equipoise.analysis.baseline.baseline_of(dataset)"))


def _coded(arm: str, values: Sequence[Any], variable: Variable | None) -> BaselineCell:
    known = [str(value) for value in values if value not in _MISSING]
    order = [code.value for code in variable.codes] if variable is not None and variable.codes else ["yes", "no"]
    return BaselineCell(arm, len(known), len(values) - len(known), levels=counted(Counter(known), order))


def _numeric(arm: str, values: Sequence[tuple[Any, Any]], laboratory: bool) -> BaselineCell:
    known = [(value, text) for value, text in values if value is not None]
    numbers = sorted(float(value) for value, _ in known)
    if not numbers:
        return BaselineCell(arm, 0, len(values))
    below, bounded = (_bounded([text for _, text in known])) if laboratory else (0, 0)
    median, q1, q3 = quartiles(numbers)
    exact = bounded == 0
    return BaselineCell(
        arm,
        len(numbers),
        len(values) - len(numbers),
        mean=statistics.fmean(numbers) if exact else None,
        sd=statistics.stdev(numbers) if exact and len(numbers) > 1 else None,
        median=median,
        q1=q1,
        q3=q3,
        minimum=numbers[0],
        maximum=numbers[-1],
        below=below,
    )


def _bounded(texts: Sequence[str]) -> tuple[int, int]:
    """Return how many results lie below a bound, and how many only bound the value at all."""
    signs = [found.comparator for text in texts if not isinstance(found := parse_quantity(text), Problem)]
    below = sum(sign in (Comparator.LESS, Comparator.LESS_OR_EQUAL) for sign in signs)
    return below, sum(sign is not Comparator.EQUAL for sign in signs)


def quartiles(numbers: Sequence[float]) -> tuple[float, float, float]:
    """Return median, lower and upper quartile by linear interpolation (Hyndman and Fan's type 7).

    Parameters
    ----------
    numbers : sequence of float
        Rising numbers, at least one.

    Returns
    -------
    tuple of float
        Median, lower quartile, upper quartile. Hyndman and Fan (1996), The American Statistician 50:361-365.
    """
    last = len(numbers) - 1

    def at(share: float) -> float:
        place = share * last
        low = int(place)
        high = min(low + 1, last)
        return numbers[low] + (place - low) * (numbers[high] - numbers[low])

    return at(0.5), at(0.25), at(0.75)
