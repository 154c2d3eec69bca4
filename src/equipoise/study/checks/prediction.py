"""The prediction: what it names exists, is known in time and is not hidden, and its model is one that can be made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from equipoise.core.ids import is_id
from equipoise.core.problem import Problem
from equipoise.criteria.facts import meant
from equipoise.stats.sample_size_prediction import parameters_carried
from equipoise.study.checks.look import Look
from equipoise.study.model.codebook import Variable
from equipoise.study.model.prediction import Prediction, Term
from equipoise.study.model.schedule import Visit
from equipoise.study.prediction import hidden_at, last_collected, model_parameters

_FILE = "prediction.yaml"
_NUMERIC = ("laboratory", "number")
_KINDS = {"base": (*_NUMERIC, "yes_no"), "candidates": (*_NUMERIC, "yes_no", "code")}
_FIGURES = ("r_squared", "risk", "shrinkage", "margin")
_HOMES = {
    "endpoints": "endpoints.yaml",
    "readings": "endpoints.yaml",
    "visits": "schedule.yaml",
    "variables": "variables.yaml",
}
Path = tuple[str | int, ...]


def check(look: Look) -> Iterator[Problem]:
    """Find what is wrong with the declared prediction."""
    declared = look.study.prediction
    if declared is None:
        return
    yield from _proportions(look, declared)
    yield from _target(look, declared)
    yield from _landmarks(look, declared)
    for part, terms in (("base", declared.base), ("candidates", declared.candidates)):
        for index, term in enumerate(terms):
            yield from _term(look, declared, part, index, term)
    yield from _size(look, declared)


def _proportions(look: Look, declared: Prediction) -> Iterator[Problem]:
    stated: list[tuple[Path, Decimal]] = [
        (("false_discovery_rate",), declared.false_discovery_rate),
        (("confidence",), declared.confidence),
    ]
    for key in _FIGURES:
        stated.append((("anticipated", key), getattr(declared.anticipated, key)))
    for path, value in stated:
        if not 0 < value < 1:
            yield look.error("proportion-wrong", _FILE, *path, key=str(path[-1]), found=str(value))


def _reference(look: Look, path: Path, name: str, section: str, known: Sequence[str]) -> Iterator[Problem]:
    if name in known:
        return
    near = meant(name, list(known))
    params = {"name": name, "section": section, "home": _HOMES[section]}
    if near is None:
        yield look.error("unknown-reference", _FILE, *path, known=", ".join(known[:30]) or "–", **params)
    else:
        yield look.error("unknown-reference-close", _FILE, *path, meant=near, **params)


def _target(look: Look, declared: Prediction) -> Iterator[Problem]:
    target = declared.target
    endpoints = {endpoint.id: endpoint for endpoint in look.study.endpoints.endpoints}
    yield from _reference(look, ("target", "endpoint"), target.endpoint, "endpoints", list(endpoints))
    endpoint = endpoints.get(target.endpoint)
    if endpoint is None:
        return
    if endpoint.kind != "binary":
        params = {"endpoint": endpoint.id, "kind": endpoint.kind}
        yield look.error("prediction-target", _FILE, "target", "endpoint", **params)
        return
    if endpoint.better == "lower":
        yield look.error("prediction-better", _FILE, "target", "endpoint", endpoint=endpoint.id)
    known = [reading.id for reading in endpoint.readings]
    if target.reading:
        yield from _reference(look, ("target", "reading"), target.reading, "readings", known)
    elif len(known) > 1:
        params = {"analysis": _FILE, "endpoint": endpoint.id, "known": ", ".join(known)}
        yield look.error("reading-missing", _FILE, "target", **params)


def _landmarks(look: Look, declared: Prediction) -> Iterator[Problem]:
    visits = look.study.visits
    end = _end(look, declared)
    first: dict[str, int] = {}
    for index, landmark in enumerate(declared.landmarks):
        path = ("landmarks", index)
        line = look.places.of(_FILE, *path, "id").line or 0
        if not is_id(landmark.id):
            yield look.error("bad-id", _FILE, *path, "id", name=landmark.id)
        elif landmark.id in first:
            yield look.error("duplicate-id", _FILE, *path, "id", id=landmark.id, first=first[landmark.id])
        first.setdefault(landmark.id, line)
        yield from _reference(look, (*path, "visit"), landmark.visit, "visits", list(visits))
        visit = visits.get(landmark.visit)
        if visit is None or end is None:
            continue
        if visit.kind == "unscheduled" or not 0 <= visit.day < end:
            params: dict[str, str | int] = {"landmark": landmark.id, "visit": visit.id, "end": end}
            yield look.error("prediction-landmark", _FILE, *path, "visit", **params)


def _end(look: Look, declared: Prediction) -> int | None:
    """Return the day on which the target's window opens: a landmark comes before it."""
    for endpoint in look.study.endpoints.endpoints:
        visit = look.study.visits.get(endpoint.visit)
        if endpoint.id == declared.target.endpoint and visit is not None:
            return visit.day - visit.before
    return None


