"""What a rule means: a tree of frozen nodes that check themselves, so that a wrong rule cannot be built.

A node knows nothing of how a person wrote it (`language`) or how it is decided (`engines`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from equipoise.core.dates import PartialDate
from equipoise.criteria.facts import Kind, VariableType

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
ARITHMETIC = ("+", "-", "*", "/")
MAX_POWER = 6
MAX_MONTHS = 2400
MAX_DAYS = 73_050


class Type(StrEnum):
    """What a node gives: a truth, a number, a date, or one of a list of codes."""

    TRUTH = "yes_no"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"


class Which(StrEnum):
    """Which observation of a series is meant; EACH stands inside a condition over the series."""

    LAST = "last"
    FIRST = "first"
    AT = "at"
    EACH = "each"


class WrongNodeError(TypeError):
    """A node was built of parts that do not fit."""


def _need(condition: bool, node: Node) -> None:
    if not condition:
        raise WrongNodeError(f"{type(node).__name__} does not fit its parts")


class Node(ABC):
    """A part of a rule."""

    @property
    @abstractmethod
    def type(self) -> Type:
        """What the node gives."""

    @cached_property
    def children(self) -> tuple[Node, ...]:
        """The nodes directly below."""
        found: list[Node] = []
        for field in fields(self):  # type: ignore[arg-type]  # every node is a dataclass
            value = getattr(self, field.name)
            found.extend(part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, Node))
        return tuple(found)

    @cached_property
    def refs(self) -> tuple[Ref, ...]:
        """The references below, each once, in reading order."""
        return tuple(dict.fromkeys(node for node in self.walk() if isinstance(node, Ref)))

    @cached_property
    def series_below(self) -> tuple[OverSeries, ...]:
        """The nodes below, or this one, that are about all observations of a series."""
        return tuple(node for node in self.walk() if isinstance(node, OverSeries))

    @cached_property
    def is_judged(self) -> bool:
        """Whether the investigator's judgement is part of it."""
        return any(ref.variable.kind is Kind.JUDGEMENT for ref in self.refs)

    @cached_property
    def size(self) -> int:
        """The number of nodes; a shared part counts as often as it stands there."""
        return 1 + sum(child.size for child in self.children)

    @cached_property
    def depth(self) -> int:
        """The number of levels."""
        return 1 + max((child.depth for child in self.children), default=0)

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Number(Node):
    """A number written in the rule."""

    value: Decimal

    @property
    def type(self) -> Type:
        return Type.NUMBER


@dataclass(frozen=True)
class Day(Node):
    """A date written in the rule."""

    value: PartialDate

    @property
    def type(self) -> Type:
        return Type.DATE


@dataclass(frozen=True)
class Ref(Node):
    """An observation of a variable."""

    variable: VariableType
    which: Which = Which.LAST
    visit: str | None = None

    def __post_init__(self) -> None:
        _need((self.visit is not None) == (self.which is Which.AT), self)

    @cached_property
    def key(self) -> str:
        """What tells it from other references, as one text (which is quick to look up)."""
        return f"{self.variable.name}|{self.which}|{self.visit or ''}"

    @property
    def type(self) -> Type:
        if self.variable.is_numeric:
            return Type.NUMBER
        return Type.DATE if self.variable.kind is Kind.DATE else Type.CODE


@dataclass(frozen=True)
class Derived(Node):
    """A derived variable: its name for the reader, its expression for the engines."""

    variable: VariableType
    node: Node

    def __post_init__(self) -> None:
        _need(self.variable.rule is not None, self)

    @property
    def type(self) -> Type:
        return self.node.type


@dataclass(frozen=True)
class Arithmetic(Node):
    """A sum, difference, product or quotient."""

    operator: str
    left: Node
    right: Node

    def __post_init__(self) -> None:
        _need(self.operator in ARITHMETIC and self.left.type is self.right.type is Type.NUMBER, self)

    @property
    def type(self) -> Type:
        return Type.NUMBER


@dataclass(frozen=True)
class Power(Node):
    """A whole power."""

    base: Node
    exponent: int

    def __post_init__(self) -> None:
        _need(self.base.type is Type.NUMBER and 1 <= self.exponent <= MAX_POWER, self)

    @property
    def type(self) -> Type:
        return Type.NUMBER


