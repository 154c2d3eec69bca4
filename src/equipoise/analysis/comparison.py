"""What a method is given: the people of two arms with their outcomes under an estimand, and their strata."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from equipoise.analysis.covariates import CENTRE, Covariates, covariates_of
from equipoise.dataset.derive.derive_intercurrent import Occurrence
from equipoise.dataset.derive.derive_strategies import Outcome, derive_strategies, strategies_of
from equipoise.dataset.model import Dataset
from equipoise.dataset.outcomes import strategies_without_reversions
from equipoise.study.model.endpoints import Analysis, Endpoint, Estimand
from equipoise.study.model.study import Study

# These take a value of which only a bound is known; to the others it is no value.
_TAKES_BOUNDS = frozenset({"censored_normal"})
_SETTING_ASIDE = frozenset({"hypothetical", "while_on_treatment"})
Counts = tuple[int, int, int, int]  # successes and people of the treatment arm, then of its comparator


@dataclass(frozen=True, slots=True)
class Person:
    """A participant with the outcome that the estimand gives; `stratum` counts in the order of the crossing.

    `is_set_aside`: the estimand takes the outcome away, because of an intercurrent event.
    """

    participant: str
    arm: str
    stratum: int
    outcome: Outcome
    is_set_aside: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether there is no outcome."""
        return self.outcome.status == "missing"

    @property
    def is_bounded(self) -> bool:
        """Whether a continuous outcome is only known by a bound."""
        outcome = self.outcome
        return outcome.kind == "continuous" and (outcome.left is not None or outcome.right is not None)