def _term(look: Look, declared: Prediction, part: str, index: int, term: Term) -> Iterator[Problem]:
    path = (part, index)
    variable = look.study.variables.get(term.variable)
    yield from _reference(look, (*path, "variable"), term.variable, "variables", list(look.study.variables))
    if variable is None:
        return
    earlier = [*declared.base, *declared.candidates][: index + (len(declared.base) if part == "candidates" else 0)]
    if any(each.variable == term.variable for each in earlier):
        yield look.error("prediction-twice", _FILE, *path, "variable", variable=term.variable)
    if variable.kind not in _KINDS[part]:
        params = {"variable": term.variable, "kind": variable.kind, "known": ", ".join(_KINDS[part])}
        yield look.error("prediction-kind", _FILE, *path, "variable", **params)
        return
    if variable.kind not in _NUMERIC and (term.scale or term.knots):
        yield look.error("prediction-shape", _FILE, *path, variable=term.variable, kind=variable.kind)
    elif term.knots in (1, 2):
        yield look.error("prediction-knots", _FILE, *path, "knots", knots=term.knots)
    yield from _seen(look, declared, (*path, "variable"), variable)


def _seen(look: Look, declared: Prediction, path: Path, variable: Variable) -> Iterator[Problem]:
    """A value is known by the landmark, in every arm, and no dose before it hides it."""
    if variable.rule:
        if variable.name not in look.study.endpoints.baseline:
            yield look.error("prediction-derived", _FILE, *path, variable=variable.name)
        return
    for landmark in declared.landmarks:
        visit = look.study.visits.get(landmark.visit)
        if visit is None or visit.kind == "unscheduled":
            continue
        unasked = [arm for arm in look.study.arms if last_collected(look.study, visit, variable.name, arm) is None]
        if unasked:
            yield _uncollected(look, path, variable.name, visit, unasked)
            continue
        found = hidden_at(look.study, visit, variable.name)
        if found is not None:
            arm, masked = found
            params: dict[str, str | int] = {"variable": variable.name, "landmark": landmark.id, "arm": arm}
            params |= {"visit": masked.visit, "dose": masked.last_dose, "until": masked.until}
            yield look.error("prediction-masked", _FILE, *path, **params)


def _uncollected(look: Look, path: Path, variable: str, visit: Visit, arms: list[str]) -> Problem:
    params = {"variable": variable, "visit": visit.id, "arms": ", ".join(arms)}
    return look.error("prediction-uncollected", _FILE, *path, **params)


def _size(look: Look, declared: Prediction) -> Iterator[Problem]:
    """A model larger than the enrolment carries is said to be so, and one that may be says why."""
    if declared.exploratory and not declared.why_exploratory:
        yield look.error("prediction-unexplained", _FILE, "exploratory")
    figures = declared.anticipated
    if declared.exploratory or not all(0 < getattr(figures, key) < 1 for key in _FIGURES):
        return
    size = model_parameters(look.study, declared.base)
    risk, r_squared = float(figures.risk), float(figures.r_squared)
    found = parameters_carried(look.study.identity.enrolment, risk, r_squared, shrinkage=float(figures.shrinkage))
    if size > found.parameters:
        params = {"size": size, "most": found.parameters, "enrolment": found.people}
        yield look.note("prediction-size", _FILE, "base", **params)
