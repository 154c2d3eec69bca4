"""The tables that R works from: what the dataset holds and the study declares, and nothing that was calculated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from equipoise.analysis.comparison import outcomes_of, reading_of
from equipoise.analysis.courses import planned_dosing
from equipoise.analysis.covariates import CENTRE
from equipoise.analysis.details import Imputed, ReRandomised
from equipoise.analysis.landmarks import reversion_courses
from equipoise.analysis.results import Results
from equipoise.core.problem import Problem
from equipoise.core.quantity import parse_quantity
from equipoise.dataset.model import Dataset
from equipoise.study.model.endpoints import Analysis, Endpoint, Estimand
from equipoise.study.model.study import Study

Cell = str | int | float | bool | None | Sequence[Any]
Table = tuple[tuple[str, ...], list[tuple[Cell, ...]]]
_EVENT = ("participant", "term", "category", "day", "severity", "serious", "related", "outcome")
_COMPETING = "while_on_treatment"
_SETTING_ASIDE = frozenset({"hypothetical", _COMPETING})
_MEASURED = "measured"
_NOT_PLANNED = frozenset({"screening", "unscheduled", "dose_only"})
_NOT_A_COURSE = frozenset({"unscheduled", "dose_only"})


def tables_of(results: Results, dataset: Dataset) -> dict[str, Table]:
    """Return every table by its name: its columns and its rows."""
    return {
        "design": (("part", "id", "name", "value"), list(_design(results, dataset.study))),
        "analyses": _analyses(dataset.study),
        "participants": _participants(dataset),
        "outcomes": _outcomes(dataset),
        "labs": _labs(dataset.study, dataset),
        "dispositions": _columns(dataset, "dispositions", ("participant", "kind", "day", "reason", "data_use")),
        "deviations": _columns(dataset, "deviations", ("participant", "category")),
        "doses": _columns(dataset, "doses", ("participant", "schedule", "day", "status", "reason")),
        "adverse_events": _columns(dataset, "adverse_events", _EVENT),
        "contacts": _contacts(dataset),
        "reversions": _reversions(dataset),
        "failed_criteria": _failed(dataset),
        "covariates": _known_before(dataset),
        "imputed": _imputed(results),
        "rerandomised": _rerandomised(results),
    }


def _columns(dataset: Dataset, table: str, names: tuple[str, ...]) -> Table:
    return names, dataset.tables[table].select(names).rows()


def _failed(dataset: Dataset) -> Table:
    import polars as pl

    names = ("participant", "criterion")
    return names, dataset.tables["criteria"].filter(pl.col("status") == "fail").select(names).rows()


def _contacts(dataset: Dataset) -> Table:
    """Return the last day of each kind of contact with each person."""
    import polars as pl

    taken = {"visits": pl.col("status") == "done", "doses": pl.col("status") == "given"}
    ended = (pl.col("kind") == "consent_withdrawn") | (pl.col("reason") == "death")
    rows: list[tuple[Cell, ...]] = []
    for name in ("visits", "labs", "items", "doses", "adverse_events", "dispositions"):
        chosen = dataset.tables[name].filter(taken.get(name, ended if name == "dispositions" else pl.lit(value=True)))
        last = chosen.group_by("participant", maintain_order=True).agg(pl.col("day").max())
        rows += [(who, name, day) for who, day in last.rows() if day is not None]
    return ("participant", "source", "day"), rows


def _reversions(dataset: Dataset) -> Table:
    """Return each person's course of the reversions that landmarks look at; the rule of the study reads the samples."""
    looked_at = dict.fromkeys(each.reversion for each in dataset.study.endpoints.associations)
    rows: list[tuple[Cell, ...]] = [
        (who, name, course.status, course.first_positive, course.last_negative)
        for name in looked_at
        for who, course in reversion_courses(dataset, name).items()
    ]
    return ("participant", "reversion", "status", "first_positive", "last_negative"), rows


def _known_before(dataset: Dataset) -> Table:
    """Return what was measured of the covariates by the day of allocation, each person's last value last."""
    import polars as pl

    measured = [name for name, source, _ in covariate_sources(dataset.study) if source == _MEASURED]
    names = ("participant", "variable", "day", "value")
    rows: list[tuple[Cell, ...]] = []
    for name in measured:
        kind = dataset.study.variables[name].kind
        table, column = (
            ("labs", "value") if kind == "laboratory" else ("items", "number" if kind == "number" else "text")
        )
        own = dataset.tables[table].filter((pl.col("variable") == name) & (pl.col("day") <= 0)).sort("day", "seq")
        rows += own.select("participant", "variable", "day", column).rows()
    return names, rows


