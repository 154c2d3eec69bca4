"""The reader: from Python's syntax tree to nodes, saying of each part that does not fit where, why and what instead."""

from __future__ import annotations

import ast

from equipoise.core.decimals import parse_decimal
from equipoise.core.problem import Problem, ProblemsError
from equipoise.criteria.facts import Codebook, Kind, VariableType, meant
from equipoise.criteria.nodes import (
    MAX_DAYS,
    MAX_MONTHS,
    MAX_POWER,
    Among,
    And,
    AnyOf,
    Arithmetic,
    Compare,
    Count,
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
    YearsBetween,
)
from equipoise.criteria.source import Source, shortened
from equipoise.criteria.terms import (
    Apart,
    Duration,
    Term,
    Text,
    are_comparable,
    codes_of,
    dotted_name,
    fitted_operands,
    kind_of,
    turned,
    type_of,
)

MAX_SIZE = 2_000
# Reserved words: a variable must not be called so.
UNITS = {"months": (1, 0), "years": (12, 0), "weeks": (0, 7), "days": (0, 1)}
OVER_SERIES: dict[str, type[OverSeries]] = {
    "any_of": AnyOf,
    "every": Every,
    "count": Count,
    "first_date": FirstDate,
}
FUNCTIONS = ("known", "years_between", *OVER_SERIES)
RESERVED = frozenset({*UNITS, *FUNCTIONS})
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class Reader:
    """Reads one rule; `problems` gathers what is wrong. A part that could not be read is None and reported already."""

    def __init__(self, source: Source, codebook: Codebook, expanding: tuple[str, ...] = ()) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._codebook = codebook
        self._expanding = expanding
        self._each = False
        self._derived: dict[tuple[str, bool], Node | None] = {}

    def rule(self, tree: ast.expr, wanted: Type | None) -> Node | None:
        """Return the whole rule, of the wanted type if there is one."""
        term = self._term(tree)
        if term is None:
            return None
        if wanted is Type.TRUTH:
            term = self._truth(tree, term)
        elif not isinstance(term, Node):
            self._refuse("not-a-value", tree, kind=kind_of(term))
            return None
        elif wanted is not None and term.type is not wanted:
            self._refuse("wrong-kind", tree, kind=kind_of(term), wanted=wanted.value)
            return None
        if isinstance(term, Node) and not term.refs and not self._expanding:
            self._refuse("no-variable", tree)
            return None
        return term if isinstance(term, Node) else None

    def _refuse(self, code: str, part: ast.expr, **params: str | int) -> None:
        params.setdefault("part", self._source.snippet(part))
        self.problems.append(self._source.problem(code, self._source.position(part), **params))

    def _term(self, part: ast.expr) -> Term | None:
        match part:
            case ast.Constant():
                return self._constant(part)
            case ast.Name():
                return self._name(part, part.id)
            case ast.Attribute():
                return self._attribute(part)
            case ast.BoolOp():
                return self._connection(part)
            case ast.UnaryOp():
                return self._unary(part)
            case ast.BinOp():
                return self._binary(part)
            case ast.Compare():
                return self._comparison(part)
            case ast.Call():
                return self._call(part)
            case _:
                self._refuse("not-allowed", part)
                return None

    def _constant(self, part: ast.Constant) -> Term | None:
        if isinstance(part.value, str):
            return Text(part.value)
        if part.value is True or part.value is False:
            self._refuse("write-yes-no", part)
            return None
        if part.value is None:
            self._refuse("write-known", part)
            return None
        if not isinstance(part.value, int | float):
            self._refuse("not-allowed", part)
            return None
        # The text, not Python's float: 0.05 is meant exactly.
        value = parse_decimal(self._source.snippet(part))
        if value is None:
            self._refuse("bad-literal", part)
            return None
        return Number(value)

    def _name(self, part: ast.expr, name: str) -> Term | None:
        variable = self._codebook.get(name)
        if variable is not None:
            which = Which.EACH if self._each else Which.LAST
            return Ref(variable, which) if variable.rule is None else self._expand(part, variable)
        if name in UNITS:
            self._refuse("bare-unit", part, unit=name)
            return None
        close = meant(name, [*self._codebook, *FUNCTIONS, *UNITS])
        if close is None:
            self._refuse("unknown-variable", part, name=shortened(name))
            return None
        self._refuse("unknown-variable-close", part, name=shortened(name), meant=close)
        return None

    def _expand(self, part: ast.expr, variable: VariableType) -> Node | None:
        """Return a derived variable's own expression."""
        name = variable.name
        if name in self._expanding:
            self._refuse("cycle", part, name=name, way=" → ".join((*self._expanding, name)))
            return None
        if (name, self._each) not in self._derived:
            inner = Reader(Source(variable.rule or ""), self._codebook, (*self._expanding, name))
            inner._each = self._each
            inner._derived = self._derived
            try:
                node = inner.rule(inner._source.parse(), type_of(variable))
            except ProblemsError as error:
                node, inner.problems = None, list(error.problems)
            # A cycle is the finding itself; other faults belong to the derived variable's own place.
            cycles = [problem for problem in inner.problems if problem.code == "criteria.cycle"]
            if cycles:
                self._refuse("cycle", part, **{k: v for k, v in cycles[0].params.items() if k != "part"})
                return None
            self._derived[name, self._each] = None if inner.problems else node
        node = self._derived[name, self._each]
        if node is None:
            self._refuse("derived-rule", part, name=name)
            return None
        if node.size > MAX_SIZE:
            self._refuse("too-large", part, most=MAX_SIZE)
            return None
        return Derived(variable, node)

    def _attribute(self, part: ast.Attribute) -> Term | None:
        dotted = dotted_name(part)
        if dotted is not None and dotted in self._codebook:
            return self._name(part, dotted)
        which = {"last": Which.LAST, "first": Which.FIRST}.get(part.attr)
        if which is not None:
            return self._selection(part, part.value, which, None)
        if part.attr == "at":
            self._refuse("visit-text", part)
            return None
        close = meant(dotted, list(self._codebook)) if dotted is not None else None
        if close is not None:
            self._refuse("unknown-variable-close", part, name=shortened(dotted or ""), meant=close)
            return None
        self._refuse("unknown-selection", part, name=shortened(part.attr))
        return None

    def _selection(self, part: ast.expr, series: ast.expr, which: Which, visit: str | None) -> Term | None:
        dotted = dotted_name(series)
        if dotted is None:
            self._refuse("selection-of-variable", part)
            return None
        variable = self._codebook.get(dotted)
        if variable is None:
            self._name(series, dotted)
            return None
        if variable.rule is not None:
            self._refuse("selection-of-derived", part, name=dotted)
            return None
        if self._each:
            self._refuse("selection-inside", part)
            return None
        return Ref(variable, which, visit)

    def _connection(self, part: ast.BoolOp) -> Node | None:
        parts = [self._truth_of(value) for value in part.values]
        found = tuple(node for node in parts if node is not None)
        if len(found) < len(parts):
            return None
        return And(found) if isinstance(part.op, ast.And) else Or(found)

    def _unary(self, part: ast.UnaryOp) -> Node | None:
        if isinstance(part.op, ast.Not):
            inner = self._truth_of(part.operand)
            return None if inner is None else Not(inner)
        if isinstance(part.op, ast.Invert):
            self._refuse("not-allowed", part)
            return None
        operand = self._number_of(part.operand)
        if operand is None or isinstance(part.op, ast.UAdd):
            return operand
        return Number(-operand.value) if isinstance(operand, Number) else Negate(operand)

    def _truth_of(self, part: ast.expr) -> Node | None:
        term = self._term(part)
        return None if term is None else self._truth(part, term)

    def _truth(self, part: ast.expr, term: Term) -> Node | None:
        if isinstance(term, Node):
            if term.type is Type.TRUTH:
                return term
            if isinstance(term, Ref | Derived) and term.variable.kind in (Kind.YES_NO, Kind.JUDGEMENT):
                return Among(term, ("yes",))
        self._refuse("not-yes-no", part, kind=kind_of(term))
        return None

    def _number_of(self, part: ast.expr) -> Node | None:
        term = self._term(part)
        if term is None:
            return None
        if isinstance(term, Node) and term.type is Type.NUMBER:
            return term
        self._refuse("not-a-number", part, kind=kind_of(term))
        return None

    def _binary(self, part: ast.BinOp) -> Term | None:
        if isinstance(part.op, ast.Pow):
            return self._power(part)
        operator = _ARITHMETIC.get(type(part.op))
        if operator is None:
            self._refuse("not-allowed", part)
            return None
        if operator == "*":
            for unit, times in ((part.right, part.left), (part.left, part.right)):
                if isinstance(unit, ast.Name) and unit.id in UNITS and unit.id not in self._codebook:
                    return self._duration(part, unit.id, times)
        left, right = self._term(part.left), self._term(part.right)
        if left is None or right is None:
            return None
        if operator in "+-":
            timed = self._timed(part, operator, left, right)
            if timed is not None:
                return timed
        for side, term in ((part.left, left), (part.right, right)):
            if not isinstance(term, Node) or term.type is not Type.NUMBER:
                self._refuse("not-a-number", side, kind=kind_of(term))
        if not (isinstance(left, Node) and isinstance(right, Node) and left.type is right.type is Type.NUMBER):
            return None
        if operator == "/" and isinstance(right, Number) and not right.value:
            self._refuse("divide-by-zero", part)
            return None
        return Arithmetic(operator, left, right)

    def _timed(self, part: ast.BinOp, operator: str, left: Term, right: Term) -> Term | None:
        """Return date ± duration, duration ± duration or date - date; None where it is nothing of the kind."""
        sign = 1 if operator == "+" else -1
        if isinstance(right, Duration):
            if isinstance(left, Duration):
                return self._bounded(part, left.months + sign * right.months, left.days + sign * right.days)
            if isinstance(left, Node) and left.type is Type.DATE:
                return Shift(left, sign * right.months, sign * right.days)
        if isinstance(left, Duration) and operator == "+" and isinstance(right, Node) and right.type is Type.DATE:
            return Shift(right, left.months, left.days)
        if not isinstance(left, Node) or not isinstance(right, Node):
            return None
        if operator == "-" and left.type is right.type is Type.DATE:
            return Apart(left, right)
        return None

    def _duration(self, part: ast.expr, unit: str, times: ast.expr) -> Duration | None:
        sign = -1 if isinstance(times, ast.UnaryOp) and isinstance(times.op, ast.USub) else 1
        literal = times.operand if isinstance(times, ast.UnaryOp) else times
        if not isinstance(literal, ast.Constant) or type(literal.value) is not int:
            self._refuse("whole-number", times, unit=unit)
            return None
        months, days = UNITS[unit]
        return self._bounded(part, sign * literal.value * months, sign * literal.value * days)

    def _bounded(self, part: ast.expr, months: int, days: int) -> Duration | None:
        if abs(months) > MAX_MONTHS or abs(days) > MAX_DAYS:
            self._refuse("long-duration", part, years=MAX_MONTHS // 12)
            return None
        return Duration(months, days)

    def _power(self, part: ast.BinOp) -> Node | None:
        base = self._number_of(part.left)
        exponent = part.right.value if isinstance(part.right, ast.Constant) else None
        if type(exponent) is not int or not 1 <= exponent <= MAX_POWER:
            self._refuse("power", part.right, most=MAX_POWER)
            return None
        return None if base is None else Power(base, exponent)

    def _comparison(self, part: ast.Compare) -> Node | None:
        sides = [part.left, *part.comparators]
        for operator, side in zip(part.ops, part.comparators, strict=True):
            if isinstance(operator, ast.Is | ast.IsNot):
                self._refuse("write-known", side)
                return None
        if any(isinstance(operator, ast.In | ast.NotIn) for operator in part.ops):
            return self._membership(part)
        terms = [self._term(side) for side in sides]
        if any(term is None for term in terms):
            return None
        found = [term for term in terms if term is not None]
        operators = [_COMPARISONS[type(operator)] for operator in part.ops]
        pairs: list[Node | None] = []
        fitted = fitted_operands(found)
        if fitted is not None:
            return Compare(fitted, tuple(operators))
        for i, sign in enumerate(operators):
            pairs.append(self._pair(part, sides[i : i + 2], found[i], sign, found[i + 1]))
        nodes = tuple(node for node in pairs if node is not None)
        if len(nodes) < len(pairs):
            return None
        return nodes[0] if len(nodes) == 1 else And(nodes)

    def _pair(self, part: ast.expr, sides: list[ast.expr], left: Term, operator: str, right: Term) -> Node | None:
        """Return one comparison that is not plainly of numbers or of dates."""
        fitted = fitted_operands([left, right])
        if fitted is not None:
            return Compare(fitted, (operator,))
        for this, that, swapped in ((left, right, False), (right, left, True)):
            if isinstance(this, Apart) and isinstance(that, Duration):
                moved = Shift(this.earlier, that.months, that.days)
                return Compare((moved, this.later) if swapped else (this.later, moved), (operator,))
            if isinstance(this, Node) and this.type in (Type.CODE, Type.TRUTH):
                if operator not in ("==", "!="):
                    self._refuse("no-order", part, kind=kind_of(this))
                    return None
                if isinstance(that, Text):
                    side = sides[0] if swapped else sides[1]
                    return turned(operator == "!=", self._among(side, this, (that.value,)))
        if isinstance(left, Ref | Derived) and isinstance(right, Ref | Derived):
            coded = left.type is right.type is Type.CODE
            if coded and are_comparable(left, right):
                return turned(operator == "!=", Same(left, right))
        if any(isinstance(term, Apart) for term in (left, right)):
            self._refuse("time-between", part)
            return None
        text = next((term for term in (left, right) if isinstance(term, Text)), None)
        if text is not None and Type.DATE in (getattr(left, "type", None), getattr(right, "type", None)):
            self._refuse("bad-day", part, text=shortened(text.value))
            return None
        self._refuse("compare-kinds", part, left_kind=kind_of(left), right_kind=kind_of(right))
        return None

    def _among(self, part: ast.expr, operand: Node, codes: tuple[str, ...]) -> Node | None:
        """Return whether a coded value (or a yes-or-no condition) is one of some codes."""
        allowed: tuple[str, ...] = ("yes", "no")
        name = self._source.snippet(part)
        if isinstance(operand, Ref | Derived):
            allowed, name = codes_of(operand) or allowed, operand.variable.name
            if operand.variable.kind is Kind.TEXT:
                allowed = codes
        for code in codes:
            if code not in allowed:
                close = meant(code, list(allowed))
                params = {"variable": name, "text": shortened(code), "codes": ", ".join(allowed)}
                if close is None:
                    self._refuse("bad-code", part, **params)
                    return None
                self._refuse("bad-code-close", part, **params, meant=close)
                return None
        if operand.type is Type.CODE:
            return Among(operand, tuple(dict.fromkeys(codes)))
        if len(set(codes)) > 1:
            self._refuse("always-so", part)
            return None
        return operand if codes[0] == "yes" else Not(operand)

    def _membership(self, part: ast.Compare) -> Node | None:
        operand = self._term(part.left)
        listed = part.comparators[0]
        if len(part.ops) > 1 or not isinstance(listed, ast.Tuple | ast.List | ast.Set) or not listed.elts:
            self._refuse("list-needed", listed)
            return None
        terms = [self._term(element) for element in listed.elts]
        if operand is None or any(term is None for term in terms):
            return None
        found = [term for term in terms if term is not None]
        node: Node | None
        texts = tuple(term.value for term in found if isinstance(term, Text))
        if isinstance(operand, Node) and operand.type in (Type.CODE, Type.TRUTH) and len(texts) == len(found):
            node = self._among(listed, operand, texts)
        else:
            pairs = [
                self._pair(part, [part.left, element], operand, "==", term)
                for element, term in zip(listed.elts, found, strict=True)
            ]
            nodes = tuple(pair for pair in pairs if pair is not None)
            if len(nodes) < len(pairs):
                return None
            node = nodes[0] if len(nodes) == 1 else Or(nodes)
        return turned(isinstance(part.ops[0], ast.NotIn), node)

    def _call(self, part: ast.Call) -> Term | None:
        if part.keywords or any(isinstance(argument, ast.Starred) for argument in part.args):
            self._refuse("plain-arguments", part)
            return None
        if isinstance(part.func, ast.Attribute) and part.func.attr in ("at", "last", "first"):
            return self._called_selection(part, part.func)
        name = part.func.id if isinstance(part.func, ast.Name) else None
        if name in OVER_SERIES:
            return self._over_series(part, OVER_SERIES[name])
        wanted = {"known": 1, "years_between": 2}.get(name or "")
        if wanted is None:
            close = meant(name, list(FUNCTIONS)) if name else None
            if close is None:
                self._refuse("unknown-function", part, functions=", ".join(FUNCTIONS))
                return None
            self._refuse("unknown-function-close", part, meant=close)
            return None
        if len(part.args) != wanted:
            self._refuse("arguments", part, function=name or "", wanted=wanted)
            return None
        terms = [self._term(argument) for argument in part.args]
        nodes = [term for term in terms if isinstance(term, Node)]
        for argument, term in zip(part.args, terms, strict=True):
            if term is not None and (not isinstance(term, Node) or (wanted == 2 and term.type is not Type.DATE)):
                self._refuse("not-a-date" if wanted == 2 else "not-a-variable", argument, kind=kind_of(term))
                return None
        if len(nodes) < wanted:
            return None
        if wanted == 2:
            return YearsBetween(nodes[0], nodes[1])
        if not nodes[0].refs:
            self._refuse("not-a-variable", part.args[0], kind=kind_of(nodes[0]))
            return None
        return Known(nodes[0])

    def _called_selection(self, part: ast.Call, function: ast.Attribute) -> Term | None:
        if function.attr != "at":
            self._refuse("no-brackets", part, name=function.attr)
            return None
        visit = part.args[0] if len(part.args) == 1 else None
        if not isinstance(visit, ast.Constant) or not isinstance(visit.value, str) or not visit.value.strip():
            self._refuse("visit-text", part)
            return None
        return self._selection(part, function.value, Which.AT, visit.value)

    def _over_series(self, part: ast.Call, node_type: type[OverSeries]) -> Node | None:
        name = next(name for name, found in OVER_SERIES.items() if found is node_type)
        if self._each:
            self._refuse("selection-inside", part)
            return None
        if len(part.args) != 1:
            self._refuse("arguments", part, function=name, wanted=1)
            return None
        self._each = True
        condition = self._truth_of(part.args[0])
        self._each = False
        if condition is None:
            return None
        if len(condition.refs) != 1:
            self._refuse("one-series", part.args[0], function=name)
            return None
        if node_type in (Count, FirstDate) and condition.is_judged:
            self._refuse("judgement-counted", part.args[0], function=name)
            return None
        return node_type(condition.refs[0].variable, condition)
