"""Scenarios: the truths that a study is simulated under, each figure with its source (`scenarios.yaml`).

A formula is arithmetic over names: the constants, the traits of a person, `centre`, `arm`, and, over time, `week`
(weeks since allocation), `since_<event>` (weeks since that event, negative before it), `level_<product>` (what the
doses given so far add to the blood) and the courses declared before it. Functions: log, log10, exp, sqrt, floor,
min, max, clip, where(condition, a, b), chance(p). See `docs/explanation/simulation.md`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from equipoise.study.model.base import Number, Part, Stated, Text
from equipoise.study.model.schedule import Visit


def _formula(value: object) -> object:
    return str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


Formula = Annotated[str, BeforeValidator(_formula)]


class Sourced(Stated):
    """A component of the generator: its figures have a source, or they are assumed for a reason."""

    @model_validator(mode="after")
    def _stands_on_something(self) -> Self:
        if not self.source and not (self.assumed and self.reason):
            raise ValueError("a figure needs its source, or `assumed: true` with a reason")
        return self


class Constant(Sourced):
    """A figure with a name, which formulas use and truths may set. `made_by` is the command that calibrated it."""

    value: Number
    unit: str = ""
    made_by: str = ""


class Trait(Sourced):
    """A property of a person, drawn once. Parameters are formulas over constants, `centre` and earlier traits.

    normal: mean, sd · lognormal: median, sigma (of the natural logarithm), zero (the share of exact zeros) ·
    uniform: low, high · bernoulli: probability · categorical: values · derived: formula. `low` and `high` truncate
    a normal or lognormal.
    """

    name: str
    by: Literal["person", "centre"] = "person"  # a centre's value is shared by its people
    draw: Literal["normal", "lognormal", "uniform", "bernoulli", "categorical", "derived"]
    mean: Formula = ""
    sd: Formula = ""
    median: Formula = ""
    sigma: Formula = ""
    zero: Formula = ""
    low: Formula = ""
    high: Formula = ""
    probability: Formula = ""
    values: dict[str, Formula] = Field(default_factory=dict)
    formula: Formula = ""


class Correlation(Sourced):
    """The rank correlation (Spearman) of two drawn traits, kept through a Gaussian copula."""

    between: tuple[str, str]
    rank: Number


class Lag(Part):
    """A number of days between two steps, uniform from `low` to `high`."""

    low: int = Field(ge=0)
    high: int = Field(ge=0)


class Recruitment(Sourced):
    """How people arrive: referrals a week over all centres, each centre's share and first week, and the steps."""

    start: str  # the day of the first possible referral
    per_week: Number
    shares: dict[str, Number] = Field(default_factory=dict)  # of each centre; empty: equal
    opens: dict[str, int] = Field(default_factory=dict)  # the week in which a centre opens; unnamed: 0
    origins: dict[str, Number] = Field(default_factory=dict)  # where referrals come from
    registers: Number = Decimal(1)  # of those referred
    consents: Number = Decimal(1)  # of those registered
    options: dict[str, Number] = Field(default_factory=dict)  # optional consents: the share that agrees
    languages: dict[str, Number] = Field(default_factory=dict)
    to_register: Lag = Lag(low=1, high=14)
    to_consent: Lag = Lag(low=0, high=7)
    to_decision: Lag = Lag(low=2, high=6)
    to_second: Lag = Lag(low=4, high=9)  # until late answers and repeats are there
    to_allocation: Lag = Lag(low=1, high=6)
    birth_date: str = "birth_date"  # the date variable from which the age at consent is counted


class Item(Sourced):
    """How the value of a variable comes out: what is true, what the assay makes of it, how it is written.

    A date is `formula` days before the day of consent; a yes/no or judgement is true or false; a code is its text.
    `missing`: not known when first asked; `resolved`: the chance that it is known at the second asking.
    """

    variable: str
    formula: Formula
    at: tuple[str, ...] = ()  # visits; empty: wherever it is asked
    log_error: Formula = ""  # standard deviation in log10
    relative_error: Formula = ""  # coefficient of variation
    error: Formula = ""  # standard deviation
    digits: int | None = Field(default=None, ge=1, le=8)  # significant
    decimals: int | None = Field(default=None, ge=0, le=8)
    upper: Number | None = None  # printed as ">upper" above it
    assay: str = ""
    not_detected: Formula = "0"  # of the results below the limit: printed in words
    limits: dict[str, Number] = Field(default_factory=dict)  # a centre's own lower limit, where it differs
    elsewhere: Number | None = None  # the limit of the laboratory that repeats what could not be told
    missing: Formula = "0"
    resolved: Formula = "1"


class Course(Sourced):
    """A quantity of a person over time, for formulas of items and later courses."""

    name: str
    formula: Formula


class Protection(Sourced):
    """After each dose of a product the hazard is multiplied by `ratio` for `weeks`."""

    product: str
    ratio: Formula
    weeks: Formula


class Event(Sourced):
    """An event in time with a Weibull hazard: H(t) = scale · t^shape · exp(log_hazard), t in weeks since `origin`.

    `origin` is the trait that holds the days from time zero to consent: who had the event by then is seen so.
    """

    id: str
    origin: str = ""
    shape: Formula
    scale: Formula
    log_hazard: Formula = "0"
    protection: Protection | None = None


