"""The study's own words in each of its languages.

The structure files hold the words of the main language where they belong; `words/<language>.yaml` holds the others,
and may override the main language's. The tree of such a file follows from the study (`wanted`): a section for each kind
of thing, a key for each id, and below it the thing's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.core import words as spoken
from equipoise.study.cached import once_a_study
from equipoise.study.model.base import Stated
from equipoise.study.model.study import Study
from equipoise.study.rules import ALLOCATION_DATE, REVERSION_PARTS

Path = tuple[str, ...]
# What a patient's information sheet says beyond what the structure states; each part is wanted in every language
# as soon as one language has it.
INFORMATION = ("purpose", "procedures", "benefits", "risks", "alternatives", "voluntary", "data", "costs", "contact")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Some words that a language needs: where, what the main language says, and whether they may be left out.

    `in_structure` is false for words that no structure file holds: the main language's own file says them.
    """

    path: Path
    text: str
    required: bool = True
    in_structure: bool = True


def say(study: Study, language: str, *path: str) -> str:
    """Return the words at a path of the tree in a language; else the main language's; else ""."""
    tables = _tables(study)
    for table in (tables.get(language, {}), tables.get(study.identity.language, {})):
        if path in table:
            return table[path]
    return ""


def label(study: Study, kind: str, identity: str, language: str) -> str:
    """Return what a thing is called. `kind` is its section: arms, variables, visits, forms, factors, endpoints …"""
    return say(study, language, kind, identity, "label") or identity


def code_label(study: Study, variable: str, value: str, language: str) -> str:
    """Return what a code of a variable is called."""
    return say(study, language, "variables", variable, "codes", value) or value


def level_label(study: Study, factor: str, level: str, language: str) -> str:
    """Return what a level of a factor is called; the levels of `centre` are the centres."""
    if factor == "centre":
        return say(study, language, "sites", level, "name") or level
    return say(study, language, "factors", factor, "levels", level) or level


def labels_of(study: Study, language: str) -> dict[str, str]:
    """Return what rules call things: variables by name, codes as `variable:code`, the parts of reversions."""
    found = {variable.name: label(study, "variables", variable.name, language) for variable in study.codebook.variables}
    for variable in study.codebook.variables:
        for code in variable.codes:
            found[f"{variable.name}:{code.value}"] = code_label(study, variable.name, code.value, language)
    for reversion in study.endpoints.reversions:
        called = label(study, "reversions", reversion.id, language)
        for part in REVERSION_PARTS:
            found[f"{reversion.id}.{part}"] = spoken.text(
                "study", f"vocabulary.reversion-part.{part}", language, label=called
            )
    found[ALLOCATION_DATE] = spoken.text("study", "vocabulary.allocation-date", language)
    return found


@once_a_study
def _tables(study: Study) -> dict[str, dict[Path, str]]:
    """Return, for each language, the words by their path; empty words count as none."""
    main = study.identity.language
    tables = {language: dict(leaves(tree)) for language, tree in study.words.items()}
    structure = {wanted.path: wanted.text for wanted in wanted_words(study) if wanted.text}
    tables[main] = structure | tables.get(main, {})
    return {language: {path: text for path, text in table.items() if text} for language, table in tables.items()}