def _imputed(results: Results) -> Table:
    names = ("analysis", "draw", "participant", "success")
    rows: list[tuple[Cell, ...]] = []
    for each in results.analyses:
        if isinstance(each.detail, Imputed):
            for number, values in enumerate(each.detail.values, start=1):
                pairs = zip(each.detail.people, values, strict=True)
                rows += [(each.id, number, who, value) for who, value in pairs]
    return names, rows


def _rerandomised(results: Results) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in results.analyses:
        if isinstance(each.detail, ReRandomised):
            rows += [(each.id, number, arms) for number, arms in enumerate(each.detail.arms, start=1)]
    return ("analysis", "draw", "arms"), rows


def _design(results: Results, study: Study) -> Iterator[tuple[Cell, ...]]:
    yield "study", "study", "enrolment", study.identity.enrolment
    dosed = {arm for schedule in study.schedule.doses for arm in schedule.arms}
    for arm in study.arms.values():
        yield "arm", arm.id, "ratio", arm.ratio
        yield "arm", arm.id, "dosed", arm.id in dosed
    for factor in study.identity.factors:
        yield "factor", factor.id, "levels", [level.id for level in factor.levels]
    yield "factor", CENTRE, "levels", list(study.sites)
    for name, source, levels in covariate_sources(study):
        yield "covariate", name, "from", source
        yield "covariate", name, "levels", levels
    for visit in study.schedule.visits:
        yield "visit", visit.id, "day", visit.day
        yield "visit", visit.id, "before", visit.before
        yield "visit", visit.id, "after", visit.after
        yield "visit", visit.id, "follow_up", visit.kind not in _NOT_PLANNED and visit.day > 0
        yield "visit", visit.id, "course", visit.kind not in _NOT_A_COURSE
    for criterion in study.eligibility:
        yield "criterion", criterion.id, "kind", criterion.kind
    yield from _described(study)
    for each in study.endpoints.associations:
        for name in ("variable", "reversion", "until", "confidence", "landmarks", "cuts"):
            yield "association", each.id, name, getattr(each, name)
    if results.safety is not None:
        yield "safety", "arms", "treatment", results.safety.treatment
        yield "safety", "arms", "versus", results.safety.versus
    primary = next((each for each in study.endpoints.analyses if each.role == "primary"), None)
    estimand = _estimand(study, primary) if primary else None
    for place, row in enumerate(results.power):
        for name in ("control", "treatment", "dropout", "n_treatment", "n_control", "alpha"):
            yield "power", str(place), name, getattr(row, name)
        yield "power", str(place), "treatment_arm", estimand.treatment if estimand else ""
        yield "power", str(place), "control_arm", estimand.versus if estimand else ""


def _described(study: Study) -> Iterator[tuple[Cell, ...]]:
    for name in study.endpoints.baseline:
        variable = study.variables.get(name)
        yield "baseline", name, "kind", variable.kind if variable else "number"
        codes = [code.value for code in variable.codes] if variable and variable.codes else ["yes", "no"]
        yield "baseline", name, "levels", codes
    for name in study.endpoints.curves:
        yield "curve", name, "drawn", True
        for place, dosing in enumerate(planned_dosing(study, name)):
            identity = f"{place} {dosing.schedule} {dosing.arm}"
            if name == study.endpoints.curves[0]:
                yield "dosing", identity, "days", dosing.days
            lasting = [
                masking.days
                for masking in study.schedule.masking
                if masking.product == dosing.product and name in masking.hides
            ]
            if lasting:
                yield "dosing", identity, f"masks {name}", max(lasting)
    for name in hidden_variables(study):
        yield "hidden", name, "masked", True


