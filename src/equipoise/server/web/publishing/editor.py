"""The form in which words are written: a sentence a row, each with its sources and its paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.http import QueryDict

from equipoise.core.problem import Problem
from equipoise.recruit.plain.checker import check_overview
from equipoise.recruit.plain.overview import Overview, Sentence
from equipoise.recruit.plain.reading_level import Level, level_of
from equipoise.recruit.plain.sources import Sources

SPARE = 2  # empty rows at the end
MOST_ROWS = 80
_LONGEST = 1000
_LONGEST_NAME = 80
_BETWEEN = re.compile(r"[\s,;，；、]+")


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence as it is typed."""

    number: int  # from 1, in the form
    text: str = ""
    sources: str = ""
    part: str = ""  # the number of its paragraph
    said: tuple[tuple[str, str], ...] = ()  # each source with what it says
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """What the check found in words as they stand."""

    level: Level
    problems: tuple[tuple[int, Problem], ...]  # with the row that it is about; 0: the whole text
    empty: bool

    @property
    def most(self) -> int:
        """The end of the scale on which the level is drawn: the limit in its middle, and more if need be."""
        return max(int(self.level.value) + 1, 2 * int(self.level.limit))

    @property
    def passes(self) -> bool:
        """Whether somebody may approve them."""
        return not self.problems and not self.empty


def rows_of(overview: Overview | None, sources: Sources) -> list[Row]:
    """Return the rows of words that are kept, and some empty ones."""
    kept = [
        (part, each) for part, paragraph in enumerate(overview.paragraphs if overview else (), 1) for each in paragraph
    ]
    rows = [Row(number, each.text, ", ".join(each.sources), str(part)) for number, (part, each) in enumerate(kept, 1)]
    last = rows[-1].part if rows else "1"
    spare = [Row(len(rows) + number, part=last) for number in range(1, SPARE + 1)]
    return [replace(row, said=_said(row.sources, sources)) for row in (*rows, *spare)]


def rows_in(sent: QueryDict) -> list[Row]:
    """Return the rows that were sent."""
    count = sent.get("rows", "")
    many = min(int(count), MOST_ROWS) if count.isascii() and count.isdecimal() and len(count) < 4 else 0
    return [
        Row(
            number,
            " ".join(sent.get(f"text-{number}", "")[:_LONGEST].split()),
            sent.get(f"sources-{number}", "")[:_LONGEST].strip(),
            sent.get(f"part-{number}", "")[:3].strip(),
        )
        for number in range(1, many + 1)
    ]


def name_in(sent: QueryDict) -> str | Problem:
    """Return the name that was typed, as patients would read it."""
    name = " ".join(sent.get("name", "").split())
    if not name:
        return Problem("server.web.publishing.name-missing")
    good = len(name) <= _LONGEST_NAME and name.isprintable() and re.search(r"[^\W\d_]{2}", name)
    if not good or re.search(r"[<>@{}]|https?:|www\.", name):
        return Problem("server.web.publishing.name-odd", {"longest": _LONGEST_NAME})
    return name


def overview_from(rows: Sequence[Row], before: Overview | None, language: str, *, writer: str, day: str) -> Overview:
    """Return the words of rows. Who wrote them first stays so as long as a sentence of theirs is left."""
    filled = sorted((row for row in rows if row.text), key=_part)
    paragraphs = tuple(
        tuple(Sentence(row.text, paths_in(row.sources)) for row in part) for _, part in groupby(filled, key=_part)
    )
    made = Overview(language, paragraphs, "person", drafted_on=day, writer=writer)
    if before is None:
        return made
    left = {sentence.text for sentence in before.sentences} & {sentence.text for sentence in made.sentences}
    if not left:
        return made
    return replace(made, author=before.author, model=before.model, drafted_on=before.drafted_on)


def findings_of(rows: Sequence[Row], language: str, sources: Sources) -> tuple[list[Row], Findings]:
    """Return what is wrong with rows, and the rows with what is wrong with each."""
    overview = overview_from(rows, None, language, writer="", day="")
    # The check counts sentences in the order of the text; the form in that of its rows.
    order = [row.number for row in sorted((row for row in rows if row.text), key=_part)]
    found = check_overview(overview, sources)
    placed = []
    for problem in found:
        number = problem.params.get("number")
        row = order[number - 1] if isinstance(number, int) else 0
        params = {**problem.params, "number": row} if row else problem.params
        placed.append((row, Problem(problem.code, params)))
    checked = [
        replace(
            row,
            said=_said(row.sources, sources),
            problems=tuple(problem for number, problem in placed if number == row.number),
        )
        for row in rows
    ]
    return checked, Findings(level_of(overview.plain_text, language), tuple(placed), not order)


def paths_in(text: str) -> tuple[str, ...]:
    """Return the paths that were typed, each once."""
    return tuple(dict.fromkeys(path for path in _BETWEEN.split(text) if path))


def _part(row: Row) -> int:
    return int(row.part) if row.part.isascii() and row.part.isdecimal() else 99


def _said(text: str, sources: Sources) -> tuple[tuple[str, str], ...]:
    found = ((path, sources.get(path)) for path in paths_in(text))
    return tuple((path, said.text if said else "") for path, said in found)
