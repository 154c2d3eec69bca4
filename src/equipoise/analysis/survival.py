"""Times to events as the methods take them, and the curves that stand beside every such analysis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis.comparison import Comparison, Person
from equipoise.analysis.results import ArmResult, SurvivalSteps
from equipoise.analysis.visit_days import at_visits
from equipoise.stats.kaplan_meier import KaplanMeier, kaplan_meier

_INTERVALS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Times, events (1 or 0), treatment (1 or 0) and strata (None without) of everybody who is counted."""

    time: NDArray[np.float64]
    event: NDArray[np.int64]
    treated: NDArray[np.int64]
    strata: NDArray[np.int64] | None


def arrays_of(comparison: Comparison) -> Times:
    """Return the people of a comparison as arrays.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a time to event.

    Returns
    -------
    Times
        One entry a person. An endpoint that declares no `time` is seen at visits: see `at_visits`.
    """
    people = comparison.analysed
    strata = np.array([person.stratum for person in people]) if comparison.analysis.strata else None
    return Times(*_times(comparison, people), np.array(comparison.treated, dtype=np.int64), strata)


def _times(comparison: Comparison, people: Sequence[Person]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return times and events; what samples at visits have shown counts at the end of the visit's window."""
    time = np.array([person.outcome.time for person in people], dtype=np.float64)
    if not comparison.endpoint.time:
        intercurrent = {each.event for each in comparison.estimand.intercurrent}
        by_sample = np.array([person.outcome.reason not in intercurrent for person in people])
        time = np.where(by_sample, at_visits(comparison.study, time), time)
    return time, np.array([int(person.outcome.status == "event") for person in people])


def survival_arm(comparison: Comparison, arm: str, missing: int) -> tuple[ArmResult, SurvivalSteps | None]:
    """Return an arm's numbers and curve.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a time to event.
    arm : str
        One of them.
    missing : int
        People of the arm without an outcome.

    Returns
    -------
    ArmResult
        People, events and the median time.
    SurvivalSteps or None
        The curve; None for an empty arm.
    """
    people = comparison.of_arm(arm)
    if not people:
        return ArmResult(arm, 0, missing, events=0), None
    time, event = _times(comparison, people)
    curve = kaplan_meier(time, event, comparison.confidence)
    median = curve.quantile(0.5)
    result = ArmResult(
        arm,
        len(people),
        missing,
        events=int(event.sum()),
        median=median.estimate,
        median_low=median.low,
        median_high=median.high,
    )
    longest = float(_times(comparison, comparison.analysed)[0].max())
    return result, _steps(arm, curve, round_times(longest))


def round_times(longest: float) -> tuple[float, ...]:
    """Return the times at which the numbers at risk are told.

    Parameters
    ----------
    longest : float
        The longest observed time.

    Returns
    -------
    tuple of float
        From 0, in steps of 1, 2 or 5 times a power of ten, at most nine of them.
    """
    if longest <= 0:
        return (0.0,)
    raw = longest / _INTERVALS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    return tuple(index * step for index in range(int(longest / step) + 1))


def _steps(arm: str, curve: KaplanMeier, grid: tuple[float, ...]) -> SurvivalSteps:
    at_risk = curve.at(grid).n_risk
    return SurvivalSteps(
        arm,
        (0.0, *curve.time.tolist()),
        (1.0, *curve.survival.tolist()),
        (1.0, *curve.low.tolist()),
        (1.0, *curve.high.tolist()),
        grid,
        tuple(int(number) for number in at_risk),
    )
