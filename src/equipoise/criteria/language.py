"""How a person writes a rule: Python's expression syntax, read with `ast` from an allow-list of nodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from equipoise.core.problem import Place, ProblemsError
from equipoise.criteria.facts import Codebook, Kind
from equipoise.criteria.nodes import Node, Type
from equipoise.criteria.reading import Reader
from equipoise.criteria.source import Source

__all__ = ["Rule", "parse_rule"]


@dataclass(frozen=True)
class Rule:
    """A rule that has been read: its text, its meaning, and what it gives."""

    text: str
    node: Node

    @property
    def kind(self) -> Kind:
        """What it gives: `yes_no`, `number`, `date` or `code`."""
        return Kind(self.node.type.value)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables it rests on, derived ones resolved, in reading order."""
        return tuple(dict.fromkeys(ref.variable.name for ref in self.node.refs))


def parse_rule(text: str, codebook: Codebook, *, needs: Kind | None = None, place: Place | None = None) -> Rule:
    """Read a rule, or raise ProblemsError with everything that is wrong with it.

    `needs` is what the rule has to give (`yes_no` for a criterion); `place` is where the text begins in a
    file: the problems' lines are counted from it, their columns within the text.
    """
    source = Source(text, place)
    reader = Reader(source, codebook)
    node = reader.rule(source.parse(), _WANTED[needs] if needs is not None else None)
    if node is None or reader.problems:
        raise ProblemsError(reader.problems)
    return Rule(text, node)


_WANTED = {
    Kind.YES_NO: Type.TRUTH,
    Kind.JUDGEMENT: Type.TRUTH,
    Kind.NUMBER: Type.NUMBER,
    Kind.LABORATORY: Type.NUMBER,
    Kind.DATE: Type.DATE,
    Kind.CODE: Type.CODE,
    Kind.TEXT: Type.CODE,
}
