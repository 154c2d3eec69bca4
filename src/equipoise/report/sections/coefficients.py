"""The coefficients of a regression that estimated something: all of them, so that it can be written down again."""

from __future__ import annotations

from math import isnan

from equipoise.analysis.details import Modelled
from equipoise.analysis.results import AnalysisResult
from equipoise.report import view
from equipoise.report.names import Names
from equipoise.report.numbers import count, decimal, p_value


def coefficients(names: Names, found: AnalysisResult, detail: Modelled) -> view.Part:
    """Return the folded table of a model's coefficients."""
    called = names.analysis(found)
    rows = [
        view.Row(
            (
                names.model_term(term.name),
                decimal(term.coefficient, 3),
                decimal(term.se, 3),
                names.say("to", low=decimal(term.low, 3), high=decimal(term.high, 3)),
                p_value(term.p),
            ),
            "primary" if term.name == "treatment" else "",
        )
        for term in detail.terms
    ]
    confidence = decimal(100 * found.confidence, 0)
    head = [
        names.say(f"coefficients.{each}", confidence=confidence) for each in ("term", "coefficient", "se", "interval")
    ]
    made = view.Table.of(names.say("coefficients.caption", analysis=called), [*head, names.say("analyses.p")], rows)
    parts = [view.table(made)]
    if any(isnan(term.coefficient) for term in detail.terms):
        parts.append(view.text(names.say("coefficients.unbounded")))
    if detail.filled:
        key = "sensitivity.people.one" if detail.filled == 1 else "sensitivity.people.many"
        people = names.say(key, count=count(detail.filled))
        parts.append(view.text(names.say("coefficients.filled", people=people)))
    return view.folded(names.say("coefficients.summary", analysis=called), *parts)
