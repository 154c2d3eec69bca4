"""What the parts of a rule can be while it is read: nodes, and things that only become nodes together with others."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from equipoise.core.dates import PartialDate
from equipoise.criteria.facts import Kind, VariableType
from equipoise.criteria.nodes import Day, Derived, Node, Not, Ref, Type


@dataclass(frozen=True)
class Text:
    """A text, which becomes a code or a date beside what it is compared with."""

    value: str


@dataclass(frozen=True)
class Duration:
    """Some calendar months, then some days."""

    months: int
    days: int


@dataclass(frozen=True)
class Apart:
    """The difference of two dates, which only a duration can be compared with."""

    later: Node
    earlier: Node


Term = Node | Text | Duration | Apart


def kind_of(term: Term) -> str:
    """Return what a term is, in the words of the study folder."""
    if isinstance(term, Text):
        return "text"
    if isinstance(term, Duration):
        return "duration"
    if isinstance(term, Apart):
        return "time between dates"
    return term.variable.kind.value if isinstance(term, Ref | Derived) else term.type.value


def dotted_name(part: ast.expr) -> str | None:
    """Return a name, or a name with one dot, as it is written; None for anything else."""
    if isinstance(part, ast.Name):
        return part.id
    if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
        return f"{part.value.id}.{part.attr}"
    return None


def type_of(variable: VariableType) -> Type:
    """Return what a derived variable's rule has to give."""
    if variable.kind in (Kind.YES_NO, Kind.JUDGEMENT):
        return Type.TRUTH
    if variable.is_numeric:
        return Type.NUMBER
    return Type.DATE if variable.kind is Kind.DATE else Type.CODE


def codes_of(node: Ref | Derived) -> tuple[str, ...]:
    """Return the codes that a coded value can have; a derived one may leave them to what it derives from."""
    if node.variable.codes or isinstance(node, Ref) or not isinstance(node.node, Ref | Derived):
        return node.variable.codes
    return codes_of(node.node)


def are_comparable(left: Ref | Derived, right: Ref | Derived) -> bool:
    """Whether two coded values have a code in common, or are both free text."""
    if left.variable.kind is right.variable.kind is Kind.TEXT:
        return True
    return bool(set(codes_of(left)) & set(codes_of(right)))


def turned(is_turned: bool, node: Node | None) -> Node | None:
    """Return a condition, or its opposite."""
    return Not(node) if is_turned and node is not None else node


def fitted_operands(terms: list[Term]) -> tuple[Node, ...] | None:
    """Return the operands of one comparison of numbers or of dates, however long; None if it is another kind."""
    if not any(isinstance(term, Node) and term.type is Type.DATE for term in terms):
        fits = all(isinstance(term, Node) and term.type is Type.NUMBER for term in terms)
        return tuple(term for term in terms if isinstance(term, Node)) if fits else None
    operands: list[Node] = []
    for term in terms:
        if isinstance(term, Node) and term.type is Type.DATE:
            operands.append(term)
        elif isinstance(term, Text) and (day := PartialDate.parse(term.value)) is not None:
            operands.append(Day(day))
        else:
            return None
    return tuple(operands)
