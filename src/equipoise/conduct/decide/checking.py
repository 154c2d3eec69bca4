"""Checks of what is being entered: edit checks and plausible ranges open queries; they never refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from equipoise.conduct.decide.grounds import participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.facts import facts_of
from equipoise.conduct.protocol import FormCheck
from equipoise.conduct.state import ParticipantState, State
from equipoise.core import words
from equipoise.core.dates import PartialDate
from equipoise.core.quantity import Quantity
from equipoise.criteria.facts import Observation
from equipoise.plan.checks import Finding, run
from equipoise.study.model.study import Study

BY = "check"
Read = Mapping[str, tuple[dict[str, Any], Observation]]


def queries_raised(state: State, visit: str, form: str, on: str, read: Read) -> tuple[Draft, ...]:
    """Return a query for each check that what is being entered makes fire, unless that check has one open already."""
    participant, study = participant_of(state), state.study.protocol.study
    drafts = []
    for finding in _findings(state, visit, form, on, read):
        query = _unused(participant, f"{finding.check.id}@{visit}")
        if query:
            data = {
                "query": query,
                "visit": visit,
                "item": finding.item,
                "words": finding.words(study, _language(study)),
                "by": BY,
                "check": finding.check.id,
            }
            drafts.append(Draft("query_opened", participant.id, data))
    return tuple(drafts)


def _language(study: Study) -> str:
    return study.identity.language if study.identity.language in words.LANGUAGES else words.LANGUAGES[0]


def _findings(state: State, visit: str, form: str, on: str, read: Read) -> Iterator[Finding]:
    protocol, participant = state.study.protocol, participant_of(state)
    for number, check in enumerate(protocol.checks.get(form, ())):
        if not _may_fire(check, read):
            continue
        if check.looks_at_last_only and _is_all_new(check, read, participant, on):
            said = tuple((name, *_as_written(read[name][0])) for name in check.names)
            yield from protocol.findings(form, number, participant.site, said)
            continue
        day = PartialDate.parse(on)
        # As of that day: a late entry is not checked against what came after it, nor a correction against what it
        # replaces.
        facts = facts_of(participant, protocol, check.names, until=on, without=(visit, form))
        for name in check.names:
            if name in read:
                said_now = read[name][1]
                new = Observation(said_now.value, said_now.provenance, day, visit)
                facts[name] = (*facts.get(name, ()), new)
        yield from run((check.planned,), tuple(read), facts)


def _as_written(data: Mapping[str, Any]) -> tuple[str, str, str]:
    return data["value"], data["unit"], data["limit"]


def _may_fire(check: FormCheck, read: Read) -> bool:
    """Whether a check looks at anything that is being entered, and is not settled by a glance at its bound."""
    if check.bound is None:
        return any(name in read for name in check.names)
    return any(_is_near(check, read[name][1]) for name in check.names if name in read)


def _is_near(check: FormCheck, said: Observation) -> bool:
    """Whether a value can lie beyond a bound: nearly none does, and evaluating the rule for each would cost most."""
    value = said.value.value if isinstance(said.value, Quantity) else said.value
    if not isinstance(value, Decimal) or check.bound is None:
        return False
    return value <= check.bound if check.is_low else value >= check.bound


def _is_all_new(check: FormCheck, read: Read, participant: ParticipantState, on: str) -> bool:
    """Whether all that a check looks at is being entered just now, and nothing else was seen of it on that day."""
    return all(
        name in read and all(event.data["on"] != on for event in participant.items.get(name, {}).values())
        for name in check.names
    )


def _unused(participant: ParticipantState, query: str) -> str:
    """Return the next id for a check's query; empty while one is open (asking twice helps nobody)."""
    name, count = query, 1
    while name in participant.queries:
        if participant.queries[name] != "closed":
            return ""
        count += 1
        name = f"{query}#{count}"
    return name
