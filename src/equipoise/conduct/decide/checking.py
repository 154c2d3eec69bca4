"""Checks of what is being entered: edit checks and plausible ranges open queries; they never refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from equipoise.conduct.decide.grounds import participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.facts import facts_of
from equipoise.conduct.protocol import FormCheck, Protocol, Taken
from equipoise.conduct.state import ParticipantState, State
from equipoise.core import words
from equipoise.core.dates import PartialDate
from equipoise.criteria.facts import Observation
from equipoise.plan.checks import Finding, run
from equipoise.study.model.study import Study

BY = "check"


class Entered(NamedTuple):
    """A value that is being entered: its event's data, and how the form takes it."""

    data: dict[str, Any]
    taken: Taken


Read = Mapping[str, Entered]


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


def _findings(state: State, visit: str, form: str, on: str, read: Read) -> list[Finding]:
    protocol, participant = state.study.protocol, participant_of(state)
    checks = _may_fire(protocol, form, read)
    if not checks:
        return []
    found: list[Finding] = []
    with_history: list[FormCheck] = []
    # What a check finds is settled by what is entered just now where nothing else of it is known of that day.
    settled = {name for check in checks for name in check.names if _is_settled(participant, protocol, name, on, read)}
    for check in checks:
        if check.looks_at_last_only and settled.issuperset(check.names):
            said = tuple([read[name].taken.written for name in check.names if name in read])
            found.extend(protocol.findings(form, check.number, said))
        else:
            with_history.append(check)
    if with_history:
        # As of that day: a late entry is not checked against what came after it, nor a correction against what it
        # replaces.
        names = dict.fromkeys(name for check in with_history for name in check.names)
        facts = facts_of(participant, protocol, names, until=on, without=(visit, form))
        day = PartialDate.parse(on)
        for name in names:
            if name in read:
                observed = read[name].taken.said
                facts[name] = (*facts.get(name, ()), Observation(observed.value, observed.provenance, day, visit))
        found.extend(run(tuple(check.planned for check in with_history), tuple(read), facts))
    if len(found) > 1:
        order = [check.planned for check in protocol.checks[form].all]
        found.sort(key=lambda finding: order.index(finding.check))
    return found


def _is_settled(participant: ParticipantState, protocol: Protocol, name: str, on: str, read: Read) -> bool:
    """Whether the last that is known of a variable on a day is what is entered just now; or nothing at all is known."""
    known = participant.items.get(name)
    if name in read:
        return not known or all(event.data["on"] != on for event in known.values())
    return not known and name not in protocol.known_otherwise


def _may_fire(protocol: Protocol, form: str, read: Read) -> tuple[FormCheck, ...]:
    """Return the checks that look at anything that is being entered and are not settled by a glance at their bound."""
    checks = protocol.checks.get(form)
    if checks is None:
        return ()
    near = {check.number: check for entered in read.values() for check in entered.taken.near}
    return (*near.values(), *(check for check in checks.declared if not read.keys().isdisjoint(check.names)))


def _unused(participant: ParticipantState, query: str) -> str:
    """Return the next id for a check's query; empty while one is open (asking twice helps nobody)."""
    name, count = query, 1
    while name in participant.queries:
        if participant.queries[name] != "closed":
            return ""
        count += 1
        name = f"{query}#{count}"
    return name
