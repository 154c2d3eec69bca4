"""Enter items of a form: every value is read before it is taken, and all that cannot be taken is said at once."""

from __future__ import annotations

from equipoise.conduct.commands import CorrectItem, EnterItems, Entry
from equipoise.conduct.context import Context
from equipoise.conduct.decide.checking import Entered, queries_raised
from equipoise.conduct.decide.grounds import Decision, Refusal, bad_record_day, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.facts import truncated
from equipoise.conduct.permissions import MAY_JUDGE
from equipoise.conduct.protocol import Item
from equipoise.conduct.state import ParticipantState, State
from equipoise.conduct.terms import Term
from equipoise.core.problem import Problem
from equipoise.criteria.facts import Kind

_LONGEST = 4000


def enter(state: State, command: EnterItems, context: Context) -> Decision:
    """Enter items: one event an item, and a query for whatever a check finds."""
    problem = bad_record_day(state, command.on, context) or bad_form(state, command.visit, command.form)
    if problem is not None:
        return problem
    if not command.entries:
        return Problem("conduct.nothing-entered", {"form": command.form})
    participant = participant_of(state)
    place = (command.visit, command.form)
    read: dict[str, Entered] = {}
    problems: list[Problem] = []
    for entry in command.entries:
        if entry.item in read or place in participant.items.get(entry.item, ()):
            problems.append(Problem("conduct.already-entered", {"item": entry.item, "visit": command.visit}))
            continue
        found = read_entry(state, command, entry, context)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            read[entry.item] = found
    if problems:
        return problems[0] if len(problems) == 1 else _together(problems)
    entered = tuple([Draft("item_entered", command.participant, one.data) for one in read.values()])
    return entered + queries_raised(state, command.visit, command.form, command.on, read)


def _together(problems: list[Problem]) -> Refusal:
    items = ", ".join(str(problem.params.get("item", problem.params.get("variable", "–"))) for problem in problems)
    return Refusal("conduct.bad-items", {"count": len(problems), "items": items}, parts=tuple(problems))


def bad_form(state: State, visit: str, form: str) -> Problem | None:
    """Return why items of a form cannot be entered at a visit: not planned there, or the visit did not take place."""
    protocol, participant = state.study.protocol, participant_of(state)
    declared = protocol.visit(visit)
    if declared is None:
        return Problem("conduct.no-such-visit", {"visit": visit[:40]})
    if form not in declared.forms:
        return Problem(
            "conduct.form-not-at-visit", {"form": form[:40], "visit": visit, "forms": ", ".join(declared.forms)}
        )
    held = participant.visits.get(visit, "expected")
    if held not in ("recorded", "signed"):
        return Problem("conduct.visit-not-recorded", {"visit": visit, "state": Term("states.visit", held)})
    return None


def read_entry(state: State, command: EnterItems | CorrectItem, entry: Entry, context: Context) -> Entered | Problem:
    """Return an entry's data and what it says, or why it cannot be taken; only a correction may empty an item."""
    protocol, form = state.study.protocol, command.form
    item = protocol.items.get((form, entry.item))
    if item is None:
        return Problem("conduct.item-not-on-form", {"item": entry.item[:60], "form": form})
    problem = _bad_entry(entry, may_be_empty=isinstance(command, CorrectItem))
    if problem is None and not item.is_for_all:
        problem = _not_theirs(state, item, context)
    if problem is not None:
        return problem
    value = truncated(entry.value, item.declared.precision) if item.type.kind is Kind.DATE else entry.value
    written = protocol.written(entry.item, participant_of(state).site, value, entry.unit, entry.limit)
    taken = protocol.taken(form, written)
    if isinstance(taken, Problem):
        return _named(taken, entry.item)
    data = {
        "visit": command.visit,
        "form": form,
        "on": command.on,
        "item": entry.item,
        "value": value,
        "unit": entry.unit,
        "limit": entry.limit,
        "assay": entry.assay,
        "laboratory": entry.laboratory,
        "stated_by": entry.stated_by,
    }
    return Entered(data, taken)


def _named(problem: Problem, item: str) -> Problem:
    """Return what is wrong with a value, with the item that it was given for."""
    if problem.code == "core.bad-result":
        return Problem("conduct.bad-result", {**problem.params, "item": item})
    if problem.code == "core.bad-unit":
        return Problem("conduct.bad-unit", {**problem.params, "item": item})
    return problem


def _bad_entry(entry: Entry, *, may_be_empty: bool) -> Problem | None:
    if not entry.value.strip() and not may_be_empty:
        return Problem("conduct.empty-value", {"item": entry.item})
    if len(entry.value) > _LONGEST:
        return Problem("conduct.value-too-long", {"item": entry.item, "limit": _LONGEST})
    if entry.stated_by not in ("document", "patient"):
        return Problem("conduct.bad-source", {"item": entry.item, "text": str(entry.stated_by)[:40]})
    return None


def _not_theirs(state: State, item: Item, context: Context) -> Problem | None:
    """Return why an item is not this asker's to enter, nobody's in clear, or not of this person."""
    name, kind = item.asked.variable, item.type.kind
    if kind is Kind.JUDGEMENT and context.role not in MAY_JUDGE:
        return Problem("conduct.only-investigator-judges", {"item": name, "role": Term("roles", context.role)})
    if item.declared.personal and kind is Kind.TEXT:
        return Problem("conduct.personal-data", {"item": name})
    return _not_asked(state, item, participant_of(state))


def _not_asked(state: State, item: Item, participant: ParticipantState) -> Problem | None:
    """Return why an item is not this person's: another arm's, or under an optional consent that was not given.

    What the form's `when` would not ask but somebody documents all the same is taken: edit checks find what clashes.
    """
    name = item.asked.variable
    consent = item.asked.consent
    if consent and not (participant.consent and participant.consent["options"].get(consent)):
        return Problem("conduct.option-not-given", {"item": name, "option": consent})
    allocation = participant.allocation
    if item.asked.arms and (allocation is None or not _may_be_in(state, allocation["arm"], item.asked.arms)):
        return Problem("conduct.item-of-other-arm", {"item": name})
    return None


def _may_be_in(state: State, arm: str, arms: tuple[str, ...]) -> bool:
    """Whether an arm can be one of some; in a blinded study a refusal would tell the arm, so that any may be."""
    return state.study.protocol.study.is_blinded or arm in arms
