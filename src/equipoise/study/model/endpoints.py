"""Endpoints, intercurrent events, estimands and analyses: the statistical analysis plan, as data."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from equipoise.study.model.base import Number, Part, Rule, Stated, Text


class Reversion(Stated):
    """A return of a marker, seen at visits only, which a repeat sample confirms or refutes.

    The first decisive unmasked sample at least `repeat_after` days later decides: `positive` confirms the
    reversion at the first sample, otherwise that one was a blip; no such sample leaves it unrepeated. A positive
    sample calls for a repeat until `repeat_before`; with `calls_repeat: false` nobody is called, the next sample that
    is taken anyhow decides, and an unrepeated one is no failure.
    Rules may use `<id>.confirmed`, `<id>.unrepeated`, `<id>.blip` (yes/no) and `<id>.first_positive` (date).
    """

    id: str
    label: Text
    variable: str
    positive: Rule  # of one sample of `variable`
    repeat_after: int = Field(ge=1)
    repeat_before: int | None = Field(default=None, ge=1)
    calls_repeat: bool = True
    masking: str = ""


class IntercurrentEvent(Stated):
    """Something after allocation that changes the meaning or the existence of the measurement."""

    id: str
    label: Text
    origin: Literal["death", "medication", "missed_doses", "treatment_stopped", "rule"]
    category: str = ""  # of the medication
    when: Rule = ""  # for origin `rule`


class Reading(Part):
    """One reading of a binary endpoint: true is success, false failure, unknown missing."""

    id: str
    label: Text
    success: Rule


class Endpoint(Stated):
    """An endpoint. Binary: `readings`, at `visit`, decided by `variable`. Time to event: `time` (days) and `event`.

    Interval: the days between which a `reversion` came, from the last unmasked decisive negative to the first
    positive sample; `visit` is the last one that is looked at. Continuous: `value`, analysed on its `scale`.
    `stands` extends the visit's window: the last day on which a repeat of a positive sample of that visit may still
    stand for the visit; nothing later rewrites the endpoint.
    """

    id: str
    label: Text
    kind: Literal["binary", "time_to_event", "interval", "continuous"]
    visit: str = ""
    variable: str = ""
    decisive: Rule = ""  # a sample of `variable` is decisive when this is true or false, not unknown
    stands: int | None = None
    readings: tuple[Reading, ...] = ()
    time: Rule = ""
    event: Rule = ""
    reversion: str = ""
    value: Rule = ""
    scale: Literal["", "log10"] = ""
    unit: str = ""
    # Of a binary endpoint the successes, of a time to event the events, of a continuous one the values.
    better: Literal["", "higher", "lower"] = ""

    @property
    def more_is_better(self) -> bool:
        """Whether more of it is better; undeclared, an event is bad, a success and a high value are good."""
        return (self.better or ("lower" if self.kind in ("time_to_event", "interval") else "higher")) == "higher"


class Strategy(Part):
    """How an intercurrent event is handled (ICH E9(R1))."""

    event: str
    strategy: Literal["treatment_policy", "composite", "hypothetical", "while_on_treatment", "principal_stratum"]
    words: Text = ""


class Estimand(Stated):
    """An estimand by its five attributes: treatment, population, variable, intercurrent events, summary."""

    id: str
    label: Text
    treatment: str  # arm
    versus: str  # arm
    population: Literal["all_randomised"] = "all_randomised"
    endpoint: str
    intercurrent: tuple[Strategy, ...] = ()
    summary: Literal[
        "risk_difference",
        "risk_ratio",
        "odds_ratio",
        "hazard_ratio",
        "mean_difference",
        "geometric_mean_ratio",
        "survival",
        "cumulative_incidence",
    ]


class Analysis(Stated):
    """An analysis: which estimand, by which method, with which strata, and what missing and masked mean.

    `masked: missing` takes a success that rests on a flagged sample as missing. `without` names categories of
    deviations; who has one is left out. `adjust` are covariates of a model: factors, `centre`, or variables known at
    allocation. `draws` and `seed` belong to methods that draw. `at` are the visits at which a curve is read;
    `compared_from` is the first visit at which arms are compared: what came earlier counts as come by then.
    """

    id: str
    label: Text
    estimand: str
    role: Literal["primary", "companion", "sensitivity", "supportive", "secondary"]
    method: str  # a name of `analysis.methods`
    reading: str = ""
    strata: tuple[str, ...] = ()  # factors; their crossing, in the order of their levels, makes the strata
    pooling: tuple[str, ...] = ()  # strata `level×level` in the order in which empty ones are merged with the next
    confidence: Number = Decimal("0.95")
    alpha: Number = Decimal("0.05")
    missing: Literal["failure", "excluded", "censored", "imputed"] = "failure"
    masked: Literal["as_measured", "missing"] = "as_measured"
    without: tuple[str, ...] = ()
    adjust: tuple[str, ...] = ()
    draws: int = Field(default=0, ge=0, le=100_000)
    seed: int = 0
    at: tuple[str, ...] = ()
    compared_from: str = ""


class Association(Stated):
    """A variable at landmarks against what comes later: who has had no `reversion` by then is followed from then on.

    Masked values of the variable are left out. `cuts` split it into groups for the table.
    """

    id: str
    label: Text
    variable: str
    scale: Literal["", "log10"] = ""
    cuts: tuple[Number, ...] = ()
    landmarks: tuple[str, ...]
    reversion: str
    until: str  # the last visit that is looked at
    confidence: Number = Decimal("0.95")


class DesignAssumption(Stated):
    """A pair of success proportions for which the report states the power that the enrolment really gives."""

    control: Number
    treatment: Number
    dropout: Number = Decimal(0)


class Endpoints(Part):
    """`endpoints.yaml`."""

    reversions: tuple[Reversion, ...] = ()
    intercurrent_events: tuple[IntercurrentEvent, ...] = ()
    endpoints: tuple[Endpoint, ...]
    estimands: tuple[Estimand, ...]
    analyses: tuple[Analysis, ...]
    associations: tuple[Association, ...] = ()
    baseline: tuple[str, ...] = ()  # variables of the baseline table, in order
    curves: tuple[str, ...] = ()  # laboratory variables drawn over time
    power: tuple[DesignAssumption, ...] = ()
