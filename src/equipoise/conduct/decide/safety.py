"""Adverse events and medication: reported, and reported again under the same id when more is known."""

from __future__ import annotations

from typing import get_args, get_type_hints

from equipoise.conduct.commands import ReportAdverseEvent, ReportMedication
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_choice, bad_day, bad_record_day, empty, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.core.dates import PartialDate
from equipoise.core.ids import is_id
from equipoise.core.problem import Problem

_HINTS = get_type_hints(ReportAdverseEvent)
_SEVERITIES, _RELATIONS, _OUTCOMES = (get_args(_HINTS[name]) for name in ("severity", "related", "outcome"))


def report_adverse_event(state: State, command: ReportAdverseEvent, context: Context) -> Decision:
    """Report an adverse event, or what has become of it."""
    problem = (
        _bad_id(command.adverse_event)
        or bad_record_day(state, command.on, context, "onset")
        or empty(term=command.term)
        or bad_choice("severity", command.severity, _SEVERITIES)
        or bad_choice("related", command.related, _RELATIONS)
        or bad_choice("outcome", command.outcome, _OUTCOMES)
        or _bad_end(state, command, context)
        or _contradictory(command)
    )
    if problem is not None:
        return problem
    data = {
        "adverse_event": command.adverse_event,
        "term": command.term,
        "on": command.on,
        "severity": command.severity,
        "serious": command.serious,
        "related": command.related,
        "outcome": command.outcome,
        "ended": command.ended,
        "category": command.category,
    }
    if participant_of(state).adverse_events.get(command.adverse_event) == data:
        return Problem("conduct.nothing-new", {"id": command.adverse_event})
    return (Draft("adverse_event_reported", command.participant, data),)


def report_medication(state: State, command: ReportMedication, context: Context) -> Decision:
    """Report a medication, or its end."""
    categories = state.study.protocol.study.identity.medication_categories
    participant = participant_of(state)
    problem = (
        _bad_id(command.medication)
        or empty(name=command.name)
        or bad_choice("category", command.category, categories)
        or _bad_span(state, command, context)
    )
    if problem is not None:
        return problem
    data = {
        "medication": command.medication,
        "name": command.name,
        "category": command.category,
        "started": command.started,
        "ended": command.ended,
    }
    if participant.medication.get(command.medication) == data:
        return Problem("conduct.nothing-new", {"id": command.medication})
    return (Draft("medication_reported", command.participant, data),)


def _bad_id(text: str) -> Problem | None:
    return None if is_id(text) else Problem("conduct.bad-id", {"id": text[:40]})


def _bad_end(state: State, command: ReportAdverseEvent, context: Context) -> Problem | None:
    if not command.ended:
        return None
    if command.ended < command.on:
        return Problem("conduct.ends-before-it-begins", {"begins": command.on, "ends": command.ended[:40]})
    return bad_day(state, command.ended, context, "end")


def _contradictory(command: ReportAdverseEvent) -> Problem | None:
    if (command.severity == "fatal") != (command.outcome == "fatal"):
        return Problem("conduct.fatal-or-not", {"severity": command.severity, "outcome": command.outcome})
    # ICH E2A: what is fatal or threatens life is serious.
    if command.severity in ("fatal", "life_threatening") and not command.serious:
        return Problem("conduct.is-serious", {"severity": command.severity})
    return None


def _bad_span(state: State, command: ReportMedication, context: Context) -> Problem | None:
    """Return what is wrong with the days of a medication; people often know the month or the year only."""
    started = PartialDate.parse(command.started)
    if started is None:
        return Problem("conduct.bad-start", {"text": command.started[:40]})
    # What somebody took before the study may have begun long ago; the rules for days after the end hold all the same.
    problem = bad_record_day(state, started.earliest.isoformat(), context, "start")
    if problem is not None or not command.ended:
        return problem
    ended = PartialDate.parse(command.ended)
    if ended is None or ended.latest < started.earliest:
        return Problem("conduct.ends-before-it-begins", {"begins": command.started, "ends": command.ended[:40]})
    return bad_day(state, ended.earliest.isoformat(), context, "end")
