"""What a command becomes, given its state and the end of the chain: alike for a history in memory and in a database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from equipoise.conduct.commands import Command
from equipoise.conduct.context import Context
from equipoise.conduct.decide import decide
from equipoise.conduct.events import Event, sealed
from equipoise.conduct.retry import is_retry
from equipoise.conduct.state import State
from equipoise.core.canonical import NotCanonicalError
from equipoise.core.problem import Problem

_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


@lru_cache(maxsize=1024)
def is_instant(text: str) -> bool:
    """Whether a text is an instant as events keep it: UTC, microseconds, Z."""
    return _AT.fullmatch(text) is not None


def unfit(context: Context) -> Problem | None:
    """Return why nothing can be asked for in a context: no key, or a moment that is none."""
    if not context.key:
        return Problem("conduct.no-key")
    if not is_instant(context.at):
        return Problem("conduct.bad-instant", {"text": context.at[:40]})
    return None


def answered_before(command: Command, context: Context, kept: Sequence[Event]) -> tuple[Event, ...] | Problem:
    """Return the events that a key has given already, if it is the same person's same command again."""
    same = kept[0].by == context.by and is_retry(command, kept)
    return tuple(kept) if same else Problem("conduct.key-used", {"key": context.key, "seq": kept[0].seq})


def next_events(
    state: State, command: Command, context: Context, *, after: int, previous: str
) -> tuple[Event, ...] | Problem:
    """Decide a command and return its events as the next of a chain that has `after` and ends in `previous`.

    Nothing is changed: whoever keeps the history folds the events (`evolve`) and appends them.
    """
    decided = decide(state, command, context=context)
    if isinstance(decided, Problem):
        return decided
    version = state.study.version
    if decided[0].type == "version_published":
        version = decided[0].data["version"]
    try:
        return tuple(sealed(decided, context, study=state.study.id, version=version, after=after, previous=previous))
    except NotCanonicalError:  # half a character, or a value that is no text at all
        return Problem("conduct.bad-text")