@dataclass(frozen=True)
class Negate(Node):
    """The negative of a number."""

    operand: Node

    def __post_init__(self) -> None:
        _need(self.operand.type is Type.NUMBER, self)

    @property
    def type(self) -> Type:
        return Type.NUMBER


@dataclass(frozen=True)
class Shift(Node):
    """A date some calendar months, then some days, later; the day of the month is clamped to the month's end."""

    day: Node
    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        _need(self.day.type is Type.DATE and abs(self.months) <= MAX_MONTHS and abs(self.days) <= MAX_DAYS, self)

    @property
    def type(self) -> Type:
        return Type.DATE


@dataclass(frozen=True)
class YearsBetween(Node):
    """The completed years from one date to another."""

    start: Node
    end: Node

    def __post_init__(self) -> None:
        _need(self.start.type is self.end.type is Type.DATE, self)

    @property
    def type(self) -> Type:
        return Type.NUMBER


@dataclass(frozen=True)
class Compare(Node):
    """A comparison, perhaps chained, of numbers or of dates."""

    operands: tuple[Node, ...]
    operators: tuple[str, ...]

    def __post_init__(self) -> None:
        types = {operand.type for operand in self.operands}
        _need(len(self.operands) == len(self.operators) + 1 >= 2, self)
        _need(types in ({Type.NUMBER}, {Type.DATE}) and set(self.operators) <= set(COMPARISONS), self)

    @property
    def type(self) -> Type:
        return Type.TRUTH


@dataclass(frozen=True)
class Among(Node):
    """Whether a coded value is one of some codes. A bare yes-or-no variable is among ("yes",)."""

    operand: Node
    codes: tuple[str, ...]

    def __post_init__(self) -> None:
        _need(self.operand.type is Type.CODE and len(self.codes) > 0, self)

    @property
    def type(self) -> Type:
        return Type.TRUTH


@dataclass(frozen=True)
class Same(Node):
    """Whether two coded values are the same."""

    left: Node
    right: Node

    def __post_init__(self) -> None:
        _need(self.left.type is self.right.type is Type.CODE, self)

    @property
    def type(self) -> Type:
        return Type.TRUTH


@dataclass(frozen=True)
class Known(Node):
    """Whether something is known at all."""

    operand: Node

    @property
    def type(self) -> Type:
        return Type.TRUTH


@dataclass(frozen=True)
class And(Node):
    """All of some conditions."""

    parts: tuple[Node, ...]

    def __post_init__(self) -> None:
        _need(len(self.parts) > 1 and all(part.type is Type.TRUTH for part in self.parts), self)

    @property
    def type(self) -> Type:
        return Type.TRUTH


@dataclass(frozen=True)
class Or(Node):
    """At least one of some conditions."""

    parts: tuple[Node, ...]

    def __post_init__(self) -> None:
        _need(len(self.parts) > 1 and all(part.type is Type.TRUTH for part in self.parts), self)

    @property
    def type(self) -> Type:
        return Type.TRUTH


@dataclass(frozen=True)
class Not(Node):
    """The opposite of a condition."""

    part: Node

    def __post_init__(self) -> None:
        _need(self.part.type is Type.TRUTH, self)

    @property
    def type(self) -> Type:
        return Type.TRUTH


@dataclass(frozen=True)
class OverSeries(Node):
    """Something about all observations of one series, by a condition that each of them is put to."""

    series: VariableType
    condition: Node

    def __post_init__(self) -> None:
        refs = self.condition.refs
        _need(self.condition.type is Type.TRUTH, self)
        _need(len(refs) == 1 and refs[0] == Ref(self.series, Which.EACH), self)

    @property
    def type(self) -> Type:
        return Type.TRUTH


@dataclass(frozen=True)
class AnyOf(OverSeries):
    """Whether the condition holds at least once."""


@dataclass(frozen=True)
class Every(OverSeries):
    """Whether the condition holds every time."""


@dataclass(frozen=True)
class Count(OverSeries):
    """How often the condition holds."""

    @property
    def type(self) -> Type:
        return Type.NUMBER


@dataclass(frozen=True)
class FirstDate(OverSeries):
    """The date on which the condition first holds."""

    @property
    def type(self) -> Type:
        return Type.DATE


NODES: tuple[type[Node], ...] = (
    Number, Day, Ref, Derived, Arithmetic, Power, Negate, Shift, YearsBetween, Compare, Among, Same, Known,
    And, Or, Not, AnyOf, Every, Count, FirstDate,
)  # fmt: skip
