"""What a report shows, as plain values in one language: page and print only lay them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `kind` is a class of the page's look (head, sub, primary)."""

    cells: tuple[str, ...]
    kind: str = ""

    @property
    def is_heading(self) -> bool:
        """Whether the row names those below it, and has one cell."""
        return len(self.cells) == 1 and self.kind == "head"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `numeric` says which columns hold numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    numeric: tuple[bool, ...]

    @classmethod
    def of(cls, caption: str, head: Sequence[str], rows: Sequence[Row], words: int = 1) -> Table:
        """Return a table whose first `words` columns are words and whose others are numbers."""
        return cls(caption, tuple(head), tuple(rows), tuple(index >= words for index in range(len(head))))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure with its caption, and what it shows in words for who does not see it."""

    title: str
    svg: str
    caption: str
    description: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a checklist: done (with links to the sections that say it), part or missing (with what is missing)."""

    number: str
    title: str
    state: Literal["done", "part", "missing"]
    said: str  # the state in words
    text: str
    links: tuple[tuple[str, str], ...]  # the title and id of a section


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist with the words above its columns."""

    caption: str
    head: tuple[str, str, str, str]
    items: tuple[Item, ...]


Fact = tuple[str, str, bool]  # its name, its value, and whether the value is a code to be copied


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a section."""

    kind: Literal["text", "note", "heading", "facts", "table", "drawing", "checklist", "folded"]
    text: str = ""
    facts: tuple[Fact, ...] = ()
    table: Table | None = None
    drawing: Drawing | None = None
    checklist: Checklist | None = None
    parts: tuple[Part, ...] = ()
    id: str = ""  # of a heading that can be linked to


@dataclass(frozen=True, slots=True)
class Section:
    """A section with its anchor."""

    id: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class PrintWords:
    """What only the printed report says: above each page, below it, and where a folded part went."""

    head: str
    page: str  # with {page} and {pages}
    appendix: str
    see: str  # with {label} and {page}


@dataclass(frozen=True, slots=True)
class View:
    """A whole report in one language."""

    language: str
    language_name: str
    kind: str
    title: str
    subtitle: str
    standing: str  # simulated or imported: said on every page; empty for a conducted trial
    answer: tuple[str, ...]
    glance: Drawing | None  # the answer as a picture, where there is one
    statements: tuple[str, ...]
    contents: str
    sections: tuple[Section, ...]
    footer: str
    print: PrintWords


TOP = "top"  # the anchor of the first page


def anchors_of(sections: Sequence[Section]) -> dict[str, str]:
    """Return what can be linked to: the id of each section and of each heading that has one, with its title."""
    found: dict[str, str] = {}
    for section in sections:
        found[section.id] = section.title
        found |= {part.id: part.text for part in section.parts if part.id}
    return found


def text(words: str) -> Part:
    """Return a paragraph."""
    return Part("text", words)


def note(words: str) -> Part:
    """Return a paragraph that must not be overlooked."""
    return Part("note", words)


def heading(words: str, anchor: str = "") -> Part:
    """Return a heading within a section; with an anchor it can be linked to."""
    return Part("heading", words, id=anchor)


def facts(*found: Fact) -> Part:
    """Return a list of facts."""
    return Part("facts", facts=found)


def table(made: Table) -> Part:
    """Return a table."""
    return Part("table", table=made)


def drawing(made: Drawing) -> Part:
    """Return a figure."""
    return Part("drawing", drawing=made)


def checklist(made: Checklist) -> Part:
    """Return a checklist."""
    return Part("checklist", checklist=made)


def folded(summary: str, *parts: Part) -> Part:
    """Return long parts that are shown when asked for; in print they stand in the appendix."""
    return Part("folded", summary, parts=parts)
