"""What is kept of one of many trials: a row, from which the trial itself can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.analysis.analyse import results_of
from equipoise.analysis.results import AnalysisResult
from equipoise.conduct.ledger import Ledger
from equipoise.dataset.build import Part, build
from equipoise.study.cached import once_a_study
from equipoise.study.masking import collected
from equipoise.study.model.endpoints import Analysis, Endpoint
from equipoise.study.model.study import Study

if TYPE_CHECKING:
    from equipoise.dataset.model import Dataset

_TABLES = ("allocation", "labs", "reversions", "intercurrent", "endpoints")
_BESIDE = ("miettinen_nurminen", "multiple_imputation")  # companions that are looked at beside the primary analysis
_DIGITS = 8  # of what is kept: other builds of the libraries differ after the twelfth


@dataclass(frozen=True, slots=True)
class Found:
    """What an analysis gave; None where there was nothing to give."""

    estimate: float | None
    low: float | None
    high: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class ArmRow:
    """What is counted in an arm.

    Attributes
    ----------
    people, successes, missing : int
        Of the primary analysis; a missing outcome is counted whatever it stands for.
    flagged : int
        Outcomes that rest on a sample which a product could have hidden.
    seen : tuple of int
        By each visit, in how many a return that was confirmed had been seen.
    results, masked : tuple of int
        At each visit, how many results of the variable there are, and how many of them are flagged as masked.
    """

    people: int
    successes: int
    missing: int
    flagged: int
    seen: tuple[int, ...]
    results: tuple[int, ...]
    masked: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrialRow:
    """What is kept of a trial.

    Attributes
    ----------
    trial : int
        Its number, from 0: with the seed of all it is the seed of this one.
    found : mapping of str to Found
        By the analysis.
    arms : mapping of str to ArmRow
        By the arm, the treatment of the primary analysis first.
    """

    trial: int
    found: Mapping[str, Found]
    arms: Mapping[str, ArmRow]


@dataclass(frozen=True)
class Look:
    """What of a study's trials is looked at.

    Attributes
    ----------
    analyses : tuple of Analysis
        The primary one first.
    endpoint : Endpoint
        Its endpoint.
    endpoints : mapping of str to Endpoint
        Of each analysis.
    arms : tuple of str
        The primary estimand's treatment and its comparator.
    reversion : str
        The declared return of the endpoint's variable; empty if there is none.
    visits : tuple of str
        The visits after allocation at which the variable is measured, in their order.
    days : tuple of int
        The last day of each visit's window.
    part : Part
        What of the dataset this needs.
    """

    analyses: tuple[Analysis, ...]
    endpoint: Endpoint
    endpoints: Mapping[str, Endpoint]
    arms: tuple[str, str]
    reversion: str
    visits: tuple[str, ...]
    days: tuple[int, ...]
    part: Part

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the analyses."""
        return tuple(analysis.id for analysis in self.analyses)


@once_a_study
def look_of(study: Study) -> Look:
    """Return what of a study's trials is looked at.

    Parameters
    ----------
    study : Study
        The study, with a primary analysis of a binary endpoint.

    Returns
    -------
    Look
        The primary analysis; its companions by the score test or by imputation; and analyses by the primary method
        of the same variable at other visits.
    """
    plan = study.endpoints
    primary = next(each for each in plan.analyses if each.role == "primary")
    estimands = {estimand.id: estimand for estimand in plan.estimands}
    declared = {endpoint.id: endpoint for endpoint in plan.endpoints}
    endpoints = {each.id: declared[estimands[each.estimand].endpoint] for each in plan.analyses}
    endpoint = endpoints[primary.id]
    beside = [
        each
        for each in plan.analyses
        if (each.role == "companion" and each.method in _BESIDE)
        or (
            each.role == "secondary"
            and each.method == primary.method
            and endpoints[each.id].kind == "binary"
            and endpoints[each.id].variable == endpoint.variable
        )
    ]
    analyses = (primary, *beside)
    visits = [
        visit
        for visit in sorted(study.schedule.visits, key=lambda visit: visit.day)
        if visit.day > 0 and visit.kind != "unscheduled" and endpoint.variable in collected(study, visit)
    ]
    estimand = estimands[primary.estimand]
    reversion = next((each.id for each in plan.reversions if each.variable == endpoint.variable), "")
    return Look(
        analyses=analyses,
        endpoint=endpoint,
        endpoints={each.id: endpoints[each.id] for each in analyses},
        arms=(estimand.treatment, estimand.versus),
        reversion=reversion,
        visits=tuple(visit.id for visit in visits),
        days=tuple(visit.day + visit.after for visit in visits),
        part=Part(_TABLES, {endpoints[each.id].id for each in analyses}, {endpoint.variable}),
    )


def row_of(trial: int, ledger: Ledger) -> TrialRow:
    """Return what is kept of a trial.

    Parameters
    ----------
    trial : int
        Its number.
    ledger : Ledger
        Its history.

    Returns
    -------
    TrialRow
        The row.
    """
    look = look_of(ledger.study.protocol.study)
    dataset = build(ledger.events, look.part)
    results = results_of(dataset, look.names)
    found = {result.id: _found(result) for result in results}
    return TrialRow(trial, found, _arms(look, dataset, results[0]))


def _found(result: AnalysisResult) -> Found:
    return Found(*(_kept(value) for value in (result.estimate, result.low, result.high, result.p)))


def _kept(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")


def _arms(look: Look, dataset: Dataset, primary: AnalysisResult) -> dict[str, ArmRow]:
    tables = dataset.tables
    arm_of = dict(zip(tables["allocation"]["participant"], tables["allocation"]["arm"], strict=True))
    outcomes = tables["endpoints"].filter(endpoint=look.endpoint.id, reading=primary.reading)
    flagged = [arm_of[who] for who, is_so in outcomes.select("participant", "flagged").iter_rows() if is_so]
    returns = tables["reversions"].filter(reversion=look.reversion, status="confirmed")
    came = [(arm_of[who], day) for who, day in returns.select("participant", "right_day").iter_rows()]
    results: dict[tuple[str, str], list[bool]] = {}
    for who, visit, masked in tables["labs"].select("participant", "visit", "masked").iter_rows():
        if who in arm_of and visit in look.visits:
            results.setdefault((arm_of[who], visit), []).append(masked)
    counts = {arm.arm: arm for arm in primary.arms}
    return {
        arm: ArmRow(
            people=counts[arm].n,
            successes=counts[arm].successes or 0,
            missing=counts[arm].missing,
            flagged=flagged.count(arm),
            seen=tuple(sum(own == arm and day <= last for own, day in came) for last in look.days),
            results=tuple(len(results.get((arm, visit), ())) for visit in look.visits),
            masked=tuple(sum(results.get((arm, visit), ())) for visit in look.visits),
        )
        for arm in look.arms
    }
