"""When events happened: between visits as it was seen, by the day it was seen, and with what competes."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite

from equipoise.analysis.details import CurveAt, Curves, IncidenceCurve, IntervalCurve
from equipoise.analysis.results import AnalysisResult, SurvivalSteps
from equipoise.report import view
from equipoise.report.figures.incidence import Incidence, draw_incidence
from equipoise.report.figures.intervals import IntervalSteps, IntervalWords, draw_intervals
from equipoise.report.figures.style import Caption
from equipoise.report.figures.survival import SurvivalCurve, axis_floor, draw_survival
from equipoise.report.masking import hidden_at
from equipoise.report.names import Names
from equipoise.report.numbers import decimal, percent
from equipoise.report.sections.forests import can_be_drawn, forest_of, without_estimate

_KINDS = ("time_to_event", "interval")


def times_section(names: Names) -> view.Section | None:
    """Return the curves of the secondary times and what compares them; None where no time is analysed beside."""
    kinds = {endpoint.id: endpoint.kind for endpoint in names.study.endpoints.endpoints}
    asked = names.results.primary.estimand.endpoint
    found = [
        each
        for each in names.results.analyses
        if kinds[each.estimand.endpoint] in _KINDS and each.estimand.endpoint != asked
    ]
    if not found:
        return None
    parts = [view.text(_words(names, found))]
    drawn: set[str] = set()
    for each in found:
        parts += _figures(names, each, drawn)
    hazards = [each for each in found if each.summary == "hazard_ratio" and can_be_drawn(each)]
    if hazards:
        title = names.say("times.hazards")
        parts.append(view.heading(title))
        made = forest_of(names, [("", hazards)], "hazards", title, names.say("forest.levels_caption"))
        parts.append(view.drawing(made))
    parts += without_estimate(names, [each for each in found if each.note])
    return view.Section("times", names.say("times.title"), tuple(parts))


def survival_drawing(names: Names, found: AnalysisResult) -> view.Drawing:
    """Return Kaplan-Meier curves with the numbers at risk."""
    curves = [_survival_curve(names, each) for each in found.curves]
    title = names.say("survival.title", endpoint=names.endpoint(found.estimand.endpoint))
    last = [f"{curve.label}: {percent(curve.survival[-1])}" for curve in curves]
    labels = (names.say("survival.days"), names.say("survival.free"), names.say("survival.at_risk"))
    told = names.say("survival.words", last=names.say("semicolon").join(last))
    svg = draw_survival(
        curves, found.curves[0].risk_time, labels, Caption(_name("survival", names, found), title, told)
    )
    words = names.say("survival.caption", confidence=decimal(100 * found.confidence, 0))
    if axis_floor(curves) > 0:
        words += names.say("gap") + names.say("survival.cut")
    words += _seen_late(names, found)
    return view.Drawing(title, svg, words, told)


def _words(names: Names, found: Sequence[AnalysisResult]) -> str:
    if not any(isinstance(each.detail, Curves) and each.detail.intervals for each in found):
        return names.say("times.words_days")
    starts = [each.detail.compared_from for each in found if isinstance(each.detail, Curves)]
    start = next((start for start in starts if start), "")
    return names.say("times.words", visit=names.visit(start)) if start else names.say("times.words_plain")


def _figures(names: Names, found: AnalysisResult, drawn: set[str]) -> list[view.Part]:
    """Return what an analysis draws; Kaplan-Meier curves of one endpoint are drawn once."""
    parts: list[view.Part] = []
    detail = found.detail if isinstance(found.detail, Curves) else None
    if detail and detail.intervals:
        parts += [view.drawing(_intervals(names, found, detail)), _at_intervals(names, found, detail.intervals)]
    if detail and detail.incidences:
        parts += [view.drawing(_incidences(names, found, detail)), _at_incidences(names, found, detail.incidences)]
    elif found.curves and found.estimand.endpoint not in drawn:
        drawn.add(found.estimand.endpoint)
        parts.append(view.drawing(survival_drawing(names, found)))
    return parts


def _intervals(names: Names, found: AnalysisResult, detail: Curves) -> view.Drawing:
    arms = [
        IntervalSteps(
            names.arm(curve.arm),
            curve.left,
            curve.right,
            curve.mass,
            tuple(_read(at) for at in curve.at),
        )
        for curve in detail.intervals
    ]
    days = [day for arm in arms for day in (*arm.left, *arm.right) if isfinite(day)]
    end = max([*days, *(at.day for curve in detail.intervals for at in curve.at)], default=1.0)
    start = names.study.visits[detail.compared_from].day if detail.compared_from else 0
    title = names.say("times.interval_title", endpoint=names.endpoint(found.estimand.endpoint))
    shares = [
        names.say("times.cause", arm=names.arm(curve.arm), cause=f"{names.visit(at.visit)} {percent(at.estimate)}")
        for curve in detail.intervals
        for at in curve.at
    ]
    told = names.say("times.interval_told", told=names.say("semicolon").join(shares))
    words = IntervalWords(names.say("survival.days"), names.say("survival.free"), names.say("times.descriptive"))
    svg = draw_intervals(arms, float(end), float(start), words, Caption(_name("intervals", names, found), title, told))
    caption = names.say("times.interval_caption")
    if start:
        caption += names.say("gap") + names.say("times.interval_descriptive", visit=names.visit(detail.compared_from))
    return view.Drawing(title, svg, caption, told)


def _read(at: CurveAt) -> tuple[float, float, float, float]:
    low = at.estimate if at.low is None else at.low
    high = at.estimate if at.high is None else at.high
    return (float(at.day), at.estimate, low, high)


def _at_intervals(names: Names, found: AnalysisResult, curves: Sequence[IntervalCurve]) -> view.Part:
    return _at(names, found, [(names.arm(curve.arm), curve.at) for curve in curves])


def _at_incidences(names: Names, found: AnalysisResult, curves: Sequence[IncidenceCurve]) -> view.Part:
    return _at(names, found, [(_cause(names, curve), curve.at) for curve in curves], by_day_seen=True)


def _at(
    names: Names, found: AnalysisResult, curves: Sequence[tuple[str, Sequence[CurveAt]]], *, by_day_seen: bool = False
) -> view.Part:
    variable = _variable(names, found) if by_day_seen else ""
    rows = [
        view.Row(
            (
                called,
                names.visit(at.visit),
                percent(at.estimate),
                _limits(names, at),
                _standing(names, at, variable),
            )
        )
        for called, read in curves
        for at in read
    ]
    confidence = decimal(100 * found.confidence, 0)
    head = [names.say(f"times.{name}") for name in ("curve", "visit", "estimate")]
    head += [names.say("arms.interval", confidence=confidence), ""]
    summary = f"{names.say('times.at')}{names.say('colon')}{names.analysis(found)}"
    return view.folded(
        summary, view.table(view.Table(summary, tuple(head), tuple(rows), (False, False, True, True, False)))
    )


def _standing(names: Names, at: CurveAt, variable: str) -> str:
    """Return whether arms are compared at a visit; never by the day seen where a product hides one arm's events."""
    if at.descriptive:
        return names.say("times.described")
    arm = hidden_at(names, variable, at.visit)
    return names.say("times.hidden", arm=names.arm(arm)) if arm else names.say("times.compared")


