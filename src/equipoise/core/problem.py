"""A problem: what went wrong, where, and what to do, kept as a code and parameters until somebody shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """An error stops the work; a note does not (ambiguities and blind spots of a study are notes)."""

    ERROR = "error"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in what a person wrote: a file (relative to its folder), a line and a column, both from 1."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.file, *(str(part) for part in (self.line, self.column) if part is not None)]
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """An error a person can act on.

    ``code`` is ``<room>.<kebab-name>``; the room's ``words`` hold ``problems: <kebab-name>: {what, mend}``
    in each language, with ``{parameter}`` placeholders that ``params`` fill. ``core.words.say`` puts it into words.
    """

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    place: Place | None = None
    severity: Severity = Severity.ERROR

    def at(self, place: Place) -> Problem:
        """Return the same problem, pinned to a place."""
        return Problem(self.code, self.params, place, self.severity)

    def as_json(self) -> dict[str, Any]:
        """Return the problem as plain JSON values, for a program to read."""
        where = {"file": self.place.file, "line": self.place.line} if self.place else None
        return {"code": self.code, "params": dict(self.params), "place": where, "severity": self.severity.value}


class ProblemsError(Exception):
    """Raised at the borders (reading a folder, a table, a history) with all problems at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.code} {dict(p.params)} {p.place or ''}".strip() for p in self.problems))
