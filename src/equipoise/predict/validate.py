"""How good the model is: every step repeated inside bootstrap resamples, what they flatter taken off again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.predict.design import Knots, columns, knots_of
from equipoise.predict.impute import Incomplete, complete
from equipoise.stats.penalised_logistic import choose_penalty_many, fit_penalised_many

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

MEASURES = ("auc", "slope", "intercept", "in_the_large", "brier")
# A ratio of a model that is nearly constant can be anything: the middle says more than the mean.
BY_MEDIAN = ("slope", "intercept")
CHUNK = 125
# Log odds that spread less than this (one standard deviation) have no slope: every risk is the same to half a percent.
_FLAT = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """What the resamples gave, a row a resample that could be fitted.

    `own` are the measures in the resample itself, `test` of the same model in the people as they are; both (resamples,
    measures) in the order of `MEASURES`, nan where a model is flat and has no slope. `coef` are the coefficients,
    `risk` (resamples, people) what each model says of everybody. `failed` resamples had no model: one outcome only, or
    knots that fell together.
    """

    own: Floats
    test: Floats
    coef: Floats
    risk: Floats
    penalty: Floats
    failed: int
    flat: int


def resample(
    data: Incomplete,
    wanted: Sequence[int],
    original: tuple[Floats, Floats],
    resamples: int,
    seed: np.random.SeedSequence,
    *,
    progress: Callable[[int], None] | None = None,
) -> Resampled:
    """Repeat imputation, knots, choice of the penalty and fit in bootstrap resamples, and judge each model twice.

    `original` are the completed values and outcomes of everybody, of several imputations: resample b is judged in
    imputation b modulo their number, which is drawn from everybody and knows nothing of the resample. Resampling comes
    first and imputation second (Wahl and others 2016, BMC Med Res Methodol 16:144).
    """
    sizes = [min(CHUNK, resamples - begun) for begun in range(0, resamples, CHUNK)]
    parts, begun = [], 0
    for size, own in zip(sizes, seed.spawn(len(sizes)), strict=True):
        turn = (begun + np.arange(size)) % len(original[0])
        parts.append(_chunk(data, wanted, (original[0][turn], original[1][turn]), np.random.default_rng(own)))
        begun += size
        if progress is not None:
            progress(size)
    return Resampled(
        own=np.concatenate([part.own for part in parts]),
        test=np.concatenate([part.test for part in parts]),
        coef=np.concatenate([part.coef for part in parts]),
        risk=np.concatenate([part.risk for part in parts]),
        penalty=np.concatenate([part.penalty for part in parts]),
        failed=sum(part.failed for part in parts),
        flat=sum(part.flat for part in parts),
    )


def _chunk(
    data: Incomplete, wanted: Sequence[int], original: tuple[Floats, Floats], rng: np.random.Generator
) -> Resampled:
    size, people = original[1].shape
    rows = rng.integers(0, people, (size, people))
    taken = data.take(rows)
    values, outcome = complete(taken, rng)
    everybody = np.broadcast_to(data.arm[0], (size, *data.arm.shape[1:]))
    placed = [knots_of(each, wanted) for each in values]
    mine, all_ = _designs(values, taken.arm, placed), _designs(original[0], everybody, placed)
    usable = np.array([knots is not None for knots in placed]) & (np.ptp(outcome, axis=1) > 0)
    chosen = choose_penalty_many(mine[usable], outcome[usable])
    fitted = chosen.fits.converged
    kept = np.flatnonzero(usable)[fitted]
    coef = chosen.fits.coef[fitted]
    theirs = linear(all_[kept], coef)
    inside = measures(outcome[kept], linear(mine[kept], coef))
    outside = measures(original[1][kept], theirs)
    return Resampled(
        inside,
        outside,
        coef,
        expit(theirs),
        chosen.penalty[fitted],
        failed=int(size - fitted.sum()),
        flat=int(np.isnan(inside[:, 1] + outside[:, 1]).sum()),
    )


def _designs(values: Floats, arm: Floats, placed: Sequence[Knots | None]) -> Floats:
    """Return the columns of each data set, with its own knots."""
    if not any(any(knots) for knots in placed if knots is not None):
        return columns(values, arm, tuple(() for _ in range(values.shape[2])))
    whole = next((knots for knots in placed if knots is not None), None)
    if whole is None:
        return columns(values, arm, tuple(() for _ in range(values.shape[2])))
    made = [columns(values[b], arm[b], knots or whole) for b, knots in enumerate(placed)]
    return np.stack(made)


def linear(design: Floats, coef: Floats) -> Floats:
    """Return the log odds (sets, people) of designs (sets, people, k) under coefficients (sets, k + 1)."""
    return np.asarray(np.matmul(design, coef[:, 1:, None])[..., 0] + coef[:, :1])


def expit(predictor: Floats) -> Floats:
    """Return risks of log odds."""
    return np.asarray(0.5 * (1 + np.tanh(predictor / 2)))


def measures(outcome: Floats, predictor: Floats) -> Floats:
    """Return AUC, calibration slope and intercept, calibration in the large and Brier score, a row a data set.

    Slope and intercept are of a logistic regression on the log odds, calibration in the large of one with the slope
    held at 1 (Van Calster and others 2019, BMC Med 17:230). A model whose log odds do not spread has neither slope nor
    intercept (nan): whoever uses these rows leaves such out and counts them.
    """
    from scipy.stats import rankdata

    cases = outcome.sum(axis=1)
    controls = outcome.shape[1] - cases
    ranks = rankdata(predictor, axis=1)
    auc = ((ranks * outcome).sum(axis=1) - cases * (cases + 1) / 2) / (cases * controls)
    brier = ((expit(predictor) - outcome) ** 2).mean(axis=1)
    free, none = np.zeros((1, 1)), np.zeros((0, 0))
    spread = predictor.std(axis=1)
    # Divided by its spread, so that a model that is nearly constant is no harder to fit.
    scaled = predictor / np.maximum(spread, _FLAT)[:, None]
    calibrated = fit_penalised_many(scaled[:, :, None], outcome, free)
    sound = calibrated.converged & (spread > _FLAT)
    slope = np.where(sound, calibrated.coef[:, 1] / np.maximum(spread, _FLAT), np.nan)
    intercept = np.where(sound, calibrated.coef[:, 0], np.nan)
    nothing = np.zeros((*outcome.shape, 0))
    large = fit_penalised_many(nothing, outcome, none, offset=predictor).coef[:, 0]
    return np.column_stack([auc, slope, intercept, large, brier])
