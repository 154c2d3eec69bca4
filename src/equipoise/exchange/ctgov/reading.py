"""Files of the registry's records: one record a file, a list of them, or a page of its API; and folders of these."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from equipoise.core.problem import Place, Problem, ProblemsError
from equipoise.exchange.ctgov.record import number_in

MAX_BYTES = 1_000_000_000  # of one file
_LIST = re.compile(r'\s*(?:\[|\{[^{}\[\]]*?"studies"\s*:\s*\[)')
_BETWEEN = re.compile(r"[\s,]*")
_NUMBER = re.compile(r'"nctId"\s*:\s*"(NCT\d{8})"')
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was read."""

    file: str
    number: str  # as far as it says one
    content: dict[str, Any]


def files_of(paths: Sequence[Path]) -> list[Path]:
    """Return the files to read: those given, and all of a folder that end in .json, in their names' order."""
    found: list[Path] = []
    for path in paths:
        found += sorted(each for each in path.rglob("*.json") if each.is_file()) if path.is_dir() else [path]
    if not found:
        raise ProblemsError([Problem("exchange.ctgov.no-files", {"path": ", ".join(map(str, paths))})])
    return list(dict.fromkeys(found))


def read_records(path: Path) -> Iterator[Record | Problem]:
    """Yield the records of a file, and a problem for each that cannot be read; the others still come."""
    name, place = path.name, Place(path.name)
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except OSError:
        yield Problem("exchange.file-unreadable", {"file": name}, place)
        return
    if data is None:
        yield Problem("exchange.file-too-large", {"file": name, "limit": MAX_BYTES // 1_000_000_000}, place)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        yield Problem("exchange.not-utf8", {"file": name}, Place(name, line))
        return
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield from _salvaged(text, name, error)
        return
    yield from _records(document, name)


def _records(document: object, file: str) -> Iterator[Record | Problem]:
    if isinstance(document, dict) and "studies" in document:
        document = document["studies"]
    for each in document if isinstance(document, list) else [document]:
        if isinstance(each, dict):
            yield Record(file, number_in(each), each)
        else:
            yield Problem("exchange.ctgov.no-record", {"file": file, "number": "—"}, Place(file))


def _salvaged(text: str, file: str, error: Exception) -> Iterator[Record | Problem]:
    """Yield what is whole of a file that is not: of a list, the records in front of where it breaks."""
    begun = _LIST.match(text)
    at = begun.end() if begun else 0
    while begun:
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr] # it matches everywhere
        try:
            each, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as found:
            error = found
            break
        yield from _records([each], file)
    line = getattr(error, "lineno", None)
    # Without a list the number may stand far in front of where the file breaks.
    number = _NUMBER.search(text, at if begun else 0)
    cut = not isinstance(error, RecursionError) and getattr(error, "pos", 0) >= len(text.rstrip()) - 1
    name = "cut-off" if cut or "Unterminated" in str(error) else "not-json"
    params = {"file": file, "number": number[1] if number else "—", "line": line or 1}
    yield Problem(f"exchange.ctgov.{name}", params, Place(file, line))
