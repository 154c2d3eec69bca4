"""The declared prediction in words of one language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.core.decimals import plain
from equipoise.core.words import text
from equipoise.study.model.prediction import Term
from equipoise.study.model.study import Study
from equipoise.study.prediction import reading_of
from equipoise.study.words import label, say


@dataclass(frozen=True, slots=True)
class SaidPrediction:
    """The prediction: `facts` are pairs of a heading and what is declared, in the order in which they are shown."""

    label: str
    facts: tuple[tuple[str, str], ...]
    exploratory: str
    assumed: bool
    reason: str
    source: str


def said_prediction(study: Study, language: str) -> SaidPrediction | None:
    """Return the declared prediction in words, or None where the study declares none."""
    declared = study.prediction
    if declared is None:
        return None
    comma = _say("comma", language)
    target, figures = declared.target, declared.anticipated
    endpoint = label(study, "endpoints", target.endpoint, language)
    reading = reading_of(study)
    read = say(study, language, "endpoints", target.endpoint, "readings", reading) or reading
    facts = {
        "target": _say("failure", language, endpoint=endpoint, reading=read),
        "landmarks": comma.join(label(study, "landmarks", each.id, language) for each in declared.landmarks),
        "base": comma.join([_say("arm", language), *_terms(study, declared.base, language)]),
        "candidates": comma.join(_terms(study, declared.candidates, language)),
        "anticipated": _say(
            "figures",
            language,
            r_squared=plain(figures.r_squared),
            risk=plain(figures.risk),
            shrinkage=plain(figures.shrinkage),
            margin=plain(figures.margin),
        ),
        "made": _say(
            "resampled",
            language,
            resamples=f"{declared.resamples:,}",
            imputations=declared.imputations,
            rate=plain(declared.false_discovery_rate),
            seed=declared.seed,
        ),
    }
    why = say(study, language, "prediction", "model", "why_exploratory")
    return SaidPrediction(
        label(study, "prediction", "model", language),
        tuple((_say(key, language), words) for key, words in facts.items() if words),
        _say("exploratory", language, reason=" ".join(why.split())) if declared.exploratory else "",
        declared.assumed,
        say(study, language, "prediction", "model", "reason") or declared.reason,
        declared.source,
    )


def _terms(study: Study, terms: Iterable[Term], language: str) -> list[str]:
    found = []
    for term in terms:
        called = label(study, "variables", term.variable, language)
        shape = [_say("log10", language)] if term.scale else []
        shape += [_say("knots", language, knots=term.knots)] if term.knots else []
        found.append(called + (_say("shape", language, shape=_say("comma", language).join(shape)) if shape else ""))
    return found


def _say(key: str, language: str, **params: object) -> str:
    return text("study", f"documents.prediction.{key}", language, **params)
