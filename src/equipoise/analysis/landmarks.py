"""A variable at landmarks against a later reversion: who has had none by then is followed from then on.

A person with an early reversion has no later one: without the landmark the value would seem to foretell what had come
already. Values that a dose may feign or hide are left out and counted. Who left before the end is counted too, and
stands neither with those who had a reversion nor with those who were seen without one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from equipoise.analysis.described_landmarks import (
    AssociationResult,
    Landmark,
    LandmarkArm,
    LandmarkGroup,
    LandmarkPoint,
)
from equipoise.analysis.recipe import recipe_for
from equipoise.analysis.visit_days import last_day
from equipoise.core.quantity import Quantity, parse_quantity
from equipoise.criteria.truth import Truth
from equipoise.dataset.declared import is_post_hoc
from equipoise.dataset.derive.derive_strategies import NO_FURTHER_USE
from equipoise.dataset.model import Dataset
from equipoise.dataset.rulebook import Rulebook
from equipoise.stats.proportion import wilson
from equipoise.stats.roc import auc
from equipoise.study.model.endpoints import Association

_BELOW = ("<", "<=")
_ABOVE = (">", ">=")
RETURNED, FREE, LOST = "returned", "free", "lost"


@dataclass(frozen=True, slots=True)
class ReversionCourse:
    """What became of a person's marker: the days of positive samples that were not refuted, and of negative ones."""

    status: str
    first_positive: int | None
    last_negative: int | None

    def after(self, day: int, end: int, close: int) -> str:
        """Return what came after a day: up to the last day `close` of a window that begins on `end`."""
        if self.status == "confirmed" and self.first_positive is not None and day < self.first_positive <= close:
            return RETURNED
        is_open = self.status == "unrepeated" and self.first_positive is not None and self.first_positive <= close
        seen = self.last_negative is not None and self.last_negative >= end
        return FREE if seen and not is_open else LOST

    def had_it_by(self, day: int) -> bool:
        """Whether the first positive sample lies at or before a day."""
        counts = self.status in ("confirmed", "unrepeated")
        return counts and self.first_positive is not None and self.first_positive <= day


def associations_of(dataset: Dataset) -> tuple[AssociationResult, ...]:
    """Return every declared association.

    Parameters
    ----------
    dataset : Dataset
        The dataset.

    Returns
    -------
    tuple of AssociationResult
        In the declared order.
    """
    return tuple(_association(dataset, each) for each in dataset.study.endpoints.associations)


def _association(dataset: Dataset, declared: Association) -> AssociationResult:
    study = dataset.study
    courses = reversion_courses(dataset, declared.reversion)
    variable = study.variables[declared.variable]
    return AssociationResult(
        id=declared.id,
        label=declared.label,
        variable=declared.variable,
        unit=variable.unit,
        scale=declared.scale,
        reversion=declared.reversion,
        until=declared.until,
        confidence=float(declared.confidence),
        landmarks=tuple(_landmark(dataset, declared, visit, courses) for visit in declared.landmarks),
        post_hoc=is_post_hoc(dataset, (f"associations.{declared.id}", f"reversions.{declared.reversion}")),
        recipe=recipe_for(dataset, "equipoise.analysis.landmarks.associations_of(dataset)"),
    )


def reversion_courses(dataset: Dataset, reversion: str) -> dict[str, ReversionCourse]:
    """Return each allocated participant's course, by all the data.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    reversion : str
        A declared reversion.

    Returns
    -------
    dict
        Participant to course.
    """
    import polars as pl

    declared = next(each for each in dataset.study.endpoints.reversions if each.id == reversion)
    book = Rulebook(dataset.study)
    labs = dataset.tables["labs"].filter((pl.col("variable") == declared.variable) & pl.col("day").is_not_null())
    negative: dict[str, int] = {}
    for row in labs.iter_rows(named=True):
        value = None if row["masked"] else _quantity(row)
        if value is not None and book.of_sample(declared.positive, declared.variable, value) is Truth.FALSE:
            negative[row["participant"]] = max(row["day"], negative.get(row["participant"], row["day"]))
    rows = dataset.tables["reversions"].filter(pl.col("reversion") == reversion).iter_rows(named=True)
    return {
        row["participant"]: ReversionCourse(row["status"], row["right_day"], negative.get(row["participant"]))
        for row in rows
    }


def _quantity(row: Mapping[str, Any]) -> Quantity | None:
    if row["value"] is None:
        return None
    sign = "" if row["comparator"] == "=" else row["comparator"]
    found = parse_quantity(f"{sign}{row['value']!r}")
    return found if isinstance(found, Quantity) else None