def leaves(tree: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every text of a tree of words with its path."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from leaves(value, (*path, key))
        elif isinstance(value, str):
            yield (*path, key), value


def wanted_words(study: Study) -> list[Wanted]:
    """Return all words that the study has a place for."""
    found = [*_identity(study), *_codebook(study), *_eligibility(study), *_schedule(study), *_endpoints(study)]
    return [*found, *_prediction(study), *_truths(study)]


def _words(section: str, identity: str, thing: object, *fields: str) -> Iterator[Wanted]:
    """Yield a thing's words. Where the main language says nothing, no language need."""
    for field in fields:
        text = str(getattr(thing, field))
        yield Wanted((section, identity, field), text, required=bool(text))
    if isinstance(thing, Stated):
        yield Wanted((section, identity, "reason"), thing.reason, required=False)


def _labels(section: str, things: Iterable[Any], key: str = "id") -> Iterator[Wanted]:
    for thing in things:
        yield from _words(section, getattr(thing, key), thing, "label")


def _identity(study: Study) -> Iterator[Wanted]:
    identity = study.identity
    for field in ("title", "short_title", "patient_title", "demonstration", "condition", "design"):
        text = str(getattr(identity, field))
        yield Wanted((field,), text, required=bool(text))
    yield Wanted(("phase",), identity.phase, required=False)
    told = {key for tree in study.words.values() for key in _told(tree)}
    for part in INFORMATION:
        yield Wanted(("information", part), "", required=part in told, in_structure=False)
    for role, party in (("sponsor", identity.sponsor), ("contact", identity.contact)):
        for field in ("name", "organisation"):
            yield Wanted((role, field), str(getattr(party, field, "")), required=False)
    for entry in identity.registry:
        yield Wanted(("registry", entry.number, "overview"), entry.overview, required=False)
    yield from _parts_of_identity(study)


def _parts_of_identity(study: Study) -> Iterator[Wanted]:
    identity = study.identity
    for arm in identity.arms:
        yield from _words("arms", arm.id, arm, "label", "description")
    for site in identity.sites:
        yield from _words("sites", site.id, site, "name")
        for field in ("city", "country", "address"):
            yield Wanted(("sites", site.id, field), str(getattr(site, field)), required=False)
    yield from _labels("factors", identity.factors)
    for factor in identity.factors:
        for level in factor.levels:
            yield Wanted(("factors", factor.id, "levels", level.id), level.label)
    yield Wanted(("allocation", "reason"), identity.allocation.reason, required=False)
    for option in {option.id: option for document in identity.consent for option in document.options}.values():
        yield Wanted(("consent_options", option.id), option.label)
    yield from _labels("products", identity.products)
    for product in identity.products:
        yield Wanted(("products", product.id, "route"), product.route, required=False)
    for category in identity.medication_categories:
        yield Wanted(("medication_categories", category), category.replace("_", " "), required=False)
    for faq in identity.faqs:
        yield from _words("faqs", faq.id, faq, "question", "answer")
    for amendment in identity.amendments:
        yield Wanted(("amendments", amendment.version, "why"), amendment.why)


def _told(tree: Mapping[str, Any]) -> Iterable[str]:
    information = tree.get("information")
    return information if isinstance(information, Mapping) else ()


def _codebook(study: Study) -> Iterator[Wanted]:
    for variable in study.codebook.variables:
        yield from _words("variables", variable.name, variable, "label", "ask", "why")
        for code in variable.codes:
            yield Wanted(("variables", variable.name, "codes", code.value), code.label)
    yield from _labels("forms", study.codebook.forms)
    for check in study.codebook.checks:
        yield from _words("checks", check.id, check, "words")


def _eligibility(study: Study) -> Iterator[Wanted]:
    for criterion in study.eligibility:
        yield from _words("criteria", criterion.id, criterion, "text", "plain")


def _schedule(study: Study) -> Iterator[Wanted]:
    schedule = study.schedule
    yield from _labels("visits", schedule.visits)
    yield from _labels("doses", schedule.doses)
    yield from _labels("masking", schedule.masking)
    yield from _labels("specimens", schedule.specimens)


def _endpoints(study: Study) -> Iterator[Wanted]:
    endpoints = study.endpoints
    yield from _labels("reversions", endpoints.reversions)
    yield from _labels("intercurrent_events", endpoints.intercurrent_events)
    yield from _labels("endpoints", endpoints.endpoints)
    for endpoint in endpoints.endpoints:
        for reading in endpoint.readings:
            yield Wanted(("endpoints", endpoint.id, "readings", reading.id), reading.label)
    yield from _labels("estimands", endpoints.estimands)
    for estimand in endpoints.estimands:
        for strategy in estimand.intercurrent:
            path = ("estimands", estimand.id, "intercurrent", strategy.event)
            yield Wanted(path, strategy.words, required=bool(strategy.words))
    yield from _labels("analyses", endpoints.analyses)
    yield from _labels("associations", endpoints.associations)


def _prediction(study: Study) -> Iterator[Wanted]:
    declared = study.prediction
    if declared is None:
        return
    yield from _words("prediction", "model", declared, "label", "why_exploratory")
    yield Wanted(("prediction", "anticipated", "reason"), declared.anticipated.reason, required=False)
    yield from _labels("landmarks", declared.landmarks)


def _truths(study: Study) -> Iterator[Wanted]:
    if study.scenarios is not None:
        for truth in study.scenarios.truths:
            yield Wanted(("truths", truth.id, "label"), truth.label, required=False)
