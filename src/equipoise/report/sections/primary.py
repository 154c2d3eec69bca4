"""The primary result: its estimand, what was seen in each arm, and the estimates of the same question side by side."""

from __future__ import annotations

from math import isfinite

from equipoise.analysis.results import AnalysisResult, ArmResult, SurvivalSteps
from equipoise.report import view
from equipoise.report.figures.arms import Share, draw_shares
from equipoise.report.figures.forest import Estimate, ForestWords, draw_forest
from equipoise.report.figures.style import Caption
from equipoise.report.figures.survival import SurvivalCurve, axis_floor, draw_survival
from equipoise.report.names import Names
from equipoise.report.numbers import count, decimal, p_value, percent, points
from equipoise.report.sentences import RATIOS, more_favours_treatment, printed_estimate, printed_interval, unit_of


def primary_section(names: Names) -> view.Section:
    """Return the estimand, the arms, the strata, the curves of a time to event, and the forest."""
    found = names.results.primary
    parts = [view.facts(*_estimand(names, found)), view.table(_arms(names, found))]
    same = [each for each in names.results.analyses if _asks_the_same(each, found)]
    if len(same) > 1:
        parts.append(view.drawing(_forest(names, same)))
    curves = next((each for each in names.results.analyses if each.curves and each.estimand == found.estimand), None)
    curves = curves or next((each for each in names.results.analyses if each.curves), None)
    if curves:
        parts.append(view.drawing(_survival(names, curves)))
    if len(found.strata) > 1:
        parts.append(view.folded(names.say("primary.strata_summary"), view.table(_strata(names, found))))
    return view.Section("primary", names.say("primary.title"), tuple(parts))


def glance(names: Names) -> view.Drawing | None:
    """Return the primary outcome at a glance, for a binary endpoint."""
    found = names.results.primary
    shares = [
        Share(names.arm(arm.arm), f"{arm.successes}/{arm.n} · {percent(arm.proportion)}",
              100 * arm.proportion, 100 * (arm.low or 0.0), 100 * (arm.high or 0.0))
        for arm in found.arms
        if arm.proportion is not None
    ]  # fmt: skip
    if not shares:
        return None
    title = names.endpoint(found.estimand.endpoint)
    told = names.say("semicolon").join(f"{share.label}: {share.printed}" for share in shares)
    svg = draw_shares(shares, names.say("glance.axis"), Caption(f"glance-{names.language}", title, told))
    return view.Drawing(title, svg, names.say("glance.caption", confidence=decimal(100 * found.confidence, 0)), told)


def analyses_section(names: Names) -> view.Section:
    """Return every declared analysis in the declared order, with the primary one marked."""
    rows = []
    role = ""
    for found in names.results.analyses:
        if found.role != role:
            role = found.role
            rows.append(view.Row((names.term("roles", role), "", "", "", "", ""), "head"))
        rows.append(_line(names, found))
    head = [names.say(f"analyses.{name}") for name in ("analysis", "treatment", "versus", "estimate", "interval", "p")]
    made = view.Table.of(names.say("analyses.caption"), head, rows)
    asked = names.results.primary
    unit = unit_of(names, asked).strip()
    summary = names.term("summaries", asked.summary)
    words = names.say("analyses.words", summary=summary, unit=f" ({unit})" if unit else "")
    return view.Section("analyses", names.say("analyses.title"), (view.text(words), view.table(made)))


def _estimand(names: Names, found: AnalysisResult) -> list[view.Fact]:
    estimand = found.estimand
    events = [
        names.say("primary.event", event=names.reason(each.event), strategy=names.term("strategies", each.strategy))
        for each in estimand.intercurrent
    ]
    arms = names.say("primary.against", treatment=names.arm(estimand.treatment), versus=names.arm(estimand.versus))
    return [
        (names.say("primary.treatment"), arms, False),
        (names.say("primary.population"), names.term("populations", estimand.population), False),
        (names.say("primary.variable"), names.reading(estimand.endpoint, found.reading), False),
        (names.say("primary.intercurrent"), names.say("semicolon").join(events) or names.say("primary.none"), False),
        (names.say("primary.summary"), names.term("summaries", estimand.summary), False),
        (names.say("primary.method"), names.analysis(found), False),
        (names.say("primary.missing"), names.term("missing_as", found.missing_as), False),
    ]  # fmt: skip