class Kinetics(Sourced):
    """A product in the blood: one compartment, first-order absorption. Parameters may be traits (variation).

    `absorption`: per day; `half_life`: days; `volume`: over bioavailability, in litres. The level is amount / L.
    """

    product: str
    absorption: Formula
    half_life: Formula
    volume: Formula


class Attendance(Sourced):
    """When visits happen, and whether."""

    spread: Formula  # standard deviation in days around the planned day, kept inside the window
    outside: Formula = "0"  # the chance that a visit lies outside its window
    missed: Formula = "0"
    dose_missed: Formula = "0"
    repeated: Formula = "1"  # the chance that a repeat that is called for is done


class Dropout(Sourced):
    """Leaving: a constant hazard a week; reasons with their shares; a share withdraws consent and chooses."""

    weekly: Formula
    reasons: dict[str, Number]
    withdraws: Number = Decimal(0)
    data_use: dict[Literal["keep", "keep_without_specimens", "no_further_use"], Number] = Field(default_factory=dict)


class Deaths(Sourced):
    """Dying: a constant hazard a week from allocation on; the cause is reported as a fatal adverse event."""

    weekly: Formula
    causes: dict[str, Number] = Field(min_length=1)  # terms with their shares
    category: str = ""
    related: Literal["related", "possibly_related", "not_related"] = "not_related"


class Finding(Sourced):
    """What is found out about a person after allocation, and recorded as a deviation."""

    category: str  # of the deviation
    share: Formula
    after: Lag  # days since allocation
    words: str
    major: bool = True


class Dosing(Sourced):
    """What a dose's record carries, and the observation on which doses stop."""

    product: str
    batches: tuple[str, ...] = ("A",)
    shelf_days: int = 540
    body_sites: tuple[str, ...] = ()
    observations: dict[str, Number] = Field(default_factory=dict)
    stops_when: Formula = ""  # over observed values of items at a visit; once true, doses are withheld from then on
    kits: int = 0  # per centre, of a product in blinded kits


class Happening(Sourced):
    """An adverse event: its chance at each dose, or its weekly rate, by arm through the formula."""

    term: str
    category: str = ""
    per: Literal["dose", "week"] = "week"
    rate: Formula
    severity: dict[Literal["mild", "moderate", "severe", "life_threatening"], Number]
    serious: Number = Decimal(0)
    related: Literal["related", "possibly_related", "not_related"] = "not_related"
    lasts: Lag = Lag(low=1, high=7)
    stops_treatment: bool = False
    variable: str = ""  # the yes/no item that records it at the visit, where there is one


class Treatment(Sourced):
    """A medication: at entry, at some time, or after a confirmed reversion."""

    name: str
    category: str
    when: Literal["entry", "during", "after_reversion"]
    chance: Formula
    delay: Lag = Lag(low=0, high=0)  # days after entry, allocation, or confirmation
    lasts: int | None = None  # days; unnamed: it goes on


class Tidying(Sourced):
    """Data management: the chance of a query on a visit, and of a correction in answer to it."""

    query: Formula = "0"
    corrected: Number = Decimal(0)
    to_answer: Lag = Lag(low=2, high=14)


class Truth(Sourced):
    """A truth: figures set for named constants, and the dose schedules that it plays instead of the declared ones."""

    id: str
    label: Text
    sets: dict[str, Number] = Field(default_factory=dict)
    visits: tuple[Visit, ...] = ()  # added to the calendar
    doses: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # dose schedule → its visits
    made_by: str = ""


class Target(Sourced):
    """A published figure that calibrated constants must give: the share with an event by a week, or an odds ratio.

    Without `arm` everybody is followed untreated from time zero of the risk; with it, from allocation on, those who
    had no event before. `where` picks people; the odds ratio compares them with the others.
    """

    event: str
    week: Number
    value: Number
    measure: Literal["share", "odds_ratio"] = "share"
    where: Formula = ""
    arm: str = ""


class Calibration(Sourced):
    """Which constants are chosen so that targets are met; `ties` follow from the free ones."""

    id: str
    truth: str
    free: tuple[str, ...]
    ties: dict[str, Formula] = Field(default_factory=dict)
    targets: tuple[Target, ...]
    people: int = Field(default=200_000, ge=100, le=10_000_000)
    seed: int = 1


class Scenarios(Part):
    """`scenarios.yaml`."""

    constants: dict[str, Constant] = Field(default_factory=dict)
    traits: tuple[Trait, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    recruitment: Recruitment
    items: tuple[Item, ...] = ()
    events: tuple[Event, ...] = ()
    kinetics: tuple[Kinetics, ...] = ()
    courses: tuple[Course, ...] = ()
    attendance: Attendance
    # The yes/no items that say whether something is reported at a visit.
    asks: dict[Literal["adverse_events", "medication"], str] = Field(default_factory=dict)
    dropout: Dropout | None = None
    deaths: Deaths | None = None
    findings: tuple[Finding, ...] = ()
    dosing: tuple[Dosing, ...] = ()
    adverse_events: tuple[Happening, ...] = ()
    medication: tuple[Treatment, ...] = ()
    tidying: Tidying | None = None
    truths: tuple[Truth, ...]
    calibrations: tuple[Calibration, ...] = ()
