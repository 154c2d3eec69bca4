"""The fast engine: a set of criteria as Polars expressions over a typed frame (`engines.table`).

Truth is a nullable Boolean, for which Polars' own logic is Kleene's; where the investigator's judgement is part
of a rule, it is one of four numbers in the order in which a conjunction prefers them.

Comparisons are exact. A bare value against another or a literal is compared as doubles, which tell decimals of 15
digits apart (`engines.doubles`). Where a rule calculates, doubles are carried with a bound on their error, and
the rows that lie within it, or hold an interval, are decided by the reference engine: cross-multiplied decimals would
overflow 38 digits on long inputs, and such rows are few.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from equipoise.criteria.engines.calculation import compared
from equipoise.criteria.engines.calendar import months_later, years_between
from equipoise.criteria.facts import Kind
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
    Which,
    WrongNodeError,
    YearsBetween,
)
from equipoise.criteria.verdict import CriterionRule, Sort, Status, Verdict

if TYPE_CHECKING:
    import polars as pl

# In the order of what decides: the verdict is the highest of the statuses.
STATUSES = tuple(status.value for status in (Status.PASS, Status.JUDGEMENT, Status.UNKNOWN, Status.FAIL))
VERDICTS = tuple(
    verdict.value
    for verdict in (Verdict.ELIGIBLE, Verdict.NEEDS_JUDGEMENT, Verdict.CANNOT_TELL_YET, Verdict.NOT_ELIGIBLE)
)
_ROW = "?row"
# Where judgement takes part, truth is a number in the order of a conjunction, which is then the least of them.
_FALSE, _UNKNOWN, _JUDGEMENT, _TRUE = range(4)
_NEGATED = {_FALSE: _TRUE, _UNKNOWN: _UNKNOWN, _JUDGEMENT: _JUDGEMENT, _TRUE: _FALSE}


@dataclass(frozen=True)
class Compiled:
    """A yes-or-no node: a nullable Boolean, or, where judgement takes part, one of four numbers."""

    value: pl.Expr
    is_judged: bool = False

    @property
    def number(self) -> pl.Expr:
        """The truth as a number."""
        return self.value if self.is_judged else _numbered(self.value, _UNKNOWN)


def _numbered(value: pl.Expr, undecided: int) -> pl.Expr:
    import polars as pl

    return (value.cast(pl.UInt8) * _TRUE).fill_null(undecided)


def _negated(number: pl.Expr) -> pl.Expr:
    import polars as pl

    return number.replace_strict(_NEGATED, return_dtype=pl.UInt8)


@dataclass(frozen=True)
class Ends:
    """A number or date: what it can be. `high` is the very same expression as `low` where it is exact."""

    low: pl.Expr
    high: pl.Expr

    @property
    def is_exact(self) -> bool:
        """Whether no row of the table holds an interval."""
        return self.low is self.high


def compile_rules(criteria: Iterable[CriterionRule], schema: Collection[str]) -> list[pl.Expr]:
    """Return an expression a criterion, its status, and last the verdict; `schema` holds the frame's columns."""
    import polars as pl

    compiler = Compiler(schema)
    ranks: list[pl.Expr] = []
    statuses: list[pl.Expr] = []
    for criterion in criteria:
        truth = compiler.truth(criterion.rule.node)
        stands = criterion.kind is Sort.INCLUSION
        if truth.is_judged:
            rank = _TRUE - (truth.value if stands else _negated(truth.value))
        else:
            rank = _numbered(~truth.value if stands else truth.value, STATUSES.index(Status.UNKNOWN.value))
        ranks.append(rank)
        statuses.append(rank.cat.to(pl.Enum(STATUSES)).alias(criterion.id))
    verdict = pl.max_horizontal(ranks) if ranks else pl.lit(0, pl.UInt8)
    return [*statuses, verdict.cat.to(pl.Enum(VERDICTS)).alias("verdict")]


def assess_frame(criteria: Sequence[CriterionRule], frame: pl.DataFrame, *, key: str = "person") -> pl.DataFrame:
    """Return the verdict and each criterion's status for every row of a typed frame, beside its `key` column."""
    keys = [key] if key in frame.columns else []
    *statuses, verdict = compile_rules(criteria, frame.columns)
    # The row number stands there so that a set of rules without a column still has a row a person.
    rows = frame.with_row_index(_ROW).lazy()
    return rows.select(_ROW, *keys, verdict, *statuses).collect().drop(_ROW)


