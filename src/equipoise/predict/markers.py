"""Each declared candidate marker by itself, adjusted for arm and base model: prognostic, and predictive apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from equipoise.core.problem import Problem, Severity
from equipoise.predict.candidates import Column, Values, few, unusable
from equipoise.predict.design import columns as model_columns
from equipoise.predict.impute import Incomplete, complete
from equipoise.predict.markers_codes import draw_codes, levels_of
from equipoise.predict.markers_correlation import correlations
from equipoise.predict.markers_fit import PENALTY, DeterminedError, Estimated, estimate, joint_test
from equipoise.predict.markers_results import (
    FAMILIES,
    Contrast,
    Effect,
    Marker,
    Markers,
    NotAnalysable,
    WithinArm,
)
from equipoise.stats.false_discovery import benjamini_hochberg
from equipoise.stats.restricted_cubic_spline import default_knots, spline_basis
from equipoise.stats.rubin import PooledTest

if TYPE_CHECKING:
    from equipoise.predict.fit import Prepared

Floats = NDArray[np.float64]

# Each knot asks for this many measured people and this many different values.
_PEOPLE_A_KNOT, _VALUES_A_KNOT = 10, 3
# With nothing to draw all data sets are the same; so many let every test be pooled.
_ALIKE = 6
_SPREADS = ((0.25, 0.75), (0.10, 0.90), (0.05, 0.95), (0.0, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What all markers share: the people, their arm, their outcome, the base model.

    `arm` (people, compared arms) is 1 in the arm of the column, `outcome` (people,) 1 for failure, 0, or nan where it
    is missing. `base` are the columns of the base model on their scales.
    """

    landmark: str
    reference: str
    arms: tuple[str, ...]
    arm: Floats
    outcome: Floats
    base: tuple[Column, ...]
    imputations: int
    seed: int
    rate: float
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class _Completed:
    """A marker with everything else, imputed: `given` are the columns of arm and base model, `values` the marker's."""

    given: Floats
    arm: Floats
    values: Floats
    outcome: Floats
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Terms:
    """A marker's columns in the model (sets, people, k), centred, and the steps along them that are shown."""

    columns: Floats
    knots: tuple[float, ...]
    codes: int
    steps: tuple[tuple[float | str, float | str, Floats], ...]


def study_markers(prepared: Prepared, progress: Callable[[int], None] | None = None) -> Markers:
    """Look at each candidate that the study declares, at the landmark that was prepared.

    A candidate whose values may not be used at the landmark (hidden, or measured later) is listed as not analysable.
    """
    declared = prepared.declared
    setting = Setting(
        landmark=prepared.landmark.id,
        reference=prepared.reference,
        arms=prepared.compared,
        arm=prepared.arm,
        outcome=prepared.outcome.failed,
        base=prepared.columns,
        imputations=declared.imputations,
        seed=declared.seed,
        rate=float(declared.false_discovery_rate),
        confidence=float(declared.confidence),
    )
    values = Values(prepared.dataset, prepared.population)
    found = [(term.variable, values.column(term)) for term in declared.candidates]
    return look_at_markers(setting, found, progress)


def look_at_markers(
    setting: Setting,
    candidates: Sequence[tuple[str, Column | Problem]],
    progress: Callable[[int], None] | None = None,
) -> Markers:
    """Test every marker and estimate what it looks like; false discoveries are held at the rate within each family.

    A candidate is its values, or why it has none; one that cannot be looked at is listed and counts in no family.
    The result of a marker does not depend on the others, but for its adjusted p-value.
    """
    markers: list[Marker] = []
    refused: list[NotAnalysable] = []
    seen: list[Column] = list(setting.base)
    usable: list[Column] = []
    for name, column in candidates:
        found = column if isinstance(column, Problem) else _looked_at(setting, column, seen)
        if isinstance(column, Column) and not column.missing.all():
            usable.append(column)
        if isinstance(found, Problem):
            refused.append(NotAnalysable(name, found))
        else:
            markers.append(found)
            seen += [] if isinstance(column, Problem) else [column]
        if progress is not None:
            progress(1)
    return Markers(
        landmark=setting.landmark,
        people=len(setting.outcome),
        events=int(np.nansum(setting.outcome)),
        missing_outcomes=int(np.isnan(setting.outcome).sum()),
        reference=setting.reference,
        arms=setting.arms,
        base=tuple(column.variable for column in setting.base),
        imputations=setting.imputations,
        seed=setting.seed,
        rate=setting.rate,
        confidence=setting.confidence,
        penalty=PENALTY,
        markers=_adjusted(markers, setting.rate),
        not_analysable=tuple(refused),
        correlations=correlations(usable),
    )


