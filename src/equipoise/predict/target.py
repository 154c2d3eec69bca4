"""The outcome that is foretold: failure of a binary endpoint; what is missing stays missing until it is imputed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.core.problem import Problem, ProblemsError, Severity
from equipoise.dataset.model import Dataset
from equipoise.predict.population import Population
from equipoise.study.model.prediction import Prediction
from equipoise.study.prediction import reading_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Whether each person failed: 1, 0, or nan where it is not known."""

    endpoint: str
    reading: str
    failed: Floats

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Of whom it is not known."""
        return np.isnan(self.failed)

    @property
    def events(self) -> int:
        """Failures that were seen."""
        return int(np.nansum(self.failed))


def outcome_of(dataset: Dataset, declared: Prediction, population: Population) -> Outcome:
    """Return the target of a landmark's people; raises ProblemsError where there is nothing to learn from."""
    import polars as pl

    endpoint, reading = declared.target.endpoint, reading_of(dataset.study)
    rows = dataset.tables["endpoints"].filter((pl.col("endpoint") == endpoint) & (pl.col("reading") == reading))
    status = dict(rows.select("participant", "status").iter_rows())
    values = {"failure": 1.0, "success": 0.0}
    failed = np.array([values.get(status.get(person, ""), np.nan) for person in population.people])
    found = Outcome(endpoint, reading, failed)
    params: dict[str, str | int] = {"endpoint": endpoint, "count": len(failed)}
    if found.missing.all():
        raise ProblemsError([Problem("predict.outcome-missing", params)])
    decided = int((~found.missing).sum())
    if found.events == 0:
        raise ProblemsError([Problem("predict.no-events", {**params, "count": decided})])
    if found.events == decided:
        raise ProblemsError([Problem("predict.all-events", {**params, "count": decided})])
    return found


def cautions(outcome: Outcome, population: Population) -> Iterator[Problem]:
    """Say what stands against the model and does not prevent it."""
    for place, arm in enumerate(population.arms):
        mine = population.arm == place
        decided = int((~np.isnan(outcome.failed[mine])).sum())
        if mine.any() and np.nansum(outcome.failed[mine]) == 0:
            yield Problem("predict.no-events-in-arm", {"arm": arm, "count": decided}, severity=Severity.NOTE)
    sites = set(population.sites)
    if len(sites) == 1:
        yield Problem("predict.one-centre", {"centre": min(sites)}, severity=Severity.NOTE)
    if population.failed_before:
        params: dict[str, str | int] = {"count": len(population.failed_before), "landmark": population.landmark}
        yield Problem("predict.failed-before", params, severity=Severity.NOTE)
    if population.forbidden:
        yield Problem("predict.no-further-use", {"count": len(population.forbidden)}, severity=Severity.NOTE)