def _arms(names: Names, found: AnalysisResult) -> view.Table:
    binary = found.arms[0].successes is not None
    timed = found.arms[0].events is not None
    rows: list[tuple[str, ...]]
    if binary:
        head = ["arm", "n", "successes", "failures", "missing", "share", "interval"]
        rows = [
            (
                names.arm(arm.arm), count(arm.n), str(arm.successes), str(arm.failures), str(arm.missing),
                percent(arm.proportion), names.say("to", low=percent(arm.low), high=percent(arm.high)),
            )
            for arm in found.arms
        ]  # fmt: skip
    elif timed:
        head = ["arm", "n", "events", "missing", "median", "interval"]
        rows = [
            (
                names.arm(arm.arm), count(arm.n), str(arm.events), str(arm.missing), _median(names, arm.median),
                _median_interval(names, arm),
            )
            for arm in found.arms
        ]  # fmt: skip
    else:
        head = ["arm", "n", "missing", "mean", "sd"]
        rows = [
            (names.arm(arm.arm), count(arm.n), str(arm.missing), decimal(arm.mean), decimal(arm.sd))
            for arm in found.arms
        ]
    unit = names.endpoint_unit(found.estimand.endpoint)
    named = {"confidence": decimal(100 * found.confidence, 0), "unit": f" ({unit})" if unit else ""}
    labels = [names.say(f"arms.{name}", **named) for name in head]
    return view.Table.of(names.say("arms.caption"), labels, [view.Row(row) for row in rows])


def _median(names: Names, median: float | None) -> str:
    return names.say("arms.not_reached") if median is None or not isfinite(median) else _days(median)


def _days(time: float) -> str:
    """Return a time in days: whole as it was counted, with its half where it lies between two days."""
    return decimal(time, 0 if time.is_integer() else 1)


def _median_interval(names: Names, arm: ArmResult) -> str:
    low, high = (_median(names, limit) for limit in (arm.median_low, arm.median_high))
    return "–" if low == high else names.say("to", low=low, high=high)


def _line(names: Names, found: AnalysisResult) -> view.Row:
    treatment, versus = (_short(names, found, index) for index in (0, 1))
    low, high = printed_interval(found)
    has = found.estimate is not None
    estimate = printed_estimate(found) if has else names.term("notes", found.note) if found.note else "–"
    if has and found.summary != names.results.primary.summary:
        # A number of another kind in the same column says what it is.
        estimate = f"{names.term('summaries', found.summary)} {estimate}"
    limits = names.say("to", low=low, high=high) if has and found.low is not None else "–"
    kind = "primary" if found is names.results.primary else "sub"
    label = names.analysis(found)
    masked = _masked(names, found)
    if any(masked):
        label = names.say("analyses.masked", analysis=label, treatment=masked[0], versus=masked[1])
    return view.Row((label, treatment, versus, estimate, limits, p_value(found.p)), kind)


def _masked(names: Names, found: AnalysisResult) -> tuple[int, ...]:
    """Return how many outcomes of each arm are missing because a product masks them: no difference of the disease."""
    rows = [
        row.arm
        for row in names.results.endpoints
        if (row.estimand, row.reading, row.reason) == (found.estimand.id, found.reading, "masked")
    ]
    return tuple(rows.count(arm.arm) for arm in found.arms)


def _short(names: Names, found: AnalysisResult, index: int) -> str:
    arm = found.arms[index]
    if arm.successes is not None:
        return f"{arm.successes}/{arm.n} ({percent(arm.proportion)})"
    if arm.events is not None:
        return f"{arm.events}/{arm.n}"
    return f"{decimal(arm.mean)} ({names.say('arms.sd')} {decimal(arm.sd)})"


