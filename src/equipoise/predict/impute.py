"""Completed data sets: what is missing or known as a bound is drawn from its distribution given all the rest.

Many data sets are completed at once, each by itself: a bootstrap resample is completed from its own people alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.penalised_logistic import fit_penalised_many, penalty_matrix

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

SWEEPS = 10
# A normal prior with this many times the variance's inverse: one standard deviation of a predictor seldom changes the
# odds by more than e twice over, and separation cannot send a coefficient to infinity.
_PRIOR = 1.0
_RIDGE = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Incomplete:
    """Data sets to be completed.

    `low` and `high` (sets, people, terms) bound each value, `arm` (sets, people, arms - 1) is known, `outcome` (sets,
    people) is nan where it is missing; `binary` says which terms are yes or no.
    """

    low: Floats
    high: Floats
    arm: Floats
    outcome: Floats
    binary: tuple[bool, ...]

    def take(self, rows: NDArray[np.intp]) -> Incomplete:
        """Return data sets made of these people (sets, people) of the first one."""
        return Incomplete(self.low[0][rows], self.high[0][rows], self.arm[0][rows], self.outcome[0][rows], self.binary)

    def repeated(self, times: int) -> Incomplete:
        """Return the first data set this many times."""
        people = np.arange(self.outcome.shape[1])
        return self.take(np.broadcast_to(people, (times, len(people))))


def complete(data: Incomplete, rng: np.random.Generator, sweeps: int = SWEEPS) -> tuple[Floats, Floats]:
    """Complete every data set: values (sets, people, terms) and outcomes (sets, people).

    Chained equations (van Buuren 2018, Flexible Imputation of Missing Data, chapter 4): in each sweep every incomplete
    variable is drawn given the others and the outcome. A number comes from a normal regression whose coefficients and
    variance are drawn first, cut to its bounds (data augmentation: Tanner and Wong 1987, JASA 82:528), a yes or no and
    the outcome from a logistic one with a weak prior.
    """
    values, outcome = _started(data, rng)
    known = data.low == data.high
    incomplete = [term for term in range(values.shape[2]) if not known[:, :, term].all()]
    lacks = np.isnan(data.outcome)
    if not incomplete and not lacks.any():
        return values, outcome
    starts: dict[int, Floats] = {}
    for _ in range(sweeps):
        for term in incomplete:
            others = np.concatenate([np.delete(values, term, axis=2), data.arm, outcome[:, :, None]], axis=2)
            if data.binary[term]:
                drawn, starts[term] = _draw_binary(others, values[:, :, term], known[:, :, term], rng, starts.get(term))
            else:
                low, high = data.low[:, :, term], data.high[:, :, term]
                drawn = _draw_number(others, values[:, :, term], low, high, rng)
            values[:, :, term] = np.where(known[:, :, term], values[:, :, term], drawn)
        if lacks.any():
            others = np.concatenate([values, data.arm], axis=2)
            drawn, starts[-1] = _draw_binary(others, outcome, ~lacks, rng, starts.get(-1))
            outcome = np.where(lacks, drawn, outcome)
    return values, outcome


def _started(data: Incomplete, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return a first guess: of a number a draw from its distribution within its bounds, else a value of somebody else.

    Where most lie below a limit, a start at the limit itself is still felt after some twenty sweeps.
    """
    known = data.low == data.high
    values = np.where(known, data.low, 0.0)
    for place in np.flatnonzero(~known.all(axis=(0, 1))):
        low, high, mine = data.low[:, :, place], data.high[:, :, place], known[:, :, place]
        if data.binary[place]:
            drawn = _somebody(low, mine, rng)
        else:
            drawn = _cut_normal(*_distribution(low, high, mine), low, high, rng)
        values[:, :, place] = np.where(mine, low, drawn)
    lacks = np.isnan(data.outcome)
    return values, np.where(lacks, _somebody(data.outcome, ~lacks, rng), data.outcome)


def _distribution(low: Floats, high: Floats, known: Booleans) -> tuple[Floats, Floats]:
    """Return mean and standard deviation (sets, 1) of the normal distribution that a number seems to have.

    With c the highest limit, m the mean of what lies above it and p the share below: a normal distribution of which
    p lies below c has its c at ``mean + sd z`` with ``z = ndtri(p)``, and above c the mean ``mean + sd f(z)/(1 - p)``
    (Cohen 1959, Technometrics 1:217, from the share and the first moment). A value above a limit counts as the limit.
    """
    from scipy.special import ndtri

    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    plain = np.where(known, low, 0.0).sum(axis=1, keepdims=True) / count
    spread = np.sqrt((np.where(known, low - plain, 0.0) ** 2).sum(axis=1, keepdims=True) / count)
    below = ~known & np.isfinite(high)
    beyond = ~known & ~below & (low > plain)
    limit = np.where(below, high, -np.inf).max(axis=1, keepdims=True)
    above = (known | beyond) & (low >= limit)
    under = below | (known & (low < limit))
    number = above.sum(axis=1, keepdims=True)
    share = under.sum(axis=1, keepdims=True) / np.maximum(under.sum(axis=1, keepdims=True) + number, 1)
    usable = (number > 1) & (share > 0)
    z = ndtri(np.where(usable, share, 0.5))
    tail = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) / np.where(usable, 1 - share, 1.0)
    from_limit = np.where(usable, limit, 0.0)
    mean_above = np.where(above, low, 0.0).sum(axis=1, keepdims=True) / np.maximum(number, 1)
    sd = (mean_above - from_limit) / (tail - z)
    found = np.where(usable, from_limit - sd * z, plain), np.where(usable, sd, spread)
    return found[0], np.maximum(found[1], 1e-12)


