"""Turnbull's curves: the share still free of an event that is seen at visits only."""

from __future__ import annotations

import numpy as np

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.details import CurveAt, Curves, IntervalCurve
from equipoise.analysis.finding import Finding, call_text
from equipoise.analysis.visit_days import Intervals, intervals_of, last_day
from equipoise.stats import turnbull as stats


def turnbull(comparison: Comparison) -> Finding:
    """Return the curve of each arm, and what it says at the declared visits.

    Parameters
    ----------
    comparison : Comparison
        Two arms with an interval endpoint.

    Returns
    -------
    Finding
        Turnbull (1976), JRSS B 38:290-295, and at each visit the share still free of the event by the end of its
        window, with likelihood ratio limits. There is no single estimate and no test: `interval_cox` has both. Before
        `compared_from` curve and shares are descriptive, because masked samples let one arm see less than the other;
        from it on the shares come from intervals that both arms know alike (see `Intervals.from_day`).
    """
    analysis = comparison.analysis
    found = intervals_of(comparison)
    curves = tuple(_curve(comparison, arm, found.of_arm(1 - place)) for place, arm in enumerate(comparison.arms))
    return Finding(
        "survival",
        call_text(stats.turnbull, "<left>", "<right>"),
        detail=Curves(intervals=curves, compared_from=analysis.compared_from),
    )


def _curve(comparison: Comparison, arm: str, own: Intervals) -> IntervalCurve:
    analysis, study = comparison.analysis, comparison.study
    curve = stats.turnbull(own.left, own.right)
    start = last_day(study, analysis.compared_from) if analysis.compared_from else 0
    compared = curve
    if start:
        alike = own.from_day(start)
        compared = stats.turnbull(alike.left, alike.right)
    seen = int(np.isfinite(own.right).sum())
    has_mass = curve.mass > 0
    return IntervalCurve(
        arm=arm,
        left=tuple(curve.left[has_mass].tolist()),
        right=tuple(curve.right[has_mass].tolist()),
        mass=tuple(curve.mass[has_mass].tolist()),
        events=seen,
        unseen=len(own.right) - seen,
        at=tuple(
            _read(curve if (day := last_day(study, visit)) < start else compared, visit, day, day < start, comparison)
            for visit in analysis.at
        ),
    )


def _read(curve: stats.Turnbull, visit: str, day: int, descriptive: bool, comparison: Comparison) -> CurveAt:
    at = curve.at([day], comparison.confidence)
    return CurveAt(visit, day, float(at.survival[0]), float(at.low[0]), float(at.high[0]), descriptive)
