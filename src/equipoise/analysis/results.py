"""Results: typed numbers, each part with the recipe that made it. The report is built on these and on nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

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
class Recipe:
    """How a number was made, so that somebody else can make it again.

    Attributes
    ----------
    study, version, content_hash : str
        The study and the version of it that ruled.
    dataset : str
        Hash of the dataset's manifest.
    call : str
        The function with the values it was called with.
    seed : str
        Seed of a random method; empty for the others.
    packages : mapping
        Versions of the packages that calculated.
    """

    study: str
    version: str
    content_hash: str
    dataset: str
    call: str
    seed: str
    packages: Mapping[str, str]


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
class Arm:
    """An arm of the study: its id, label and kind, and how many were allocated to it."""

    id: str
    label: str
    kind: str
    allocated: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of people with what they have in common: a criterion, a state, a reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class ArmFlow:
    """What became of the people of an arm.

    Attributes
    ----------
    arm : str
        The arm.
    allocated : int
        People allocated to it.
    received, not_received : int or None
        With and without a first dose; None where the arm has no dose schedule.
    treatment_stopped : tuple of Counted
        Stopped treatment and stayed, by reason.
    left : tuple of Counted
        Left before the end, by reason: lost, withdrawn (``consent_withdrawn``), died (``death``), others.
    completed : int
        Completed their visits.
    analysed : int
        Counted in the primary analysis.
    missing : int
        Without an outcome in the primary analysis, whatever it makes of that.
    """

    arm: str
    allocated: int
    received: int | None
    not_received: int | None
    treatment_stopped: tuple[Counted, ...]
    left: tuple[Counted, ...]
    completed: int
    analysed: int
    missing: int


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow of participants, as CONSORT 2025 asks for it.

    Attributes
    ----------
    referred, registered, consented, assessed : int
        Ever referred; registered for screening; consented; decided on by the criteria.
    not_allocated : int
        Registered and not allocated.
    excluded : tuple of Counted
        Of these, by criterion that failed; who failed several counts at each.
    not_decided : tuple of Counted
        Of these, by state, where no criterion failed: left before a decision, cannot tell yet, eligible and
        not allocated.
    eligible_not_allocated : int
        Eligible, and not allocated.
    allocated : int
        People allocated.
    arms : tuple of ArmFlow
        What became of them.
    recipe : Recipe
        How it was counted.
    """

    referred: int
    registered: int
    consented: int
    assessed: int
    not_allocated: int
    excluded: tuple[Counted, ...]
    not_decided: tuple[Counted, ...]
    eligible_not_allocated: int
    allocated: int
    arms: tuple[ArmFlow, ...]
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class BaselineCell:
    """A variable in one arm, or overall (``arm`` empty).

    Attributes
    ----------
    arm : str
        The arm; empty for all.
    n, missing : int
        People with and without a value.
    mean, sd : float or None
        None where a result bounds the value ("<2") and does not give it: no number is put in its place.
    median, q1, q3, minimum, maximum : float or None
        Quartiles by linear interpolation; a result "<2" is ranked at 2, with ``below`` saying how many there are.
    below : int
        Results below the assay's limit.
    levels : tuple of Counted
        Of a coded variable, people by code in the codebook's order.
    """

    arm: str
    n: int
    missing: int
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    below: int = 0
    levels: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """A variable of the baseline table. There is no test: arms that were drawn differ by chance alone."""

    variable: str
    label: str
    kind: str
    unit: str
    cells: tuple[BaselineCell, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The baseline table, by arm and overall."""

    rows: tuple[BaselineRow, ...]
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Handling:
    """An intercurrent event and its strategy."""

    event: str
    label: str
    strategy: str
    words: str


@dataclass(frozen=True, slots=True)
class EstimandAttributes:
    """The five attributes of an estimand (ICH E9(R1)): treatment, population, variable, intercurrent events, summary."""

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
    successes, failures, events : int or None
        Of a binary endpoint successes and failures (missing ones among them where they count as failures); of a
        time to event the events.
    missing : int
        People without an outcome, whatever the analysis makes of that.
    proportion, low, high : float or None
        Share of successes with its Wilson interval.
    mean, sd : float or None
        Of a continuous endpoint.
    median, median_low, median_high : float or None
        Of a time to event, by the Kaplan-Meier curve; None or infinite where it is not reached.
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
        Why there is no estimate: ``empty_arm``, ``no_maximum``, ``no_information``; else empty.
    strata : tuple of StratumRow
        The strata as analysed, for a stratified method.
    curves : tuple of SurvivalSteps
        The survival curves, for a time to event.
    post_hoc : bool
        Whether it, its estimand, its endpoint or what they rest on was not declared, exactly so, before the first
        allocation.
    recipe : Recipe
        How it was calculated.
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


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A variable at a visit in an arm: quartiles (a result "<2" is ranked at 2), and how many are below or masked."""

    arm: str
    visit: str
    day: int
    n: int
    median: float | None
    q1: float | None
    q3: float | None
    below: int
    masked: int
    share_below: float | None
    share_masked: float | None


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One result of one participant; `below` where it is only known to lie below `value`."""

    day: int
    value: float
    below: bool
    masked: bool
    seq: int


@dataclass(frozen=True, slots=True)
class Series:
    """The course of one participant, by day."""

    participant: str
    arm: str
    points: tuple[SeriesPoint, ...]


@dataclass(frozen=True, slots=True)
class Dosing:
    """When an arm is given a product as planned, and which days its masking then covers.

    Attributes
    ----------
    arm, schedule, product : str
        The arm, the dose schedule and what is given.
    days : tuple of int
        Planned days.
    masked : tuple of pair of int
        From the day after a dose to the last day it masks, spans merged; empty for a product that masks nothing.
    """

    arm: str
    schedule: str
    product: str
    days: tuple[int, ...]
    masked: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A laboratory variable over time."""

    variable: str
    label: str
    unit: str
    limit: float | None
    hidden: bool
    points: tuple[CurvePoint, ...]
    series: tuple[Series, ...]
    dosing: tuple[Dosing, ...]
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class PowerRow:
    """The exact power that the enrolment gives under an assumption, by test."""

    control: float
    treatment: float
    dropout: float
    n_treatment: int
    n_control: int
    alpha: float
    miettinen_nurminen: float
    fisher: float
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class MaskingRow:
    """Results of a hidden variable at a visit in an arm, and how many of them a dose masks."""

    variable: str
    arm: str
    visit: str
    n: int
    masked: int


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """The outcome of one participant under an estimand and a reading; `seq` is the event that decided."""

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


@dataclass(frozen=True, slots=True)
class ReversionRow:
    """A reversion of one participant with its interval in days, by all the data."""

    participant: str
    arm: str
    reversion: str
    status: str
    left_day: int | None
    right_day: int | None
    seq: int


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
