"""Every declared analysis of a dataset, in the declared order."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.analysis.arms import arms_of
from equipoise.analysis.baseline import baseline_of
from equipoise.analysis.comparison import Comparison, compare, outcomes_of, reading_of
from equipoise.analysis.courses import courses_of
from equipoise.analysis.finding import Finding, without_nan
from equipoise.analysis.flow import flow_of
from equipoise.analysis.landmarks import associations_of
from equipoise.analysis.methods import REGISTRY
from equipoise.analysis.power import power_of
from equipoise.analysis.recipe import recipe_for
from equipoise.analysis.refusals import refusals
from equipoise.analysis.results import (
    AnalysisResult,
    Arm,
    EndpointRow,
    EstimandAttributes,
    Handling,
    Results,
    ReversionRow,
    Source,
)
from equipoise.analysis.safety import safety_of
from equipoise.core.problem import ProblemsError
from equipoise.dataset.declared import is_post_hoc
from equipoise.dataset.derive.derive_strategies import Outcome
from equipoise.dataset.model import Dataset
from equipoise.study.methods import METHODS
from equipoise.study.model.endpoints import Analysis, Estimand
from equipoise.study.model.study import Study

Outcomes = dict[tuple[str, str], dict[str, Outcome]]


def analyse(dataset: Dataset) -> Results:
    """Analyse a dataset as its study declares.

    Parameters
    ----------
    dataset : Dataset
        The dataset.

    Returns
    -------
    Results
        Flow, baseline, every declared analysis in its order, courses, power, and the way back to the events.

    Raises
    ------
    ProblemsError
        If arms are still sealed, or a method cannot estimate what its estimand asks for; all of it at once.
    """
    study = dataset.study
    outcomes: Outcomes = {}
    comparisons = _comparisons(dataset, study.endpoints.analyses, outcomes)
    primary = next((each for each in comparisons if each.analysis.role == "primary"), None)
    curves, masking = courses_of(dataset)
    header = dataset.header
    allocated = dataset.tables["allocation"]["arm"].to_list()
    return Results(
        study=study.id,
        version=study.version,
        content_hash=study.content_hash,
        title=study.identity.title,
        enrolment=study.identity.enrolment,
        dataset=Source(
            dataset.hash, header.origin, header.truth, header.seed, header.history_head, header.events, header.left_out
        ),
        declared_before=header.declarations is not None and header.declarations.before_first_allocation,
        arms=tuple(Arm(arm.id, arm.label, arm.kind, allocated.count(arm.id)) for arm in study.arms.values()),
        flow=flow_of(dataset, primary),
        baseline=baseline_of(dataset),
        analyses=tuple(_result(dataset, comparison) for comparison in comparisons),
        curves=curves,
        power=power_of(dataset),
        masking=masking,
        endpoints=_endpoint_rows(dataset, outcomes),
        reversions=_reversion_rows(dataset),
        associations=associations_of(dataset),
        safety=safety_of(dataset),
    )


def results_of(dataset: Dataset, names: Sequence[str]) -> tuple[AnalysisResult, ...]:
    """Return some analyses alone, exactly as `analyse` finds them: for a thousand trials that need no more.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    names : sequence of str
        Ids of declared analyses.

    Returns
    -------
    tuple of AnalysisResult
        In the order of the names.

    Raises
    ------
    ProblemsError
        As `analyse` does, of these analyses.
    KeyError
        If the study declares no analysis of a name.
    """
    declared = {analysis.id: analysis for analysis in dataset.study.endpoints.analyses}
    comparisons = _comparisons(dataset, [declared[name] for name in names], {})
    return tuple(_result(dataset, comparison) for comparison in comparisons)


def primary_result(dataset: Dataset) -> AnalysisResult:
    """Return the primary analysis alone, exactly as `analyse` finds it.

    Parameters
    ----------
    dataset : Dataset
        The dataset.

    Returns
    -------
    AnalysisResult
        The first analysis with that role, else the first of all.

    Raises
    ------
    ProblemsError
        As `analyse` does, of this analysis.
    """
    analyses = dataset.study.endpoints.analyses
    primary = next((each for each in analyses if each.role == "primary"), analyses[0])
    return results_of(dataset, [primary.id])[0]


def comparison_of(dataset: Dataset, name: str) -> Comparison:
    """Return what a declared analysis compares: its people with their outcomes, strata and covariates.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    name : str
        The analysis's id.

    Returns
    -------
    Comparison
        What its method is given.

    Raises
    ------
    ProblemsError
        As `analyse` does, of this analysis.
    KeyError
        If the study declares no such analysis.
    """
    declared = {analysis.id: analysis for analysis in dataset.study.endpoints.analyses}
    return _comparisons(dataset, [declared[name]], {})[0]


def _comparisons(dataset: Dataset, analyses: Sequence[Analysis], outcomes: Outcomes) -> list[Comparison]:
    problems = refusals(dataset, analyses)
    if problems:
        raise ProblemsError(problems)
    return [_comparison(dataset, analysis, outcomes) for analysis in analyses]


def _comparison(dataset: Dataset, analysis: Analysis, outcomes: Outcomes) -> Comparison:
    plan = dataset.study.endpoints
    estimand = next(each for each in plan.estimands if each.id == analysis.estimand)
    endpoint = next(each for each in plan.endpoints if each.id == estimand.endpoint)
    key = (estimand.id, reading_of(analysis, endpoint))
    if key not in outcomes:
        outcomes[key] = outcomes_of(dataset, estimand, key[1])
    return compare(dataset, analysis, outcomes[key])


def _result(dataset: Dataset, comparison: Comparison) -> AnalysisResult:
    analysis, study = comparison.analysis, dataset.study
    if comparison.has_empty_arm:
        finding = Finding(comparison.estimand.summary, "", note="empty_arm")
    else:
        finding = without_nan(REGISTRY[analysis.method](comparison))
    arms, curves = arms_of(comparison, finding.detail)
    seed = str(analysis.seed) if METHODS[analysis.method].draws else ""
    return AnalysisResult(
        id=analysis.id,
        role=analysis.role,
        label=analysis.label,
        method=analysis.method,
        reading=reading_of(analysis, comparison.endpoint),
        estimand=_attributes(study, comparison.estimand),
        summary=finding.summary,
        confidence=comparison.confidence,
        alpha=float(analysis.alpha),
        missing_as=analysis.missing,
        arms=arms,
        estimate=finding.estimate,
        low=finding.low,
        high=finding.high,
        p=finding.p,
        z=finding.z,
        note=finding.note,
        strata=finding.strata,
        curves=curves,
        post_hoc=_is_post_hoc(dataset, comparison),
        recipe=recipe_for(dataset, finding.call, seed),
        masked_as=analysis.masked,
        left_out=comparison.left_out,
        set_aside=sum(person.is_set_aside for person in comparison.people),
        detail=finding.detail,
    )


def _attributes(study: Study, estimand: Estimand) -> EstimandAttributes:
    plan = study.endpoints
    endpoint = next(each for each in plan.endpoints if each.id == estimand.endpoint)
    labels = {event.id: event.label for event in plan.intercurrent_events}
    return EstimandAttributes(
        id=estimand.id,
        label=estimand.label,
        treatment=estimand.treatment,
        versus=estimand.versus,
        population=estimand.population,
        endpoint=endpoint.id,
        endpoint_label=endpoint.label,
        intercurrent=tuple(
            Handling(each.event, labels[each.event], each.strategy, each.words) for each in estimand.intercurrent
        ),
        summary=estimand.summary,
    )


def _is_post_hoc(dataset: Dataset, comparison: Comparison) -> bool:
    """Whether an analysis or anything that it rests on was declared too late."""
    estimand = comparison.estimand
    rests_on = [
        f"analyses.{comparison.analysis.id}",
        f"estimands.{estimand.id}",
        f"endpoints.{estimand.endpoint}",
        *(f"intercurrent_events.{each.event}" for each in estimand.intercurrent),
        *(f"reversions.{each.id}" for each in dataset.study.endpoints.reversions),
    ]
    return is_post_hoc(dataset, rests_on)


def _endpoint_rows(dataset: Dataset, outcomes: Outcomes) -> tuple[EndpointRow, ...]:
    allocation = dataset.tables["allocation"]
    arm_of = dict(zip(allocation["participant"], allocation["arm"], strict=True))
    estimands = {estimand.id: estimand for estimand in dataset.study.endpoints.estimands}
    return tuple(
        EndpointRow(
            estimand,
            estimands[estimand].endpoint,
            reading,
            who,
            arm_of[who],
            outcome.status,
            outcome.reason,
            outcome.time,
            outcome.value,
            outcome.seq,
            outcome.left,
            outcome.right,
            outcome.flagged,
        )
        for (estimand, reading), found in outcomes.items()
        for who, outcome in found.items()
    )


def _reversion_rows(dataset: Dataset) -> tuple[ReversionRow, ...]:
    allocation = dataset.tables["allocation"]
    arm_of = dict(zip(allocation["participant"], allocation["arm"], strict=True))
    return tuple(
        ReversionRow(
            row["participant"],
            arm_of[row["participant"]],
            row["reversion"],
            row["status"],
            row["left_day"],
            row["right_day"],
            row["seq"],
        )
        for row in dataset.tables["reversions"].iter_rows(named=True)
        if row["status"] != "none"
    )
