"""The codebook: codes, units, ranges, and forms that some visit asks."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.core.units import is_unit
from equipoise.study.checks.look import Look
from equipoise.study.model.codebook import Variable

_FILE = "variables.yaml"
_NUMERIC = ("laboratory", "number")


def check(look: Look) -> Iterator[Problem]:
    """Find variables that contradict themselves, and forms that nobody will ever fill in."""
    for index, variable in enumerate(look.study.codebook.variables):
        yield from _variable(look, index, variable)
    asked = {form for visit in look.study.schedule.visits for form in visit.forms}
    for index, form in enumerate(look.study.codebook.forms):
        if form.id in asked:
            continue
        for place, item in enumerate(form.items):
            if item.required:
                params = {"variable": item.variable, "form": form.id}
                yield look.error("item-on-no-visit", _FILE, "forms", index, "items", place, "variable", **params)
    for index, product in enumerate(look.study.identity.products):
        if product.unit and not is_unit(product.unit):
            yield look.error("unknown-unit", "study.yaml", "products", index, "unit", unit=product.unit)
    for index, form in enumerate(look.study.codebook.forms):
        for place, item in enumerate(form.items):
            declared = look.study.variables.get(item.variable)
            if declared is not None and declared.rule:
                path = ("forms", index, "items", place, "variable")
                yield look.error("derived-asked", _FILE, *path, variable=item.variable)


def _variable(look: Look, index: int, variable: Variable) -> Iterator[Problem]:
    path = ("variables", index)
    name, kind = variable.name, variable.kind
    if kind == "code" and not variable.codes and not variable.rule:
        yield look.error("codes-missing", _FILE, *path, "kind", variable=name)
    if kind != "code" and variable.codes:
        yield look.error("codes-unused", _FILE, *path, "codes", variable=name, kind=kind)
    if variable.unit and kind not in _NUMERIC:
        yield look.error("unit-unused", _FILE, *path, "unit", variable=name, kind=kind)
    elif variable.unit and not is_unit(variable.unit):
        yield look.error("unknown-unit", _FILE, *path, "unit", unit=variable.unit)
    if variable.low is not None and variable.high is not None and variable.low > variable.high:
        params = {"variable": name, "low": str(variable.low), "high": str(variable.high)}
        yield look.error("range-reversed", _FILE, *path, "low", **params)
    if variable.limit is not None and (kind != "laboratory" or variable.limit <= 0):
        yield look.error("limit-wrong", _FILE, *path, "limit", variable=name, limit=str(variable.limit))