def _asks_the_same(each: AnalysisResult, found: AnalysisResult) -> bool:
    return each.estimand.id == found.estimand.id and each.summary == found.summary and each.estimate is not None


def _forest(names: Names, same: list[AnalysisResult]) -> view.Drawing:
    found = names.results.primary
    ratio = found.summary in RATIOS
    scale = 100.0 if found.summary == "risk_difference" else 1.0
    lines = [
        Estimate(
            names.analysis(each),
            _printed(names, each),
            (each.estimate or 0.0) * scale, (each.low or 0.0) * scale, (each.high or 0.0) * scale, each is found,
        )
        for each in same
        if isfinite(each.low or 0.0) and isfinite(each.high or 0.0)
    ]  # fmt: skip
    arms = (names.arm(found.estimand.versus), names.arm(found.estimand.treatment))
    lower, higher = arms if more_favours_treatment(names, found) else arms[::-1]
    axis = names.term("summaries", found.summary) + (names.say("forest.points") if scale != 1 else "")
    words = ForestWords(axis, names.say("forest.favours", arm=lower), names.say("forest.favours", arm=higher))
    title = names.say("forest.title")
    told = names.say("semicolon").join(f"{line.label}: {line.printed}" for line in lines)
    svg = draw_forest(lines, words, Caption(f"forest-{names.language}", title, told), ratio=ratio)
    return view.Drawing(title, svg, names.say("forest.caption"), told)


def _printed(names: Names, found: AnalysisResult) -> str:
    low, high = printed_interval(found)
    return names.say("forest.printed", estimate=printed_estimate(found), low=low, high=high)


def _survival(names: Names, found: AnalysisResult) -> view.Drawing:
    curves = [_curve(names, each) for each in found.curves]
    title = names.say("survival.title", endpoint=names.endpoint(found.estimand.endpoint))
    last = [f"{curve.label}: {percent(curve.survival[-1])}" for curve in curves]
    labels = (names.say("survival.days"), names.say("survival.free"), names.say("survival.at_risk"))
    caption = Caption(
        f"survival-{names.language}", title, names.say("survival.words", last=names.say("semicolon").join(last))
    )
    svg = draw_survival(curves, found.curves[0].risk_time, labels, caption)
    words = names.say("survival.caption", confidence=decimal(100 * found.confidence, 0))
    if axis_floor(curves) > 0:
        words += names.say("gap") + names.say("survival.cut")
    return view.Drawing(title, svg, words, caption.description)


def _curve(names: Names, steps: SurvivalSteps) -> SurvivalCurve:
    """Return an arm's curve, drawn on to the last time at which somebody is still observed."""
    last = max((time for time, people in zip(steps.risk_time, steps.at_risk, strict=True) if people), default=0.0)
    time, survival, low, high = steps.time, steps.survival, steps.low, steps.high
    if last > time[-1]:
        time, survival, low, high = (*time, last), (*survival, survival[-1]), (*low, low[-1]), (*high, high[-1])
    return SurvivalCurve(names.arm(steps.arm), time, survival, low, high, steps.at_risk)


def _strata(names: Names, found: AnalysisResult) -> view.Table:
    factors = next(each.strata for each in names.study.endpoints.analyses if each.id == found.id)
    total = sum(row.weight or 0.0 for row in found.strata)
    rows = [
        view.Row(
            (
                " + ".join(names.stratum(each, factors) for each in row.strata),
                f"{row.x1}/{row.n1}", f"{row.x0}/{row.n0}",
                points(row.x1 / row.n1 - row.x0 / row.n0) if row.n1 and row.n0 else "–",
                percent(row.weight / total if row.weight is not None and total else None),
            )
        )
        for row in found.strata
    ]  # fmt: skip
    head = [names.say("strata.stratum"), *(names.arm(arm.arm) for arm in found.arms)]
    head += [names.say("strata.difference"), names.say("strata.weight")]
    return view.Table.of(names.say("strata.caption"), head, rows)
