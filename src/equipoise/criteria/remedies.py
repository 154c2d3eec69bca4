"""What would help: how an undecided rule could be settled, and what would change one that came out unwanted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from equipoise.core.dates import PartialDate
from equipoise.core.quantity import Comparator, Quantity
from equipoise.criteria.engines.in_memory import Person, interval, truth_of
from equipoise.criteria.facts import Kind, Provenance, VariableType
from equipoise.criteria.intervals import End, compare
from equipoise.criteria.nodes import (
    Among,
    And,
    AnyOf,
    Compare,
    Derived,
    Every,
    Known,
    Node,
    Not,
    Or,
    OverSeries,
    Ref,
    Type,
    Which,
)
from equipoise.criteria.series import NOTHING, Occasion
from equipoise.criteria.truth import Truth, negation

if TYPE_CHECKING:
    from equipoise.criteria.wording import Wording

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_BY_PROVENANCE = {
    Provenance.NOT_ASKED: "ask",
    Provenance.UNKNOWN: "find-out",
    Provenance.DECLINED: "declined",
    Provenance.PATIENT_STATED: "needs-document",
    Provenance.ASSUMED_ABSENT: "assumed",
    Provenance.CONFLICTING: "conflicting",
}


@dataclass(frozen=True)
class Remedy:
    """One thing that would help, kept as a code until it is put into words.

    `node` is what it is about; `bound` a threshold (a number, or a day number where `node` is a date).
    """

    code: str
    node: Node
    occasion: Occasion | None = None
    relation: str = ""
    bound: End | None = None
    codes: tuple[str, ...] = field(default=())

    @property
    def variable(self) -> str | None:
        """The name of the variable that it is about, if it is about one."""
        return self.node.variable.name if isinstance(self.node, Ref | Derived) else None

    def words(self, wording: Wording) -> str:
        """Return it in words."""
        return wording.remedy(self)

    def as_json(self, wording: Wording) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"code": self.code, "variable": self.variable, "words": self.words(wording)}


class _Pair(NamedTuple):
    left: Node
    operator: str
    right: Node


def remedies_of(node: Node, person: Person) -> tuple[Remedy, ...]:
    """Return what would settle an undecided rule, each thing once."""
    return tuple(dict.fromkeys(_settling(node, person)))


def _settling(node: Node, person: Person) -> list[Remedy]:
    if truth_of(node, person).is_decided:
        return []
    if isinstance(node, And | Or):
        return [remedy for part in node.parts for remedy in _settling(part, person)]
    if isinstance(node, Not):
        return _settling(node.part, person)
    if isinstance(node, Derived):
        return _settling(node.node, person)
    if isinstance(node, AnyOf | Every):
        return _settling_series(node, person)
    pairs = _undecided_pairs(node, person) if isinstance(node, Compare) else []
    found: list[Remedy] = []
    for over in node.series_below:
        found += _settling_series(over, person)
    for ref in node.refs:
        if ref.which is not Which.EACH:
            found += _for_occasion(ref, person.occasion(ref), person, pairs)
    return found or [Remedy("undefined", node)]


def _settling_series(node: OverSeries, person: Person) -> list[Remedy]:
    ref = node.condition.refs[0]
    each = person.each(node)
    if not each:
        return _for_occasion(ref, (person.series(node) or [NOTHING])[-1], person, [])
    open_ = [occasion for occasion, truth in each if not truth.is_decided]
    return [remedy for occasion in open_ for remedy in _for_occasion(ref, occasion, person, [])]


def _undecided_pairs(node: Compare, person: Person) -> list[_Pair]:
    values = [interval(operand, person) for operand in node.operands]
    return [
        _Pair(node.operands[i], sign, node.operands[i + 1])
        for i, sign in enumerate(node.operators)
        if not compare(sign, values[i], values[i + 1]).is_decided
    ]


def _for_occasion(ref: Ref, occasion: Occasion, person: Person, pairs: list[_Pair]) -> list[Remedy]:
    """Return what would make one observation decisive; nothing, if it is as exact as it can be."""
    if ref.variable.kind is Kind.JUDGEMENT:
        return [] if occasion.known else [Remedy("judge", ref)]
    value = occasion.observation.value
    if not occasion.known:
        if isinstance(value, Quantity) and not value.is_known:
            return [Remedy("no-limit", ref, occasion)]
        return [Remedy(_BY_PROVENANCE.get(occasion.observation.provenance, "ask"), ref, occasion)]
    if isinstance(value, PartialDate):
        return [] if value.is_complete else [Remedy("full-date", ref, occasion)]
    if isinstance(value, Quantity) and value.comparator is not Comparator.EQUAL:
        bound = _threshold(ref, person, pairs)
        if bound is None:
            return [Remedy("exact-value", ref, occasion)]
        below = value.comparator in (Comparator.LESS, Comparator.LESS_OR_EQUAL)
        return [Remedy("lower-limit" if below else "higher-limit", ref, occasion, bound=bound)]
    return []


def _threshold(ref: Ref, person: Person, pairs: list[_Pair]) -> End | None:
    """Return the number that an observation is compared with directly."""
    for pair in pairs:
        for side, other in ((pair.left, pair.right), (pair.right, pair.left)):
            against = interval(other, person)
            if _plain(side) == ref and against.is_point:
                return against.low
    return None


def _plain(node: Node) -> Node:
    while isinstance(node, Derived):
        node = node.node
    return node


def changes_of(node: Node, person: Person, wanted: Truth) -> tuple[Remedy, ...]:
    """Return what would have to be otherwise for a decided rule to come out as wanted, each thing once."""
    return tuple(dict.fromkeys(_changing(node, person, wanted)))


def _changing(node: Node, person: Person, wanted: Truth) -> list[Remedy]:
    if truth_of(node, person) is wanted or isinstance(node, Known):
        return []
    if isinstance(node, And | Or):
        # What is known or not is no property of the person: the other parts are what could be otherwise.
        plain = [part for part in node.parts if not any(isinstance(below, Known) for below in part.walk())]
        return [remedy for part in plain or node.parts for remedy in _changing(part, person, wanted)]
    if isinstance(node, Not):
        return _changing(node.part, person, negation(wanted))
    if isinstance(node, Derived):
        return _changing(node.node, person, wanted)
    if not truth_of(node, person).is_decided:
        return _settling(node, person)
    if isinstance(node, Compare):
        return _changing_comparison(node, person, wanted)
    if isinstance(node, Among):
        return [_changing_code(node, wanted)]
    return [Remedy("otherwise", node)]


def _changing_comparison(node: Compare, person: Person, wanted: Truth) -> list[Remedy]:
    values = [interval(operand, person) for operand in node.operands]
    found = []
    for i, sign in enumerate(node.operators):
        if compare(sign, values[i], values[i + 1]) is wanted:
            continue
        operator = sign if wanted is Truth.TRUE else OPPOSITE[sign]
        subject, against, bound = node.operands[i], node.operands[i + 1], values[i + 1]
        if not subject.refs or (not bound.is_point and values[i].is_point):
            subject, against, bound, operator = against, subject, values[i], MIRRORED[operator]
        if bound.is_point:
            code = "date" if subject.type is Type.DATE else "value"
            found.append(Remedy(f"change-{code}", subject, relation=operator, bound=bound.low))
        else:
            found.append(Remedy("otherwise", Compare((subject, against), (operator,))))
    return found


def _changing_code(node: Among, wanted: Truth) -> Remedy:
    if wanted is Truth.TRUE:
        return Remedy("change-code", node.operand, codes=node.codes)
    variable: VariableType | None = node.operand.variable if isinstance(node.operand, Ref | Derived) else None
    others = tuple(code for code in (variable.codes if variable else ()) if code not in node.codes)
    return Remedy("change-code", node.operand, codes=others) if others else Remedy("otherwise", node)
