"""A rule said back in a sentence, in English and in Simplified Chinese, so that its author sees what was understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from equipoise.core.dates import PartialDate
from equipoise.core.decimals import plain
from equipoise.core.quantity import Quantity
from equipoise.core.words import text
from equipoise.criteria.facts import Kind
from equipoise.criteria.intervals import End
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
    Power,
    Ref,
    Same,
    Shift,
    Type,
    Which,
    YearsBetween,
)
from equipoise.criteria.remedies import MIRRORED, OPPOSITE, Remedy
from equipoise.criteria.series import Occasion

# A variable's label under its name ("alt"), a code's under both ("sex:female").
Labels = Mapping[str, str]
_OPERATORS = {"<": "below", "<=": "at-most", ">": "above", ">=": "at-least", "==": "equal", "!=": "unequal"}
_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_KNOWN_CODES = ("yes", "no", "negative", "positive")


def in_words(rule: Rule, language: str, labels: Labels | None = None) -> str:
    """Return a rule in a sentence."""
    return Wording(language, labels or {}).sentence(rule.node)


class Wording:
    """Puts nodes, observations and remedies into words of one language."""

    def __init__(self, language: str, labels: Labels) -> None:
        self._language = language
        self._labels = labels

    def sentence(self, node: Node) -> str:
        """Return a node as a whole sentence."""
        phrase = self.phrase(node)
        return self._say("sentence", a=phrase[:1].upper() + phrase[1:])

    def phrase(self, node: Node) -> str:
        """Return a node as a part of a sentence."""
        match node:
            case And() | Or():
                return self._connection(node)
            case Not():
                return self._negation(node.part)
            case Compare():
                return self._comparison(node)
            case Among():
                return self._among(node, "is")
            case Same():
                return self._say("same", a=self.phrase(node.left), b=self.phrase(node.right))
            case Known():
                return self._say("known", a=self.phrase(node.operand))
            case AnyOf() | Every() | Count() | FirstDate():
                name = {AnyOf: "any-of", Every: "every", Count: "count", FirstDate: "first-date"}[type(node)]
                return self._say(name, a=self.phrase(node.condition))
            case _:
                return self._value(node)

    def _say(self, key: str, **params: object) -> str:
        return text("criteria", f"phrases.{key}", self._language, **params)

    def _value(self, node: Node) -> str:
        match node:
            case Number():
                return plain(node.value)
            case Day():
                return str(node.value)
            case Ref():
                return self._reference(node)
            case Derived():
                return self._labels.get(node.variable.name, node.variable.name)
            case Arithmetic():
                sign = {"+": "+", "-": "−", "*": "×", "/": "/"}[node.operator]
                return f"{self._operand(node.left)} {sign} {self._operand(node.right)}"
            case Power():
                power = {2: "²", 3: "³"}.get(node.exponent, f"^{node.exponent}")
                return f"{self._operand(node.base)}{power}"
            case Negate():
                return f"−{self._operand(node.operand)}"
            case Shift():
                return self._shift(node)
            case YearsBetween():
                return self._say("years-between", a=self.phrase(node.start), b=self.phrase(node.end))
            case _:
                raise TypeError(f"{type(node).__name__} has no words")

    def _reference(self, node: Ref) -> str:
        label = self._labels.get(node.variable.name, node.variable.name)
        if node.which is Which.FIRST:
            return self._say("first", a=label)
        return self._say("at", a=label, b=node.visit) if node.which is Which.AT else label

    def _operand(self, node: Node) -> str:
        words = self._value(node) if node.type is not Type.NUMBER or not isinstance(node, Count) else self.phrase(node)
        return f"({words})" if isinstance(node, Arithmetic | Negate) else words

    def _shift(self, node: Shift) -> str:
        words = self.phrase(node.day)
        # Months come first, as they are added first.
        for months, days in ((node.months, 0), (0, node.days)):
            if months or days:
                key = "later" if months + days > 0 else "earlier"
                words = self._say(key, a=words, b=self._duration(abs(months), abs(days)))
        return words

    def _duration(self, months: int, days: int) -> str:
        if months:
            unit, number = ("year", months // 12) if months % 12 == 0 else ("month", months)
        else:
            unit, number = ("week", days // 7) if days % 7 == 0 else ("day", days)
        return self._say(f"durations.{unit}-{'one' if number == 1 else 'many'}", n=number)

    def _connection(self, node: And | Or) -> str:
        name = "and" if isinstance(node, And) else "or"
        long = any(_rank(part) > 0 for part in node.parts)
        parts = [self._bracketed(part) if _rank(part) > 1 else self.phrase(part) for part in node.parts]
        return self._joined(parts, f"long-{name}" if long else name)

    def _bracketed(self, node: Node) -> str:
        return self._say("bracket", a=self.phrase(node))

    def _joined(self, parts: Sequence[str], name: str) -> str:
        if len(parts) == 1:
            return parts[0]
        return self._say(f"{name}.comma").join(parts[:-1]) + self._say(f"{name}.last") + parts[-1]

    def _negation(self, node: Node) -> str:
        match node:
            case Not():
                return self.phrase(node.part)
            case Compare() if len(node.operators) == 1:
                return self._pair(node.operands[0], OPPOSITE[node.operators[0]], node.operands[1])
            case Among():
                return self._among(node, "is-not")
            case Same():
                return self._say("different", a=self.phrase(node.left), b=self.phrase(node.right))
            case Known():
                return self._say("not-known", a=self.phrase(node.operand))
            case AnyOf():
                return self._say("none-of", a=self.phrase(node.condition))
            case _:
                return self._say("not", a=self.phrase(node))

    def _among(self, node: Among, verb: str) -> str:
        codes = node.codes
        variable = node.operand.variable if isinstance(node.operand, Ref | Derived) else None
        if variable is not None and variable.kind in (Kind.YES_NO, Kind.JUDGEMENT) and len(codes) == 1:
            if verb == "is-not":
                codes, verb = (("no",) if codes == ("yes",) else ("yes",)), "is"
            return self._say("answer", a=self.phrase(node.operand), b=self.code(variable.name, codes[0]))
        name = variable.name if variable is not None else ""
        return self._say(verb, a=self.phrase(node.operand), b=self._codes(name, codes))

    def _codes(self, name: str, codes: Sequence[str]) -> str:
        return self._joined([self.code(name, code) for code in codes], "or")

    def code(self, name: str, code: str) -> str:
        """Return a code as people say it."""
        label = self._labels.get(f"{name}:{code}")
        if label is not None:
            return label
        return self._say(f"codes.{code}") if code in _KNOWN_CODES else code.replace("_", " ")

    def _comparison(self, node: Compare) -> str:
        a, *rest = node.operands
        if len(node.operators) == 2 and _between(node.operators) is not None:
            low, high = (a, rest[1]) if node.operators[0][0] == "<" else (rest[1], a)
            unit = _unit(rest[0])
            key = "between" if node.operators[0].endswith("=") else "strictly-between"
            ends = {"a": self._measure(low, ""), "b": self._measure(high, unit)}
            return self._say(key, x=self.phrase(rest[0]), **ends)
        pairs = [
            self._pair(node.operands[i], operator, node.operands[i + 1]) for i, operator in enumerate(node.operators)
        ]
        return self._joined(pairs, "and")

    def _pair(self, left: Node, operator: str, right: Node) -> str:
        if not left.refs and right.refs:
            left, operator, right = right, MIRRORED[operator], left
        way = "dates" if left.type is Type.DATE else "numbers"
        a = self._measure(left, _unit(right))
        return self._say(f"{way}.{_OPERATORS[operator]}", a=a, b=self._measure(right, _unit(left)))

    def _measure(self, node: Node, unit: str) -> str:
        words = self.phrase(node)
        return f"{words} {unit}" if unit and isinstance(node, Number) else words

    def observation(self, ref: Ref, occasion: Occasion) -> str:
        """Return what was observed, when, and where it comes from."""
        one = occasion.observation
        values = [self._seen(ref, each.value) for each in occasion.conflict or (one,)]
        value = self._say("against").join(values) if one.value is not None or occasion.conflict else ""
        parts = [] if one.provenance == "documented" else [self._say(f"provenance.{one.provenance}")]
        parts += [str(part) for part in (one.visit, one.on, one.source) if part is not None]
        key = "observed" if value else "not-observed"
        label = self._labels.get(ref.variable.name, ref.variable.name)
        where = (
            self._say("details", a=self._say("comma").join(parts))
            if parts and value
            else "".join(self._say("comma").join(parts))
        )
        return self._say(key, a=label, b=value, c=where)

    def _seen(self, ref: Ref, value: Quantity | Decimal | PartialDate | str | None) -> str:
        if isinstance(value, Quantity):
            if value.value is None:
                return self._say("not-detected")
            unit = value.unit or ref.variable.unit
            return f"{value} {unit}" if unit else str(value)
        if isinstance(value, Decimal | int):
            return f"{plain(value)} {ref.variable.unit}" if ref.variable.unit else plain(value)
        return self.code(ref.variable.name, value) if isinstance(value, str) else str(value)

    def remedy(self, remedy: Remedy) -> str:
        """Return what would help."""
        node = remedy.node
        params = {"a": self.phrase(node), "relation": _SIGNS.get(remedy.relation, "")}
        if remedy.occasion is not None:
            values = remedy.occasion.conflict or (remedy.occasion.observation,)
            params["value"] = (
                self._say("against").join(self._seen(node, one.value) for one in values)
                if isinstance(node, Ref)
                else ""
            )
        if remedy.bound is not None:
            params["bound"] = self._bound(node, remedy.bound)
        if remedy.codes:
            params["codes"] = self._codes(remedy.variable or "", remedy.codes)
        if remedy.code == "change-date":
            params["relation"] = self._say(f"day.{_OPERATORS[remedy.relation]}", b=params["bound"])
        return text("criteria", f"remedies.{remedy.code}", self._language, **params)

    def _bound(self, node: Node, bound: End) -> str:
        if node.type is Type.DATE:
            day = int(bound)
            return date.fromordinal(day).isoformat() if 1 <= day <= date.max.toordinal() else str(day)
        unit = _unit(node)
        return f"{plain(bound)} {unit}" if unit else plain(bound)


def _rank(node: Node) -> int:
    """Return how many layers of and/or a phrase has: one needs commas, two semicolons, three brackets."""
    if isinstance(node, And | Or):
        return 1 + max(_rank(part) for part in node.parts)
    return 0


def _between(operators: tuple[str, ...]) -> str | None:
    return operators[0] if operators[0] == operators[1] and operators[0] in ("<", "<=", ">", ">=") else None


def _unit(node: Node) -> str:
    if isinstance(node, Derived | Ref):
        return node.variable.unit or ""
    return ""
