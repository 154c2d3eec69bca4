"""Why a declared analysis cannot be carried out: found before anything is calculated, all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from equipoise.analysis.covariates import refusals_of_covariates
from equipoise.analysis.methods import REGISTRY
from equipoise.core.problem import Problem
from equipoise.dataset.derive.derive_strategies import strategies_of
from equipoise.dataset.model import Dataset
from equipoise.dataset.outcomes import strategies_without_reversions
from equipoise.study.methods import METHODS, Method
from equipoise.study.model.endpoints import Analysis, Endpoint, Estimand

# Beside another analysis of the same estimand a method may show it from another side.
_BESIDE = ("companion", "supportive")
_NOT_BUILT = "principal_stratum"


def refusals(dataset: Dataset, analyses: Sequence[Analysis] | None = None) -> list[Problem]:
    """Return why analyses of a dataset cannot be carried out as declared.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    analyses : sequence of Analysis, optional
        Declared analyses; all of them if left out.

    Returns
    -------
    list of Problem
        Empty if they can be.
    """
    if dataset.header.sealed:
        return [Problem("analysis.sealed", {"study": dataset.study.id})]
    plan = dataset.study.endpoints
    estimands = {estimand.id: estimand for estimand in plan.estimands}
    endpoints = {endpoint.id: endpoint for endpoint in plan.endpoints}
    problems = []
    for analysis in plan.analyses if analyses is None else analyses:
        method = METHODS.get(analysis.method)
        if method is None or analysis.method not in REGISTRY:
            known = ", ".join(REGISTRY)
            problems.append(
                Problem("analysis.no-method", {"analysis": analysis.id, "method": analysis.method, "known": known})
            )
            continue
        estimand = estimands[analysis.estimand]
        problems += _of_method(analysis, method, estimand, endpoints[estimand.endpoint])
        problems += _of_estimand(dataset, estimand)
        problems += _of_draws(dataset, analysis, method)
        problems += refusals_of_covariates(dataset, analysis)
    return problems


def _of_method(analysis: Analysis, method: Method, estimand: Estimand, endpoint: Endpoint) -> Iterator[Problem]:
    """Each refusal names the methods that could do what is asked for."""
    named: dict[str, str | int] = {"analysis": analysis.id, "method": analysis.method}

    def known(fits: Callable[[Method], bool]) -> dict[str, str | int]:
        of_kind = (name for name, each in METHODS.items() if each.endpoint == endpoint.kind and fits(each))
        return {"known": ", ".join(of_kind) or "–"}

    if method.endpoint != endpoint.kind:
        yield Problem("analysis.other-kind", {**named, "kind": endpoint.kind, **known(lambda each: True)})  # noqa: ARG005
        return
    if estimand.summary not in method.summaries and analysis.role not in _BESIDE:
        fitting = known(lambda each: estimand.summary in each.summaries)
        yield Problem("analysis.other-summary", {**named, "summary": estimand.summary, **fitting})
    if analysis.strata and not method.stratified:
        yield Problem("analysis.not-stratified", {**named, **known(lambda each: each.stratified)})
    if analysis.adjust and not method.adjusted:
        yield Problem("analysis.not-adjusted", {**named, **known(lambda each: each.adjusted)})
    if analysis.missing == "imputed" and not method.imputes:
        yield Problem("analysis.not-imputing", {**named, **known(lambda each: each.imputes)})
    if (method.imputes and analysis.missing != "imputed") or (
        analysis.method == "tipping_point" and analysis.missing != "failure"
    ):
        needed = "imputed" if method.imputes else "failure"
        yield Problem("analysis.other-missing", {**named, "missing": analysis.missing, "needed": needed})
    if analysis.masked == "missing" and endpoint.kind != "binary":
        yield Problem("analysis.masked-kind", {"analysis": analysis.id, "kind": endpoint.kind})


def _of_estimand(dataset: Dataset, estimand: Estimand) -> Iterator[Problem]:
    if _NOT_BUILT in strategies_without_reversions(dataset.study, strategies_of(estimand)).values():
        yield Problem("analysis.strategy", {"estimand": estimand.id, "strategy": _NOT_BUILT})


def _of_draws(dataset: Dataset, analysis: Analysis, method: Method) -> Iterator[Problem]:
    least = 2 if method.imputes else 1  # variance between draws needs two
    if method.draws and analysis.draws < least:
        params: dict[str, str | int] = {"analysis": analysis.id, "method": analysis.method, "least": least}
        yield Problem("analysis.no-draws", params)
    arms = len(dataset.study.identity.arms)
    if analysis.method == "re_randomisation" and arms != 2:
        yield Problem("analysis.two-arms", {"analysis": analysis.id, "arms": arms})
