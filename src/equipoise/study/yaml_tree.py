"""YAML as a study folder uses it: a tree of text whose every key and value knows its line.

The tree is built from the parser's events, not by its constructor, because the constructor follows YAML 1.1,
where `no` and `on` are booleans, and because anchors, tags and repeated keys must be refused, not resolved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from equipoise.core.problem import Place, Problem

MAX_BYTES = 2_000_000
MAX_DEPTH = 24
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRUTH = {"true": True, "false": False}
_NULL = frozenset({"", "~", "null"})

# What the parser says, by the mistake that people make to hear it.
_MISTAKES = (
    ("mapping values are not allowed", "yaml-colon"),
    ("found unexpected end of stream", "yaml-quote"),
    ("found unexpected document indicator", "yaml-quote"),
    ("cannot start any token", "yaml-character"),
    ("found a tab", "yaml-character"),
    ("unknown escape character", "yaml-escape"),
    ("did not find expected", "yaml-indent"),
    ("could not find expected ':'", "yaml-indent"),
    ("block sequence entries are not allowed", "yaml-indent"),
)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. `quoted` ones are text whatever they look like; `literal` ones (|) keep their lines."""

    text: str
    line: int
    column: int
    quoted: bool = False
    literal: bool = False
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values; each key is kept with its own place."""

    line: int
    column: int
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


def value_of(node: Node) -> Any:
    """Return a tree's plain value: text, true, false, None, lists and mappings. Numbers stay the text they are."""
    match node:
        case Mapping():
            return {key: value_of(value) for key, (_, value) in node.entries.items()}
        case Sequence():
            return [value_of(item) for item in node.items]
        case Scalar(text=text, quoted=False) if text in _NULL:
            return None
        case Scalar(text=text, quoted=False):
            return _TRUTH.get(text, text)
        case Scalar():
            return node.text


def compose(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """Build the tree of a file's text, with every mistake in it. The tree is None where nothing could be read."""
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not builder.take(event):
                break
    except yaml.YAMLError as error:
        builder.problems.append(_syntax(error, text, file))
        return None, builder.problems
    if builder.root is None and not builder.problems:
        builder.problems.append(Problem("study.empty-file", {"file": file}, Place(file, 1)))
    return builder.root, builder.problems


class _Builder:
    """Puts events together on a stack of its own, so that no nesting of the text nests Python's calls."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self.stack: list[Sequence | Mapping] = []
        self.keys: list[Scalar | None] = []
        self.documents = 0

    def take(self, event: Any) -> bool:
        """Take the next event; False ends the reading."""
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.mistake("many-documents", event)
                return False
        elif isinstance(event, yaml.AliasEvent):
            self.mistake("yaml-alias", event, name=f"*{event.anchor}")
            self.place_node(Scalar("", *_at(event)))
        elif isinstance(event, yaml.NodeEvent):
            return self.open_node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
            self.keys.pop()
        return True

    def open_node(self, event: Any) -> bool:
        if event.anchor is not None:
            self.mistake("yaml-alias", event, name=f"&{event.anchor}")
        if event.tag is not None:
            self.mistake("yaml-tag", event, name=event.tag)
        if isinstance(event, yaml.ScalarEvent):
            quoted, literal = not event.implicit[0], event.style == "|"
            self.place_node(Scalar(event.value, *_at(event), quoted, literal, _lines(event)))
            return True
        node = Mapping(*_at(event)) if isinstance(event, yaml.MappingStartEvent) else Sequence(*_at(event))
        self.place_node(node)
        self.stack.append(node)
        self.keys.append(None)
        if len(self.stack) > MAX_DEPTH:
            self.mistake("too-deep", event, limit=MAX_DEPTH)
            return False
        return True

    def place_node(self, node: Node) -> None:
        """Hang a node where it belongs: the root, a list's next item, a key, or the value of the key before it."""
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif self.keys[-1] is None:
            self.keys[-1] = self.as_key(node)
        else:
            key, self.keys[-1] = self.keys[-1], None
            if key.text in parent.entries:
                first = parent.entries[key.text][0].line
                place = Place(self.file, key.line, key.column)
                self.problems.append(Problem("study.duplicate-key", {"key": key.text, "first": first}, place))
            else:
                parent.entries[key.text] = (key, node)

    def as_key(self, node: Node) -> Scalar:
        place = Place(self.file, node.line, node.column)
        if not isinstance(node, Scalar):
            self.problems.append(Problem("study.yaml-key", {}, place))
            return Scalar("?", node.line, node.column)
        if node.text == "<<" and not node.quoted:
            self.problems.append(Problem("study.yaml-alias", {"name": "<<"}, place))
        return node

    def mistake(self, code: str, event: Any, **params: str | int) -> None:
        self.problems.append(Problem(f"study.{code}", params, Place(self.file, *_at(event))))


def _at(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _lines(event: Any) -> int:
    return int(event.end_mark.line) - int(event.start_mark.line) + 1


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """Say what the parser stumbled over by the mistake behind it; an open quote is shown where it opens."""
    said = str(getattr(error, "problem", None) or "")
    mark = getattr(error, "problem_mark", None)
    code = next(
        (code for words, code in _MISTAKES if words in said), "yaml-character" if mark is None else "yaml-syntax"
    )
    if code == "yaml-quote":
        mark = getattr(error, "context_mark", None) or mark
    if mark is None:
        position = int(getattr(error, "position", 0))
        return Problem(f"study.{code}", {}, Place(file, *_counted(text, position)))
    return Problem(f"study.{code}", {}, Place(file, mark.line + 1, mark.column + 1))


def _counted(text: str, position: int) -> tuple[int, int]:
    # The parser counts bytes here.
    before = text.encode()[:position].decode(errors="ignore")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def walk(node: Node, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Scalar]]:
    """Yield every single value of a tree with its path."""
    match node:
        case Mapping():
            for key, (_, value) in node.entries.items():
                yield from walk(value, (*path, key))
        case Sequence():
            for index, item in enumerate(node.items):
                yield from walk(item, (*path, index))
        case Scalar():
            yield path, node
