"""From what was entered to what is known: the series of observations that rules are decided on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from equipoise.conduct.state import ParticipantState, Series
from equipoise.core.dates import PartialDate, add_months
from equipoise.core.decimals import parse_decimal
from equipoise.core.problem import Problem
from equipoise.criteria.facts import Kind, Observation, Provenance, VariableType, converted, parse_cell
from equipoise.study.rules import ALLOCATION_DATE

if TYPE_CHECKING:
    from equipoise.conduct.events import Event
    from equipoise.conduct.protocol import Protocol

AGE_AT_CONSENT = "age at consent"  # the source of a birth date that stands for every one of that age
_PRECISION = {"year": 4, "month": 7, "day": 10}


def read_value(variable: VariableType, text: str, unit: str, limit: str) -> Observation | Problem:
    """Read a value as written, in the unit and with the lower limit that its slip states."""
    if limit and variable.kind is Kind.LABORATORY:
        stated = parse_decimal(limit)
        own = converted(stated, unit or (variable.unit or ""), variable.unit or "") if stated is not None else None
        if own is None or isinstance(own, Problem):
            return Problem("conduct.bad-limit", {"item": variable.name, "limit": limit})
        variable = replace(variable, limit=own)
    return parse_cell(variable, text, unit or None)


def truncated(text: str, precision: str) -> str:
    """Return a date as text, no more precise than is declared."""
    return text.strip()[: _PRECISION[precision]]


@lru_cache(maxsize=4096)
def _day(text: str) -> PartialDate | None:
    return PartialDate.parse(text)


def observed(protocol: Protocol, site: str, data: Mapping[str, Any], source: str) -> Observation:
    """Return what an entry says: `data` are those of an event `item_entered`, which holds only what could be read."""
    read = protocol.read(protocol.written(data["item"], site, data["value"], data["unit"], data["limit"]))
    if isinstance(read, Problem):  # an earlier version of the study could read it; nothing is known by this one
        return Observation(None, Provenance.UNKNOWN, _day(data["on"]), data["visit"], source)
    provenance = read.provenance
    if data["stated_by"] == "patient" and provenance is Provenance.DOCUMENTED:
        provenance = Provenance.PATIENT_STATED
    return Observation(read.value, provenance, _day(data["on"]), data["visit"], source)


def _series(participant: ParticipantState, protocol: Protocol, name: str) -> tuple[Observation, ...]:
    """Return the observations of a variable in date order; what was read before is kept, until it is corrected."""
    entered = participant.items.get(name)
    if not entered:
        return ()
    kept = participant.series.get(name)
    if kept is None or kept.protocol is not protocol:  # another version of the study may read otherwise
        kept = Series(protocol, 0, ())
    if kept.entered < len(entered):
        later = tuple(islice(entered.values(), kept.entered, None))
        known = kept.known + _put_together(participant, protocol, later)
        if any(event.data["on"] < str(one.on) for event in later for one in kept.known[-1:]):
            known = _put_together(participant, protocol, entered.values())
        kept = participant.series[name] = Series(protocol, len(entered), known)
    return kept.known


def _put_together(
    participant: ParticipantState, protocol: Protocol, entered: Iterable[Event]
) -> tuple[Observation, ...]:
    return tuple(
        [
            observed(protocol, participant.site, event.data, f"event {event.seq}")
            for event in sorted(entered, key=lambda event: (event.data["on"], event.seq))
            if event.data["value"]
        ]
    )


def facts_of(
    participant: ParticipantState,
    protocol: Protocol,
    names: Iterable[str],
    *,
    until: str = "",
    anchored: str = "",
    without: tuple[str, str] | None = None,
) -> dict[str, tuple[Observation, ...]]:
    """Return what is known of some variables, up to a day and `without` a form at a visit (visit, form) if given.

    The anchor variable is the day of consent, or the day `anchored` if that is given (judging again at allocation).
    """
    facts: dict[str, tuple[Observation, ...]] = {}
    for name in names:
        if name in (protocol.anchor, ALLOCATION_DATE):
            continue
        entered = participant.items.get(name, {})
        if without is None or without not in entered:
            known = _series(participant, protocol, name)
        else:
            others = (event for place, event in entered.items() if place != without)
            known = _put_together(participant, protocol, others)
        if until:
            known = _until(known, _day(until))
        if known:
            facts[name] = known
    consent = participant.consent
    on = anchored or (consent["on"] if consent else "")
    if on:
        facts[protocol.anchor] = (Observation(_day(on), on=_day(on), source="consent"),)
    allocated = anchored or (participant.allocation["on"] if participant.allocation else "")
    if allocated:
        facts[ALLOCATION_DATE] = (Observation(_day(allocated), on=_day(allocated), source=ALLOCATION_DATE),)
    if consent and not anchored and consent["age"] is not None and protocol.born in set(names):
        _narrow(facts, protocol.born, consent["on"], consent["age"])
    return facts


def _until(series: tuple[Observation, ...], limit: PartialDate | None) -> tuple[Observation, ...]:
    """Return the observations of a series up to a day; mostly the last is as early, and so are all before it."""
    if limit is None or not series or (series[-1].on is not None and series[-1].on <= limit):
        return series
    return tuple(item for item in series if item.on is None or item.on <= limit)


def _narrow(facts: dict[str, tuple[Observation, ...]], born: str, on: str, age: int) -> None:
    """Let the completed age that was recorded with the consent settle what a truncated birth date leaves open.

    Any birth date that gives this age on the day of consent gives the same verdict, so the latest one that the
    truncated date allows stands for all of them.
    """
    day = date.fromisoformat(on)
    latest, earliest = add_months(day, -12 * age), add_months(day, -12 * (age + 1)) + timedelta(days=1)
    stated = facts.get(born, ())
    known = stated[-1].value if stated else None
    if isinstance(known, PartialDate):
        latest, earliest = min(latest, known.latest), max(earliest, known.earliest)
    if earliest <= latest:  # otherwise the age and the date contradict each other, and the date is left as it is
        facts[born] = (Observation(PartialDate.of(latest), source=AGE_AT_CONSENT),)
