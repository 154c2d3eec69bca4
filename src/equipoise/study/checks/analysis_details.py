"""What an analysis takes besides its method and strata: each part is read by the method, known in time, and whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from equipoise.core.problem import Problem
from equipoise.criteria.facts import meant
from equipoise.study.checks.look import Look
from equipoise.study.masking import collected
from equipoise.study.methods import METHODS, Method
from equipoise.study.model.endpoints import Analysis, Endpoint, Estimand
from equipoise.study.model.schedule import Visit

_FILE = "endpoints.yaml"
_AT_ENTRY = ("screening", "baseline")
_NO_COVARIATE = ("date", "text")
# The methods that draw a curve as if what ends observation told nothing about the event.
_CENSORING = ("kaplan_meier", "turnbull")


def check(look: Look) -> Iterator[Problem]:
    """Find parts of analyses that nobody would read, or that are missing."""
    estimands = {estimand.id: estimand for estimand in look.study.endpoints.estimands}
    endpoints = {endpoint.id: endpoint for endpoint in look.study.endpoints.endpoints}
    for index, analysis in enumerate(look.study.endpoints.analyses):
        estimand = estimands.get(analysis.estimand)
        endpoint = endpoints.get(estimand.endpoint) if estimand is not None else None
        method = METHODS.get(analysis.method)
        if estimand is None or endpoint is None or method is None:
            continue  # reported as references
        yield from _imputed(look, index, analysis, method, endpoint)
        yield from _draws(look, index, analysis, method)
        yield from _adjust(look, index, analysis, method)
        yield from _visits(look, index, analysis, method, endpoint)
        yield from _people(look, index, analysis, endpoint)
        yield from _estimand(look, index, analysis, estimand)


def _fitting(kind: str, fits: Callable[[Method], bool]) -> str:
    return ", ".join(name for name, each in METHODS.items() if each.endpoint == kind and fits(each)) or "–"


def _unread(look: Look, index: int, analysis: Analysis, key: str, fits: Callable[[Method], bool]) -> Problem:
    kind = METHODS[analysis.method].endpoint
    params = {"analysis": analysis.id, "method": analysis.method, "key": key, "known": _fitting(kind, fits)}
    return look.error("analysis-unread", _FILE, "analyses", index, key, **params)


def _imputed(look: Look, index: int, analysis: Analysis, method: Method, endpoint: Endpoint) -> Iterator[Problem]:
    path = ("analyses", index, "missing" if "missing" in analysis.model_fields_set else "method")
    named = {"analysis": analysis.id, "method": analysis.method}
    if analysis.missing == "imputed" and not method.imputes:
        known = _fitting(endpoint.kind, lambda each: each.imputes)
        yield look.error("imputed-not", _FILE, *path, **named, known=known)
    elif method.imputes and analysis.missing != "imputed":
        yield look.error("imputed-always", _FILE, *path, **named, missing=analysis.missing)
    elif analysis.method == "tipping_point" and analysis.missing != "failure":
        yield look.error("tipping-failure", _FILE, *path, **named, missing=analysis.missing)


def _draws(look: Look, index: int, analysis: Analysis, method: Method) -> Iterator[Problem]:
    for key in ("draws", "seed"):
        given = getattr(analysis, key)
        if method.draws and not given:
            params = {"analysis": analysis.id, "method": analysis.method, "key": key}
            yield look.error("draws-missing", _FILE, "analyses", index, "method", **params)
        elif given and not method.draws:
            yield _unread(look, index, analysis, key, lambda each: each.draws)


def _adjust(look: Look, index: int, analysis: Analysis, method: Method) -> Iterator[Problem]:
    if analysis.adjust and not method.adjusted:
        yield _unread(look, index, analysis, "adjust", lambda each: each.adjusted)
        return
    factors = ["centre", *(factor.id for factor in look.study.identity.factors)]
    variables = look.study.variables
    for place, name in enumerate(analysis.adjust):
        path: tuple[str | int, ...] = ("analyses", index, "adjust", place)
        if name in analysis.adjust[:place]:
            yield look.error("adjust-twice", _FILE, *path, variable=name)
        elif name in factors:
            continue
        elif name not in variables:
            near = meant(name, [*factors, *variables])
            params = {"name": name, "section": "variables", "home": "variables.yaml"}
            if near is None:
                yield look.error("unknown-reference", _FILE, *path, **params, known=", ".join([*factors, *variables]))
            else:
                yield look.error("unknown-reference-close", _FILE, *path, **params, meant=near)
        elif variables[name].kind in _NO_COVARIATE:
            yield look.error("adjust-kind", _FILE, *path, variable=name, kind=variables[name].kind)
        elif name not in known_at_allocation(look):
            yield look.error("adjust-late", _FILE, *path, variable=name)


def known_at_allocation(look: Look) -> frozenset[str]:
    """Return the variables of which the dataset keeps a value at entry: collected there, or derived from such."""
    study = look.study
    asked = {name for visit in study.schedule.visits if visit.kind in _AT_ENTRY for name in collected(study, visit)}
    kept = set(study.endpoints.baseline)
    kept |= {name for owner, rule in look.rules.items() if owner[0] == "factors" for name in rule.variables}
    derived = {name for name in kept if name in study.variables and study.variables[name].rule}
    return frozenset(asked | derived | {"age"})  # the age at consent is always kept


def _visits(look: Look, index: int, analysis: Analysis, method: Method, endpoint: Endpoint) -> Iterator[Problem]:
    """Curves are read, and arms compared from, at visits that have a day and that the endpoint still sees."""
    if analysis.at and not method.curves:
        yield _unread(look, index, analysis, "at", lambda each: each.curves)
    if analysis.compared_from and method.endpoint != "interval":
        params = {"analysis": analysis.id, "key": "compared_from", "kind": endpoint.kind, "wanted": "interval"}
        yield look.error("analysis-kind", _FILE, "analyses", index, "compared_from", **params)
    visits = look.study.visits
    last = visits.get(endpoint.visit)
    named: list[tuple[tuple[str | int, ...], str]] = [(("at", place), name) for place, name in enumerate(analysis.at)]
    for where, name in [*named, (("compared_from",), analysis.compared_from)]:
        if name in visits:
            yield from bad_visit(look, ("analyses", index, *where), visits[name], last)


def bad_visit(look: Look, path: tuple[str | int, ...], visit: Visit, last: Visit | None) -> Iterator[Problem]:
    """Find a visit that has no day of its own after the allocation, or that comes after the last one looked at."""
    if visit.kind in ("screening", "unscheduled"):
        yield look.error("visit-dayless", _FILE, *path, visit=visit.id)
    elif last is not None and visit.day > last.day:
        yield look.error("visit-beyond", _FILE, *path, visit=visit.id, last=last.id)


def _people(look: Look, index: int, analysis: Analysis, endpoint: Endpoint) -> Iterator[Problem]:
    if analysis.masked == "missing" and endpoint.kind != "binary":
        params = {"analysis": analysis.id, "key": "masked", "kind": endpoint.kind, "wanted": "binary"}
        yield look.error("analysis-kind", _FILE, "analyses", index, "masked", **params)
    for place, category in enumerate(analysis.without):
        if not category.strip():
            yield look.error("category-empty", _FILE, "analyses", index, "without", place, analysis=analysis.id)


def _estimand(look: Look, index: int, analysis: Analysis, estimand: Estimand) -> Iterator[Problem]:
    """Find a method that cannot estimate, or estimates something else than, what the strategies ask for."""
    path = ("analyses", index, "method")
    named = {"analysis": analysis.id, "method": analysis.method, "estimand": estimand.id}
    for each in estimand.intercurrent:
        if each.strategy == "principal_stratum":
            yield look.error("method-stratum", _FILE, *path, **named, event=each.event)
    competing = ", ".join(each.event for each in estimand.intercurrent if each.strategy == "while_on_treatment")
    if analysis.method == "cumulative_incidence" and not competing:
        yield look.note("competing-none", _FILE, *path, **named)
    elif analysis.method in _CENSORING and competing:
        yield look.note("competing-censored", _FILE, *path, **named, events=competing)
