"""Analyses: one is primary, and each can estimate what its estimand asks for."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from equipoise.core.problem import Problem
from equipoise.criteria.facts import meant
from equipoise.study.checks.look import Look
from equipoise.study.methods import METHODS
from equipoise.study.model.endpoints import Analysis, Endpoint, Estimand

_FILE = "endpoints.yaml"
# These stand beside another analysis of the same estimand and may show it from another side.
_BESIDE = ("companion", "supportive")
# A method that on logarithms estimates a ratio, and an estimand that asks for a difference.
_ON_LOGARITHMS = ("censored_normal", "log10", "mean_difference")


def check(look: Look) -> Iterator[Problem]:
    """Find what is wrong with the declared analyses."""
    plan = look.study.endpoints
    primary = [index for index, analysis in enumerate(plan.analyses) if analysis.role == "primary"]
    if not primary:
        yield look.error("primary-missing", _FILE, "analyses")
    for index in primary[1:]:
        first = plan.analyses[primary[0]].id
        yield look.error(
            "primary-doubled", _FILE, "analyses", index, "role", analysis=plan.analyses[index].id, first=first
        )
    estimands = {estimand.id: estimand for estimand in plan.estimands}
    endpoints = {endpoint.id: endpoint for endpoint in plan.endpoints}
    for index, analysis in enumerate(plan.analyses):
        estimand = estimands.get(analysis.estimand)
        endpoint = endpoints.get(estimand.endpoint) if estimand is not None else None
        if estimand is not None and endpoint is not None:
            yield from _method(look, index, analysis, estimand, endpoint)
            yield from _reading(look, index, analysis, endpoint)
        yield from _strata(look, index, analysis)
        yield from _levels(look, index, analysis)


def _method(look: Look, index: int, analysis: Analysis, estimand: Estimand, endpoint: Endpoint) -> Iterator[Problem]:
    method = METHODS.get(analysis.method)
    if method is None:
        return  # reported as a reference
    path = ("analyses", index, "method")
    params = {"method": analysis.method, "kind": endpoint.kind, "endpoint": endpoint.id}
    if method.endpoint != endpoint.kind:
        fitting = ", ".join(name for name, each in METHODS.items() if each.endpoint == endpoint.kind)
        yield look.error("method-endpoint", _FILE, *path, **params, known=fitting)
    elif estimand.summary not in method.summaries and analysis.role not in _BESIDE:
        fitting = ", ".join(name for name, each in METHODS.items() if estimand.summary in each.summaries)
        yield look.error(
            "method-summary", _FILE, *path, method=analysis.method, summary=estimand.summary, known=fitting
        )
    elif (analysis.method, endpoint.scale, estimand.summary) == _ON_LOGARITHMS and analysis.role not in _BESIDE:
        yield look.error("method-scale", _FILE, *path, estimand=estimand.id, endpoint=endpoint.id)
    if analysis.strata and not method.stratified:
        fitting = ", ".join(
            name for name, each in METHODS.items() if each.stratified and each.endpoint == endpoint.kind
        )
        path = ("analyses", index, "strata")
        yield look.error("method-unstratified", _FILE, *path, method=analysis.method, known=fitting or "–")


def _reading(look: Look, index: int, analysis: Analysis, endpoint: Endpoint) -> Iterator[Problem]:
    known = [reading.id for reading in endpoint.readings]
    if analysis.reading in known or (not analysis.reading and len(known) < 2):
        return
    if not analysis.reading:
        params = {"analysis": analysis.id, "endpoint": endpoint.id, "known": ", ".join(known)}
        yield look.error("reading-missing", _FILE, "analyses", index, **params)
        return
    near = meant(analysis.reading, known)
    params = {"name": analysis.reading, "section": "readings", "home": _FILE}
    if near is None:
        shown = ", ".join(known) or "–"
        yield look.error("unknown-reference", _FILE, "analyses", index, "reading", **params, known=shown)
    else:
        yield look.error("unknown-reference-close", _FILE, "analyses", index, "reading", **params, meant=near)


def _strata(look: Look, index: int, analysis: Analysis) -> Iterator[Problem]:
    """A stratum of the pooling is named by its levels, in the order of the strata."""
    levels = {factor.id: [level.id for level in factor.levels] for factor in look.study.identity.factors}
    levels["centre"] = [site.id for site in look.study.identity.sites]
    if any(name not in levels for name in analysis.strata):
        return
    for place, stratum in enumerate(analysis.pooling):
        parts = stratum.split("×")
        fits = len(parts) == len(analysis.strata) and all(
            part in levels[name] for part, name in zip(parts, analysis.strata, strict=True)
        )
        path = ("analyses", index, "pooling", place)
        if not fits:
            example = "×".join(levels[name][0] for name in analysis.strata if levels[name]) or "–"
            yield look.error("pooling-unknown", _FILE, *path, stratum=stratum, example=example)
        elif stratum in analysis.pooling[:place]:
            yield look.error("pooling-twice", _FILE, *path, stratum=stratum)


def _levels(look: Look, index: int, analysis: Analysis) -> Iterator[Problem]:
    for field in ("confidence", "alpha"):
        value: Decimal = getattr(analysis, field)
        if not 0 < value < 1:
            path = ("analyses", index, field)
            yield look.error("proportion-wrong", _FILE, *path, key=field, found=str(value))
            return
    if analysis.confidence + analysis.alpha != 1:
        params = {"analysis": analysis.id, "confidence": str(analysis.confidence), "alpha": str(analysis.alpha)}
        yield look.note("confidence-alpha", _FILE, "analyses", index, **params)
