"""What intercurrent events make of an outcome, by the strategies of an estimand (ICH E9(R1))."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from equipoise.dataset.derive.derive_intercurrent import Occurrence
from equipoise.study.model.endpoints import Estimand

Kind = Literal["binary", "time_to_event", "continuous"]
NO_FURTHER_USE = "no_further_use"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An endpoint of one participant: its status, why, and the event that decided.

    `status` is success, failure or missing (binary), event, censored or missing (time to event), observed or
    missing (continuous); `until` is the last day on which an intercurrent event still counts (None: any day).
    """

    kind: Kind
    status: str
    reason: str
    seq: int
    day: int | None = None  # of what decided; of a time to event, its end
    time: float | None = None
    value: float | None = None
    until: int | None = None


def strategies_of(estimand: Estimand) -> dict[str, str]:
    """Return the strategy of each intercurrent event that the estimand names."""
    return {each.event: each.strategy for each in estimand.intercurrent}


def derive_strategies(measured: Outcome, occurrences: Iterable[Occurrence], strategies: Mapping[str, str]) -> Outcome:
    """Return the outcome under an estimand.

    Composite: the event is a failure (of a time: the event; of a continuous value: there is none), and the reason.
    Hypothetical and while on treatment: what comes after the event does not count, so that a time is censored there
    and an outcome that was decided later is missing. Treatment policy: nothing changes. What comes first decides.
    """
    if measured.reason == NO_FURTHER_USE:
        return measured
    for each in sorted(occurrences, key=lambda each: (each.day, each.seq)):
        strategy = strategies.get(each.event, "treatment_policy")
        if strategy == "treatment_policy" or (measured.until is not None and each.day > measured.until):
            continue
        if _came_first(measured, each.day):
            return measured
        if strategy == "composite":
            return _composite(measured, each)
        if measured.kind == "time_to_event" or measured.day is None or measured.day >= each.day:
            return _ended(measured, each)
    return measured


def _came_first(outcome: Outcome, day: int) -> bool:
    """Whether the outcome was settled before the event: a failure, or the end of the observed time."""
    if outcome.day is None:
        return False
    if outcome.status in ("failure", "event"):
        return outcome.day <= day
    return outcome.status == "censored" and outcome.day < day


def _composite(outcome: Outcome, each: Occurrence) -> Outcome:
    changed = replace(outcome, reason=each.event, seq=each.seq, day=each.day)
    if outcome.kind == "time_to_event":
        return replace(changed, status="event", time=float(each.day))
    return replace(changed, status="failure" if outcome.kind == "binary" else "missing", value=None)


def _ended(outcome: Outcome, each: Occurrence) -> Outcome:
    changed = replace(outcome, reason=each.event, seq=each.seq, day=each.day)
    if outcome.kind == "time_to_event":
        return replace(changed, status="censored", time=float(each.day))
    return replace(changed, status="missing", value=None)