class Compiler:
    """Compiles nodes against the columns that a typed frame has; a variable without a column is not known."""

    def __init__(self, schema: Collection[str]) -> None:
        self._schema = frozenset(schema)

    def truth(self, node: Node) -> Compiled:
        """Return a yes-or-no node."""
        match node:
            case Derived():
                return self.truth(node.node)
            case And() | Or():
                return self._connection(node)
            case Not():
                inner = self.truth(node.part)
                return Compiled(_negated(inner.value), True) if inner.is_judged else Compiled(~inner.value)
            case Compare():
                return Compiled(self._comparison(node))
            case Among():
                return self._among(node)
            case Same():
                return self._same(node)
            case Known():
                return Compiled(self._known(node.operand))
            case AnyOf() | Every():
                return self._over(node)
            case _:
                raise WrongNodeError(f"{type(node).__name__} is not yes or no")

    def _connection(self, node: And | Or) -> Compiled:
        import polars as pl

        parts = [self.truth(part) for part in node.parts]
        is_and = isinstance(node, And)
        if not any(part.is_judged for part in parts):
            return Compiled(reduce(and_ if is_and else or_, (part.value for part in parts)))
        if is_and:
            return Compiled(pl.min_horizontal([part.number for part in parts]), True)
        return Compiled(_negated(pl.min_horizontal([_negated(part.number) for part in parts])), True)

    def _code(self, node: Node) -> pl.Expr:
        import polars as pl

        while isinstance(node, Derived):
            node = node.node
        if not isinstance(node, Ref):
            raise WrongNodeError(f"{type(node).__name__} has no code")
        missing = node.which is Which.AT or node.variable.name not in self._schema
        return pl.lit(None, pl.String) if missing else pl.col(node.variable.name)

    def _among(self, node: Among) -> Compiled:
        import polars as pl

        code = self._code(node.operand)
        possible = [code for code in node.codes if self._can_be(node.operand, code)]
        none = pl.when(code.is_not_null()).then(pl.lit(value=False))
        value = reduce(or_, (code == pl.lit(one) for one in possible)) if possible else none
        return Compiled(_numbered(value, _JUDGEMENT), True) if node.is_judged else Compiled(value)

    def _can_be(self, node: Node, code: str) -> bool:
        """Whether a code is in the list of the column (a derived variable may list fewer than its source)."""
        codes = node.refs[0].variable.codes
        return not codes or code in codes

    def _same(self, node: Same) -> Compiled:
        import polars as pl

        left, right = self._code(node.left), self._code(node.right)
        value = left.cast(pl.String) == right.cast(pl.String)
        if not node.is_judged:
            return Compiled(value)
        plain = [code for side, code in ((node.left, left), (node.right, right)) if not side.is_judged]
        undecided = pl.lit(_JUDGEMENT, pl.UInt8)
        if plain:
            undecided = pl.when(plain[0].is_null()).then(pl.lit(_UNKNOWN, pl.UInt8)).otherwise(undecided)
        return Compiled((value.cast(pl.UInt8) * _TRUE).fill_null(undecided), True)

    def _over(self, node: AnyOf | Every) -> Compiled:
        """Return a condition over a series of one, undecided where nothing is known of it."""
        import polars as pl

        inner = self.truth(node.condition)
        known = self._known(node.condition.refs[0])
        if node.is_judged:
            return Compiled(pl.when(known).then(inner.number).otherwise(pl.lit(_JUDGEMENT, pl.UInt8)), True)
        return Compiled(pl.when(known).then(inner.value))

    def _known(self, node: Node) -> pl.Expr:
        import polars as pl

        match node:
            case Ref():
                name = node.variable.name
                if node.which is Which.AT or not self._schema & {name, f"{name}:low"}:
                    return pl.lit(value=False)
                return pl.col(name if name in self._schema else f"{name}:low").is_not_null()
            case FirstDate():
                return pl.lit(value=False)  # a table does not say when its values were observed
            case _:
                known = [self._known(child) for child in node.children]
                return reduce(and_, known) if known else pl.lit(value=True)

    def _comparison(self, node: Compare) -> pl.Expr:
        if len(node.operators) == 2 and set(node.operators) == {"<="} and not any(map(_calculates, node.operands)):
            low, middle, high = (self.ends(operand) for operand in node.operands)
            if low.is_exact and middle.is_exact and high.is_exact:
                # As below, but the middle is worked out once.
                return middle.low.is_between(low.low, high.low)
        pairs = zip(node.operands, node.operators, node.operands[1:], strict=False)
        return reduce(and_, [self._pair(left, sign, right) for left, sign, right in pairs])

    def _pair(self, left: Node, sign: str, right: Node) -> pl.Expr:
        if left.type is Type.NUMBER and (_calculates(left) or _calculates(right)):
            return compared(Compare((left, right), (sign,)), self._schema, self)
        return _compared(sign, self.ends(left), self.ends(right))

    def ends(self, node: Node) -> Ends:
        """Return what a number or date can be that needs no calculation with rounded numbers."""
        import polars as pl

        match node:
            case Derived():
                return self.ends(node.node)
            case Number():
                return _exact(pl.lit(float(node.value), pl.Float64))
            case Day():
                first, last = node.value.earliest, node.value.latest
                return _exact(pl.lit(first)) if first == last else Ends(pl.lit(first), pl.lit(last))
            case Ref():
                return self._column(node)
            case Negate():
                inner = self.ends(node.operand)
                return _exact(-inner.low) if inner.is_exact else Ends(-inner.high, -inner.low)
            case Shift():
                inner = self.ends(node.day)
                low = _shifted(inner.low, node)
                return _exact(low) if inner.is_exact else Ends(low, _shifted(inner.high, node))
            case YearsBetween():
                start, end = self.ends(node.start), self.ends(node.end)
                low = years_between(start.high, end.low)
                return _exact(low) if start.is_exact and end.is_exact else Ends(low, years_between(start.low, end.high))
            case Count():
                return self._count(node)
            case FirstDate():
                return _exact(pl.lit(None, pl.Date))
            case _:
                raise WrongNodeError(f"{type(node).__name__} is no plain number or date")

    def _column(self, node: Ref) -> Ends:
        import polars as pl

        name = node.variable.name
        if node.which is not Which.AT:
            if name in self._schema:
                return _exact(pl.col(name))
            if f"{name}:low" in self._schema:
                return Ends(pl.col(f"{name}:low"), pl.col(f"{name}:high"))
        return _exact(pl.lit(None, pl.Date if node.variable.kind is Kind.DATE else pl.Float64))

    def _count(self, node: Count) -> Ends:
        import polars as pl

        known = self._known(node.condition.refs[0])
        truth = self.truth(node.condition).value
        low = (known & truth).fill_null(value=False).cast(pl.Float64)
        most = pl.when(known).then((truth | truth.is_null()).cast(pl.Float64))
        return Ends(low, most.fill_null(float("inf")))


