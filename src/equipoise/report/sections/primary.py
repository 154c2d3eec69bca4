"""The primary result: its estimand and what was seen in each arm; and the table of all declared analyses."""

from __future__ import annotations

from math import isfinite

from equipoise.analysis.results import AnalysisResult, ArmResult
from equipoise.report import view
from equipoise.report.figures.arms import Share, draw_shares
from equipoise.report.figures.style import Caption
from equipoise.report.masking import is_hidden, masked_outcomes
from equipoise.report.names import Names
from equipoise.report.numbers import count, decimal, p_value, percent, points
from equipoise.report.sections.estimands import attributes
from equipoise.report.sections.times import survival_drawing
from equipoise.report.sentences import printed_estimate, printed_interval, unit_of


def primary_section(names: Names) -> view.Section:
    """Return the estimand, the arms, the curves of a time to event, and the strata."""
    found = names.results.primary
    parts = [view.facts(*_estimand(names, found)), view.table(_arms(names, found))]
    curves = next((each for each in names.results.analyses if each.curves and _same_endpoint(each, found)), None)
    if curves:
        parts.append(view.drawing(survival_drawing(names, curves)))
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
            rows.append(view.Row((names.term("roles", role),), "head"))
        rows.append(_line(names, found))
    head = [names.say(f"analyses.{name}") for name in ("analysis", "treatment", "versus", "estimate", "interval", "p")]
    made = view.Table.of(names.say("analyses.caption"), head, rows)
    asked = names.results.primary
    unit = unit_of(names, asked).strip()
    summary = names.term("summaries", asked.summary)
    words = names.say("analyses.words", summary=summary, unit=f" ({unit})" if unit else "")
    return view.Section("analyses", names.say("analyses.title"), (view.text(words), view.table(made)))


def _estimand(names: Names, found: AnalysisResult) -> list[view.Fact]:
    return [
        *attributes(names, found.estimand, found.reading),
        (names.say("primary.method"), names.analysis(found), False),
        (names.say("primary.missing"), names.term("missing_as", found.missing_as), False),
    ]


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
    limits = names.say("to", low=low, high=high) if has and found.low is not None else "–"
    kind = "primary" if found is names.results.primary else "sub"
    label = names.analysis(found)
    if has and found.summary != names.results.primary.summary:
        # A number of another kind in the same column says what it is.
        label = names.say("analyses.of", analysis=label, summary=names.term("summaries", found.summary))
    masked = masked_outcomes(names, found)
    if any(masked):
        key = "analyses.masked" if is_hidden(names, found) else "analyses.masked_few"
        label = names.say(key, analysis=label, treatment=masked[0], versus=masked[1])
    return view.Row((label, treatment, versus, estimate, limits, p_value(found.p)), kind)


def _same_endpoint(each: AnalysisResult, found: AnalysisResult) -> bool:
    return each.estimand.endpoint == found.estimand.endpoint


def _short(names: Names, found: AnalysisResult, index: int) -> str:
    arm = found.arms[index]
    if found.missing_as == "imputed" and arm.missing:
        return names.say("analyses.imputed", share=percent(arm.proportion), n=arm.n, missing=arm.missing)
    if arm.successes is not None:
        return f"{arm.successes}/{arm.n} ({percent(arm.proportion)})"
    if arm.events is not None:
        return f"{arm.events}/{arm.n}"
    if arm.mean is None and arm.bounded:
        return names.say("analyses.people", n=arm.n)
    return f"{decimal(arm.mean)} ({names.say('arms.sd')} {decimal(arm.sd)})"


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
