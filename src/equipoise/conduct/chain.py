"""What is wrong with a chain at the first event that does not fit: edited, replaced, missing, doubled or swapped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from equipoise.conduct.events import Event
from equipoise.core.problem import Problem


def is_intact(event: Event) -> bool:
    """Whether an event's content has the hash that it carries; one that cannot be written as JSON has not."""
    try:
        return event.computed_hash() == event.hash
    except (TypeError, ValueError):
        return False


def fault(event: Event, following: Iterable[Event], hashes: Sequence[str], streams: Sequence[str]) -> Problem:
    """Name the guilty event.

    `event` is the first that does not fit, `following` what comes after it, `hashes` and `streams` are those of the
    events before it, which do fit.
    """
    position = len(hashes) + 1
    if not is_intact(event):
        return _row("conduct.edited-row", position, event.stream)
    after = list(following)
    if event.seq == position:
        return _unchained(event, after, position, streams)
    if event.seq < position:
        doubled = event.seq > 0 and hashes[event.seq - 1] == event.hash
        if doubled:
            return _row("conduct.doubled-row", event.seq, event.stream)
        return _row("conduct.remade-row", position, event.stream)
    if any(later.seq == position for later in after):
        return Problem("conduct.swapped-row", {"seq": position, "found": event.seq})
    if after and after[0].seq == position + 1:  # the numbers go on as if nothing were missing: this one was made anew
        return _row("conduct.remade-row", position, event.stream)
    if position == 1:
        return Problem("conduct.missing-start", {"found": event.seq})
    return Problem("conduct.missing-row", {"seq": position, "before": position - 1, "found": event.seq})


def _unchained(event: Event, after: Sequence[Event], position: int, streams: Sequence[str]) -> Problem:
    """Tell which of two neighbours was replaced, both of them whole in themselves.

    If the next event was chained to this one, this one is as it was, and the one before it is not.
    """
    is_genuine = bool(after) and after[0].previous == event.hash
    if position > 1 and (is_genuine or not after):
        return _row("conduct.remade-row", position - 1, streams[-1])
    return _row("conduct.remade-row", position, event.stream)


def _row(code: str, seq: int, stream: str) -> Problem:
    return Problem(code, {"seq": seq, "stream": stream})
