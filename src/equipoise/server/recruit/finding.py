"""Find studies: by words, condition, place, age and sex, in one question to either database.

What costs is bounded: no more than `MOST` studies are counted or ordered, and the order of relevance is the order in
which the tables lie, so that a search stops when it has enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.db import connection

from equipoise.recruit.globe import cells_around, chord_squared, kilometres_of, point_of
from equipoise.recruit.terms import Way, alternatives
from equipoise.server.recruit.indexing import RECRUITING
from equipoise.server.recruit.models import Listed

MOST = 1_000  # studies that are counted; beyond it is "more than"
FARTHEST = 1_000  # kilometres
_WORDS = 12  # of a search: a person who types more has told enough by these


class Sort(StrEnum):
    """In which order."""

    RELEVANCE = "relevance"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True)
class Near:
    """Within so many kilometres of a place."""

    latitude: float
    longitude: float
    kilometres: float


@dataclass(frozen=True, slots=True)
class Ages:
    """The ages that a person may have, in months: whoever says 45 is between 540 and 551 months old."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for."""

    text: str = ""
    condition: str = ""
    near: Near | None = None
    ages: Ages | None = None
    sex: str = ""  # "female", "male", or nothing
    recruiting: bool = False
    sort: Sort = Sort.RELEVANCE


@dataclass(frozen=True, slots=True)
class Hit:
    """A study that was found."""

    row: Listed
    kilometres: float | None = None  # to its nearest centre of those asked for


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found."""

    count: int
    more: bool  # whether there are more than were counted
    hits: tuple[Hit, ...]


def find(search: Search, *, first: int = 0, most: int = 10) -> Found:
    """Return what was found, from the `first` on, `most` at a time.

    By relevance, what is called by the words comes before what only mentions them; in each, who takes people in first,
    and then the newest.
    """
    asked = _asked(search)
    if asked.nothing:
        return Found(0, False, ())
    keys = _best(search, asked)
    if not keys and asked.words:
        # Half a word finds what begins like it; asked second, because all such words must be gone through.
        keys = _best(search, replace(asked, begun=True))
    count = min(len(keys), MOST)
    page = keys[:count][first : first + most]
    rows = {row.findable.key: row for row in _rows([key for key, _ in page])}
    far = {key: None if chord is None else kilometres_of(chord) for key, chord in page}
    # A study that was withdrawn between the two questions is not there any more.
    hits = tuple(Hit(rows[key], far[key]) for key, _ in page if key in rows)
    return Found(count, len(keys) > MOST, hits)


def _best(search: Search, asked: _Asked) -> list[tuple[int, float | None]]:
    if search.sort is Sort.DISTANCE or not asked.words or search.near is not None:
        return _keys(search, asked, head=False)
    # The words of what a study is called are looked up alone: often they are enough, and the others are not counted.
    keys = _keys(search, asked, head=True)
    if len(keys) > MOST:
        return keys
    known = {key for key, _ in keys}
    return keys + [each for each in _keys(search, asked, head=False) if each[0] not in known]


def _rows(keys: Sequence[int]) -> Sequence[Listed]:
    return list(Listed.objects.filter(findable__key__in=keys).select_related("findable")) if keys else []


_Words = tuple[tuple[Way, ...], ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words of a search: of each word, the ways to say it, each some tokens that must all be there."""

    words: _Words
    named: _Words  # of the condition: what a study is called by
    begun: bool = False  # whether the last word may be the beginning of one
    nothing: bool = False  # something was asked for, and no word is left of it


def _asked(search: Search) -> _Asked:
    words, named = alternatives(search.text)[:_WORDS], alternatives(search.condition)[:_WORDS]
    said = search.text.strip() + search.condition.strip()
    return _Asked(words, named, nothing=bool(said) and not (words or named))


def _keys(search: Search, asked: _Asked, *, head: bool) -> list[tuple[int, float | None]]:
    """Return the keys of what fits, the best first, one more than is counted; with the chord to the nearest centre."""
    parts = _Parts()
    if search.near is not None:
        _near(parts, search.near, asked, recruiting=search.recruiting)
    else:
        _match(parts, asked, "head" if head else "body")
    if search.near is not None and search.sort is Sort.RELEVANCE and asked.words:
        # Near a place there are few: all are held against the words, and those that are called by them come first.
        parts.first(*_matching(asked.words, "head", begun=asked.begun, least=RECRUITING * search.recruiting))
    if search.recruiting:
        parts.where(f"{parts.key} >= %s", RECRUITING)
    if search.sex:
        parts.where({"female": "f.for_women", "male": "f.for_men"}[search.sex])
    if search.ages is not None:
        parts.where("f.youngest <= %s AND f.oldest >= %s", search.ages.most, search.ages.least)
    return parts.ask(by_distance=search.sort is Sort.DISTANCE and search.near is not None)


