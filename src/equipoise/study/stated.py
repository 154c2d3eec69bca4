"""What is stated and what is assumed: every fact of a study that carries its standing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from equipoise.core.words import text
from equipoise.study.model.base import Stated
from equipoise.study.model.study import Study
from equipoise.study.words import label, say

# What a thing is called where it has no label.
_CALLED = {"sites": "name", "faqs": "question"}


@dataclass(frozen=True, slots=True)
class Assumption:
    """Things that are assumed for one reason: their section, what they are called, and why."""

    section: str
    things: tuple[str, ...]
    reason: str


def assumptions(study: Study, language: str) -> tuple[Assumption, ...]:
    """Return everything that the study assumes, gathered by its reason, in the order of the files."""
    found: dict[tuple[str, str], list[str]] = {}
    for section, identity, thing in stated_things(study):
        if thing.assumed:
            path = (section, "reason") if section == "allocation" else (section, identity, "reason")
            reason = say(study, language, *path) or thing.reason
            found.setdefault((section, reason), []).append(_called(study, language, section, identity))
    return tuple(Assumption(section, tuple(things), reason) for (section, reason), things in found.items())


def stated_things(study: Study) -> Iterator[tuple[str, str, Stated]]:
    """Yield every part that says where it comes from: its section, its name, itself."""
    identity, schedule, plan = study.identity, study.schedule, study.endpoints
    yield "study", study.id, identity
    yield "sponsor", identity.sponsor.name, identity.sponsor
    if identity.contact is not None:
        yield "contact", identity.contact.name, identity.contact
    yield "allocation", identity.allocation.scheme.value, identity.allocation
    groups: Sequence[tuple[str, str, Iterable[Any]]] = (
        ("registry", "number", identity.registry),
        ("dates", "value", identity.dates),
        ("arms", "id", identity.arms),
        ("sites", "id", identity.sites),
        ("factors", "id", identity.factors),
        ("consent", "version", identity.consent),
        ("products", "id", identity.products),
        ("faqs", "id", identity.faqs),
        ("variables", "name", study.codebook.variables),
        ("forms", "id", study.codebook.forms),
        ("checks", "id", study.codebook.checks),
        ("criteria", "id", study.eligibility),
        ("visits", "id", schedule.visits),
        ("doses", "id", schedule.doses),
        ("masking", "id", schedule.masking),
        ("specimens", "id", schedule.specimens),
        ("reversions", "id", plan.reversions),
        ("intercurrent_events", "id", plan.intercurrent_events),
        ("endpoints", "id", plan.endpoints),
        ("estimands", "id", plan.estimands),
        ("analyses", "id", plan.analyses),
        ("associations", "id", plan.associations),
    )
    for section, key, things in groups:
        for thing in things:
            yield section, getattr(thing, key), thing
    if study.prediction is not None:
        yield "prediction", "model", study.prediction
        yield "prediction", "anticipated", study.prediction.anticipated
        for landmark in study.prediction.landmarks:
            yield "landmarks", landmark.id, landmark


def _called(study: Study, language: str, section: str, identity: str) -> str:
    if section == "allocation":
        return ""
    if section in _CALLED:
        return say(study, language, section, identity, _CALLED[section])
    if (section, identity) == ("prediction", "anticipated"):
        return text("study", "documents.prediction.anticipated", language)
    return label(study, section, identity, language)
