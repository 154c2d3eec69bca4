"""Who is at a landmark: everybody allocated who has not failed by then, each with the day up to which is looked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.core.problem import Problem, ProblemsError
from equipoise.criteria.facts import meant
from equipoise.dataset.build import SEALED
from equipoise.dataset.model import Dataset
from equipoise.study.model.prediction import Landmark, Prediction


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """The people of a landmark, in the order of their numbers.

    `day` is each person's day of the landmark visit, or its planned day where it did not take place; `arm` is the place
    of the arm in `arms`. `failed_before` had the target's failure by then, `forbidden` allowed no further use.
    """

    landmark: str
    visit: str
    arms: tuple[str, ...]
    people: tuple[str, ...]
    sites: tuple[str, ...]
    arm: NDArray[np.intp]
    day: NDArray[np.int64]
    failed_before: tuple[str, ...]
    forbidden: tuple[str, ...]


def declared_prediction(dataset: Dataset) -> Prediction:
    """Return the study's prediction; raises ProblemsError where it declares none, or where the arms are sealed."""
    if dataset.study.prediction is None:
        raise ProblemsError([Problem("predict.undeclared", {"study": dataset.study.id})])
    if dataset.header.sealed:
        raise ProblemsError([Problem("predict.sealed", {"study": dataset.study.id})])
    return dataset.study.prediction


def landmark_of(declared: Prediction, name: str) -> Landmark:
    """Return a landmark by its name, the first where none is named."""
    known = {landmark.id: landmark for landmark in declared.landmarks}
    if name and name not in known:
        near = meant(name, list(known))
        params = {"landmark": name, "known": ", ".join(known)}
        raise ProblemsError(
            [Problem("predict.unknown-landmark", params if near is None else {**params, "known": near})]
        )
    return known[name] if name else declared.landmarks[0]


def population_at(dataset: Dataset, declared: Prediction, landmark: Landmark) -> Population:
    """Return who is at a landmark."""
    import polars as pl

    tables, study = dataset.tables, dataset.study
    allocated = tables["allocation"].sort("participant").filter(pl.col("arm") != SEALED)
    sites = dict(tables["participants"].select("participant", "site").iter_rows())
    visits = tables["visits"].filter((pl.col("visit") == landmark.visit) & (pl.col("status") == "done"))
    came = {person: day for person, day in visits.select("participant", "day").iter_rows() if day is not None}
    planned = study.visits[landmark.visit].day
    mine = tables["endpoints"].filter(pl.col("endpoint") == declared.target.endpoint)
    forbidden = set(mine.filter(pl.col("reason") == "no_further_use").get_column("participant"))
    failed = _failed(dataset, declared, came, planned)
    arms = tuple(study.arms)
    rows = [
        (person, arms.index(arm))
        for person, arm in allocated.select("participant", "arm").iter_rows()
        if person not in forbidden and person not in failed
    ]
    if not rows:
        raise ProblemsError([Problem("predict.nobody", {"landmark": landmark.id})])
    people = tuple(person for person, _ in rows)
    return Population(
        landmark=landmark.id,
        visit=landmark.visit,
        arms=arms,
        people=people,
        sites=tuple(sites.get(person, "") for person in people),
        arm=np.array([arm for _, arm in rows], dtype=np.intp),
        day=np.array([came.get(person, planned) for person in people], dtype=np.int64),
        failed_before=tuple(sorted(failed)),
        forbidden=tuple(sorted(forbidden)),
    )


def _failed(dataset: Dataset, declared: Prediction, came: dict[str, int], planned: int) -> set[str]:
    """Return who had an event that is a failure of the target by the landmark: there is nothing left to foretell."""
    estimands = [each for each in dataset.study.endpoints.estimands if each.endpoint == declared.target.endpoint]
    composite = (
        {each.event for each in estimands[0].intercurrent if each.strategy == "composite"} if estimands else set()
    )
    rows = dataset.tables["intercurrent"].select("participant", "event", "day").iter_rows()
    return {
        person
        for person, event, day in rows
        if event in composite and day is not None and day <= came.get(person, planned)
    }
