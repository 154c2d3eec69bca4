"""Associations: a variable that is measured at the landmarks, against what comes after them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.study.checks.analysis_details import bad_visit
from equipoise.study.checks.look import Look
from equipoise.study.masking import collected
from equipoise.study.model.endpoints import Association

_FILE = "endpoints.yaml"
_NUMERIC = ("laboratory", "number")


def check(look: Look) -> Iterator[Problem]:
    """Find associations that cannot be worked out."""
    for index, association in enumerate(look.study.endpoints.associations):
        yield from _variable(look, index, association)
        yield from _cuts(look, index, association)
        yield from _landmarks(look, index, association)
        if not 0 < association.confidence < 1:
            path = ("associations", index, "confidence")
            yield look.error("proportion-wrong", _FILE, *path, key="confidence", found=str(association.confidence))


def _variable(look: Look, index: int, association: Association) -> Iterator[Problem]:
    variable = look.study.variables.get(association.variable)
    if variable is not None and variable.kind not in _NUMERIC:
        params = {"variable": variable.name, "kind": variable.kind, "known": ", ".join(_NUMERIC)}
        yield look.error("association-kind", _FILE, "associations", index, "variable", **params)


def _cuts(look: Look, index: int, association: Association) -> Iterator[Problem]:
    cuts = association.cuts
    rising = all(low < high for low, high in itertools.pairwise(cuts))
    if not rising or (association.scale == "log10" and any(cut <= 0 for cut in cuts)):
        shown = ", ".join(str(cut) for cut in cuts)
        yield look.error("cuts-wrong", _FILE, "associations", index, "cuts", association=association.id, cuts=shown)


def _landmarks(look: Look, index: int, association: Association) -> Iterator[Problem]:
    visits = look.study.visits
    until = visits.get(association.until)
    if until is not None:
        yield from bad_visit(look, ("associations", index, "until"), until, None)
    if not association.landmarks:
        yield look.error("landmarks-none", _FILE, "associations", index, association=association.id)
    for place, name in enumerate(association.landmarks):
        path = ("associations", index, "landmarks", place)
        visit = visits.get(name)
        if visit is None:
            continue
        yield from bad_visit(look, path, visit, until)
        if until is not None and visit.id == until.id:
            yield look.error("visit-beyond", _FILE, *path, visit=visit.id, last=until.id)
        variable = look.study.variables.get(association.variable)
        if variable is not None and not variable.rule and variable.name not in collected(look.study, visit):
            params = {"association": association.id, "variable": variable.name, "visit": visit.id}
            yield look.error("association-uncollected", _FILE, *path, **params)
