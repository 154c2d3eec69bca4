"""Consent: to a version of the form that is valid on that day, in a language in which it exists."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.conduct.commands import GiveConsent, RenewConsent
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_day, bad_record_day, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.core.problem import Problem
from equipoise.study.model.identity import ConsentDocument

_OLDEST = 130


def give(state: State, command: GiveConsent, context: Context) -> Decision:
    """Record the first consent."""
    problem = bad_day(state, command.on, context) or _bad_document(state, command)
    if problem is None and command.age is not None and not 0 <= command.age <= _OLDEST:
        problem = Problem("conduct.bad-age", {"age": command.age})
    if problem is not None:
        return problem
    return (Draft("consent_given", command.participant, {**_data(command), "age": command.age}),)


def renew(state: State, command: RenewConsent, context: Context) -> Decision:
    """Record consent to another version, or another choice of the optional parts."""
    problem = bad_record_day(state, command.on, context) or _bad_document(state, command)
    given = participant_of(state).consent
    if problem is None and given is not None and command.on < given["on"]:
        problem = Problem("conduct.renewed-before-consent", {"on": command.on, "first": given["on"]})
    if problem is None and given is not None:
        same = given["document"] == command.document and dict(given["options"]) == dict(command.options)
        if same and given["language"] == command.language:
            problem = Problem("conduct.nothing-renewed", {"document": command.document})
    return problem or (Draft("consent_renewed", command.participant, _data(command)),)


def _data(command: GiveConsent | RenewConsent) -> dict[str, object]:
    return {
        "document": command.document,
        "language": command.language,
        "on": command.on,
        "options": dict(command.options),
    }


def _bad_document(state: State, command: GiveConsent | RenewConsent) -> Problem | None:
    documents = state.study.protocol.study.identity.consent
    known = {document.version: document for document in documents}
    document = known.get(command.document)
    if document is None:
        return Problem("conduct.no-such-consent", {"document": command.document[:40], "documents": ", ".join(known)})
    valid = _valid_on(documents, command.on)
    if valid is not document:
        return Problem(
            "conduct.consent-not-valid-then",
            {"document": command.document, "on": command.on, "valid": valid.version if valid else "–"},
        )
    if command.language not in document.languages:
        return Problem(
            "conduct.consent-not-in-language",
            {"document": command.document, "language": command.language, "languages": ", ".join(document.languages)},
        )
    return _bad_options(document, command.options)


def _valid_on(documents: tuple[ConsentDocument, ...], on: str) -> ConsentDocument | None:
    """Return the version in force on a day: the one that became valid last."""
    valid = [document for document in documents if document.valid_from <= on]
    return max(valid, key=lambda document: document.valid_from, default=None)


def _bad_options(document: ConsentDocument, options: Mapping[str, bool]) -> Problem | None:
    declared = [option.id for option in document.options]
    unknown = sorted(set(options) - set(declared))
    if unknown:
        return Problem("conduct.no-such-option", {"option": unknown[0][:40], "options": ", ".join(declared) or "–"})
    return None