def _landmark(dataset: Dataset, declared: Association, visit: str, courses: Mapping[str, ReversionCourse]) -> Landmark:
    study = dataset.study
    end = study.visits[declared.until]
    window = (end.day - end.before, last_day(study, declared.until))
    samples = _samples(dataset, declared.variable, visit)
    withheld = {
        row["participant"]
        for row in dataset.tables["dispositions"].iter_rows(named=True)
        if row["data_use"] == NO_FURTHER_USE
    }
    allocation = dataset.tables["allocation"]
    arms, points = [], []
    for arm in study.arms:
        members = [who for who, own in zip(allocation["participant"], allocation["arm"], strict=True) if own == arm]
        sampled = [who for who in members if who in samples]
        clear = [who for who in sampled if not courses[who].had_it_by(samples[who]["day"])]
        masked = [who for who in clear if samples[who]["masked"]]
        followed = [who for who in clear if not samples[who]["masked"]]
        points += [_point(who, arm, samples[who], courses[who], window) for who in followed]
        out = sum(who in withheld for who in members)
        arms.append(
            LandmarkArm(
                arm=arm,
                allocated=len(members),
                withheld=out,
                without_value=len(members) - len(sampled) - out,
                earlier=len(sampled) - len(clear),
                masked=len(masked),
                followed=len(followed),
                is_masked=bool(masked) and not followed,
            )
        )
    return _judged(declared, visit, study.visits[visit].day, tuple(arms), tuple(points))


def _samples(dataset: Dataset, variable: str, visit: str) -> dict[str, Mapping[str, Any]]:
    """Return the dated value of each allocated participant at a visit, the first of several."""
    import polars as pl

    known = pl.col("value").is_not_null() & pl.col("day").is_not_null()
    rows = dataset.tables["labs"].filter((pl.col("variable") == variable) & (pl.col("visit") == visit) & known)
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows.sort("day", "seq").iter_rows(named=True):
        found.setdefault(row["participant"], row)
    return found


def _point(
    who: str, arm: str, row: Mapping[str, Any], course: ReversionCourse, window: tuple[int, int]
) -> LandmarkPoint:
    sign = row["comparator"]
    status = course.after(row["day"], *window)
    return LandmarkPoint(who, arm, row["value"], sign in _BELOW, sign in _ABOVE, status)


def _judged(
    declared: Association, visit: str, day: int, arms: tuple[LandmarkArm, ...], points: tuple[LandmarkPoint, ...]
) -> Landmark:
    confidence = float(declared.confidence)
    edges = [-math.inf, *(float(cut) for cut in declared.cuts), math.inf]
    spans = list(pairwise(edges))
    places = [_place(point, spans) for point in points]
    groups = tuple(
        _group(span, [point for point, at in zip(points, places, strict=True) if at == place], confidence)
        for place, span in enumerate(spans)
    )
    known = [point for point in points if point.status != LOST]
    returned = sum(point.status == RETURNED for point in known)
    area = area_low = area_high = p = None
    note = _note(arms, len(points), returned, len(known))
    if not note:
        scores, outcome = _scores(known), [int(point.status == RETURNED) for point in known]
        found = auc(outcome, scores, confidence)
        area, area_low, area_high, p = found.estimate, found.low, found.high, _rank_test(outcome, scores)
    return Landmark(
        visit=visit,
        day=day,
        arms=arms,
        groups=groups,
        ungrouped=places.count(None),
        returned=returned,
        free=len(known) - returned,
        lost=len(points) - len(known),
        area=area,
        area_low=area_low,
        area_high=area_high,
        p=p,
        note=note,
        points=points,
    )


def _note(arms: Sequence[LandmarkArm], followed: int, returned: int, known: int) -> str:
    if not followed:
        return "all_masked" if any(arm.masked for arm in arms) else "nobody"
    if not returned:
        return "no_events"
    return "only_events" if returned == known else ""


def _place(point: LandmarkPoint, spans: Sequence[tuple[float, float]]) -> int | None:
    """Return the group of a value; None for a bound that leaves more than one."""
    low = -math.inf if point.below else point.value
    high = point.value if not point.above else math.inf
    for place, (start, end) in enumerate(spans):
        # "<10" lies below 10, 10 does not.
        if low >= start and (high < end or (point.below and high <= end) or end == math.inf):
            return place
    return None


def _group(span: tuple[float, float], own: Sequence[LandmarkPoint], confidence: float) -> LandmarkGroup:
    returned, free = (sum(point.status == status for point in own) for status in (RETURNED, FREE))
    share = wilson(returned, returned + free, confidence) if returned + free else None
    return LandmarkGroup(
        low=span[0] if math.isfinite(span[0]) else None,
        high=span[1] if math.isfinite(span[1]) else None,
        n=len(own),
        returned=returned,
        free=free,
        lost=len(own) - returned - free,
        share=share.estimate if share else None,
        share_low=share.low if share else None,
        share_high=share.high if share else None,
    )


def _scores(points: Sequence[LandmarkPoint]) -> list[float]:
    """Return the values for ranking: those below a limit are tied as the lowest, those above one as the highest."""
    values = [point.value for point in points]
    lowest, highest = min(values) - 1, max(values) + 1
    return [lowest if point.below else highest if point.above else point.value for point in points]


def _rank_test(outcome: Sequence[int], scores: Sequence[float]) -> float | None:
    from scipy.stats import mannwhitneyu

    if len(set(scores)) == 1:
        return None
    cases = [score for score, came in zip(scores, outcome, strict=True) if came]
    others = [score for score, came in zip(scores, outcome, strict=True) if not came]
    return float(mannwhitneyu(cases, others, alternative="two-sided", method="asymptotic").pvalue)
