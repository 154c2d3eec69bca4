"""States that this process has folded before. A history is only added to: a state is never wrong, only old.

A writer takes a state out and puts it back after the commit: one that a rolled-back transaction has changed is gone.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from equipoise.conduct.state import ParticipantState, StudyState

T = TypeVar("T")


class Kept(NamedTuple, Generic[T]):
    """A state, and the number of the last event that it holds; of a study's also that event's hash."""

    state: T
    seq: int
    head: str = ""


class Memory(Generic[T]):
    """The states used last, at most `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, ...], Kept[T]] = OrderedDict()
        self._lock = Lock()

    def take(self, *name: str) -> Kept[T] | None:
        """Take a state out; whoever takes it has it alone."""
        with self._lock:
            return self._kept.pop(name, None)

    def peek(self, *name: str) -> T | None:
        """Look at a state without taking it; whoever has it may be changing it."""
        with self._lock:
            kept = self._kept.get(name)
            return None if kept is None else kept.state

    def keep(self, kept: Kept[T], *name: str) -> None:
        """Put a state back, unless a newer one has come meanwhile."""
        with self._lock:
            other = self._kept.get(name)
            if other is not None and other.seq >= kept.seq:
                return
            self._kept[name] = kept
            self._kept.move_to_end(name)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Forget everything: another database is in use."""
        with self._lock:
            self._kept.clear()


STUDIES: Memory[StudyState] = Memory(16)
PARTICIPANTS: Memory[ParticipantState] = Memory(256)


def forget() -> None:
    """Forget every state."""
    STUDIES.forget()
    PARTICIPANTS.forget()
