"""The reference engine: decides one person, exactly and plainly.

Numbers are exact fractions and every value is the interval of what it can be, so that "<20" against 10 is
unknown and 80.92 kg at 170 cm is a body mass index of exactly 28.
"""

from __future__ import annotations

from collections.abc import Callable

from equipoise.criteria.facts import Facts
from equipoise.criteria.intervals import (
    ANYTHING,
    Interval,
    add,
    compare,
    divide,
    multiply,
    negate,
    of_date,
    power,
    shift,
    years_between,
)
from equipoise.criteria.language import Rule
from equipoise.criteria.nodes import (
    Among,
    And,
    AnyOf,
    Arithmetic,
    Compare,
    Count,
    Day,
    Derived,
    Every,
    FirstDate,
    Known,
    Negate,
    Node,
    Not,
    Number,
    Or,
    OverSeries,
    Power,
    Ref,
    Same,
    Shift,
    Type,
    WrongNodeError,
    YearsBetween,
)
from equipoise.criteria.series import Occasion, day_of, interval_of, occasions, pick
from equipoise.criteria.truth import Standard, Truth, all_of, any_of, negation

__all__ = ["Person", "Standard", "Truth", "evaluate", "truth_of", "value_of"]


class Person:
    """What is known of one person under a standard; what was looked up is remembered."""

    __slots__ = ("_intervals", "_occasions", "facts", "standard")

    def __init__(self, facts: Facts, standard: Standard = Standard.DOCUMENTED) -> None:
        self.facts = facts
        self.standard = standard
        self._occasions: dict[str, Occasion] = {}
        self._intervals: dict[str, Interval] = {}

    def occasion(self, ref: Ref) -> Occasion:
        """Return the observation that a reference means."""
        found = self._occasions.get(ref.key)
        if found is None:
            found = self._occasions[ref.key] = pick(ref, self.facts, self.standard)
        return found

    def interval(self, ref: Ref) -> Interval:
        """Return what a reference's number or date can be."""
        found = self._intervals.get(ref.key)
        if found is None:
            found = self._intervals[ref.key] = interval_of(ref.variable, self.occasion(ref))
        return found

    def series(self, node: OverSeries) -> list[Occasion]:
        """Return the occasions of the series that a node is about."""
        return occasions(node.series, self.facts.get(node.series.name, ()), self.standard)

    def each(self, node: OverSeries) -> list[tuple[Occasion, Truth]]:
        """Return every occasion of the series with the truth of the condition on it.

        Where nothing is known of the series there is nothing to put the condition to.
        """
        decided = []
        found = self.series(node)
        for occasion in found if any(is_recorded(occasion) for occasion in found) else ():
            once = Person({}, self.standard)
            once._occasions[node.condition.refs[0].key] = occasion
            decided.append((occasion, truth_of(node.condition, once)))
        return decided


def evaluate(rule: Rule, facts: Facts, *, standard: Standard = Standard.DOCUMENTED) -> Truth:
    """Return whether a yes-or-no rule holds."""
    return truth_of(rule.node, Person(facts, standard))


def value_of(rule: Rule, facts: Facts, *, standard: Standard = Standard.DOCUMENTED) -> Interval | str | None:
    """Return what a rule's number or date (as a day number) can be, or its code (None: not known)."""
    person = Person(facts, standard)
    if rule.node.type is Type.CODE:
        return code_of(rule.node, person)
    return interval(rule.node, person)


def truth_of(node: Node, person: Person) -> Truth:
    """Return the truth of a yes-or-no node."""
    return _TRUTH[type(node)](node, person)


def interval(node: Node, person: Person) -> Interval:
    """Return what a number or date can be."""
    return _INTERVAL[type(node)](node, person)


def code_of(node: Node, person: Person) -> str | None:
    """Return a coded value, or None if it is not known."""
    while isinstance(node, Derived):
        node = node.node
    if not isinstance(node, Ref):
        raise WrongNodeError(f"{type(node).__name__} has no code")
    found = person.occasion(node)
    value = found.observation.value
    return value if found.known and isinstance(value, str) else None


def _undecided(node: Node) -> Truth:
    return Truth.JUDGEMENT if node.is_judged else Truth.UNKNOWN


def _among(node: Among, person: Person) -> Truth:
    code = code_of(node.operand, person)
    if code is None:
        return _undecided(node)
    return Truth.TRUE if code in node.codes else Truth.FALSE


