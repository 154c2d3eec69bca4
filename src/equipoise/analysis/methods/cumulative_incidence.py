"""Cumulative incidence in each arm, of the event and of each intercurrent event that competes with it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.details import CurveAt, Curves, IncidenceCurve
from equipoise.analysis.finding import Finding, call_text
from equipoise.analysis.survival import arrays_of
from equipoise.analysis.visit_days import last_day
from equipoise.stats import aalen_johansen as stats
from equipoise.stats.aalen_johansen import Incidence


def cumulative_incidence(comparison: Comparison) -> Finding:
    """Return the curve of each arm and cause, and what it says at the declared visits.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a time to event.

    Returns
    -------
    Finding
        Aalen and Johansen (1978), Scand J Stat 5:141-150. An intercurrent event whose strategy is while on treatment
        competes; every other end is censoring. The curves are read at the end of a visit's window; before
        `compared_from` they are descriptive. There is no single estimate and no test.
    """
    competing = tuple(each.event for each in comparison.estimand.intercurrent if each.strategy == "while_on_treatment")
    data = arrays_of(comparison)
    number = {name: place for place, name in enumerate(competing, 2)}
    reasons = [
        number.get(person.outcome.reason, 0) if person.outcome.status == "censored" else 1
        for person in comparison.analysed
    ]
    cause = np.array(reasons, dtype=np.int64)
    curves = [
        _curve(comparison, arm, (data.time, cause), of, name)
        for arm in comparison.arms
        for of, name in enumerate(("", *competing), 1)
        if of == 1 or (cause == of).any()
    ]
    call = call_text(stats.cumulative_incidence, "<time>", "<cause>", "<of>", conf=comparison.confidence)
    return Finding(
        "cumulative_incidence",
        call,
        detail=Curves(incidences=tuple(curves), compared_from=comparison.analysis.compared_from),
    )


def _curve(
    comparison: Comparison, arm: str, ends: tuple[NDArray[np.float64], NDArray[np.int64]], of: int, name: str
) -> IncidenceCurve:
    own = np.array(comparison.treated) == int(arm == comparison.arms[0])
    time, cause = (each[own] for each in ends)
    found = stats.cumulative_incidence(time, cause, of, comparison.confidence)
    return IncidenceCurve(
        arm=arm,
        cause=name,
        events=found.events,
        time=(0.0, *found.time.tolist()),
        incidence=(0.0, *found.incidence.tolist()),
        low=(0.0, *found.low.tolist()),
        high=(0.0, *found.high.tolist()),
        at=_read(comparison, found),
    )


def _read(comparison: Comparison, found: Incidence) -> tuple[CurveAt, ...]:
    analysis, study = comparison.analysis, comparison.study
    start = last_day(study, analysis.compared_from) if analysis.compared_from else 0
    days = [last_day(study, visit) for visit in analysis.at]
    at = found.at(days)
    return tuple(
        CurveAt(visit, day, float(at.incidence[row]), _limit(at.low[row]), _limit(at.high[row]), day < start)
        for row, (visit, day) in enumerate(zip(analysis.at, days, strict=True))
    )


def _limit(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
