"""Problems as a table keeps them: a code and its parameters, the terms among them still to be said in any language."""

from __future__ import annotations

import json
from collections.abc import Iterable

from equipoise.conduct.terms import Term
from equipoise.core.problem import Problem


def kept(problems: Iterable[Problem]) -> str:
    """Return problems as JSON."""
    return json.dumps(
        [
            {"code": problem.code, "params": {name: _plain(value) for name, value in problem.params.items()}}
            for problem in problems
        ]
    )


def problems_of(text: str) -> tuple[Problem, ...]:
    """Return the problems that `kept` has written."""
    return tuple(
        Problem(each["code"], {name: _said(value) for name, value in each["params"].items()})
        for each in json.loads(text or "[]")
    )


def _plain(value: str | int) -> object:
    # A term is a text too, but one that knows its words in every language.
    return {"term": value.kind, "names": value.names} if isinstance(value, Term) else value


def _said(value: object) -> str | int:
    if isinstance(value, dict):
        return Term(value["term"], *value["names"])
    return value if isinstance(value, int) else str(value)
