"""Names: each is well formed, and names one thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from equipoise.core.ids import is_id, is_name
from equipoise.core.problem import Problem
from equipoise.criteria.reading import RESERVED
from equipoise.study.checks.look import Look
from equipoise.study.rules import ALLOCATION_DATE

Path = tuple[str | int, ...]
_SITE = re.compile(r"\d{2}", re.ASCII)
# A visit is called as people call it: "week 48".
_VISIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}", re.ASCII)
_CODE = re.compile(r"[!-~]([ -~]{0,62}[!-~])?", re.ASCII)
# Columns that the dataset's tables of people and allocations have beside those of the study's variables and factors.
_COLUMNS = frozenset({"participant", "site", "state", "verdict", "seq", "slot", "arm", "on"})
# Names that a rule or a table gives another meaning.
TAKEN = frozenset({ALLOCATION_DATE, "centre", *RESERVED, *_COLUMNS})


def check(look: Look) -> Iterator[Problem]:
    """Find names that are malformed, taken, or given twice."""
    for file, path, field, things, rule in _groups(look):
        first: dict[str, int] = {}
        for index, thing in enumerate(things):
            place = (*path, index, field) if field else (*path, index)
            name = str(getattr(thing, field)) if field else str(thing)
            line = look.places.of(file, *place).line or 0
            if name in first:
                yield look.error("duplicate-id", file, *place, id=name, first=first[name])
            elif name in TAKEN and rule is is_name:
                yield look.error("taken-name", file, *place, name=name)
            elif not rule(name):
                yield look.error(_MALFORMED[rule], file, *place, name=name)
            first.setdefault(name, line)
    names = {variable.name for variable in look.study.codebook.variables}
    for index, reversion in enumerate(look.study.endpoints.reversions):
        if reversion.id in names:
            yield look.error("taken-name", "endpoints.yaml", "reversions", index, "id", name=reversion.id)


def _is_site(text: str) -> bool:
    return _SITE.fullmatch(text) is not None


def _is_visit(text: str) -> bool:
    return _VISIT.fullmatch(text) is not None


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


_MALFORMED: dict[Callable[[str], bool], str] = {
    is_name: "bad-name",
    is_id: "bad-id",
    _is_site: "bad-site-id",
    _is_visit: "bad-visit-id",
    _is_code: "bad-code-value",
}
Group = tuple[str, Path, str, Sequence[Any], Callable[[str], bool]]


def _groups(look: Look) -> Iterator[Group]:
    """Yield the things of the study that share a space of names: file, path, the name's key, the things, its form."""
    study = look.study
    identity, book, schedule, plan = study.identity, study.codebook, study.schedule, study.endpoints
    yield "study.yaml", ("arms",), "id", identity.arms, is_id
    yield "study.yaml", ("sites",), "id", identity.sites, _is_site
    yield "study.yaml", ("factors",), "id", identity.factors, is_name
    for index, factor in enumerate(identity.factors):
        yield "study.yaml", ("factors", index, "levels"), "id", factor.levels, is_id
    for index, document in enumerate(identity.consent):
        yield "study.yaml", ("consent", index, "options"), "id", document.options, is_id
    yield "study.yaml", ("products",), "id", identity.products, is_id
    yield "study.yaml", ("medication_categories",), "", identity.medication_categories, is_id
    yield "variables.yaml", ("variables",), "name", book.variables, is_name
    for index, variable in enumerate(book.variables):
        yield "variables.yaml", ("variables", index, "codes"), "value", variable.codes, _is_code
    yield "variables.yaml", ("forms",), "id", book.forms, is_id
    for index, form in enumerate(book.forms):
        yield "variables.yaml", ("forms", index, "items"), "variable", form.items, _anything
    yield "variables.yaml", ("checks",), "id", book.checks, is_id
    yield "eligibility.yaml", (), "id", study.eligibility, is_id
    yield "schedule.yaml", ("visits",), "id", schedule.visits, _is_visit
    yield "schedule.yaml", ("doses",), "id", schedule.doses, is_id
    yield "schedule.yaml", ("masking",), "id", schedule.masking, is_id
    yield "schedule.yaml", ("specimens",), "id", schedule.specimens, is_id
    yield "endpoints.yaml", ("reversions",), "id", plan.reversions, is_name
    yield "endpoints.yaml", ("intercurrent_events",), "id", plan.intercurrent_events, is_id
    yield "endpoints.yaml", ("endpoints",), "id", plan.endpoints, is_id
    for index, endpoint in enumerate(plan.endpoints):
        yield "endpoints.yaml", ("endpoints", index, "readings"), "id", endpoint.readings, is_id
    yield "endpoints.yaml", ("estimands",), "id", plan.estimands, is_id
    yield "endpoints.yaml", ("analyses",), "id", plan.analyses, is_id
    yield "endpoints.yaml", ("associations",), "id", plan.associations, is_id
    yield "examples.yaml", (), "id", study.examples, is_id


def _anything(text: str) -> bool:
    """Names of other things are looked up by `references`."""
    return text is not None
