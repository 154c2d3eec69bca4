"""What an analysis found in each of its arms, by the kind of its endpoint."""

from __future__ import annotations

import math
import statistics

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.details import Detail, Imputed
from equipoise.analysis.results import ArmResult, SurvivalSteps
from equipoise.analysis.survival import survival_arm
from equipoise.stats.proportion import wilson


def arms_of(comparison: Comparison, detail: Detail | None) -> tuple[tuple[ArmResult, ...], tuple[SurvivalSteps, ...]]:
    """Return each arm's numbers.

    Parameters
    ----------
    comparison : Comparison
        The two arms.
    detail : Detail or None
        What the method found besides: imputed shares stand in the place of those observed.

    Returns
    -------
    tuple of ArmResult
        First the treatment, then its comparator.
    tuple of SurvivalSteps
        The curves, for a time to event.
    """
    arms, curves = [], []
    for index, arm in enumerate(comparison.arms):
        missing = sum(person.is_missing for person in comparison.people if person.arm == arm)
        match comparison.endpoint.kind:
            case "binary" if comparison.analysis.missing == "imputed":
                share = detail.shares[index] if isinstance(detail, Imputed) else None
                arms.append(_imputed_arm(comparison, arm, missing, share))
            case "binary":
                arms.append(_binary_arm(comparison, arm, missing))
            case "continuous":
                arms.append(_continuous_arm(comparison, arm, missing))
            case "interval":
                arms.append(_interval_arm(comparison, arm, missing))
            case "time_to_event":
                result, steps = survival_arm(comparison, arm, missing)
                arms.append(result)
                curves += [steps] if steps is not None else []
    return tuple(arms), tuple(curves)


def _binary_arm(comparison: Comparison, arm: str, missing: int) -> ArmResult:
    n, successes = len(comparison.of_arm(arm)), _with_status(comparison, arm, "success")
    if n == 0:
        return ArmResult(arm, 0, missing, successes=0, failures=0)
    share = wilson(successes, n, comparison.confidence)
    return ArmResult(
        arm,
        n,
        missing,
        successes=successes,
        failures=n - successes,
        proportion=share.estimate,
        low=share.low,
        high=share.high,
    )


def _imputed_arm(comparison: Comparison, arm: str, missing: int, share: float | None) -> ArmResult:
    n, successes = len(comparison.of_arm(arm)), _with_status(comparison, arm, "success")
    if missing == 0:
        return _binary_arm(comparison, arm, missing)
    failures = _with_status(comparison, arm, "failure")
    return ArmResult(arm, n, missing, successes=successes, failures=failures, proportion=share)


def _interval_arm(comparison: Comparison, arm: str, missing: int) -> ArmResult:
    events, unseen = (_with_status(comparison, arm, status) for status in ("event", "censored"))
    return ArmResult(arm, events + unseen, missing, events=events, unseen=unseen)


def _continuous_arm(comparison: Comparison, arm: str, missing: int) -> ArmResult:
    people = comparison.of_arm(arm)
    bounded = sum(person.is_bounded for person in people)
    values = [person.outcome.value for person in people if person.outcome.value is not None]
    is_exact = bool(values) and bounded == 0
    is_log = comparison.endpoint.scale == "log10" and is_exact and min(values) > 0
    return ArmResult(
        arm,
        len(values) + bounded,
        missing - bounded,
        mean=statistics.fmean(values) if is_exact else None,
        sd=statistics.stdev(values) if is_exact and len(values) > 1 else None,
        bounded=bounded,
        geometric_mean=math.exp(statistics.fmean(map(math.log, values))) if is_log else None,
    )


def _with_status(comparison: Comparison, arm: str, status: str) -> int:
    return sum(person.outcome.status == status for person in comparison.of_arm(arm))
