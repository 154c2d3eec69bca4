"""Markers that are codes, such as a genotype: which codes were seen, and drawing a missing one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.predict.candidates import Column
from equipoise.stats.penalised_logistic import fit_penalised_many, penalty_matrix

Floats = NDArray[np.float64]

# One standard deviation of a column seldom changes the odds of a code by more than e twice over.
_PRIOR = 1.0


def levels_of(column: Column) -> tuple[tuple[str, ...], Floats, Floats]:
    """Return the codes that were seen and the bounds of each person's place among them; no codes for a number."""
    if not column.codes:
        return (), column.low, column.high
    seen = np.unique(column.low[column.known]).astype(int)
    place = np.searchsorted(seen, np.where(column.known, column.low, seen[0])).astype(np.float64)
    low = np.where(column.known, place, 0.0)
    high = np.where(column.known, place, float(len(seen) - 1))
    return tuple(column.codes[code] for code in seen), low, high


def draw_codes(
    given: Floats, missing: NDArray[np.bool_], places: Floats, number: int, rng: np.random.Generator
) -> Floats:
    """Draw the missing places among `number` codes, given columns (sets, people, k), outcome among them.

    Each code is drawn against all later ones by a logistic regression on those of whom it is known, with a weak prior
    and its coefficients drawn first: together these make any distribution over the codes (continuation ratios: Agresti
    2013, Categorical Data Analysis, section 8.3).
    """
    sets, people = places.shape
    found = np.where(missing, number - 1.0, places)
    undecided = np.broadcast_to(missing, places.shape).copy()
    x = np.concatenate([np.ones((sets, people, 1)), given], axis=2)
    for code in range(number - 1):
        weights = np.where(~missing & (places >= code), 1.0, 0.0)
        matrix = penalty_matrix(given, _PRIOR, weights)
        fits = fit_penalised_many(given, (places == code).astype(np.float64), matrix, weights=weights)
        risk = _expit(np.matmul(x, fits.coef[:, :, None])[..., 0])
        information = np.matmul(np.swapaxes(x, 1, 2), (weights * risk * (1 - risk))[:, :, None] * x)
        information[:, 1:, 1:] += matrix
        root = np.linalg.inv(np.linalg.cholesky(information))
        drawn = rng.standard_normal((*fits.coef.shape, 1))
        coef = fits.coef + np.matmul(np.swapaxes(root, 1, 2), drawn)[..., 0]
        here = undecided & (rng.random(places.shape) < _expit(np.matmul(x, coef[:, :, None])[..., 0]))
        found[here] = code
        undecided &= ~here
    return found


def _expit(predictor: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(predictor / 2)))