@dataclass(frozen=True)
class Comparison:
    """Two arms under an estimand.

    Attributes
    ----------
    analysis, estimand, endpoint
        The declarations.
    people : tuple of Person
        Everybody allocated to the two arms, in the order of their numbers, but those `left_out`.
    strata : tuple of str
        The crossing of the declared factors' levels, ``level×level``, in the order of the levels.
    dataset : Dataset
        Where they come from.
    left_out : int
        People of the two arms who are left out for a declared deviation.
    """

    analysis: Analysis
    estimand: Estimand
    endpoint: Endpoint
    people: tuple[Person, ...]
    strata: tuple[str, ...]
    dataset: Dataset = field(repr=False)
    left_out: int = 0

    @property
    def study(self) -> Study:
        """The study."""
        return self.dataset.study

    @property
    def arms(self) -> tuple[str, str]:
        """The treatment and its comparator."""
        return self.estimand.treatment, self.estimand.versus

    @property
    def confidence(self) -> float:
        """Level of the intervals."""
        return float(self.analysis.confidence)

    @cached_property
    def analysed(self) -> tuple[Person, ...]:
        """Everybody who is counted: a missing outcome is left out unless it counts as a failure or is imputed.

        An outcome that the estimand sets aside is not a failure: that would be the composite strategy.
        """
        if self.endpoint.kind == "binary" and self.analysis.missing == "imputed":
            return self.people
        if self.endpoint.kind == "binary" and self.analysis.missing == "failure":
            return tuple(person for person in self.people if not person.is_set_aside)
        bounds = self.analysis.method in _TAKES_BOUNDS
        return tuple(person for person in self.people if not person.is_missing or (bounds and person.is_bounded))

    @cached_property
    def covariates(self) -> Covariates:
        """The declared covariates of everybody who is counted, in the order of `analysed`."""
        people = [person.participant for person in self.analysed]
        return covariates_of(self.dataset, self.analysis.adjust, people, self.treated)

    @cached_property
    def treated(self) -> tuple[int, ...]:
        """1 for who is counted in the treatment, 0 for its comparator, in the order of `analysed`."""
        return tuple(int(person.arm == self.arms[0]) for person in self.analysed)

    def of_arm(self, arm: str) -> list[Person]:
        """Return who is counted in an arm.

        Parameters
        ----------
        arm : str
            The arm.

        Returns
        -------
        list of Person
            The people.
        """
        return [person for person in self.analysed if person.arm == arm]

    @cached_property
    def by_stratum(self) -> tuple[Counts, ...]:
        """Counts of each stratum of the crossing, in its order; a stratum may be empty."""
        cells = [[0, 0, 0, 0] for _ in self.strata]
        treatment = self.arms[0]
        for person in self.analysed:
            at = 0 if person.arm == treatment else 2
            cells[person.stratum][at] += person.outcome.status == "success"
            cells[person.stratum][at + 1] += 1
        return tuple((x1, n1, x0, n0) for x1, n1, x0, n0 in cells)

    @cached_property
    def counts(self) -> Counts:
        """Counts of all strata together."""
        x1, n1, x0, n0 = (sum(column) for column in zip(*self.by_stratum, strict=True))
        return x1, n1, x0, n0

    @property
    def has_empty_arm(self) -> bool:
        """Whether there is nothing to compare."""
        return not all(self.of_arm(arm) for arm in self.arms)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The strata as the declared pooling lines them up, those that it does not name after the others."""
        named = [self.strata.index(name) for name in self.analysis.pooling if name in self.strata]
        return (*named, *(index for index in range(len(self.strata)) if index not in named))


def strata_names(study: Study, analysis: Analysis) -> tuple[str, ...]:
    """Return the crossing of an analysis's factors; one stratum without a name where there is none.

    Parameters
    ----------
    study : Study
        The study.
    analysis : Analysis
        The declared analysis.

    Returns
    -------
    tuple of str
        ``level×level`` in the order of the levels, the last factor running fastest.
    """
    return tuple("×".join(levels) for levels in itertools.product(*_levels(study, analysis)))


def _levels(study: Study, analysis: Analysis) -> list[tuple[str, ...]]:
    factors = {factor.id: tuple(level.id for level in factor.levels) for factor in study.identity.factors}
    factors[CENTRE] = tuple(study.sites)
    return [factors[factor] for factor in analysis.strata]


def outcomes_of(dataset: Dataset, estimand: Estimand, reading: str) -> dict[str, Outcome]:
    """Return the outcome of each allocated participant under an estimand.

    Parameters
    ----------
    dataset : Dataset
        The dataset; its endpoints are taken as measured, and the estimand's strategies applied to them.
    estimand : Estimand
        The estimand.
    reading : str
        The reading of a binary endpoint; empty for other kinds.

    Returns
    -------
    dict
        Participant to outcome.
    """
    import polars as pl

    strategies = strategies_without_reversions(dataset.study, strategies_of(estimand))
    kind = _endpoint(dataset.study, estimand).kind
    occurred: dict[str, list[Occurrence]] = {}
    for row in dataset.tables["intercurrent"].iter_rows(named=True):
        occurred.setdefault(row["participant"], []).append(Occurrence(row["event"], row["on"], row["day"], row["seq"]))
    wanted = (pl.col("endpoint") == estimand.endpoint) & (pl.col("reading") == reading)
    found = {}
    for row in dataset.tables["endpoints"].filter(wanted).iter_rows(named=True):
        who = row["participant"]
        measured = _measured(kind, row)
        found[who] = derive_strategies(measured, occurred.get(who, ()), strategies)
    return found


def _measured(kind: Any, row: Mapping[str, Any]) -> Outcome:
    return Outcome(
        kind,
        row["measured"],
        row["measured_reason"],
        row["measured_seq"],
        row["measured_day"],
        row["measured_time"],
        row["measured_value"],
        row["until"],
        row["measured_left"],
        row["measured_right"],
        row["flagged"],
    )


def _endpoint(study: Study, estimand: Estimand) -> Endpoint:
    return next(each for each in study.endpoints.endpoints if each.id == estimand.endpoint)


def reading_of(analysis: Analysis, endpoint: Endpoint) -> str:
    """Return the reading of an analysis: the declared one, else the endpoint's only one.

    Parameters
    ----------
    analysis : Analysis
        The analysis.
    endpoint : Endpoint
        Its endpoint.

    Returns
    -------
    str
        The reading's id; empty where the endpoint has none.
    """
    return analysis.reading or (endpoint.readings[0].id if endpoint.readings else "")


def compare(dataset: Dataset, analysis: Analysis, outcomes: Mapping[str, Outcome]) -> Comparison:
    """Return what a declared analysis compares.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    analysis : Analysis
        The analysis.
    outcomes : mapping
        The outcome of each participant under its estimand and reading.

    Returns
    -------
    Comparison
        The people of the estimand's two arms.
    """
    study = dataset.study
    estimand = next(each for each in study.endpoints.estimands if each.id == analysis.estimand)
    names = strata_names(study, analysis)
    index = {name: number for number, name in enumerate(names)}
    allocation = dataset.tables["allocation"]
    columns = [allocation[factor].to_list() for factor in analysis.strata]
    keys = ["×".join(levels) for levels in zip(*columns, strict=True)] if columns else [""] * allocation.height
    away = _set_aside_by(estimand)
    deviating = _with_deviation(dataset, analysis.without)
    people, left_out = [], 0
    for who, arm, key in zip(allocation["participant"], allocation["arm"], keys, strict=True):
        if arm not in (estimand.treatment, estimand.versus):
            continue
        if who in deviating:
            left_out += 1
            continue
        outcome = _unflagged(outcomes[who]) if analysis.masked == "missing" else outcomes[who]
        is_aside = outcome.status == "missing" and outcome.reason in away
        people.append(Person(who, arm, index[key], outcome, is_aside))
    endpoint = _endpoint(study, estimand)
    return Comparison(analysis, estimand, endpoint, tuple(people), names, dataset, left_out)


def _set_aside_by(estimand: Estimand) -> frozenset[str]:
    """Return the intercurrent events after which the estimand takes no outcome."""
    return frozenset(event for event, strategy in strategies_of(estimand).items() if strategy in _SETTING_ASIDE)


def _with_deviation(dataset: Dataset, categories: Collection[str]) -> frozenset[str]:
    if not categories:
        return frozenset()
    table = dataset.tables["deviations"]
    return frozenset(
        who for who, category in zip(table["participant"], table["category"], strict=True) if category in categories
    )


def _unflagged(outcome: Outcome) -> Outcome:
    """Return a success that rests on a flagged sample as missing: the dose may hide what the sample does not show."""
    if outcome.status == "success" and outcome.flagged:
        return replace(outcome, status="missing", reason="masked")
    return outcome
