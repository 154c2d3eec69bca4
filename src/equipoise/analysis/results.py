"""Results: typed numbers, each part with the recipe that made it. The report is built on these and on nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from equipoise.analysis.described import (
    Arm,
    ArmFlow,
    Baseline,
    BaselineCell,
    BaselineRow,
    Counted,
    Curve,
    CurvePoint,
    Dosing,
    Flow,
    MaskingRow,
    PowerRow,
    ReversionRow,
    Series,
    SeriesPoint,
)
from equipoise.analysis.described_landmarks import AssociationResult
from equipoise.analysis.described_safety import Safety
from equipoise.analysis.details import Detail
from equipoise.analysis.recipe import Recipe

__all__ = [
    "FORMAT",
    "AnalysisResult",
    "Arm",
    "ArmFlow",
    "ArmResult",
    "AssociationResult",
    "Baseline",
    "BaselineCell",
    "BaselineRow",
    "Counted",
    "Curve",
    "CurvePoint",
    "Dosing",
    "EndpointRow",
    "EstimandAttributes",
    "Flow",
    "Handling",
    "MaskingRow",
    "PowerRow",
    "Recipe",
    "Results",
    "ReversionRow",
    "Safety",
    "Series",
    "SeriesPoint",
    "Source",
    "StratumRow",
    "SurvivalSteps",
    "plain_values",
]

FORMAT = 1


def plain_values(value: Any) -> Any:
    """Return dataclasses, tuples and mappings as plain JSON values.

    Parameters
    ----------
    value : Any
        A result or a part of one.

    Returns
    -------
    Any
        JSON values; ``nan`` becomes null (there is no number), an infinite limit the text "Infinity" or "-Infinity".
    """
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
    if value is None or isinstance(value, str | int):
        return value
    if is_dataclass(value):
        return {each.name: plain_values(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain_values(each) for name, each in value.items()}
    return [plain_values(each) for each in value]


@dataclass(frozen=True, slots=True)
class Source:
    """The dataset that was analysed: its hash, where it comes from, and the history that it folds."""

    hash: str
    origin: str
    truth: str
    seed: str
    head: str
    events: int
    left_out: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Handling:
    """An intercurrent event and its strategy."""

    event: str
    label: str
    strategy: str
    words: str


@dataclass(frozen=True, slots=True)
class EstimandAttributes:
    """The five attributes of an estimand (ICH E9(R1)); the variable is the endpoint."""

    id: str
    label: str
    treatment: str
    versus: str
    population: str
    endpoint: str
    endpoint_label: str
    intercurrent: tuple[Handling, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class ArmResult:
    """What an analysis found in one arm.

    Attributes
    ----------
    arm : str
        The arm.
    n : int
        People analysed.
    missing : int
        People without an outcome, whatever the analysis makes of that.
    successes, failures, events : int or None
        Of a binary endpoint successes and failures (missing ones among them where they count as failures, not where
        they are imputed); of a time to event or an interval the events.
    proportion, low, high : float or None
        Share of successes with its Wilson interval; where the missing are imputed the mean share over the completed
        datasets, without interval.
    mean, sd : float or None
        Of a continuous endpoint, in its unit; None where a value is only known by a bound.
    median, median_low, median_high : float or None
        Of a time to event, by the Kaplan-Meier curve; None or infinite where it is not reached.
    unseen : int or None
        Of an interval, people whose event had not come when they were last looked at.
    bounded : int or None
        Of a continuous endpoint, people (counted in `n`) whose value is only known by a bound.
    geometric_mean : float or None
        Of a continuous endpoint that is analysed on a log scale; None where a value is only known by a bound.
    """

    arm: str
    n: int
    missing: int
    successes: int | None = None
    failures: int | None = None
    events: int | None = None
    proportion: float | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    median_low: float | None = None
    median_high: float | None = None
    unseen: int | None = None
    bounded: int | None = None
    geometric_mean: float | None = None


@dataclass(frozen=True, slots=True)
class StratumRow:
    """A stratum as it was analysed; several ids where empty ones were pooled. Arm 1 is the treatment."""

    strata: tuple[str, ...]
    x1: int
    n1: int
    x0: int
    n0: int
    weight: float | None


@dataclass(frozen=True, slots=True)
class SurvivalSteps:
    """A Kaplan-Meier curve: from time 0, a value after each step, and the numbers at risk at round times.

    Attributes
    ----------
    arm : str
        The arm.
    time, survival, low, high : tuple of float
        The steps, the first at time 0 with survival 1.
    risk_time, at_risk : tuple
        Round times and the people still observed just before each.
    """

    arm: str
    time: tuple[float, ...]
    survival: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    risk_time: tuple[float, ...]
    at_risk: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """A declared analysis and what it found.

    Attributes
    ----------
    id, role, label, method, reading : str
        As the study declares them.
    estimand : EstimandAttributes
        What is estimated.
    summary : str
        What `estimate` is: the estimand's summary, or what a companion method gives instead; empty for a test
        without an estimate.
    confidence, alpha : float
        Level of the intervals and of the test.
    missing_as : str
        What a missing outcome counts as.
    arms : tuple of ArmResult
        First the treatment, then its comparator.
    estimate, low, high, p, z : float or None
        None where the method gives none, or the data none (see `note`).
    note : str
        Why a number is absent: ``empty_arm`` (nobody is counted in an arm), ``nobody_observed`` (all outcomes of an
        arm are missing, so that nothing says how to impute them), ``no_maximum`` (a model without a finite estimate),
        ``no_information`` (nothing varies), ``no_interval`` (an estimate at the edge of its range); or, with a number,
        ``nobody_missing`` (there was nothing to impute). Else empty.
    strata : tuple of StratumRow
        The strata as analysed, for a stratified method.
    curves : tuple of SurvivalSteps
        The survival curves, for a time to event.
    post_hoc : bool
        Whether it, its estimand, its endpoint or what they rest on was not declared, exactly so, before the first
        allocation.
    recipe : Recipe
        How it was calculated.
    masked_as : str
        What a success that rests on a flagged sample counts as: ``as_measured`` or ``missing``.
    left_out : int
        People of the two arms who are left out for a declared deviation.
    set_aside : int
        People whose outcome an intercurrent event takes away under the estimand (hypothetical, while on treatment).
        They are never counted as failures: they are imputed where the missing are, else left out.
    detail : Detail or None
        What the method found besides.
    """

    id: str
    role: str
    label: str
    method: str
    reading: str
    estimand: EstimandAttributes
    summary: str
    confidence: float
    alpha: float
    missing_as: str
    arms: tuple[ArmResult, ...]
    estimate: float | None
    low: float | None
    high: float | None
    p: float | None
    z: float | None
    note: str
    strata: tuple[StratumRow, ...]
    curves: tuple[SurvivalSteps, ...]
    post_hoc: bool
    recipe: Recipe
    masked_as: str = "as_measured"
    left_out: int = 0
    set_aside: int = 0
    detail: Detail | None = None


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """The outcome of one participant under an estimand and a reading; `seq` is the event that decided.

    `left` and `right` bound an interval's event, or a continuous value that is not known exactly; `flagged` says that
    what decided is a masked sample.
    """

    estimand: str
    endpoint: str
    reading: str
    participant: str
    arm: str
    status: str
    reason: str
    time: float | None
    value: float | None
    seq: int
    left: float | None = None
    right: float | None = None
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that was found.

    Attributes
    ----------
    study, version, content_hash, title, enrolment
        The study.
    dataset : Source
        The dataset.
    declared_before : bool
        Whether endpoints and analyses were declared before the first allocation.
    arms, flow, baseline, analyses, curves, power, masking, endpoints, reversions
        What was found; `analyses` in the declared order.
    associations : tuple of AssociationResult
        Variables at landmarks against what came later, in the declared order.
    safety : Safety or None
        Exposure, adverse events and deaths; None where it was not described.
    """

    study: str
    version: str
    content_hash: str
    title: str
    enrolment: int
    dataset: Source
    declared_before: bool
    arms: tuple[Arm, ...]
    flow: Flow
    baseline: Baseline
    analyses: tuple[AnalysisResult, ...]
    curves: tuple[Curve, ...]
    power: tuple[PowerRow, ...]
    masking: tuple[MaskingRow, ...]
    endpoints: tuple[EndpointRow, ...]
    reversions: tuple[ReversionRow, ...]
    associations: tuple[AssociationResult, ...] = ()
    safety: Safety | None = None
    format: int = field(default=FORMAT)

    def analysis(self, name: str) -> AnalysisResult:
        """Return one analysis.

        Parameters
        ----------
        name : str
            Its id.

        Returns
        -------
        AnalysisResult
            The analysis.

        Raises
        ------
        KeyError
            If the study declares no such analysis.
        """
        for each in self.analyses:
            if each.id == name:
                return each
        raise KeyError(name)

    @property
    def primary(self) -> AnalysisResult:
        """The primary analysis: the first with that role, else the first of all.

        Raises
        ------
        IndexError
            If there is no analysis.
        """
        return next((each for each in self.analyses if each.role == "primary"), self.analyses[0])

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values.

        Returns
        -------
        dict
            As `plain_values` writes them.
        """
        made: dict[str, Any] = plain_values(self)
        return made
