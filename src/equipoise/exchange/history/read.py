"""Reading a history, line by line, with every fault of the file at once."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from equipoise.conduct.events import Event
from equipoise.core import canonical
from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.exchange.limits import Faults

MAX_LINE = 8_000_000  # the canonical study of the first event is the longest line there is
_TYPES: dict[str, type] = {
    "at": str,
    "by": str,
    "data": dict,
    "hash": str,
    "key": str,
    "previous": str,
    "role": str,
    "seq": int,
    "stream": str,
    "study": str,
    "type": str,
    "version": str,
}
_NAMES = frozenset(_TYPES)
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HASH = b'"hash":"'
_HASH_LENGTH = len(_HASH) + 64 + len(b'",')


def read_history(path: Path) -> tuple[Event, ...]:
    """Return the events of a file; raises ProblemsError with every line that is none.

    Whether the events belong together (chain, replay, allocations) is for `conduct.verify` to say.
    """
    events: list[Event] = []
    faults = Faults(path.name)
    for found in stream_history(path):
        if isinstance(found, Problem):
            faults.add(found)
        else:
            events.append(found)
    faults.stop()
    return tuple(events)


def stream_history(path: Path) -> Iterator[Event | Problem]:
    """Yield each line of a file as its event, or as what is wrong with it; memory does not grow with the file."""
    try:
        file = path.open("rb")
    except OSError:
        raise ProblemsError([Problem("exchange.file-unreadable", {"file": path.name}, Place(path.name))]) from None
    with file:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            place = Place(path.name, number)
            if number == 1 and line.startswith(_OTHER_ENCODINGS):
                yield Problem("exchange.history-not-utf8", {}, place)  # once: every line of the file is wrong
                return
            if len(line) == MAX_LINE and not line.endswith(b"\n"):
                yield Problem("exchange.line-too-long", {"limit": MAX_LINE // 1_000_000}, place)
                while rest := file.readline(MAX_LINE):
                    if rest.endswith(b"\n"):
                        break
                continue
            yield _event(line, place)
        if number == 0:
            yield Problem("exchange.history-empty", {"file": path.name}, Place(path.name))


def _event(line: bytes, place: Place) -> Event | Problem:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return Problem("exchange.history-not-utf8", {}, Place(place.file, place.line, error.start + 1))
    try:
        record: Any = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        column = error.colno if isinstance(error, json.JSONDecodeError) else None
        return Problem("exchange.bad-json", {}, Place(place.file, place.line, column))
    if not isinstance(record, dict):
        return Problem("exchange.bad-json", {}, place)
    if record.keys() != _NAMES:
        missing, extra = sorted(_NAMES - record.keys()), sorted(record.keys() - _NAMES)
        if missing:
            return Problem("exchange.event-incomplete", {"fields": ", ".join(missing)}, place)
        return Problem("exchange.event-extra", {"fields": ", ".join(extra)[:200]}, place)
    wrong = [name for name, kind in _TYPES.items() if type(record[name]) is not kind]
    if wrong:
        return Problem("exchange.event-type", {"fields": ", ".join(wrong)}, place)
    # A repeated key, a float or a space would hide from the hash, which is taken of the value.
    if not _hashes_as_written(line, record["hash"]) and _canonical(record) != line:
        return Problem("exchange.not-canonical", {}, place)
    return Event(**record)


def _hashes_as_written(line: bytes, stated: str) -> bool:
    """Whether the bytes of the line without its hash have that hash: then they are canonical, as they were made."""
    at = line.rfind(_HASH)
    return hashlib.sha256(line[:at] + line[at + _HASH_LENGTH : -1]).hexdigest() == stated


def _canonical(record: dict[str, Any]) -> bytes | None:
    try:
        return canonical.dumps(record) + b"\n"
    except (canonical.NotCanonicalError, RecursionError):
        return None
