"""The model that the study declares, fitted to a dataset and judged: from the tables to a frozen model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.core.problem import Problem, ProblemsError, Severity
from equipoise.dataset.model import Dataset
from equipoise.predict.candidates import Column, Values, few
from equipoise.predict.carries import Carries, carries, refuse_too_many
from equipoise.predict.design import Knots, columns, knots_of
from equipoise.predict.impute import Incomplete, complete
from equipoise.predict.population import Population, declared_prediction, landmark_of, population_at
from equipoise.predict.target import Outcome, cautions, outcome_of
from equipoise.predict.validate import MEASURES, Resampled, expit, linear, measures, resample
from equipoise.stats.penalised_logistic import choose_penalty_many
from equipoise.study.model.prediction import Landmark, Prediction

Floats = NDArray[np.float64]
# Fewer resamples than this share leave no distribution to read an interval from.
_LEAST_SHARE = 0.5
_FEWEST_PEOPLE = 10


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What a landmark offers before anything is fitted: who, what is foretold, from what, and what all this carries."""

    dataset: Dataset
    declared: Prediction
    landmark: Landmark
    population: Population
    outcome: Outcome
    columns: tuple[Column, ...]
    carries: Carries
    reference: str
    cautions: tuple[Problem, ...]

    @property
    def compared(self) -> tuple[str, ...]:
        """The arms that have a coefficient: all but the reference."""
        return tuple(arm for arm in self.population.arms if arm != self.reference)

    @property
    def arm(self) -> Floats:
        """A column for each compared arm (people, arms - 1)."""
        places = [self.population.arms.index(arm) for arm in self.compared]
        return np.asarray(self.population.arm[:, None] == np.array(places, dtype=np.intp)[None, :], dtype=np.float64)

    @property
    def incomplete(self) -> Incomplete:
        """The base model's values and the outcome, as one data set to be completed."""
        return Incomplete(
            low=np.column_stack([column.low for column in self.columns])[None],
            high=np.column_stack([column.high for column in self.columns])[None],
            arm=self.arm[None],
            outcome=self.outcome.failed[None],
            binary=tuple(column.kind == "yes_no" for column in self.columns),
        )

    @property
    def knots(self) -> tuple[int, ...]:
        """The number of knots of each term."""
        return tuple(column.term.knots for column in self.columns)


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The model with everything that it was made of.

    `coef` are the constant and the coefficients, the mean over the imputations; `values` (imputations, people, terms)
    and `outcomes` the completed data, `risk` each person's mean risk; `apparent` the measures in those data.
    """

    prepared: Prepared
    knots: Knots
    coef: Floats
    penalty: float
    values: Floats
    outcomes: Floats
    risk: Floats
    apparent: Floats
    resampled: Resampled

    def has(self, measure: int) -> bool:
        """Whether the model has a measure: one that is nearly constant has no slope, here or in every resample."""
        both = self.resampled.own[:, measure] + self.resampled.test[:, measure]
        return bool(np.isfinite(self.apparent[measure]) and np.isfinite(both).any())


def flatness(fitted: Fitted) -> tuple[Problem, ...]:
    """Say that the model tells nobody from anybody, where the penalty has left nothing of it."""
    if fitted.has(MEASURES.index("slope")):
        return ()
    return (Problem("predict.flat", {"risk": f"{100 * float(fitted.risk.mean()):.1f}"}, severity=Severity.NOTE),)


def prepare(dataset: Dataset, landmark: str = "", *, exploratory: bool = False) -> Prepared:
    """Return what a landmark offers; raises ProblemsError with what makes a model impossible, all at once."""
    declared = declared_prediction(dataset)
    chosen = landmark_of(declared, landmark)
    population = population_at(dataset, declared, chosen)
    found = carries(dataset.study, declared, len(population.people))
    refuse_too_many(found, exploratory=exploratory or declared.exploratory)
    problems: list[Problem] = []
    outcome: Outcome | None = None
    seen: tuple[Column, ...] = ()
    try:
        outcome = outcome_of(dataset, declared, population)
        problems += _too_small(outcome, found.parameters)
    except ProblemsError as error:
        problems += error.problems
    values = Values(dataset, population)
    try:
        seen = values.columns(declared.base)
    except ProblemsError as error:
        problems += error.problems
    if outcome is None or problems:
        raise ProblemsError(problems)
    return Prepared(
        dataset,
        declared,
        chosen,
        population,
        outcome,
        seen,
        found,
        _reference(dataset, declared),
        (*cautions(outcome, population), *_doubts(values, declared, seen)),
    )


def _doubts(values: Values, declared: Prediction, seen: Sequence[Column]) -> Iterator[Problem]:
    """Say which predictors hardly tell people apart, and which were written down when the outcome could be known."""
    for column in seen:
        problem = few(column)
        if problem is not None:
            yield replace(problem, severity=Severity.NOTE)
    candidates = [column for column in map(values.column, declared.candidates) if isinstance(column, Column)]
    for column in (*seen, *candidates):
        if column.late:
            params: dict[str, str | int] = {"variable": column.variable, "count": column.late}
            yield Problem("predict.entered-late", params, severity=Severity.NOTE)


def _too_small(outcome: Outcome, parameters: int) -> Iterator[Problem]:
    """Refuse what not even a call for exploration makes a model of."""
    decided = int((~outcome.missing).sum())
    if decided < max(_FEWEST_PEOPLE, parameters + 2):
        yield Problem("predict.too-small", {"count": decided, "parameters": parameters})


def _reference(dataset: Dataset, declared: Prediction) -> str:
    """Return the arm that the others are compared with: the target's estimand says which, else the first."""
    estimands = [each for each in dataset.study.endpoints.estimands if each.endpoint == declared.target.endpoint]
    return estimands[0].versus if estimands else next(iter(dataset.study.arms))


