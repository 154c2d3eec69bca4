"""Laboratory variables over time: by visit and arm, by participant, with doses and what they mask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from equipoise.analysis.baseline import quartiles
from equipoise.analysis.described import Curve, CurvePoint, Dosing, MaskingRow, Series, SeriesPoint
from equipoise.analysis.recipe import Recipe, recipe_for
from equipoise.dataset.model import Dataset
from equipoise.study.model.study import Study

Row = Mapping[str, Any]
_NOT_A_COURSE = frozenset({"unscheduled", "dose_only"})


def courses_of(dataset: Dataset) -> tuple[tuple[Curve, ...], tuple[MaskingRow, ...]]:
    """Describe the declared curves, and how many results of each hidden variable are masked.

    Parameters
    ----------
    dataset : Dataset
        The dataset.

    Returns
    -------
    curves : tuple of Curve
        In the declared order.
    masking : tuple of MaskingRow
        By variable, arm and visit.
    """
    import polars as pl

    study = dataset.study
    hidden = list(dict.fromkeys(name for masking in study.schedule.masking for name in masking.hides))
    wanted = list(dict.fromkeys((*study.endpoints.curves, *hidden)))
    allocation = dataset.tables["allocation"]
    arm_of = dict(zip(allocation["participant"], allocation["arm"], strict=True))
    columns = ["participant", "visit", "variable", "day", "comparator", "value", "masked", "seq"]
    found = dataset.tables["labs"].filter(pl.col("variable").is_in(wanted) & pl.col("day").is_not_null())
    rows: dict[str, list[Row]] = {name: [] for name in wanted}
    for row in found.select(columns).iter_rows(named=True):
        row["arm"] = arm_of[row["participant"]]
        rows[row["variable"]].append(row)
    recipe = recipe_for(dataset, "equipoise.analysis.courses.courses_of(dataset)")
    curves = tuple(_curve(study, name, rows[name], name in hidden, recipe) for name in study.endpoints.curves)
    masking = tuple(row for name in hidden for row in _masking(study, name, rows[name]))
    return curves, masking


def _curve(study: Study, name: str, rows: Sequence[Row], hidden: bool, recipe: Recipe) -> Curve:
    variable = study.variables[name]
    known = [row for row in rows if row["value"] is not None]
    points = []
    for arm, visit, own in _by_visit(study, known):
        points.append(_point(study, arm, visit, own))
    return Curve(
        variable=name,
        label=variable.label,
        unit=variable.unit,
        limit=float(variable.limit) if variable.limit is not None else None,
        hidden=hidden,
        points=tuple(points),
        series=_series(known),
        dosing=planned_dosing(study, name),
        recipe=recipe,
    )


def _by_visit(study: Study, rows: Iterable[Row]) -> list[tuple[str, str, list[Row]]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["arm"], row["visit"]), []).append(row)
    planned = [visit.id for visit in study.schedule.visits if visit.kind not in _NOT_A_COURSE]
    return [(arm, visit, groups[arm, visit]) for arm in study.arms for visit in planned if (arm, visit) in groups]


def _is_below(row: Row) -> bool:
    return row["comparator"] in ("<", "<=")


def _point(study: Study, arm: str, visit: str, rows: Sequence[Row]) -> CurvePoint:
    median, q1, q3 = quartiles(sorted(row["value"] for row in rows))
    below, masked = sum(map(_is_below, rows)), sum(row["masked"] for row in rows)
    n = len(rows)
    return CurvePoint(arm, visit, study.visits[visit].day, n, median, q1, q3, below, masked, below / n, masked / n)


def _series(rows: Iterable[Row]) -> tuple[Series, ...]:
    people: dict[str, list[Row]] = {}
    for row in rows:
        people.setdefault(row["participant"], []).append(row)
    return tuple(
        Series(
            who,
            own[0]["arm"],
            tuple(
                SeriesPoint(row["day"], row["value"], _is_below(row), row["masked"], row["seq"])
                for row in sorted(own, key=lambda row: (row["day"], row["seq"]))
            ),
        )
        for who, own in sorted(people.items())
    )


def planned_dosing(study: Study, variable: str) -> tuple[Dosing, ...]:
    """Return the planned doses of each arm, and the days on which they mask a variable.

    Parameters
    ----------
    study : Study
        The study.
    variable : str
        The variable.

    Returns
    -------
    tuple of Dosing
        By schedule and arm.
    """
    found: list[Dosing] = []
    for schedule in study.schedule.doses:
        days = tuple(sorted(study.visits[visit].day for visit in schedule.visits))
        lasting = [
            masking.days
            for masking in study.schedule.masking
            if masking.product == schedule.product and variable in masking.hides
        ]
        spans = _merged([(day + 1, day + max(lasting)) for day in days]) if lasting else ()
        found.extend(Dosing(arm, schedule.id, schedule.product, days, spans) for arm in schedule.arms)
    return tuple(found)


def _merged(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        # The day of a dose between two spans is itself covered by the dose before it.
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def _masking(study: Study, name: str, rows: Sequence[Row]) -> list[MaskingRow]:
    return [
        MaskingRow(name, arm, visit, len(own), sum(row["masked"] for row in own))
        for arm, visit, own in _by_visit(study, rows)
    ]
