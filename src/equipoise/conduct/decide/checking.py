"""Checks of what is being entered: edit checks and plausible ranges open queries; they never refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from equipoise.conduct.decide.grounds import participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.facts import facts_of, with_entries
from equipoise.conduct.state import ParticipantState, State
from equipoise.core import words
from equipoise.core.dates import PartialDate
from equipoise.core.quantity import Quantity
from equipoise.criteria.facts import Observation
from equipoise.criteria.nodes import Which
from equipoise.plan.checks import CheckKind, PlannedCheck, run

BY = "check"
Read = Mapping[str, tuple[dict[str, Any], Observation]]


def queries_raised(state: State, visit: str, form: str, on: str, read: Read) -> tuple[Draft, ...]:
    """Return a query for each check that what is being entered makes fire, unless that check has one open already."""
    protocol, participant = state.study.protocol, participant_of(state)
    checks = tuple(check for check in protocol.checks.get(form, ()) if _may_fire(check, read))
    if not checks:
        return ()
    day = PartialDate.parse(on)
    new = {name: Observation(said.value, said.provenance, day, visit) for name, (_, said) in read.items()}
    before = frozenset(
        name for check in checks if not _is_of_now(check, read, participant, on) for name in check.variables
    )
    # As of that day: a late entry is not checked against what came after it.
    facts = with_entries(facts_of(participant, protocol, before, until=on) if before else {}, new)
    study = protocol.study
    language = study.identity.language if study.identity.language in words.LANGUAGES else words.LANGUAGES[0]
    drafts = []
    for finding in run(checks, tuple(read), facts):
        query = _unused(participant, f"{finding.check.id}@{visit}")
        if query:
            data = {
                "query": query,
                "visit": visit,
                "item": finding.item,
                "words": finding.words(study, language),
                "by": BY,
                "check": finding.check.id,
            }
            drafts.append(Draft("query_opened", participant.id, data))
    return tuple(drafts)


def _may_fire(check: PlannedCheck, read: Read) -> bool:
    """Whether a check looks at anything that is being entered, and is not settled by a glance at its bound."""
    if check.severity != "query":
        return False
    if check.bound is None:
        return any(name in read for name in check.variables)
    return any(_is_near(check, said) for said in _observations(check, read))


def _is_of_now(check: PlannedCheck, read: Read, participant: ParticipantState, on: str) -> bool:
    """Whether a check looks at nothing but what is being entered: the last value of each variable, and no other.

    Then no series need be put together, and most checks of a laboratory form are so.
    """
    return all(
        ref.which is Which.LAST
        and ref.variable.name in read
        and all(event.data["on"] != on for event in participant.items.get(ref.variable.name, {}).values())
        for ref in check.fires.node.refs
    )


def _observations(check: PlannedCheck, read: Read) -> Iterator[Observation]:
    return (read[name][1] for name in check.variables if name in read)


def _is_near(check: PlannedCheck, said: Observation) -> bool:
    """Whether a value can lie beyond a bound: nearly none does, and evaluating the rule for each would cost most."""
    value = said.value.value if isinstance(said.value, Quantity) else said.value
    if not isinstance(value, Decimal) or check.bound is None:
        return False
    return value <= check.bound if check.kind is CheckKind.LOW else value >= check.bound


def _unused(participant: ParticipantState, query: str) -> str:
    """Return the next id for a check's query; empty while one is open (asking twice helps nobody)."""
    name, count = query, 1
    while name in participant.queries:
        if participant.queries[name] != "closed":
            return ""
        count += 1
        name = f"{query}#{count}"
    return name
