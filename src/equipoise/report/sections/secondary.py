"""The other endpoints: differences of shares in one forest, measured levels with their ratio."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analysis.details import Modelled
from equipoise.analysis.results import AnalysisResult, ArmResult
from equipoise.report import view
from equipoise.report.names import Names
from equipoise.report.numbers import count, decimal
from equipoise.report.sections.forests import can_be_drawn, forest_of, without_estimate
from equipoise.report.sentences import printed_estimate, printed_interval


def secondary_section(names: Names) -> view.Section | None:
    """Return the secondary endpoints that are shares or measurements; None where there are none."""
    kinds = {endpoint.id: endpoint.kind for endpoint in names.study.endpoints.endpoints}
    found = [each for each in names.results.analyses if each.role == "secondary"]
    shares = [each for each in found if kinds[each.estimand.endpoint] == "binary"]
    levels = [each for each in found if kinds[each.estimand.endpoint] == "continuous"]
    if not shares and not levels:
        return None
    parts = [view.text(names.say("secondary.words"))]
    for summary in dict.fromkeys(each.summary for each in shares if can_be_drawn(each)):
        drawn = [each for each in shares if each.summary == summary and can_be_drawn(each)]
        title = names.say("forest.secondary")
        caption = names.say("forest.secondary_caption")
        parts.append(view.drawing(forest_of(names, [("", drawn)], f"secondary-{summary}", title, caption)))
    parts += without_estimate(names, shares)
    if levels:
        parts += _levels(names, levels)
    return view.Section("secondary", names.say("secondary.title"), tuple(parts))


def _levels(names: Names, found: list[AnalysisResult]) -> list[view.Part]:
    rows = [row for each in found for row in _rows(names, each)]
    head = [names.say("arms.arm"), names.say("arms.n"), names.say("arms.missing"), names.say("levels.bounded")]
    head += [names.say("levels.geometric"), names.say("levels.mean"), names.say("arms.sd")]
    made = view.Table.of(names.say("levels.caption"), *_without_empty(head, rows))
    parts = [
        view.heading(names.say("levels.title"), "levels"),
        view.text(names.say("levels.words")),
        *_traces(names, found),
        view.table(made),
    ]
    ratios = [each for each in found if each.summary == "geometric_mean_ratio" and can_be_drawn(each)]
    if ratios:
        caption = names.say("forest.levels_caption")
        title = names.term("summaries", "geometric_mean_ratio")
        parts.append(view.drawing(forest_of(names, [("", ratios)], "levels", title, caption)))
    return [*parts, *without_estimate(names, found)]


def _traces(names: Names, found: list[AnalysisResult]) -> list[view.Part]:
    """Return, for levels that a product feigns, that its traces outlast the days for which results are flagged."""
    asked = {each.estimand.endpoint for each in found}
    measured = {each.variable: None for each in names.study.endpoints.endpoints if each.id in asked}
    return [
        view.text(names.say("levels.traces", variable=names.variable(variable), days=rule.days))
        for variable in measured
        for rule in names.study.schedule.masking
        if variable in rule.hides
    ]


def _rows(names: Names, found: AnalysisResult) -> list[view.Row]:
    unit = names.endpoint_unit(found.estimand.endpoint)
    called = names.endpoint(found.estimand.endpoint) + (f" ({unit})" if unit else "")
    said = ""
    if can_be_drawn(found):
        low, high = printed_interval(found)
        printed = names.say("forest.printed", estimate=printed_estimate(found), low=low, high=high)
        said = f"{names.say('colon')}{names.term('summaries', found.summary)} {printed}"
    return [
        view.Row((called + said,), "head"),
        *(view.Row((names.arm(arm.arm), *_cells(arm, *_means(found, arm))), "sub") for arm in found.arms),
    ]


def _means(found: AnalysisResult, arm: ArmResult) -> tuple[float | None, float | None]:
    """Return an arm's geometric mean and mean: of its values, or what the model gives it where some are bounds."""
    if not arm.bounded or not isinstance(found.detail, Modelled):
        return arm.geometric_mean, arm.mean
    level = found.detail.treatment if arm.arm == found.estimand.treatment else found.detail.versus
    return (level, None) if found.summary == "geometric_mean_ratio" else (None, level)


def _cells(arm: ArmResult, geometric: float | None, mean: float | None) -> tuple[str, ...]:
    bounded = "–" if arm.bounded is None else str(arm.bounded)
    return (count(arm.n), str(arm.missing), bounded, decimal(geometric), decimal(mean), decimal(arm.sd))


def _without_empty(head: list[str], rows: list[view.Row]) -> tuple[list[str], list[view.Row]]:
    """Leave out the columns in which no arm has anything."""
    kept = [
        place
        for place in range(len(head))
        if place == 0 or any(row.cells[place] != "–" for row in rows if row.kind == "sub")
    ]
    narrowed = [row if row.kind == "head" else replace(row, cells=tuple(row.cells[k] for k in kept)) for row in rows]
    return [head[place] for place in kept], narrowed
