"""Endpoints, intercurrent events, estimands and analyses: the statistical analysis plan, as data."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from equipoise.study.model.base import Number, Part, Rule, Stated, Text


class Reversion(Stated):
    """A return of a marker, seen at visits only, which a repeat sample confirms or refutes.

    The first decisive unmasked sample at least `repeat_after` days later decides: `positive` confirms the
    reversion at the first sample, otherwise that one was a blip; no such sample leaves it unrepeated.
    Rules may use `<id>.confirmed`, `<id>.unrepeated`, `<id>.blip` (yes/no) and `<id>.first_positive` (date).
    """

    id: str
    label: Text
    variable: str
    positive: Rule  # of one sample of `variable`
    repeat_after: int = Field(ge=1)
    repeat_before: int = Field(ge=1)
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

    Continuous: `value`. `stands` extends the visit's window: the last day on which a repeat of a positive sample
    of that visit may still stand for the visit; nothing later rewrites the endpoint.
    """

    id: str
    label: Text
    kind: Literal["binary", "time_to_event", "continuous"]
    visit: str = ""
    variable: str = ""
    decisive: Rule = ""  # a sample of `variable` is decisive when this is true or false, not unknown
    stands: int | None = None
    readings: tuple[Reading, ...] = ()
    time: Rule = ""
    event: Rule = ""
    value: Rule = ""
    unit: str = ""
    # Of a binary endpoint the successes, of a time to event the events, of a continuous one the values.
    better: Literal["", "higher", "lower"] = ""

    @property
    def more_is_better(self) -> bool:
        """Whether more of it is better; undeclared, an event is bad, a success and a high value are good."""
        return (self.better or ("lower" if self.kind == "time_to_event" else "higher")) == "higher"


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
    summary: Literal["risk_difference", "risk_ratio", "odds_ratio", "hazard_ratio", "mean_difference", "survival"]


class Analysis(Stated):
    """An analysis: which estimand, by which method, with which strata, and what missing means."""

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
    missing: Literal["failure", "excluded", "censored"] = "failure"


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
    baseline: tuple[str, ...] = ()  # variables of the baseline table, in order
    curves: tuple[str, ...] = ()  # laboratory variables drawn over time
    power: tuple[DesignAssumption, ...] = ()
