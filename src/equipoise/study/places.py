"""Where each part of a study is written, so that every mistake is shown with its file, line and column."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field

from equipoise.core.problem import Place
from equipoise.study.yaml_tree import Mapping, Node, Scalar, Sequence

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """The trees of a folder's files, by file name."""

    trees: MappingOf[str, Node] = field(default_factory=dict)

    def of(self, file: str, *path: str | int) -> Place:
        """Return where the value at a path stands; what is not written is placed at the part that lacks it."""
        node = self.trees.get(file)
        if node is None:
            return Place(file)
        found = find(node, path)
        return Place(file, found.line, found.column)

    def of_key(self, file: str, *path: str | int) -> Place:
        """Return where the key at the end of a path stands."""
        parent = self.node(file, *path[:-1])
        if isinstance(parent, Mapping) and path[-1] in parent.entries:
            key, _ = parent.entries[str(path[-1])]
            return Place(file, key.line, key.column)
        return self.of(file, *path)

    def of_text(self, file: str, path: Path, line: int | None, column: int | None) -> Place:
        """Return the place of a line and column (both from 1) inside the text of a value."""
        node = self.node(file, *path)
        if not isinstance(node, Scalar):
            return self.of(file, *path)
        if node.lines == 1:
            shift = 1 if node.quoted else 0
            return Place(file, node.line, node.column + shift + (column or 1) - 1)
        # A folded text has lost its lines: only where it begins is sure.
        return Place(file, node.line + line if node.literal and line else node.line)

    def node(self, file: str, *path: str | int) -> Node | None:
        """Return the node at a path, or None if it is not written."""
        node = self.trees.get(file)
        for part in path:
            if isinstance(node, Mapping) and part in node.entries:
                node = node.entries[str(part)][1]
            elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
                node = node.items[part]
            else:
                return None
        return node


def find(root: Node, path: Path) -> Node:
    """Return the node at a path, or the deepest one on the way to it; a list or mapping is found at its key."""
    node: Node = root
    shown: Node = root
    for part in path:
        if isinstance(node, Mapping) and part in node.entries:
            key, node = node.entries[str(part)]
            shown = node if isinstance(node, Scalar) else key
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = shown = node.items[part]
    return shown