def _adjusted(markers: Sequence[Marker], rate: float) -> tuple[Marker, ...]:
    """Return the markers with p-values adjusted within each family."""
    found = list(markers)
    for family in FAMILIES:
        places = [place for place, marker in enumerate(found) if getattr(marker, family) is not None]
        adjusted = benjamini_hochberg([getattr(found[place], family).p for place in places])
        for place, q in zip(places, adjusted, strict=True):
            effect = replace(getattr(found[place], family), q=float(q), discovered=bool(q <= rate))
            found[place] = replace(found[place], **{family: effect})
    return tuple(found)


def _looked_at(setting: Setting, column: Column, others: Sequence[Column]) -> Marker | Problem:
    """Return what a marker shows, or why it cannot be looked at."""
    problem = next(unusable(column), None) or few(column) or _twin(column, others)
    if problem is not None:
        return problem
    done = _completed(setting, column)
    knots = _knots(column, done.values)
    while True:
        terms = _terms(column, done, knots)
        try:
            test = joint_test(done.given, terms.columns, done.outcome)
            break
        except DeterminedError:
            if not knots:
                return Problem("predict.marker-determined", {"variable": column.variable})
            knots = ()
    return _marker(setting, column, done, terms, test)


def _marker(setting: Setting, column: Column, done: _Completed, terms: _Terms, test: PooledTest) -> Marker:
    """Return a marker's row: its test, what it looks like, its curve and its interaction."""
    fitted = estimate(np.concatenate([done.given, terms.columns], axis=2), done.outcome, terms.codes)
    contrasts = tuple(
        Contrast(start, end, *_ratio(fitted, step, (1,), setting.confidence)) for start, end, step in terms.steps
    )
    nonlinear = None
    if terms.knots:
        straight = np.concatenate([done.given, terms.columns[:, :, :1]], axis=2)
        nonlinear = joint_test(straight, terms.columns[:, :, 1:], done.outcome).p
    parameters = done.given.shape[2] + terms.columns.shape[2]
    predictive, within = _interaction(setting, column, done, terms)
    return Marker(
        variable=column.variable,
        kind=column.kind,
        unit=column.unit,
        scale=column.term.scale,
        measured=int(column.known.sum()),
        censored=int(column.censored.sum()),
        missing=int(column.missing.sum()),
        declared_knots=column.term.knots,
        knots=tuple(_shown(column, knot) for knot in terms.knots),
        parameters=parameters,
        events_per_parameter=float(np.nansum(setting.outcome)) / parameters,
        prognostic=_effect(test, contrasts),
        nonlinear=nonlinear,
        predictive=None if isinstance(predictive, Problem) else predictive,
        why_not_predictive=predictive if isinstance(predictive, Problem) else None,
        within=within,
    )


def _interaction(
    setting: Setting, column: Column, done: _Completed, terms: _Terms
) -> tuple[Effect | Problem, tuple[WithinArm, ...]]:
    """Return the interaction with the arm and the marker's odds ratio in each arm, or why there is none."""
    given = np.concatenate([done.given, terms.columns], axis=2)
    crossed = [done.arm[:, :, [place]] * terms.columns for place in range(len(setting.arms))]
    try:
        test = joint_test(given, np.concatenate(crossed, axis=2), done.outcome)
    except DeterminedError:
        return Problem("predict.no-interaction", {"variable": column.variable}, severity=Severity.NOTE), ()
    fitted = estimate(np.concatenate([given, *crossed], axis=2), done.outcome, terms.codes * (1 + len(crossed)))
    each = np.eye(len(setting.arms))
    contrasts: list[Contrast] = []
    within: list[WithinArm] = []
    for start, end, step in terms.steps:
        plain = _ratio(fitted, step, (1.0, *(0.0 * each[0])), setting.confidence)
        within.append(WithinArm(setting.reference, start, end, *plain))
        for arm, mine in zip(setting.arms, each, strict=True):
            apart = _ratio(fitted, step, (0.0, *mine), setting.confidence)
            contrasts.append(Contrast(start, end, *apart, arm))
            within.append(WithinArm(arm, start, end, *_ratio(fitted, step, (1.0, *mine), setting.confidence)))
    return _effect(test, tuple(contrasts)), tuple(within)


