"""What describes the participants: flow, baseline, courses over time, masking, reversions, and the design's power."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analysis.recipe import Recipe


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
    withheld : int
        People who withdrew the use of their data, so that nobody can say whether they had a dose.
    treatment_stopped : tuple of Counted
        Stopped treatment and did not leave, by reason.
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
    withheld: int
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
class ReversionRow:
    """A reversion of one participant with its interval in days, by all the data."""

    participant: str
    arm: str
    reversion: str
    status: str
    left_day: int | None
    right_day: int | None
    seq: int
