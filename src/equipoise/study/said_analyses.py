"""What an analysis takes besides its method, and an association, in words."""

from __future__ import annotations

from equipoise.core.decimals import plain
from equipoise.core.words import text
from equipoise.study.model.endpoints import Analysis, Association
from equipoise.study.model.study import Study
from equipoise.study.words import label


def said_details(study: Study, analysis: Analysis, language: str) -> tuple[str, ...]:
    """Return what an analysis takes besides its method, strata and what is missing, a text each."""

    def say(key: str, **params: object) -> str:
        return text("study", f"documents.analysis-details.{key}", language, **params)

    visits = _joined([label(study, "visits", name, language) for name in analysis.at], language)
    found = {
        "masked": say("masked") if analysis.masked == "missing" else "",
        "without": say("without", categories=_joined(analysis.without, language)) if analysis.without else "",
        "adjust": say("adjust", covariates=_covariates(study, analysis, language)) if analysis.adjust else "",
        "draws": say("draws", draws=analysis.draws, seed=analysis.seed) if analysis.draws else "",
        "at": say("at", visits=visits) if analysis.at else "",
    }
    if analysis.compared_from:
        found["from"] = say("compared-from", visit=label(study, "visits", analysis.compared_from, language))
    return tuple(said for said in found.values() if said)


def _covariates(study: Study, analysis: Analysis, language: str) -> str:
    factors = {factor.id for factor in study.identity.factors}
    named = []
    for name in analysis.adjust:
        if name == "centre":
            named.append(text("study", "vocabulary.centre", language))
        else:
            named.append(label(study, "factors" if name in factors else "variables", name, language))
    return _joined(named, language)


def said_association(study: Study, association: Association, language: str) -> str:
    """Return an association in a sentence."""
    return text(
        "study",
        "documents.association",
        language,
        variable=label(study, "variables", association.variable, language),
        landmarks=_joined([label(study, "visits", name, language) for name in association.landmarks], language),
        reversion=label(study, "reversions", association.reversion, language),
        until=label(study, "visits", association.until, language),
        cuts=_joined([plain(cut) for cut in association.cuts], language) or "–",
        scale=association.scale or "–",
    )


def _joined(names: list[str] | tuple[str, ...], language: str) -> str:
    return text("study", "documents.comma", language).join(names)