def fit(prepared: Prepared, progress: Callable[[int], None] | None = None) -> Fitted:
    """Fit the declared model and judge it; the same declaration and dataset give the same model to the last digit."""
    declared, data = prepared.declared, prepared.incomplete
    seeds = np.random.SeedSequence(declared.seed).spawn(2)
    values, outcomes = complete(data.repeated(declared.imputations), np.random.default_rng(seeds[0]))
    knots = _pooled_knots(values, prepared.knots, prepared.columns)
    design = columns(values, np.broadcast_to(data.arm[0], (len(values), *data.arm.shape[1:])), knots)
    chosen = choose_penalty_many(design, outcomes)
    if not chosen.fits.converged.all():
        raise ProblemsError([Problem("predict.no-model", {"count": int((~chosen.fits.converged).sum())})])
    coef = chosen.fits.coef.mean(axis=0)
    predictor = linear(design, np.broadcast_to(coef, (len(values), len(coef))))
    resampled = resample(data, prepared.knots, (values, outcomes), declared.resamples, seeds[1], progress=progress)
    if len(resampled.coef) < _LEAST_SHARE * declared.resamples:
        params = {"failed": resampled.failed, "resamples": declared.resamples}
        raise ProblemsError([Problem("predict.resamples-failed", params)])
    return Fitted(
        prepared=prepared,
        knots=knots,
        coef=coef,
        penalty=float(np.median(chosen.penalty)),
        values=values,
        outcomes=outcomes,
        risk=expit(predictor).mean(axis=0),
        apparent=_mean(measures(outcomes, predictor)),
        resampled=resampled,
    )


def _mean(each: Floats) -> Floats:
    """Return the means over the data sets that have a measure; nan where none has it."""
    known = np.isfinite(each)
    count = known.sum(axis=0)
    return np.asarray(np.where(count > 0, np.where(known, each, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan))


def _pooled_knots(values: Floats, wanted: Sequence[int], seen: Sequence[Column]) -> Knots:
    """Return the knots of the final model: each the mean over the imputations, so that coefficients can be pooled."""
    each = [knots_of(part, wanted) for part in values]
    placed = [knots for knots in each if knots is not None]
    if len(placed) < len(each):
        variables = ", ".join(column.variable for column in seen if column.term.knots)
        raise ProblemsError([Problem("predict.knots-collapse", {"variables": variables})])
    return tuple(
        tuple(float(np.mean([knots[term][place] for knots in placed])) for place in range(number))
        for term, number in enumerate(wanted)
    )