def covariate_sources(study: Study) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield each covariate that an analysis declares: where its values stand, and its levels (of a number none)."""
    factors = {factor.id: tuple(level.id for level in factor.levels) for factor in study.identity.factors}
    factors[CENTRE] = tuple(study.sites)
    for name in dict.fromkeys(name for analysis in study.endpoints.analyses for name in analysis.adjust):
        variable = study.variables.get(name)
        if name in factors:
            yield name, f"stratum_{name}", factors[name]
        elif variable is None:
            yield name, name, ()
        else:
            numeric = variable.kind in ("number", "laboratory")
            levels = () if numeric else tuple(code.value for code in variable.codes) or ("no", "yes")
            yield name, name if variable.rule else _MEASURED, levels


def hidden_variables(study: Study) -> tuple[str, ...]:
    """Return the variables whose results a dose can mask, in the order of their declaration."""
    return tuple(dict.fromkeys(name for masking in study.schedule.masking for name in masking.hides))


def _estimand(study: Study, analysis: Analysis) -> Estimand:
    return next(each for each in study.endpoints.estimands if each.id == analysis.estimand)


def _endpoint(study: Study, estimand: Estimand) -> Endpoint:
    return next(each for each in study.endpoints.endpoints if each.id == estimand.endpoint)


def _analyses(study: Study) -> Table:
    rows: list[dict[str, Cell]] = []
    for place, analysis in enumerate(study.endpoints.analyses):
        estimand = _estimand(study, analysis)
        endpoint = _endpoint(study, estimand)
        rows.append(
            {
                "index": place,
                "id": analysis.id,
                "role": analysis.role,
                "method": analysis.method,
                "summary": estimand.summary,
                "estimand": estimand.id,
                "treatment": estimand.treatment,
                "versus": estimand.versus,
                "endpoint": endpoint.id,
                "kind": endpoint.kind,
                "scale": endpoint.scale,
                "reading": reading_of(analysis, endpoint),
                "strata": analysis.strata,
                "pooling": analysis.pooling,
                "adjust": analysis.adjust,
                "confidence": str(analysis.confidence),
                "alpha": str(analysis.alpha),
                "missing": analysis.missing,
                "masked": analysis.masked,
                "without": analysis.without,
                "sets_aside": [each.event for each in estimand.intercurrent if each.strategy in _SETTING_ASIDE],
                "intercurrent": [each.event for each in estimand.intercurrent],
                "competing": [each.event for each in estimand.intercurrent if each.strategy == _COMPETING],
                "at_visits": endpoint.kind == "time_to_event" and not endpoint.time,
                "at": analysis.at,
                "compared_from": analysis.compared_from,
            }
        )
    names = tuple(rows[0]) if rows else ("index",)
    return names, [tuple(row.values()) for row in rows]


def _participants(dataset: Dataset) -> Table:
    study = dataset.study
    people = dataset.tables["participants"]
    allocation = dataset.tables["allocation"].to_dicts()
    in_order = sorted(allocation, key=lambda row: (row["slot"] is None, row["slot"] or 0, row["seq"]))
    of = {row["participant"]: {**row, "place": place} for place, row in enumerate(in_order, start=1)}
    factors = [factor.id for factor in study.identity.factors]
    covariates = (name for name, source, _ in covariate_sources(study) if source == name)
    variables = list(dict.fromkeys((*study.endpoints.baseline, *covariates)))
    laboratory = [name for name in variables if f"{name}_text" in people.columns]
    plain = ("participant", "state", "referred_on", "registered_on", "consented_on", "verdict", "allocated_on")
    names = (
        *plain,
        *("arm", "place"),
        *(f"stratum_{name}" for name in (*factors, CENTRE)),
        *variables,
        *(f"{name}_sign" for name in laboratory),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in people.iter_rows(named=True):
        own = of.get(row["participant"], {})
        rows.append(
            (
                *(row[name] for name in plain),
                *(own.get("arm"), own.get("place")),
                *(own.get(name) for name in (*factors, CENTRE)),
                *(row[name] for name in variables),
                *(_sign(row[f"{name}_text"]) for name in laboratory),
            )
        )
    return names, rows


def _sign(text: str | None) -> str | None:
    """Return how a result qualifies its number: ``=``, ``<``, ``<=``, ``>``, ``>=``."""
    if text is None:
        return None
    found = parse_quantity(text)
    return None if isinstance(found, Problem) else found.comparator.value


def _outcomes(dataset: Dataset) -> Table:
    study = dataset.study
    names = ("estimand", "reading", "participant", "status", "reason", "day", "time", "value", "left", "right")
    rows: dict[tuple[str, str, str], tuple[Cell, ...]] = {}
    for analysis in study.endpoints.analyses:
        estimand = _estimand(study, analysis)
        reading = reading_of(analysis, _endpoint(study, estimand))
        if (estimand.id, reading, "") in rows:
            continue
        rows[estimand.id, reading, ""] = ()
        for who, found in outcomes_of(dataset, estimand, reading).items():
            measured = (found.status, found.reason, found.day, found.time, found.value, found.left, found.right)
            rows[estimand.id, reading, who] = (estimand.id, reading, who, *measured, found.flagged)
    return (*names, "flagged"), [row for row in rows.values() if row]


def _labs(study: Study, dataset: Dataset) -> Table:
    import polars as pl

    landmarks = (each.variable for each in study.endpoints.associations)
    wanted = [*study.endpoints.curves, *hidden_variables(study), *landmarks]
    names = ("participant", "visit", "variable", "day", "comparator", "value", "masked")
    rows = dataset.tables["labs"].filter(pl.col("variable").is_in(wanted) & pl.col("day").is_not_null())
    return names, rows.sort("day", "seq").select(names).rows()