class _Parts:
    """A question as it is put together."""

    def __init__(self) -> None:
        self.tables = "recruit_findable f"
        self.key = "f.key"  # what is ordered by: of the table that is read first, so that nothing has to be sorted
        self.chord = "NULL"
        self._first: list[Any] = []
        self._conditions: list[str] = []
        self._params: list[Any] = []
        self._order: list[str] = []
        self._last: list[Any] = []

    def table(self, tables: str, *params: Any) -> None:
        """Say what is looked in."""
        self.tables = tables
        self._first += params

    def where(self, condition: str, *params: Any) -> None:
        """Add a condition."""
        self._conditions.append(condition)
        self._params += params

    def first(self, condition: str, param: Any) -> None:
        """Say what comes before all else."""
        self._order.append(f"({condition}) DESC")
        self._last.append(param)

    def ask(self, *, by_distance: bool) -> list[tuple[int, float | None]]:
        """Ask it."""
        where = f"WHERE {' AND '.join(self._conditions)} " if self._conditions else ""
        order = ", ".join((*self._order, *(("2",) if by_distance else ()), f"{self.key} DESC"))
        # Every piece is this module's own; what a person typed is a parameter.
        question = f"SELECT f.key, {self.chord} FROM {self.tables} {where}ORDER BY {order} LIMIT {MOST + 1}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(question, [*self._first, *self._params, *self._last])
            return [(key, chord) for key, chord in cursor.fetchall()]


def _near(parts: _Parts, near: Near, asked: _Asked, *, recruiting: bool) -> None:
    """Ask for what lies near, and for the words; on SQLite before the distances are worked out: they leave few."""
    at = point_of(near.latitude, near.longitude)
    ranges = cells_around(near.latitude, near.longitude, near.kilometres)
    # Whole numbers of ours, written out: PostgreSQL plans by how many places lie in just these cells.
    cells = ", ".join(str(cell) for first, last in ranges for cell in range(first, last + 1))
    inside = f"p.cell IN ({cells})" + (" AND p.recruiting" if recruiting else "")
    on_sqlite = connection.vendor == "sqlite"
    least = RECRUITING * recruiting
    # "+" keeps SQLite from looking up every cell with every study of the words.
    words = [_matching(each, of, begun=begun, key="+p.key", least=least) for each, of, begun in _wanted(asked, "body")]
    inside += "".join(f" AND {condition}" for condition, _ in words if on_sqlite)
    chord = "(p.x - %s) * (p.x - %s) + (p.y - %s) * (p.y - %s) + (p.z - %s) * (p.z - %s)"
    parts.table(
        f"(SELECT c.key, MIN(c.chord) AS chord FROM (SELECT p.key, {chord} AS chord"  # noqa: S608 - see `ask`
        f" FROM recruit_listed_place p WHERE {inside}) AS c"
        " WHERE c.chord <= %s GROUP BY c.key) AS n CROSS JOIN recruit_findable f",
        *(at.x, at.x, at.y, at.y, at.z, at.z),
        *(param for _, param in words if on_sqlite),
        chord_squared(near.kilometres),
    )
    parts.chord = "n.chord"
    parts.where("f.key = n.key")
    if not on_sqlite:
        for each, of, begun in _wanted(asked, "body"):
            parts.where(*_matching(each, of, begun=begun))


def _wanted(asked: _Asked, column: str) -> list[tuple[_Words, str, bool]]:
    """Return the words to ask for, in which column, and whether the last may be the beginning of one."""
    wanted = [(asked.words, column, asked.begun)] if asked.words else []
    return wanted + ([(asked.named, "head", False)] if asked.named else [])


def _match(parts: _Parts, asked: _Asked, column: str) -> None:
    """Ask for the words in a column, and for those of the condition in what a study is called."""
    wanted = _wanted(asked, column)
    if not wanted:
        return
    if connection.vendor == "postgresql":
        for words, of, begun in wanted:
            parts.where(*_matching(words, of, begun=begun))
        return
    # The full-text table is read first, in the order of relevance, as far as is needed.
    parts.table("recruit_words CROSS JOIN recruit_findable f")
    parts.key = "recruit_words.rowid"
    match = " AND ".join(_in_fts5(words, of, begun=begun) for words, of, begun in wanted)
    parts.where("recruit_words MATCH %s AND f.key = recruit_words.rowid", match)


def _matching(words: _Words, column: str, *, begun: bool, key: str = "f.key", least: int = 0) -> tuple[str, str]:
    """Return the condition that the study of a key has words in a column, and its parameter."""
    if connection.vendor == "postgresql":
        return f"f.{column} @@ %s::tsquery", _said(words, "'{}'", ":*" if begun else "", " & ", " | ")
    inner = f"SELECT rowid FROM recruit_words WHERE recruit_words MATCH %s AND rowid >= {least}"  # noqa: S608 - see `ask`
    return f"{key} IN ({inner})", _in_fts5(words, column, begun=begun)


def _in_fts5(words: _Words, column: str, *, begun: bool) -> str:
    said = _said(words, '"{}"', " *" if begun else "", " AND ", " OR ")
    return f"{column} : ({said})"


def _said(words: _Words, quoted: str, prefix: str, both: str, either: str) -> str:
    """Say words in a language of full-text search. Tokens are letters and digits: nothing in them means more.

    `prefix` marks the last word as the beginning of one.
    """
    said = []
    for place, ways in enumerate(words):
        last = place == len(words) - 1
        each = []
        for way in ways:
            tokens = [quoted.format(token) for token in way]
            tokens[-1] += prefix if last and (len(way[-1]) > 1 or not way[-1].isascii()) else ""
            each.append(f"({both.join(tokens)})")
        said.append(f"({either.join(each)})")
    return both.join(said)
