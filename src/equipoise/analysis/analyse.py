"""Every declared analysis of a dataset, in the declared order."""

from __future__ import annotations

import statistics

from equipoise.analysis.baseline import baseline_of
from equipoise.analysis.comparison import Comparison, compare, outcomes_of, reading_of
from equipoise.analysis.courses import courses_of
from equipoise.analysis.finding import Finding
from equipoise.analysis.flow import flow_of
from equipoise.analysis.methods import REGISTRY
from equipoise.analysis.power import power_of
from equipoise.analysis.recipe import recipe_for
from equipoise.analysis.results import (
    AnalysisResult,
    Arm,
    ArmResult,
    EndpointRow,
    EstimandAttributes,
    Handling,
    Results,
    ReversionRow,
    Source,
    SurvivalSteps,
)
from equipoise.analysis.survival import survival_arm
from equipoise.conduct.declarations import declared_parts
from equipoise.core.problem import Problem, ProblemsError
from equipoise.dataset.derive.derive_strategies import Outcome
from equipoise.dataset.model import Dataset
from equipoise.stats.proportion import wilson
from equipoise.study.cached import once_a_study
from equipoise.study.methods import METHODS
from equipoise.study.model.endpoints import Analysis, Estimand
from equipoise.study.model.study import Study

Outcomes = dict[tuple[str, str], dict[str, Outcome]]
# Beside another analysis of the same estimand a method may show it from another side.
_BESIDE = ("companion", "supportive")


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
    problems = refusals(dataset)
    if problems:
        raise ProblemsError(problems)
    study = dataset.study
    outcomes: Outcomes = {}
    comparisons = [_comparison(dataset, analysis, outcomes) for analysis in study.endpoints.analyses]
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
    )


def refusals(dataset: Dataset) -> list[Problem]:
    """Return why a dataset cannot be analysed as declared.

    Parameters
    ----------
    dataset : Dataset
        The dataset.

    Returns
    -------
    list of Problem
        Empty if it can be.
    """
    if dataset.header.sealed:
        return [Problem("analysis.sealed", {"study": dataset.study.id})]
    plan = dataset.study.endpoints
    estimands = {estimand.id: estimand for estimand in plan.estimands}
    kinds = {endpoint.id: endpoint.kind for endpoint in plan.endpoints}
    problems = []
    for analysis in plan.analyses:
        method = METHODS.get(analysis.method)
        if method is None or analysis.method not in REGISTRY:
            known = ", ".join(REGISTRY)
            problems.append(
                Problem("analysis.no-method", {"analysis": analysis.id, "method": analysis.method, "known": known})
            )
            continue
        estimand = estimands[analysis.estimand]
        named: dict[str, str | int] = {"analysis": analysis.id, "method": analysis.method}
        if method.endpoint != kinds[estimand.endpoint]:
            problems.append(Problem("analysis.other-kind", {**named, "kind": kinds[estimand.endpoint]}))
        elif estimand.summary not in method.summaries and analysis.role not in _BESIDE:
            problems.append(Problem("analysis.other-summary", {**named, "summary": estimand.summary}))
        if analysis.strata and not method.stratified:
            problems.append(Problem("analysis.not-stratified", named))
    return problems


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
        finding = REGISTRY[analysis.method](comparison)
    arms, curves = _arms(comparison)
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
        post_hoc=is_post_hoc(dataset, comparison),
        recipe=recipe_for(dataset, finding.call),
        masked_as=analysis.masked,
        detail=finding.detail,
    )


def _arms(comparison: Comparison) -> tuple[tuple[ArmResult, ...], tuple[SurvivalSteps, ...]]:
    arms, curves = [], []
    for arm in comparison.arms:
        own = [person for person in comparison.people if person.arm == arm]
        missing = sum(person.outcome.status == "missing" for person in own)
        match comparison.endpoint.kind:
            case "binary":
                arms.append(_binary_arm(comparison, arm, missing))
            case "continuous":
                arms.append(_continuous_arm(comparison, arm, missing))
            case "time_to_event":
                result, steps = survival_arm(comparison, arm, missing)
                arms.append(result)
                curves += [steps] if steps is not None else []
    return tuple(arms), tuple(curves)


def _binary_arm(comparison: Comparison, arm: str, missing: int) -> ArmResult:
    people = comparison.of_arm(arm)
    n, successes = len(people), sum(person.outcome.status == "success" for person in people)
    if not people:
        return ArmResult(arm, 0, missing, successes=0, failures=0)
    share = wilson(successes, n, comparison.confidence)
    return ArmResult(
        arm,
        n,
        missing,
        successes=successes,
        failures=n - successes,
        proportion=share.estimate,
        low=share.low,
        high=share.high,
    )


def _continuous_arm(comparison: Comparison, arm: str, missing: int) -> ArmResult:
    values = [person.outcome.value for person in comparison.of_arm(arm) if person.outcome.value is not None]
    mean = statistics.fmean(values) if values else None
    sd = statistics.stdev(values) if len(values) > 1 else None
    return ArmResult(arm, len(values), missing, mean=mean, sd=sd)


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


def is_post_hoc(dataset: Dataset, comparison: Comparison) -> bool:
    """Say whether an analysis was not declared, exactly as it is, before the first allocation.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    comparison : Comparison
        What the analysis compares.

    Returns
    -------
    bool
        True if it, its estimand, its endpoint, an intercurrent event of the estimand or a reversion is new or
        changed since the last commitment before the first allocation, or if there was none.
    """
    declared = dataset.header.declarations
    if declared is None or not declared.before_first_allocation:
        return True
    estimand = comparison.estimand
    rests_on = [
        f"analyses.{comparison.analysis.id}",
        f"estimands.{estimand.id}",
        f"endpoints.{estimand.endpoint}",
        *(f"intercurrent_events.{each.event}" for each in estimand.intercurrent),
        *(f"reversions.{each.id}" for each in dataset.study.endpoints.reversions),
    ]
    now = _parts(dataset.study)
    return any(declared.declared.get(part) != now[part] for part in rests_on)


@once_a_study
def _parts(study: Study) -> dict[str, str]:
    return declared_parts(study)


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