def _same(node: Same, person: Person) -> Truth:
    left, right = code_of(node.left, person), code_of(node.right, person)
    if left is None or right is None:
        # An unknown answer stands before a judgement: only what is left to the investigator alone is a judgement.
        sides = [side for side, code in ((node.left, left), (node.right, right)) if code is None]
        return all_of(_undecided(side) for side in sides)
    return Truth.TRUE if left == right else Truth.FALSE


def _compare(node: Compare, person: Person) -> Truth:
    values = [interval(operand, person) for operand in node.operands]
    if len(values) == 2:
        return compare(node.operators[0], values[0], values[1])
    return all_of(compare(sign, values[i], values[i + 1]) for i, sign in enumerate(node.operators))


def _known(node: Known, person: Person) -> Truth:
    return Truth.TRUE if is_known(node.operand, person) else Truth.FALSE


def is_known(node: Node, person: Person) -> bool:
    """Whether something is known at all: every observation that it rests on bounds a value.

    Documents that contradict each other do record something: what it is is unknown, that it is recorded is not.
    """
    if isinstance(node, Ref):
        return is_recorded(person.occasion(node))
    if isinstance(node, FirstDate):
        return any(truth is Truth.TRUE and occasion.observation.on for occasion, truth in person.each(node))
    if isinstance(node, OverSeries):
        return any(is_recorded(occasion) for occasion in person.series(node))
    return all(is_known(child, person) for child in node.children)


def is_recorded(occasion: Occasion) -> bool:
    """Whether an observation records something, be it in contradiction with another."""
    return occasion.known or occasion.is_conflicting


def _every(node: Every, person: Person) -> Truth:
    truths = [truth for _, truth in person.each(node)]
    return all_of(truths) if truths else _undecided(node)


def _any_of(node: AnyOf, person: Person) -> Truth:
    truths = [truth for _, truth in person.each(node)]
    return any_of(truths) if truths else _undecided(node)


def _count(node: Count, person: Person) -> Interval:
    truths = [truth for _, truth in person.each(node)]
    if not truths:
        return Interval(0, None)  # a series that nobody recorded is no series of zeros
    return Interval(truths.count(Truth.TRUE), len(truths) - truths.count(Truth.FALSE))


def _first_date(node: FirstDate, person: Person) -> Interval:
    each = [(day_of(occasion), truth) for occasion, truth in person.each(node) if truth is not Truth.FALSE]
    surely = [day.high for day, truth in each if truth is Truth.TRUE and day.high is not None]
    if not surely:
        return ANYTHING
    lows = [day.low for day, _ in each]
    bounded = [low for low in lows if low is not None]
    return Interval(min(bounded) if len(bounded) == len(lows) else None, min(surely))


def _arithmetic(node: Arithmetic, person: Person) -> Interval:
    left, right = interval(node.left, person), interval(node.right, person)
    match node.operator:
        case "+":
            return add(left, right)
        case "-":
            return add(left, negate(right))
        case "*":
            return multiply(left, right)
        case _:
            return divide(left, right)


_TRUTH: dict[type[Node], Callable[..., Truth]] = {
    Derived: lambda node, person: truth_of(node.node, person),
    Compare: _compare,
    Among: _among,
    Same: _same,
    Known: _known,
    And: lambda node, person: all_of(truth_of(part, person) for part in node.parts),
    Or: lambda node, person: any_of(truth_of(part, person) for part in node.parts),
    Not: lambda node, person: negation(truth_of(node.part, person)),
    AnyOf: _any_of,
    Every: _every,
}

_INTERVAL: dict[type[Node], Callable[..., Interval]] = {
    Number: lambda node, _: Interval(node.value, node.value),
    Day: lambda node, _: of_date(node.value),
    Ref: lambda node, person: person.interval(node),
    Derived: lambda node, person: interval(node.node, person),
    Arithmetic: _arithmetic,
    Power: lambda node, person: power(interval(node.base, person), node.exponent),
    Negate: lambda node, person: negate(interval(node.operand, person)),
    Shift: lambda node, person: shift(interval(node.day, person), node.months, node.days),
    YearsBetween: lambda node, person: years_between(interval(node.start, person), interval(node.end, person)),
    Count: _count,
    FirstDate: _first_date,
}
