"""Levels of a factor: whoever is eligible is in exactly one of them.

The rules are tried on a grid: around every number that they compare with, on every code, on both answers. A rule is a
comparison with such bounds, so that a gap or an overlap shows on the grid or nowhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from equipoise.core.dates import PartialDate, add_months
from equipoise.core.decimals import plain
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.quantity import Comparator, Quantity
from equipoise.criteria.engines.in_memory import evaluate
from equipoise.criteria.facts import Facts, Kind, Observation, VariableType
from equipoise.criteria.language import Rule, parse_rule
from equipoise.criteria.nodes import Day, Node, Number, Shift
from equipoise.criteria.truth import Truth
from equipoise.study.checks.look import Look
from equipoise.study.model.identity import Factor

_MOST = 4_000
_SOME_DAY = date(2020, 1, 31)


def check(look: Look) -> Iterator[Problem]:
    """Find factors with a gap between their levels, or with levels that overlap."""
    for index, factor in enumerate(look.study.identity.factors):
        path = ("factors", index, "levels")
        if len(factor.levels) < 2:
            yield look.error("levels-few", "study.yaml", *path, factor=factor.id)
            continue
        found = _fault(look, factor)
        if found is not None:
            values, levels = found
            if levels:
                params = {"factor": factor.id, "values": values, "levels": ", ".join(levels)}
                yield look.error("levels-overlap", "study.yaml", *path, **params)
            else:
                yield look.error("levels-gap", "study.yaml", *path, factor=factor.id, values=values)


def _fault(look: Look, factor: Factor) -> tuple[str, list[str]] | None:
    """Return values that lie in no level, or in several, with those levels."""
    rules: dict[str, Rule] = {}
    for level in factor.levels:
        if ("factors", factor.id, level.id) not in look.rules:
            return None  # a rule that cannot be read is reported as such
        try:
            rules[level.id] = parse_rule(level.when, look.entered_codebook, needs=Kind.YES_NO)
        except ProblemsError:
            return None  # only derived variables differ here, and they can be read with their rules
    for facts in _grid(list(rules.values())):
        holds = [name for name, rule in rules.items() if evaluate(rule, facts) is Truth.TRUE]
        if len(holds) != 1:
            shown = ", ".join(f"{name} = {_said(series[-1])}" for name, series in facts.items())
            return shown, holds
    return None


def _said(observation: Observation) -> str:
    value = observation.value
    return plain(value) if isinstance(value, Decimal) else str(value)


def _grid(rules: list[Rule]) -> Iterator[Facts]:
    """Yield people on the grid of the rules' bounds; a grid too large to walk is walked along its beginning."""
    variables = {ref.variable.name: ref.variable for rule in rules for ref in rule.node.refs}
    nodes = [node for rule in rules for node in rule.node.walk()]
    axes = [[(name, value) for value in _axis(variable, nodes)] for name, variable in variables.items()]
    for values in itertools.islice(itertools.product(*axes), _MOST):
        yield {name: (Observation(value),) for name, value in values}


def _axis(variable: VariableType, nodes: list[Node]) -> list[Quantity | Decimal | PartialDate | str]:
    if variable.codes:
        return list(variable.codes)
    if variable.kind is Kind.DATE:
        return [PartialDate.of(day) for day in _days(nodes)]
    if variable.kind is Kind.TEXT:
        return [""]
    numbers = sorted({node.value for node in nodes if isinstance(node, Number)}) or [Decimal(1)]
    between = [(low + high) / 2 for low, high in itertools.pairwise(numbers)]
    wide = max(abs(number) for number in numbers) + 1
    values = sorted({*numbers, *between, numbers[0] - wide, numbers[-1] + wide})
    if variable.kind is Kind.LABORATORY:
        return [Quantity(Comparator.EQUAL, value) for value in values if value >= 0]
    return list(values)


def _days(nodes: list[Node]) -> list[date]:
    """Return days around every date that a rule names, and around some day moved by every duration."""
    days = {_SOME_DAY}
    for node in nodes:
        if isinstance(node, Day):
            days |= {node.value.earliest, node.value.latest}
        elif isinstance(node, Shift):
            days.add(add_months(_SOME_DAY, node.months) + timedelta(days=node.days))
    return sorted({day + timedelta(days=shift) for day in days for shift in (-1, 0, 1)})
