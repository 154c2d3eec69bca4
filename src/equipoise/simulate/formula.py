"""Arithmetic over arrays of people: the formulas of `scenarios.yaml`.

Rules about a person's documented values are the matter of `criteria`, which is exact and knows the unknown. A
formula here is the opposite: floating-point arithmetic on what is true of a thousand people at once.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import cache, reduce
from typing import Any

import numpy as np

from equipoise.core.problem import Problem, ProblemsError

Names = Mapping[str, Any]
Node = Callable[["Scope"], Any]

_LONGEST = 2000
_BINARY: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_COMPARE: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "log": np.log,
    "log10": np.log10,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "floor": np.floor,
    "min": lambda *values: reduce(np.minimum, values),
    "max": lambda *values: reduce(np.maximum, values),
    "clip": np.clip,
    "where": np.where,
}


class Scope:
    """What a formula sees: names, how many values it makes, and the generator behind `chance`."""

    __slots__ = ("names", "rng", "shape")

    def __init__(self, names: Names, shape: tuple[int, ...], rng: np.random.Generator) -> None:
        self.names = names
        self.shape = shape
        self.rng = rng


class Formula:
    """A formula, read once.

    Parameters
    ----------
    text : str
        The formula as written.

    Raises
    ------
    ProblemsError
        If it is not a formula of the language.
    """

    __slots__ = ("_node", "names", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: frozenset[str] = frozenset()
        found: set[str] = set()
        try:
            # Cut short, a text of any length is a broken formula, and cheap to refuse.
            self._node = _read(ast.parse(text.strip()[:_LONGEST], mode="eval").body, found)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            problem = Problem("simulate.bad-formula", {"formula": text[:120], "why": str(error)})
            raise ProblemsError([problem]) from None
        self.names = frozenset(found)

    def value(self, scope: Scope) -> Any:
        """Return what the formula makes of its names: a scalar, or an array that broadcasts to `scope.shape`.

        Raises
        ------
        ProblemsError
            If a name is not there.
        """
        missing = [name for name in self.names if name not in scope.names]
        if missing:
            problem = Problem("simulate.unknown-name", {"name": sorted(missing)[0], "formula": self.text[:120]})
            raise ProblemsError([problem])
        return self._node(scope)

    def array(self, scope: Scope) -> np.ndarray[Any, Any]:
        """Return the value as an array of `scope.shape`."""
        return np.broadcast_to(np.asarray(self.value(scope)), scope.shape)


@cache
def formula(text: str) -> Formula:
    """Return a formula, read once in the life of the process.

    Parameters
    ----------
    text : str
        The formula as written.

    Returns
    -------
    Formula
        The formula.
    """
    return Formula(text)


def _read(node: ast.AST, found: set[str]) -> Node:
    match node:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return lambda _: value
        case ast.Name(id=name):
            if name in ("true", "false"):
                return lambda _: name == "true"
            found.add(name)
            return lambda scope: scope.names[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _read(operand, found)
            return lambda scope: -inner(scope)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _read(operand, found)
            return lambda scope: np.logical_not(inner(scope))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            apply, a, b = _BINARY[type(op)], _read(left, found), _read(right, found)
            return lambda scope: apply(a(scope), b(scope))
        case ast.BoolOp(op=op, values=values):
            both = np.logical_and if isinstance(op, ast.And) else np.logical_or
            parts = [_read(value, found) for value in values]
            return lambda scope: reduce(both, (part(scope) for part in parts))
        case ast.Compare():
            return _comparison(node, found)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, [_read(argument, found) for argument in arguments])
    raise ValueError(f"{ast.unparse(node)[:60]} is not part of a formula")


def _comparison(node: ast.Compare, found: set[str]) -> Node:
    operands = [_read(part, found) for part in (node.left, *node.comparators)]
    tests = [_COMPARE.get(type(op)) for op in node.ops]
    if any(test is None for test in tests):
        raise ValueError("only < <= > >= == != compare")

    def compare(scope: Scope) -> Any:
        values = [operand(scope) for operand in operands]
        pairs: Iterator[Any] = (
            test(a, b) for test, a, b in zip(tests, values[:-1], values[1:], strict=True) if test is not None
        )
        return reduce(np.logical_and, pairs)

    return compare


def _call(name: str, arguments: list[Node]) -> Node:
    if name == "chance" and len(arguments) == 1:
        share = arguments[0]
        return lambda scope: scope.rng.random(scope.shape) < share(scope)
    if name not in _FUNCTIONS:
        raise ValueError(f"there is no function {name}")
    function = _FUNCTIONS[name]
    return lambda scope: function(*(argument(scope) for argument in arguments))
