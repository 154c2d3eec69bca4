"""Queries: opened on an item, answered by the centre, closed by who asked."""

from __future__ import annotations

from equipoise.conduct.commands import AnswerQuery, CloseQuery, OpenQuery
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, empty, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.state import State
from equipoise.conduct.states import QUERY
from equipoise.conduct.terms import Term
from equipoise.core.problem import Problem

_LONGEST = 120


def open_query(state: State, command: OpenQuery, context: Context) -> Decision:
    """Open a query, or open an answered one again."""
    if not command.query.strip() or len(command.query) > _LONGEST:
        return Problem("conduct.bad-id", {"id": command.query[:40]})
    problem = empty(words=command.words) or _not_next(state, command.query, "query_opened")
    visits = participant_of(state).items.get(command.item, {})
    if problem is None and command.visit not in {visit for visit, _ in visits}:
        problem = Problem("conduct.nothing-to-query", {"item": command.item[:60], "visit": command.visit[:40]})
    data = {
        "query": command.query,
        "visit": command.visit,
        "item": command.item,
        "words": command.words,
        "by": context.by,
        "check": "",
    }
    return problem or (Draft("query_opened", command.participant, data),)


def answer(state: State, command: AnswerQuery, _context: Context) -> Decision:
    """Answer an open query."""
    problem = empty(words=command.words) or _not_next(state, command.query, "query_answered")
    return problem or (Draft("query_answered", command.participant, {"query": command.query, "words": command.words}),)


def close(state: State, command: CloseQuery, _context: Context) -> Decision:
    """Close an answered query."""
    problem = _not_next(state, command.query, "query_closed")
    return problem or (Draft("query_closed", command.participant, {"query": command.query}),)


def _not_next(state: State, query: str, event: str) -> Problem | None:
    held = participant_of(state).queries.get(query, QUERY.initial)
    if QUERY.allows(held, event):
        return None
    when = Term("states.query", *QUERY.states_for(event))
    return Problem("conduct.query-not-ready", {"query": query[:40], "state": Term("states.query", held), "when": when})
