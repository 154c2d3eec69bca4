"""Writing a history."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from equipoise.conduct.events import Event
from equipoise.core import canonical


def line_of(event: Event) -> bytes:
    """Return the line of an event: its canonical JSON with the hash, and a line feed."""
    return canonical.dumps({**event.envelope(), "hash": event.hash}) + b"\n"


def write_history(path: Path, events: Iterable[Event]) -> int:
    """Write a history and return the number of its events. The file appears only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    count = 0
    with partial.open("wb") as file:
        for event in events:
            file.write(line_of(event))
            count += 1
    partial.replace(path)
    return count
