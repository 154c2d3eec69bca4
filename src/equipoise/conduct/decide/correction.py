"""Correct an item: with a reason, keeping what was there."""

from __future__ import annotations

from equipoise.conduct.commands import CorrectItem
from equipoise.conduct.context import Context
from equipoise.conduct.decide.checking import queries_raised
from equipoise.conduct.decide.entry import bad_form, read_entry
from equipoise.conduct.decide.grounds import Decision, bad_record_day, empty, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.core.problem import Problem

_STATED = ("value", "unit", "limit", "assay", "laboratory", "stated_by", "on")


def correct(state: State, command: CorrectItem, context: Context) -> Decision:
    """Replace an item's value; an empty value takes back an entry that should never have been made."""
    problem = (
        bad_record_day(state, command.on, context)
        or empty(reason=command.reason)
        or bad_form(state, command.visit, command.form)
    )
    if problem is not None:
        return problem
    name = command.entry.item
    entered = participant_of(state).items.get(name, {}).get((command.visit, command.form))
    if entered is None:
        return Problem("conduct.nothing-to-correct", {"item": name[:60], "visit": command.visit})
    read = read_entry(state, command, command.entry, context)
    if isinstance(read, Problem):
        return read
    if all(entered.data[key] == read.data[key] for key in _STATED):
        return Problem("conduct.nothing-changed", {"item": name, "value": read.data["value"]})
    corrected = {**read.data, "previous": entered.data["value"], "reason": command.reason}
    raised = queries_raised(state, command.visit, command.form, command.on, {name: read})
    return (Draft("item_corrected", command.participant, corrected), *raised)