def _exact(value: pl.Expr) -> Ends:
    return Ends(value, value)


def _calculates(node: Node) -> bool:
    return any(isinstance(below, Arithmetic | Power) for below in node.walk() if not isinstance(below, OverSeries))


def _compared(sign: str, a: Ends, b: Ends) -> pl.Expr:
    """Return a comparison of two intervals, null where it is not decided."""
    import polars as pl

    if a.is_exact and b.is_exact:
        plain = {"<": a.low.lt, "<=": a.low.le, ">": a.low.gt, ">=": a.low.ge, "==": a.low.eq, "!=": a.low.ne}
        return plain[sign](b.low)
    if sign in (">", "<="):
        return _compared("<", b, a) if sign == ">" else ~_compared("<", b, a)
    if sign == ">=":
        return ~_compared("<", a, b)
    if sign == "!=":
        return ~_compared("==", a, b)
    if sign == "==":
        apart = (a.high < b.low) | (b.high < a.low)
        same = (a.low == a.high) & (b.low == b.high) & (a.low == b.low)
        return pl.when(apart).then(pl.lit(value=False)).when(same).then(pl.lit(value=True))
    less, not_less = a.high < b.low, a.low >= b.high
    return pl.when(less).then(pl.lit(value=True)).when(not_less).then(pl.lit(value=False))


def _shifted(day: pl.Expr, node: Shift) -> pl.Expr:
    if node.months:
        day = months_later(day, node.months)
    return day.dt.offset_by(f"{node.days}d") if node.days else day
