"""The event: the one record of everything that happens in a study, hash-chained."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from equipoise.core import canonical

if TYPE_CHECKING:
    from equipoise.conduct.context import Context

GENESIS = "0" * 64  # the previous hash of a study's first event


class Draft(NamedTuple):
    """An event as `decide` returns it: not yet numbered and chained."""

    type: str
    stream: str  # a participant's number, or "study"
    data: dict[str, Any]


class Event(NamedTuple):
    """A sealed event. `seq` is gapless in its study from 1; `hash` covers every other field.

    A named tuple, as `Draft` is: it cannot be changed either, and a trial makes tens of thousands of them.
    """

    study: str
    seq: int
    stream: str
    version: str  # the study version in force
    type: str
    at: str  # UTC, microseconds, Z
    by: str
    role: str
    key: str  # idempotency key: a retry with the same key returns the same events
    data: dict[str, Any]
    previous: str
    hash: str = ""

    @classmethod
    def sealed(cls, draft: Draft, *, study: str, seq: int, version: str, context: Context, previous: str) -> Event:
        """Return a draft as the next event of a chain."""
        event = cls(
            study, seq, draft.stream, version, draft.type, context.at, context.by, context.role, context.key,
            draft.data, previous,
        )  # fmt: skip
        return cls(*event[:-1], event.computed_hash())

    def envelope(self) -> dict[str, Any]:
        """Return everything that the hash covers, as canonical JSON takes it."""
        return {
            "at": self.at,
            "by": self.by,
            "data": self.data,
            "key": self.key,
            "previous": self.previous,
            "role": self.role,
            "seq": self.seq,
            "stream": self.stream,
            "study": self.study,
            "type": self.type,
            "version": self.version,
        }

    def computed_hash(self) -> str:
        """Return the SHA-256 of the canonical envelope."""
        return hashlib.sha256(canonical.dumps(self.envelope())).hexdigest()