def _ratio(fitted: Estimated, step: Floats, parts: Sequence[float], conf: float) -> tuple[float, float, float]:
    """Return the odds ratio of a step, with its limits.

    `parts` say how often the marker's own coefficients count, then those of its interaction with each arm.
    """
    along = np.concatenate([part * step for part in parts])
    pooled = fitted.along(np.concatenate([np.zeros(fitted.coef.shape[1] - 1 - len(along)), along]), conf)
    return float(np.exp(pooled.estimate)), float(np.exp(pooled.low)), float(np.exp(pooled.high))


def _effect(test: PooledTest, contrasts: tuple[Contrast, ...]) -> Effect:
    """Return an effect that is not yet adjusted for its family."""
    return Effect(test.statistic, float(test.df1), float(test.df2), test.p, 1.0, discovered=False, contrasts=contrasts)


def _twin(column: Column, others: Sequence[Column]) -> Problem | None:
    """Say that a marker repeats another that was looked at, or one of the base model."""
    for other in others:
        both = column.known & other.known
        a, b = column.low[both], other.low[both]
        if both.sum() > 2 and np.ptp(a) > 0 and np.ptp(b) > 0 and abs(np.corrcoef(a, b)[0, 1]) > 1 - 1e-9:
            return Problem("predict.identical", {"one": column.variable, "other": other.variable})
    return None


def _completed(setting: Setting, column: Column) -> _Completed:
    """Impute a marker, the base model and the outcome together: what is below a limit is drawn from below it."""
    levels, low, high = levels_of(column)
    data = Incomplete(
        low=np.column_stack([*(each.low for each in setting.base), low])[None],
        high=np.column_stack([*(each.high for each in setting.base), high])[None],
        arm=setting.arm[None],
        outcome=setting.outcome[None],
        binary=(*(len(each.codes) == 2 for each in setting.base), len(levels) == 2),
    )
    whole = bool((data.low == data.high).all()) and not np.isnan(setting.outcome).any()
    sets = _ALIKE if whole else setting.imputations
    rng = np.random.default_rng([setting.seed, *column.variable.encode()])
    values, outcome = complete(data.repeated(sets), rng)
    arm = np.broadcast_to(setting.arm, (sets, *setting.arm.shape))
    base = values[:, :, :-1]
    placed = tuple(
        _knots(each, base[:, :, place]) if each.term.knots else () for place, each in enumerate(setting.base)
    )
    given, mine = model_columns(base, arm, placed), values[:, :, -1]
    if len(levels) > 2:
        mine = draw_codes(np.concatenate([given, outcome[:, :, None]], axis=2), column.missing, mine, len(levels), rng)
    return _Completed(given, arm, mine, outcome, levels)


def _knots(column: Column, values: Floats) -> tuple[float, ...]:
    """Return as many knots as are declared and the data carry: the mean over the data sets; none for a line."""
    different = len(np.unique(column.low[column.known]))
    room = min(different // _VALUES_A_KNOT, int((~column.missing).sum()) // _PEOPLE_A_KNOT)
    for number in range(min(column.term.knots, room), 2, -1):
        try:
            placed = np.mean([default_knots(part, number) for part in values], axis=0)
        except ValueError:
            continue
        return tuple(float(knot) for knot in placed)
    return ()


def _terms(column: Column, done: _Completed, knots: tuple[float, ...]) -> _Terms:
    """Return a marker's columns and the steps shown: between quartiles, or from the first code to each other."""
    values, levels = done.values, done.levels
    if levels:
        made = np.stack([values == place for place in range(1, len(levels))], axis=-1).astype(np.float64)
        steps = tuple((levels[0], level, np.eye(len(levels) - 1)[place]) for place, level in enumerate(levels[1:]))
        return _Terms(_centred(made), (), len(steps), steps)

    def along(points: Floats) -> Floats:
        if not knots:
            return points[..., None]
        return spline_basis(points.reshape(-1), knots).reshape(*points.shape, len(knots) - 1)

    for spread in _SPREADS:
        start, end = (float(np.quantile(values, share, axis=1).mean()) for share in spread)
        if end > start:
            break
    low, high = along(np.array([start, end]))
    return _Terms(_centred(along(values)), knots, 0, ((_shown(column, start), _shown(column, end), high - low),))


def _centred(made: Floats) -> Floats:
    """Return columns around their means, so that the arm's coefficient is that of an average person."""
    return np.asarray(made - made.mean(axis=1, keepdims=True))


def _shown(column: Column, value: float) -> float:
    """Return a value in the unit of its variable."""
    return float(10.0**value) if column.term.scale else value