def _variable(names: Names, found: AnalysisResult) -> str:
    return next(each.variable for each in names.study.endpoints.endpoints if each.id == found.estimand.endpoint)


def _seen_late(names: Names, found: AnalysisResult) -> str:
    """Return that masking delays the day on which an event is seen, where results of its variable were masked."""
    variable = _variable(names, found)
    if not any(row.masked for row in names.results.masking if row.variable == variable):
        return ""
    return names.say("gap") + names.say("times.seen_late")


def _limits(names: Names, at: CurveAt) -> str:
    return "–" if at.low is None or at.high is None else names.say("to", low=percent(at.low), high=percent(at.high))


def _incidences(names: Names, found: AnalysisResult, detail: Curves) -> view.Drawing:
    order = [arm.arm for arm in found.arms]
    curves = [
        Incidence(
            _cause(names, curve), order.index(curve.arm), bool(curve.cause),
            curve.time, curve.incidence, curve.low, curve.high,
        )
        for curve in detail.incidences
    ]  # fmt: skip
    # A curve has its steps where events are: without any it still runs to the last visit at which it is read.
    read = [float(at.day) for curve in detail.incidences for at in curve.at]
    end = max([*read, *(day for curve in curves for day in curve.time if day < inf)], default=0.0) or 1.0
    title = names.say("times.incidence_title", endpoint=names.endpoint(found.estimand.endpoint))
    last = names.say("semicolon").join(f"{each.label}: {percent(each.incidence[-1])}" for each in curves)
    told = names.say("times.incidence_told", told=last)
    labels = (names.say("survival.days"), names.say("times.incidence"))
    svg = draw_incidence(curves, end, labels, Caption(_name("incidence", names, found), title, told))
    caption = names.say("times.incidence_caption", confidence=decimal(100 * found.confidence, 0))
    caption += _seen_late(names, found)
    return view.Drawing(title, svg, caption, told)


def _cause(names: Names, curve: IncidenceCurve) -> str:
    cause = names.reason(curve.cause) if curve.cause else names.say("times.own")
    return names.say("times.cause", arm=names.arm(curve.arm), cause=cause)


def _name(kind: str, names: Names, found: AnalysisResult) -> str:
    """Return the name of a figure; ids of a study may hold a space, names of figures must not."""
    return f"{kind}-{found.id.replace(' ', '_')}-{names.language}"


def _survival_curve(names: Names, steps: SurvivalSteps) -> SurvivalCurve:
    """Return an arm's curve, drawn on to the last time at which somebody is still observed."""
    last = max((time for time, people in zip(steps.risk_time, steps.at_risk, strict=True) if people), default=0.0)
    time, survival, low, high = steps.time, steps.survival, steps.low, steps.high
    if last > time[-1]:
        time, survival, low, high = (*time, last), (*survival, survival[-1]), (*low, low[-1]), (*high, high[-1])
    return SurvivalCurve(names.arm(steps.arm), time, survival, low, high, steps.at_risk)
