"""What intercurrent events make of an outcome, by the strategies of an estimand (ICH E9(R1))."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from equipoise.dataset.derive.derive_intercurrent import Occurrence
from equipoise.study.model.endpoints import Estimand

Kind = Literal["binary", "time_to_event", "interval", "continuous"]
_TIMES = ("time_to_event", "interval")
NO_FURTHER_USE = "no_further_use"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An endpoint of one participant: its status, why, and the event that decided.

    `status` is success, failure or missing (binary), event, censored or missing (time to event, interval), observed
    or missing (continuous); `until` is the last day on which an intercurrent event still counts (None: any day).
    `left` and `right` are the days between which an interval's event came (no `right`: it was not seen), or what is
    known of a continuous value of which only a bound is known.
    """

    kind: Kind
    status: str
    reason: str
    seq: int
    day: int | None = None  # of what decided; of a time to event, its end; of an interval, its last known day
    time: float | None = None
    value: float | None = None
    until: int | None = None
    left: float | None = None
    right: float | None = None
    flagged: bool = False  # what decided is a masked sample


def strategies_of(estimand: Estimand) -> dict[str, str]:
    """Return the strategy of each intercurrent event that the estimand names."""
    return {each.event: each.strategy for each in estimand.intercurrent}


def derive_strategies(measured: Outcome, occurrences: Iterable[Occurrence], strategies: Mapping[str, str]) -> Outcome:
    """Return the outcome under an estimand.

    Composite: the event is a failure (of a time: the event; of a continuous value: there is none), and the reason.
    Hypothetical and while on treatment: what comes after the event does not count, so that a time is censored there
    and an outcome that was decided later is missing. Treatment policy: nothing changes. What comes first decides.
    Where a time has a horizon, an event within it counts though nobody looked since, except a hypothetical one:
    else nobody could die of whom the last sample was negative.
    """
    if measured.reason == NO_FURTHER_USE:
        return measured
    for each in sorted(occurrences, key=lambda each: (each.day, each.seq)):
        strategy = strategies.get(each.event, "treatment_policy")
        if strategy == "treatment_policy" or (measured.until is not None and each.day > measured.until):
            continue
        if _came_first(measured, each.day, strategy):
            return measured
        if strategy == "composite":
            return _composite(measured, each)
        if measured.kind in _TIMES or measured.day is None or measured.day >= each.day:
            return _ended(measured, each)
    return measured


def _came_first(outcome: Outcome, day: int, strategy: str) -> bool:
    """Whether the outcome was settled before the event: a failure, or the end of the observed time."""
    if outcome.day is None:
        return False
    if outcome.status in ("failure", "event"):
        return outcome.day <= day
    is_open = outcome.until is not None and strategy != "hypothetical"
    return outcome.status == "censored" and outcome.day < day and not is_open


def _composite(outcome: Outcome, each: Occurrence) -> Outcome:
    changed = _instead(outcome, each)
    if outcome.kind in _TIMES:
        if outcome.kind == "time_to_event":
            return replace(changed, status="event")
        left, right = min(changed.left or 0.0, max(0.0, each.day - 1.0)), float(each.day)
        return replace(changed, status="event", left=left, right=right)
    return replace(changed, status="failure" if outcome.kind == "binary" else "missing")


def _ended(outcome: Outcome, each: Occurrence) -> Outcome:
    changed = _instead(outcome, each)
    return replace(changed, status="censored" if outcome.kind in _TIMES else "missing")


def _instead(outcome: Outcome, each: Occurrence) -> Outcome:
    """Return the outcome with the event in the place of what was measured."""
    day = float(each.day)
    changed = replace(outcome, reason=each.event, seq=each.seq, day=each.day, value=None, right=None, flagged=False)
    if outcome.kind == "time_to_event":
        return replace(changed, time=day)
    # Who was seen clear on a later day was clear on this one.
    return replace(changed, left=min(outcome.left or 0.0, day) if outcome.kind == "interval" else None)
