"""Forests: which analyses stand together on one scale, in words and as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from equipoise.analysis.results import AnalysisResult
from equipoise.report import view
from equipoise.report.figures.forest import Estimate, ForestWords, Heading, draw_forest
from equipoise.report.figures.style import Caption
from equipoise.report.masking import is_hidden
from equipoise.report.names import Names
from equipoise.report.sentences import RATIOS, more_favours_treatment, printed_estimate, printed_interval
from equipoise.study.words import label


def can_be_drawn(found: AnalysisResult) -> bool:
    """Whether there is an estimate with at least one limit."""
    return found.estimate is not None and (found.low is not None or found.high is not None)


def forest_of(
    names: Names, groups: Sequence[tuple[str, Sequence[AnalysisResult]]], name: str, title: str, caption: str
) -> view.Drawing:
    """Return a forest of groups (heading, analyses) that share a summary; an empty heading is not drawn."""
    first = next(each for _, group in groups for each in group)
    ratio = first.summary in RATIOS
    lines: list[Estimate | Heading] = []
    told: list[str] = []
    for heading, group in groups:
        lines += [Heading(heading)] if heading else []
        for each in group:
            line = _line(names, each)
            lines.append(line)
            told.append(f"{line.label}: {line.printed}")
    scale = names.say("forest.points") if first.summary == "risk_difference" else ""
    arms = (names.arm(first.estimand.versus), names.arm(first.estimand.treatment))
    lower, higher = arms if more_favours_treatment(names, first) else arms[::-1]
    words = ForestWords(
        names.term("summaries", first.summary) + scale,
        names.say("forest.favours", arm=lower),
        names.say("forest.favours", arm=higher),
    )
    if any(is_hidden(names, each) for _, group in groups for each in group):
        caption += names.say("gap") + names.say("forest.hidden_caption")
    description = names.say("semicolon").join(told)
    svg = draw_forest(lines, words, Caption(f"{name}-{names.language}", title, description), ratio=ratio)
    return view.Drawing(title, svg, caption, description)


def without_estimate(names: Names, found: Sequence[AnalysisResult]) -> list[view.Part]:
    """Return a line for each analysis that a forest cannot show because there is no estimate."""
    return [
        view.text(names.say("forest.no_estimate", analysis=names.analysis(each), why=names.term("notes", each.note)))
        for each in found
        if each.note and not can_be_drawn(each)
    ]


def question_groups(names: Names) -> list[tuple[str, list[AnalysisResult]]]:
    """Return the primary analysis and those declared beside it on its scale, by role and estimand."""
    primary = names.results.primary
    groups: dict[tuple[str, str], list[AnalysisResult]] = {}
    for each in names.results.analyses:
        alike = each.summary == primary.summary and each.estimand.endpoint == primary.estimand.endpoint
        if alike and each.role != "secondary" and can_be_drawn(each):
            groups.setdefault((each.role, each.estimand.id), []).append(each)
    headed = []
    for (role, estimand), found in groups.items():
        heading = names.term("roles", role)
        if estimand != primary.estimand.id:
            called = label(names.study, "estimands", estimand, names.language)
            heading = names.say("forest.under", role=heading, estimand=called)
        headed.append((heading, found))
    return headed


def _line(names: Names, found: AnalysisResult) -> Estimate:
    scale = 100.0 if found.summary == "risk_difference" else 1.0
    lowest = 0.0 if found.summary in RATIOS else -inf
    low, high = printed_interval(found)
    called = names.analysis(found)
    return Estimate(
        names.say("forest.hidden", analysis=called) if is_hidden(names, found) else called,
        names.say("forest.printed", estimate=printed_estimate(found), low=low, high=high),
        (found.estimate or 0.0) * scale,
        lowest if found.low is None else found.low * scale,
        inf if found.high is None else found.high * scale,
        found is names.results.primary,
    )
