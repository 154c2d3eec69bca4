"""The event: the one record of everything that happens in a study, hash-chained."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
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


def sealed(
    drafts: Iterable[Draft], context: Context, *, study: str, version: str, after: int, previous: str
) -> list[Event]:
    """Return the drafts of one transaction as the next events of a chain that has `after` and ends in `previous`.

    What they share is put into their envelope once: a trial seals tens of thousands. Raises NotCanonicalError for
    a value that has no canonical form.
    """
    at, by, role, key = context.at, context.by, context.role, context.key
    envelope: dict[str, Any] = {"at": at, "by": by, "key": key, "role": role, "study": study, "version": version}
    made = []
    for seq, (kind, stream, data) in enumerate(drafts, after + 1):
        envelope.update(data=data, previous=previous, seq=seq, stream=stream, type=kind)
        own = hashlib.sha256(canonical.dumps(envelope)).hexdigest()
        made.append(Event(study, seq, stream, version, kind, at, by, role, key, data, previous, own))
        previous = own
    return made
