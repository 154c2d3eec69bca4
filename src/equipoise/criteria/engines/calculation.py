"""Comparisons that calculate, over a whole column: doubles with a bound on their error, and exactness where it matters.

The bound is a running error analysis (Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition,
section 3.3): each rounding adds half a unit in the last place to what the operands' own errors become.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from equipoise.core.dates import PartialDate
from equipoise.criteria.engines.doubles import quantity_of
from equipoise.criteria.engines.in_memory import Person, truth_of
from equipoise.criteria.facts import Observation, VariableType
from equipoise.criteria.nodes import (
    Arithmetic,
    Compare,
    Derived,
    Negate,
    Node,
    Number,
    Power,
    Ref,
    YearsBetween,
)
from equipoise.criteria.truth import Truth

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

    from equipoise.criteria.engines.polars import Ends

    Doubles = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]

_ROUNDING = 2.0**-53
_TINIEST = 1e-290
_SLICE = 16_384  # rows that stay in the processor's cache
_DECIDED = {Truth.TRUE: True, Truth.FALSE: False}


class _Plain(Protocol):
    def ends(self, node: Node) -> Ends: ...


def compared(node: Compare, schema: Collection[str], plain: _Plain) -> pl.Expr:
    """Return one comparison of two numbers that calculates, null where it is not decided."""
    import polars as pl

    names = dict.fromkeys(ref.variable.name for ref in node.refs)
    columns = [column for name in names for column in (name, f"{name}:low", f"{name}:high") if column in schema]
    if not columns:
        # Without any column the answer is the same for everybody.
        return pl.lit(_DECIDED.get(truth_of(node, Person({}))), pl.Boolean)
    leaves = tuple(dict.fromkeys(leaf for operand in node.operands for leaf in _leaves(operand)))
    fields = []
    for i, leaf in enumerate(leaves):
        ends = plain.ends(leaf)
        fields.append(ends.low.cast(pl.Float64).alias(f"?low{i}"))
        if not ends.is_exact:
            fields.append(ends.high.cast(pl.Float64).alias(f"?high{i}"))
    return pl.struct(*fields, *columns).map_batches(_Comparison(node, leaves), return_dtype=pl.Boolean)


def _leaves(node: Node) -> list[Node]:
    """Return what a calculation starts from, but for the numbers that the rule itself states."""
    if isinstance(node, Derived | Negate | Arithmetic | Power):
        return [leaf for child in node.children for leaf in _leaves(child)]
    return [] if isinstance(node, Number) else [node]


class _Rounded(NamedTuple):
    """Calculated numbers and the most that they can be off; nan where a value is missing or an interval."""

    value: Doubles
    error: Doubles

    @classmethod
    def of(cls, value: Doubles, carried: Doubles | float = 0.0) -> _Rounded:
        """Return numbers that were just rounded, with the error that their operands carry into them."""
        return cls(value, abs(value) * _ROUNDING + carried)

    def times(self, other: _Rounded) -> _Rounded:
        """Return the product."""
        carried = abs(self.value) * other.error + abs(other.value) * self.error + self.error * other.error
        return _Rounded.of(self.value * other.value, carried)

    def over(self, other: _Rounded) -> _Rounded:
        """Return the quotient; a divisor that may be zero leaves it open (the error is not finite)."""
        import numpy as np

        value = self.value / other.value
        room = abs(other.value) - other.error
        return _Rounded.of(value, np.where(room > 0, (self.error + abs(value) * other.error) / room, np.inf))


@dataclass(frozen=True)
class _Comparison:
    """Decides a batch of rows: by doubles where their error allows, else by the reference engine."""

    node: Compare
    leaves: tuple[Node, ...]

    def __call__(self, batch: pl.Series) -> pl.Series:
        import numpy as np
        import polars as pl

        rows = batch.struct.unnest()
        starts = {name: rows.get_column(name).to_numpy() for name in rows.columns if name.startswith("?")}
        decided = np.empty(len(rows), dtype=bool)
        exactly = np.empty(len(rows), dtype=bool)
        skipped = np.empty(len(rows), dtype=bool)
        for begin in range(0, len(rows), _SLICE):
            part = slice(begin, begin + _SLICE)
            found = self._by_doubles({name: values[part] for name, values in starts.items()})
            decided[part], exactly[part], skipped[part] = found
        truth = pl.Series("truth", decided)
        if skipped.any():
            truth = truth.zip_with(pl.Series(~skipped), pl.Series([None], dtype=pl.Boolean))
        if not exactly.any():
            return truth
        asked = rows.select(column for column in rows.columns if column not in starts)
        return truth.scatter(np.flatnonzero(exactly), self._by_reference(asked.filter(pl.Series(exactly))))

    def _by_doubles(self, fields: Mapping[str, Doubles]) -> tuple[Flags, Flags, Flags]:
        """Return what doubles decide, which rows they cannot, and which are unknown for want of a value."""
        import numpy as np

        starts: dict[Node, _Rounded] = {}
        held = missing = np.zeros(len(fields["?low0"]), dtype=bool)
        for i, leaf in enumerate(self.leaves):
            low = fields[f"?low{i}"]
            missing = missing | np.isnan(low)
            if f"?high{i}" in fields:
                is_interval = low != fields[f"?high{i}"]
                held = held | is_interval
                low = np.where(is_interval, np.nan, low)
            starts[leaf] = _Rounded.of(low)
        with np.errstate(all="ignore"):
            left, right = (_calculated(operand, starts) for operand in self.node.operands)
            apart = np.broadcast_to(left.value - right.value, len(missing))
            error = (left.error + right.error) * 2 + _TINIEST
            # Not finite: divided by zero, or beyond the doubles.
            close = ~np.isfinite(apart) | ~np.isfinite(error) | (abs(apart) <= error)
            sign = self.node.operators[0]
            decided = apart < 0 if sign[0] == "<" else apart > 0
        if sign in ("==", "!="):
            decided = np.full(len(missing), sign == "!=")
        skipped = missing if all(_spreads(operand) for operand in self.node.operands) else np.zeros_like(missing)
        return decided, (close | held) & ~skipped, skipped

    def _by_reference(self, rows: pl.DataFrame) -> pl.Series:
        """Return the truth of rows by the reference engine, each distinct row asked once."""
        import polars as pl

        variables = {ref.variable.name: ref.variable for ref in self.node.refs}
        distinct = rows.unique(maintain_order=True)
        truths = [_DECIDED.get(truth_of(self.node, _person(row, variables))) for row in distinct.iter_rows(named=True)]
        found = distinct.with_columns(pl.Series("?truth", truths, dtype=pl.Boolean))
        joined = rows.join(found, on=rows.columns, how="left", nulls_equal=True, maintain_order="left")
        return joined.get_column("?truth")


def _calculated(node: Node, starts: Mapping[Node, _Rounded]) -> _Rounded:
    import numpy as np

    match node:
        case Derived():
            return _calculated(node.node, starts)
        case Number():
            return _Rounded.of(np.array(float(node.value)))
        case Negate():
            inner = _calculated(node.operand, starts)
            return _Rounded(-inner.value, inner.error)
        case Power():
            base = made = _calculated(node.base, starts)
            for _ in range(node.exponent - 1):
                made = made.times(base)
            return made
        case Arithmetic():
            left, right = _calculated(node.left, starts), _calculated(node.right, starts)
            match node.operator:
                case "+":
                    return _Rounded.of(left.value + right.value, left.error + right.error)
                case "-":
                    return _Rounded.of(left.value - right.value, left.error + right.error)
                case "*":
                    return left.times(right)
                case _:
                    return left.over(right)
        case _:
            return starts[node]


def _spreads(node: Node) -> bool:
    """Whether one unknown value always makes the whole unknown, so that a row without it needs no second look."""
    match node:
        case Ref():
            return True
        case Derived():
            return _spreads(node.node)
        case Negate():
            return _spreads(node.operand)
        case Number() | YearsBetween():
            return True
        case Power():
            return node.exponent % 2 == 1 and _spreads(node.base)
        case Arithmetic(operator="*"):
            # Zero times something unknown is zero.
            factors = (node.left, node.right)
            return any(isinstance(one, Number) and one.value for one in factors) and all(map(_spreads, factors))
        case Arithmetic(operator="/"):
            # A square that may be zero leaves a quotient as open as an unknown divisor does.
            below = node.right
            while isinstance(below, Derived):
                below = below.node
            divisor = below.base if isinstance(below, Power) else below
            return _spreads(node.left) and _spreads(divisor)
        case Arithmetic():
            return _spreads(node.left) and _spreads(node.right)
        case _:
            return False


def _person(row: Mapping[str, Any], variables: Mapping[str, VariableType]) -> Person:
    """Return a row of a typed frame as facts."""
    facts: dict[str, tuple[Observation, ...]] = {}
    for name, variable in variables.items():
        low = row[name] if name in row else row.get(f"{name}:low")
        high = row[name] if name in row else row.get(f"{name}:high")
        if low is None or high is None:
            continue
        value: Any = low
        if variable.is_numeric:
            value = quantity_of(low, high, variable.unit)
        elif isinstance(low, date):
            value = _partial(low, high)
        facts[name] = (Observation(value),)
    return Person(facts)


def _partial(low: date, high: date) -> PartialDate:
    if low == high:
        return PartialDate.of(low)
    return PartialDate(low.year, low.month if low.month == high.month else None)
