"""The ages at which a study takes people, from what its criteria mean and not from how they are worded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from equipoise.criteria.nodes import And, Compare, Derived, Node, Not, Number, Or, Ref, Type, YearsBetween
from equipoise.criteria.verdict import Sort
from equipoise.study.model.study import Study
from equipoise.study.rules import rules_of

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Ages:
    """From the youngest to the oldest in completed years, both included; None: no limit."""

    youngest: Decimal | None = None
    oldest: Decimal | None = None

    def both(self, other: Ages) -> Ages:
        """Return the ages that lie within this and another range."""
        youngest = [age for age in (self.youngest, other.youngest) if age is not None]
        oldest = [age for age in (self.oldest, other.oldest) if age is not None]
        return Ages(max(youngest, default=None), min(oldest, default=None))

    def either(self, other: Ages) -> Ages:
        """Return the range that holds this and another."""
        youngest = [age for age in (self.youngest, other.youngest) if age is not None]
        oldest = [age for age in (self.oldest, other.oldest) if age is not None]
        return Ages(min(youngest) if len(youngest) == 2 else None, max(oldest) if len(oldest) == 2 else None)


def ages_of(study: Study) -> Ages:
    """Return the ages that no criterion keeps out: inclusions hold, exclusions do not."""
    found = Ages()
    names = _names(study)
    for criterion in rules_of(study).criteria:
        found = found.both(_ages(criterion.rule.node, criterion.kind is Sort.INCLUSION, names))
    return found


def _names(study: Study) -> frozenset[str]:
    """Return what tells an age: the birth date, from which completed years count, and an age entered as a number."""
    return frozenset(
        variable.name
        for variable in study.codebook.variables
        if (variable.personal and variable.kind == "date") or (variable.kind == "number" and variable.name == "age")
    )


def _ages(node: Node, holds: bool, names: frozenset[str]) -> Ages:
    """Return the ages at which a condition can hold (or fail); what says nothing about age leaves all of them."""
    if isinstance(node, Not):
        return _ages(node.part, not holds, names)
    if isinstance(node, Derived):
        return _ages(node.node, holds, names)
    if isinstance(node, And | Or):
        found = [_ages(part, holds, names) for part in node.parts]
        together = isinstance(node, And) is holds  # a failed "or" fails in all its parts
        first, *others = found
        for each in others:
            first = first.both(each) if together else first.either(each)
        return first
    if isinstance(node, Compare):
        return _compared(node, holds, names)
    return Ages()


def _compared(node: Compare, holds: bool, names: frozenset[str]) -> Ages:
    pairs = list(zip(pairwise(node.operands), node.operators, strict=True))
    if not holds and len(pairs) > 1:
        return Ages()  # "not between" leaves both ends open
    found = Ages()
    for (left, right), operator in pairs:
        said = operator if holds else _OPPOSITE[operator]
        if _is_age(left, names) and isinstance(right, Number):
            found = found.both(_bound(said, right.value))
        elif _is_age(right, names) and isinstance(left, Number):
            found = found.both(_bound(_TURNED[said], left.value))
    return found


def _is_age(node: Node, names: frozenset[str]) -> bool:
    if isinstance(node, Derived):
        return _is_age(node.node, names)
    told = node.start if isinstance(node, YearsBetween) else node
    return isinstance(told, Ref) and told.variable.name in names and told.type is not Type.CODE


def _bound(operator: str, years: Decimal) -> Ages:
    """Return what a comparison of an age leaves: completed years are whole."""
    above, below = years.to_integral_value(ROUND_CEILING), years.to_integral_value(ROUND_FLOOR)
    return {
        ">=": Ages(youngest=above),
        ">": Ages(youngest=below + 1),
        "<=": Ages(oldest=below),
        "<": Ages(oldest=above - 1),
        "==": Ages(years, years),
    }.get(operator, Ages())
