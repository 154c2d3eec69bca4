"""Tests and estimates of one marker in many completed data sets, pooled by Rubin's rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.penalised_logistic import fit_penalised_many, penalty_matrix
from equipoise.stats.rubin import Pooled, PooledTest, combined_wald_test, pool_scalar, wald_test

Floats = NDArray[np.float64]

# A normal prior of standard deviation 1.4 for the log odds ratio of one standard deviation: estimates of markers with
# few failures stay finite, and with many it hardly counts. The tests do not rest on it (see `joint_test`).
PENALTY = 0.5
# A code is shrunk as if half of the people had it, a prior of standard deviation 2.8 for its log odds ratio: by its own
# variance a rare one would hardly be shrunk at all.
_CODE_VARIANCE = 0.25
# What is left of a column's variance once the others are known, below which it says nothing of its own.
_OWN = 1e-6
_LIFT = 1e-10
_SMALLEST = 1e-290


class DeterminedError(ValueError):
    """The columns that are tested say nothing that the others do not say already."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimated:
    """Coefficients of every completed data set (sets, 1 + columns), the constant first, with their covariances."""

    coef: Floats
    vcov: Floats
    df: float

    def along(self, direction: Floats, conf: float) -> Pooled:
        """Return the pooled estimate of the sum of the coefficients weighted by `direction` (columns,)."""
        variances = np.einsum("i,mij,j->m", direction, self.vcov[:, 1:, 1:], direction)
        return pool_scalar(self.coef[:, 1:] @ direction, variances, self.df, conf)


def joint_test(given: Floats, tested: Floats, outcome: Floats) -> PooledTest:
    """Test that columns have no effect, given others.

    `given` (sets, people, p) and `tested` (sets, people, k) are columns without the constant, `outcome` (sets, people)
    is 0 or 1. In each data set it is the score test with the efficient score U2 - I21 I11^-1 U1 (Neyman 1959), which
    needs only a consistent fit of the other columns, hence the penalised one: it holds where few fail and where
    maximum likelihood runs away; its tail is tamed (`_tamed`). Its one-step estimate V^-1 U with variance V^-1 is
    pooled as D1 (`stats.rubin`), or as a t test where one coefficient is tested. Raises DeterminedError where the
    tested columns follow from the others.
    """
    sets, people, number = tested.shape
    fits = fit_penalised_many(given, outcome, penalty_matrix(given, PENALTY))
    x = np.concatenate([np.ones((sets, people, 1)), given], axis=2)
    risk = _expit(np.matmul(x, fits.coef[:, :, None])[..., 0])
    weight, residual = (risk * (1 - risk))[:, :, None], (outcome - risk)[:, :, None]
    across = np.swapaxes(x, 1, 2)
    inner = np.matmul(across, weight * x)
    inner += _LIFT * np.einsum("bii->bi", inner)[:, :, None] * np.eye(x.shape[2])
    # What the other columns leave of the tested ones: the score of the outcome along it is the efficient one.
    left = tested - np.matmul(x, np.linalg.solve(inner, np.matmul(across, weight * tested)))
    own = np.swapaxes(left, 1, 2)
    information = np.matmul(own, weight * left)
    centred = tested - (weight * tested).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)
    _refuse_determined(information, (weight * centred**2).sum(axis=1))
    covariance = np.linalg.inv(information)
    covariance = (covariance + np.swapaxes(covariance, 1, 2)) / 2
    estimates = np.matmul(covariance, np.matmul(own, residual))[..., 0]
    leverage = np.einsum("bni,bij,bnj->bn", left, covariance, left)
    estimates = estimates * _tamed(estimates, information, leverage, weight[:, :, 0])[:, None]
    return _pooled_test(estimates, covariance, people - x.shape[2] - number)


def _tamed(estimates: Floats, information: Floats, leverage: Floats, variance: Floats) -> Floats:
    """Return the factors that give the score statistics the tail of a chi-squared variable.

    With few failures and a skewed marker a single person can make the statistic: its variance is not 2 k but
    ``2 k + sum v (1 - 6 v) h^2``, v being the variance of each response and h its leverage (the fourth cumulant of a
    0-or-1 variable). Where that is larger, the p-value is that of a scaled chi-squared variable with the same mean and
    variance (Satterthwaite 1946), and the statistic is shrunk to the one that has it.
    """
    from scipy.special import gammaincc, gammainccinv

    number = estimates.shape[1]
    statistic = np.einsum("bi,bij,bj->b", estimates, information, estimates)
    spread = 2 * number + np.maximum((variance * (1 - 6 * variance) * leverage**2).sum(axis=1), 0.0)
    scale, df = spread / (2 * number), 2 * number**2 / spread
    tail = gammaincc(df / 2, statistic / (2 * scale))
    # A tail too small for a number is left at what the scale alone gives.
    shrunk = np.where(tail > _SMALLEST, 2 * gammainccinv(number / 2, np.maximum(tail, _SMALLEST)), statistic / scale)
    return np.asarray(np.sqrt(np.where(statistic > 0, shrunk / np.where(statistic > 0, statistic, 1.0), 1.0)))


def estimate(design: Floats, outcome: Floats, codes: int) -> Estimated:
    """Fit the penalised model of one marker to every completed data set (sets, people, columns).

    The last `codes` columns are those of codes.
    """
    sets, people, number = design.shape
    matrix = penalty_matrix(design, PENALTY)
    last = np.arange(number - codes, number)
    matrix[:, last, last] = PENALTY * _CODE_VARIANCE
    fits = fit_penalised_many(design, outcome, matrix)
    x = np.concatenate([np.ones((sets, people, 1)), design], axis=2)
    risk = _expit(np.matmul(x, fits.coef[:, :, None])[..., 0])
    information = np.matmul(np.swapaxes(x, 1, 2), (risk * (1 - risk))[:, :, None] * x)
    information[:, 1:, 1:] += matrix
    return Estimated(fits.coef, np.linalg.inv(information), max(1, people - number - 1))


def _refuse_determined(information: Floats, variance: Floats) -> None:
    """Refuse columns that keep next to nothing of their variance, alone or together."""
    scale = np.sqrt(np.maximum(variance, 1e-300))
    shares = np.linalg.eigvalsh(information / (scale[:, :, None] * scale[:, None, :]))
    if not (shares[:, 0] > _OWN).all():
        raise DeterminedError("the tested columns follow from the others")


def _pooled_test(estimates: Floats, covariances: Floats, spare: int) -> PooledTest:
    """Pool the tests: t of one coefficient, D1 of several, D2 where the data sets are too few for D1."""
    sets, number = estimates.shape
    df = float(max(1, spare))
    if number == 1:
        pooled = pool_scalar(estimates[:, 0], covariances[:, 0, 0], df)
        return PooledTest(pooled.t**2, 1, pooled.df, pooled.p, pooled.increase)
    if number * (sets - 1) > 4:
        return wald_test(estimates, covariances, df)
    return combined_wald_test(estimates, covariances)


def _expit(predictor: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(predictor / 2)))