def _somebody(values: Floats, known: Booleans, rng: np.random.Generator) -> Floats:
    """Return for each place a known value of the same data set, drawn at random; 0 where nothing is known."""
    order = np.argsort(~known, axis=1, kind="stable")  # the known ones come first
    count = known.sum(axis=1)
    pick = (rng.random(values.shape) * np.maximum(count, 1)[:, None]).astype(np.intp)
    found = np.take_along_axis(values, np.take_along_axis(order, pick, axis=1), axis=1)
    return np.where((count > 0)[:, None], found, 0.0)


def _draw_number(others: Floats, response: Floats, low: Floats, high: Floats, rng: np.random.Generator) -> Floats:
    """Draw numbers given the others from a normal regression, cut to their bounds."""
    sets, people = response.shape
    x = np.concatenate([np.ones((sets, people, 1)), others], axis=2)
    across = np.swapaxes(x, 1, 2)
    gram = np.matmul(across, x)
    # A constant column in a resample must not stop the sweep.
    gram += (_RIDGE * np.einsum("bii->bi", gram) + _RIDGE)[:, :, None] * np.eye(x.shape[2])
    coef = np.linalg.solve(gram, np.matmul(across, response[:, :, None]))[..., 0]
    residual = response - np.matmul(x, coef[:, :, None])[..., 0]
    df = max(1, people - x.shape[2])
    sigma = np.sqrt((residual**2).sum(axis=1) / rng.chisquare(df, size=sets))
    root = np.linalg.inv(np.linalg.cholesky(gram))
    coef = coef + sigma[:, None] * np.matmul(np.swapaxes(root, 1, 2), rng.standard_normal((*coef.shape, 1)))[..., 0]
    mean = np.matmul(x, coef[:, :, None])[..., 0]
    return _cut_normal(mean, np.maximum(sigma, 1e-12)[:, None], low, high, rng)


def _cut_normal(mean: Floats, sigma: Floats, low: Floats, high: Floats, rng: np.random.Generator) -> Floats:
    """Draw from normal distributions cut to their bounds, by the inverse of the distribution."""
    from scipy.special import ndtr, ndtri

    a, b = (low - mean) / sigma, (high - mean) / sigma
    # In the upper tail the distribution function is 1 to the last digit: there the other tail is used.
    upper = a > 0
    a, b = np.where(upper, -b, a), np.where(upper, -a, b)
    share = rng.random(mean.shape)
    below, above = ndtr(a), ndtr(b)
    drawn = ndtri(np.clip(below + share * (above - below), 1e-300, 1 - 1e-16))
    return np.asarray(np.clip(mean + sigma * np.where(upper, -drawn, drawn), low, high))


def _draw_binary(
    others: Floats,
    response: Floats,
    known: Booleans,
    rng: np.random.Generator,
    start: Floats | None,
) -> tuple[Floats, Floats]:
    """Draw a 0 or 1 given the others from a logistic regression on those of whom it is known; also its coefficients."""
    weights = known.astype(np.float64)
    matrix = penalty_matrix(others, _PRIOR, weights)
    fits = fit_penalised_many(others, response, matrix, weights=weights, start=start)
    x = np.concatenate([np.ones((*others.shape[:2], 1)), others], axis=2)
    risk = _expit(np.matmul(x, fits.coef[:, :, None])[..., 0])
    spread = weights * risk * (1 - risk)
    information = np.matmul(np.swapaxes(x, 1, 2) * spread[:, None, :], x)
    information[:, 1:, 1:] += matrix
    information += _RIDGE * np.eye(x.shape[2])
    root = np.linalg.inv(np.linalg.cholesky(information))
    coef = fits.coef + np.matmul(np.swapaxes(root, 1, 2), rng.standard_normal((*fits.coef.shape, 1)))[..., 0]
    risk = _expit(np.matmul(x, coef[:, :, None])[..., 0])
    return np.asarray(rng.random(risk.shape) < risk, dtype=np.float64), fits.coef


def _expit(predictor: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(predictor / 2)))
