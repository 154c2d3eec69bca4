"""From what was fitted to the frozen model: names, units, ranges, performance with its intervals, and the way back."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from equipoise.conduct.declarations import PREDICTION
from equipoise.core.words import LANGUAGES
from equipoise.dataset.declared import hashes_of, is_post_hoc
from equipoise.dataset.model import Dataset
from equipoise.predict.candidates import Column
from equipoise.predict.design import names
from equipoise.predict.fit import Fitted, Prepared, flatness
from equipoise.predict.model import (
    Carried,
    Caution,
    Coefficient,
    Curve,
    Instability,
    Measure,
    Model,
    Origin,
    Performance,
    Predictor,
    Smooth,
)
from equipoise.predict.validate import BY_MEDIAN, MEASURES, expit
from equipoise.stats.calibration import curve
from equipoise.study.model.study import Study
from equipoise.study.words import label, say

Floats = NDArray[np.float64]
_POINTS = 41
# Resamples draw people, and with them the outcome: those measures keep their scatter. The others do not (`_measure`).
_SHIFTED = ("auc", "brier")


def build_model(fitted: Fitted, *, asked_for: bool) -> Model:
    """Return the frozen model; `asked_for` says that it was made exploratory by whoever called for it."""
    prepared = fitted.prepared
    dataset, declared, population = prepared.dataset, prepared.declared, prepared.population
    study = dataset.study
    exploratory = declared.exploratory or (asked_for and not prepared.carries.is_enough)
    why = {each: say(study, each, "prediction", "model", "why_exploratory") for each in LANGUAGES}
    return Model(
        format=1,
        title=_spoken(study, "prediction", "model"),
        endpoint=prepared.outcome.endpoint,
        reading=prepared.outcome.reading,
        target=_target(study, prepared),
        landmark=prepared.landmark.id,
        visit=prepared.landmark.visit,
        visit_label=_spoken(study, "visits", prepared.landmark.visit),
        day=study.visits[prepared.landmark.visit].day,
        arms=prepared.compared,
        reference=prepared.reference,
        arm_label={arm: _spoken(study, "arms", arm) for arm in population.arms},
        people=len(population.people),
        events=prepared.outcome.events,
        undecided=int(prepared.outcome.missing.sum()),
        intercept=float(fitted.coef[0]),
        coefficients=_coefficients(fitted),
        predictors=tuple(_predictor(study, fitted, place) for place in range(len(prepared.columns))),
        penalty=fitted.penalty,
        exploratory=exploratory,
        why_exploratory={each: " ".join(words.split()) for each, words in why.items()} if declared.exploratory else {},
        carried=_carried(prepared),
        performance=_performance(fitted),
        cautions=tuple(Caution(each.code, dict(each.params)) for each in (*prepared.cautions, *flatness(fitted))),
        origin=_origin(dataset, declared.seed, declared.imputations),
    )


def _spoken(study: Study, section: str, identity: str) -> dict[str, str]:
    return {language: " ".join(label(study, section, identity, language).split()) for language in LANGUAGES}


def _target(study: Study, prepared: Prepared) -> dict[str, str]:
    endpoint, reading = prepared.outcome.endpoint, prepared.outcome.reading
    return {
        language: say(study, language, "endpoints", endpoint, "readings", reading)
        or label(study, "endpoints", endpoint, language)
        for language in LANGUAGES
    }


def _carried(prepared: Prepared) -> Carried:
    found = prepared.carries
    sentence = {language: found.sentence(language) for language in LANGUAGES}
    return Carried(found.people, found.parameters, found.carried, found.needed, sentence)


def _coefficients(fitted: Fitted) -> tuple[Coefficient, ...]:
    prepared = fitted.prepared
    terms = [column.variable for column in prepared.columns]
    called = names(terms, prepared.compared, fitted.knots)
    curved = {term for term, knots in zip(terms, fitted.knots, strict=True) if knots}
    ends = _ends(prepared)
    found = []
    for place, name in enumerate(called, start=1):
        low, high = (None, None)
        if name.rstrip("'") not in curved:
            low, high = (float(each) for each in np.quantile(fitted.resampled.coef[:, place], ends))
        found.append(Coefficient(name, float(fitted.coef[place]), low, high))
    return tuple(found)


def _ends(prepared: Prepared) -> tuple[float, float]:
    outside = (1 - float(prepared.declared.confidence)) / 2
    return outside, 1 - outside


def _predictor(study: Study, fitted: Fitted, place: int) -> Predictor:
    column: Column = fitted.prepared.columns[place]
    variable = study.variables[column.variable]
    seen = column.low[column.known]
    drawn = fitted.values[:, ~column.known, place]
    # Half a percent at either end are draws that anything can come of.
    ends = np.quantile(drawn, [0.005, 0.995]) if drawn.size else np.array([seen.min(), seen.max()])

    def back(value: float) -> float:
        return float(10**value) if column.term.scale else float(value)

    return Predictor(
        variable=column.variable,
        kind=column.kind,
        unit=column.unit,
        scale=column.term.scale,
        knots=fitted.knots[place],
        codes=column.codes,
        limit=float(variable.limit) if variable.limit is not None else None,
        low=back(seen.min()),
        high=back(seen.max()),
        drawn_low=back(min(ends[0], seen.min())),
        drawn_high=back(max(ends[1], seen.max())),
        measured=int(column.known.sum()),
        censored=int(column.censored.sum()),
        missing=int(column.missing.sum()),
        label=_spoken(study, "variables", column.variable),
    )


def _performance(fitted: Fitted) -> Performance:
    prepared, resampled = fitted.prepared, fitted.resampled
    ends = _ends(prepared)
    mean = fitted.risk
    distance = np.abs(resampled.risk - mean).mean()
    low, high = np.quantile(resampled.risk, ends, axis=0)
    return Performance(
        measures=tuple(_measure(fitted, place, ends) for place in range(len(MEASURES)) if fitted.has(place)),
        curve=_curve(fitted, ends) if fitted.has(MEASURES.index("slope")) else None,
        smooth=_smooth(fitted),
        instability=Instability(
            prepared.population.people, _numbers(mean), _numbers(low), _numbers(high), float(distance)
        ),
        confidence=float(prepared.declared.confidence),
        resamples=prepared.declared.resamples,
        failed=resampled.failed,
        flat=resampled.flat,
    )


def _measure(fitted: Fitted, place: int, ends: tuple[float, float]) -> Measure:
    """Return a measure without what the resamples flatter (Harrell 1996, Stat Med 15:361), with an interval.

    AUC and Brier score: the percentiles of the resamples' own values, moved by the optimism (Noma and others 2021,
    Stat Med 40:5691). Calibration: in its own resample a model is calibrated by construction, so that there is nothing
    to move; the percentiles are those of the corrected values.
    """
    name = MEASURES[place]
    own, test = fitted.resampled.own[:, place], fitted.resampled.test[:, place]
    usable = np.isfinite(own) & np.isfinite(test)
    own, test = own[usable], test[usable]
    apparent = float(fitted.apparent[place])
    optimism = float(np.median(own - test) if name in BY_MEDIAN else (own - test).mean())
    scatter = own - optimism if name in _SHIFTED else apparent - (own - test)
    low, high = (float(each) for each in np.quantile(scatter, ends))
    corrected = apparent - optimism
    if name in _SHIFTED:
        low, high, corrected = (min(1.0, max(0.0, each)) for each in (low, high, corrected))
    return Measure(name, apparent, optimism, corrected, low, high)


def _curve(fitted: Fitted, ends: tuple[float, float]) -> Curve:
    """Return the logistic calibration curve, ``logit observed = intercept + slope logit risk``, corrected alike."""
    slope, intercept = MEASURES.index("slope"), MEASURES.index("intercept")
    resampled = fitted.resampled
    off = resampled.own - resampled.test
    off = off[np.isfinite(off).all(axis=1)]
    risk = np.linspace(fitted.risk.min(), fitted.risk.max(), _POINTS)
    odds = np.log(risk) - np.log1p(-risk)
    apparent = expit(fitted.apparent[intercept] + fitted.apparent[slope] * odds)
    each = expit(
        (fitted.apparent[intercept] - off[:, intercept])[:, None]
        + (fitted.apparent[slope] - off[:, slope])[:, None] * odds[None, :]
    )
    low, middle, high = np.quantile(each, [ends[0], 0.5, ends[1]], axis=0)
    return Curve(_numbers(risk), _numbers(apparent), _numbers(middle), _numbers(low), _numbers(high))


def _smooth(fitted: Fitted) -> Smooth | None:
    """Return the smooth curve of those whose outcome is known; None where all risks are as good as one."""
    known = ~fitted.prepared.outcome.missing
    risk, outcome = fitted.risk[known], fitted.prepared.outcome.failed[known]
    if len(np.unique(risk)) < _POINTS // 4:
        return None
    found = curve(outcome, risk)
    return Smooth(_numbers(found.risk), _numbers(found.observed), found.ici)


def _numbers(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _origin(dataset: Dataset, seed: int, imputations: int) -> Origin:
    header = dataset.header
    return Origin(
        study=header.study,
        version=header.version,
        content_hash=header.content_hash,
        dataset=dataset.hash,
        origin=header.origin,
        truth=header.truth,
        declaration=hashes_of(dataset.study)[PREDICTION],
        declared=not is_post_hoc(dataset, (PREDICTION,)),
        seed=seed,
        imputations=imputations,
        packages=dict(_packages()),
    )


@cache
def _packages() -> Mapping[str, str]:
    """Return the versions of what calculates."""
    found = {name: version(name) for name in ("equipoise", "numpy", "polars", "scipy")}
    return {**found, "python": platform.python_version()}
