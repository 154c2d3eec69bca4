"""What each analysis estimates: its estimand by the five attributes of ICH E9(R1), and how it goes about it."""

from __future__ import annotations

from equipoise.analysis.results import AnalysisResult, EstimandAttributes, Handling
from equipoise.report import view
from equipoise.report.names import Names
from equipoise.study.words import label, say


def estimands_section(names: Names) -> view.Section:
    """Return every estimand once, with the analyses that estimate it."""
    found: dict[str, list[AnalysisResult]] = {}
    for each in names.results.analyses:
        found.setdefault(each.estimand.id, []).append(each)
    inner: list[view.Part] = []
    for analyses in found.values():
        estimand = analyses[0].estimand
        inner.append(view.heading(label(names.study, "estimands", estimand.id, names.language)))
        inner.append(view.facts(*attributes(names, estimand, ""), _analyses(names, analyses)))
    summary = names.say("estimands.summary", count=len(found))
    return view.Section(
        "estimands",
        names.say("estimands.title"),
        (view.text(names.say("estimands.words")), view.folded(summary, *inner)),
    )


def attributes(names: Names, estimand: EstimandAttributes, reading: str) -> tuple[view.Fact, ...]:
    """Return the five attributes; the variable as the endpoint or as one reading of it."""
    events = [
        names.say("primary.event", event=names.reason(each.event), strategy=_strategy(names, estimand.id, each))
        for each in estimand.intercurrent
    ]
    arms = names.say("primary.against", treatment=names.arm(estimand.treatment), versus=names.arm(estimand.versus))
    variable = names.reading(estimand.endpoint, reading) if reading else names.endpoint(estimand.endpoint)
    return (
        (names.say("primary.treatment"), arms, False),
        (names.say("primary.population"), names.term("populations", estimand.population), False),
        (names.say("primary.variable"), variable, False),
        (names.say("primary.intercurrent"), names.say("semicolon").join(events) or names.say("primary.none"), False),
        (names.say("primary.summary"), names.term("summaries", estimand.summary), False),
    )


def _strategy(names: Names, estimand: str, handling: Handling) -> str:
    called = names.term("strategies", handling.strategy)
    words = say(names.study, names.language, "estimands", estimand, "intercurrent", handling.event)
    return names.say("estimands.strategy", strategy=called, words=words.rstrip(".。")) if words else called


def _analyses(names: Names, analyses: list[AnalysisResult]) -> view.Fact:
    said = [
        names.say(
            "estimands.analysis",
            analysis=names.analysis(each),
            role=names.term("roles_of_one", each.role),
            missing=names.term("missing_as", each.missing_as),
        )
        for each in analyses
    ]
    return (names.say("estimands.analyses"), names.say("semicolon").join(said), False)
