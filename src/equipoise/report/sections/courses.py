"""Laboratory courses, a panel an arm, with doses and the windows in which a product can hide a result."""

from __future__ import annotations

from equipoise.analysis.results import Curve
from equipoise.report import view
from equipoise.report.figures.courses import Course, CoursePanel, CourseWords, draw_courses
from equipoise.report.figures.style import Caption
from equipoise.report.masking import masking_statement
from equipoise.report.names import Names
from equipoise.report.numbers import percent

_WEEK = 7


def courses_section(names: Names) -> view.Section | None:
    """Return the curves with the masking said in words first; None for a study that declares no curve."""
    results = names.results
    if not any(curve.series for curve in results.curves):
        return None
    parts = [view.text(names.say("courses.words"))]
    said = masking_statement(names)
    if said:
        parts.append(view.note(said))
    parts += [view.drawing(_drawn(names, curve)) for curve in results.curves if curve.series]
    if results.masking:
        parts.append(view.folded(names.say("masking.summary"), view.table(_masking(names))))
    return view.Section("courses", names.say("courses.title"), tuple(parts))


def _drawn(names: Names, curve: Curve) -> view.Drawing:
    variable = names.variable(curve.variable, curve.unit)
    panels = [_panel(names, curve, arm.id) for arm in names.results.arms]
    product = {dosing.product for dosing in curve.dosing if dosing.masked}
    words = CourseWords(
        variable=variable,
        weeks=names.say("courses.weeks"),
        masked=names.say("courses.masked"),
        doses=names.say("courses.doses"),
        median=names.say("courses.median"),
        below=names.say("courses.below"),
    )
    title = names.say("courses.of", variable=names.variable(curve.variable))
    thresholds = [curve.limit] if curve.limit else []
    told = names.say("semicolon").join(_told(names, curve, arm.id) for arm in names.results.arms)
    svg = draw_courses(panels, words, thresholds, Caption(f"course-{curve.variable}-{names.language}", title, told))
    key = "courses.caption_masked" if product else "courses.caption"
    return view.Drawing(title, svg, names.say(key, variable=names.variable(curve.variable)), told)


def _panel(names: Names, curve: Curve, arm: str) -> CoursePanel:
    floor = _floor(curve)
    courses = tuple(
        Course(
            tuple(point.day / _WEEK for point in series.points),
            # A value of 0 has no place on a logarithmic scale: it is drawn at the smallest value seen.
            tuple(max(point.value, floor) for point in series.points),
            tuple(point.below for point in series.points),
        )
        for series in curve.series
        if series.arm == arm
    )
    median = tuple(
        (point.day / _WEEK, max(point.median, floor))
        for point in curve.points
        if point.arm == arm and point.median is not None
    )
    dosing = [each for each in curve.dosing if each.arm == arm]
    masked = tuple((a / _WEEK, b / _WEEK) for each in dosing for a, b in each.masked)
    doses = tuple(sorted({day / _WEEK for each in dosing for day in each.days}))
    return CoursePanel(names.arm(arm), courses, median, masked, doses)


def _floor(curve: Curve) -> float:
    return min((point.value for series in curve.series for point in series.points if point.value > 0), default=1.0)


def _told(names: Names, curve: Curve, arm: str) -> str:
    points = [point for point in curve.points if point.arm == arm and point.n]
    last = points[-1] if points else None
    if last is None:
        return names.say("courses.told_nothing", arm=names.arm(arm))
    return names.say(
        "courses.told", arm=names.arm(arm), visit=names.visit(last.visit), n=last.n, below=percent(last.share_below)
    )


def _masking(names: Names) -> view.Table:
    head = [names.say(f"masking.{name}") for name in ("variable", "visit", "arm", "results", "masked")]
    rows = [
        view.Row(
            (names.variable(row.variable), names.visit(row.visit), names.arm(row.arm), str(row.n), str(row.masked))
        )
        for row in names.results.masking
        if row.n
    ]
    return view.Table.of(names.say("masking.caption"), head, rows, words=3)
