"""Logistic regression that always has a posterior: a binary outcome is imputed from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.logistic import Floats

_ITERATIONS = 100
_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """The normal approximation to the posterior of the coefficients.

    Attributes
    ----------
    coef : numpy.ndarray, shape (k,)
        Log odds ratios, the constant first.
    vcov : numpy.ndarray, shape (k, k)
        Inverse of the information.
    """

    coef: Floats
    vcov: Floats

    def impute(self, X: ArrayLike, normal: ArrayLike, uniform: ArrayLike) -> NDArray[np.bool_]:
        """Return imputed responses: for each draw new coefficients, then a response of each person from them.

        Parameters
        ----------
        X : array_like, shape (n, k - 1)
            Covariates of those without a response, without a constant.
        normal : array_like, shape (m, k)
            Standard normal deviates, a row a draw.
        uniform : array_like, shape (m, n)
            Uniform deviates, a row a draw.

        Returns
        -------
        numpy.ndarray, shape (m, n)
            True for a response. With proper draws of the coefficients the imputation is proper: Rubin (1987),
            Multiple Imputation for Nonresponse in Surveys, pages 169-170.
        """
        x = np.asarray(X, dtype=np.float64).reshape(-1, len(self.coef) - 1)
        design = np.column_stack([np.ones(len(x)), x])
        coef = self.coef + np.asarray(normal) @ np.linalg.cholesky(self.vcov).T
        return np.asarray(np.asarray(uniform) <= _expit(coef @ design.T))


def augmented_posterior(X: ArrayLike, y: ArrayLike, of_all: ArrayLike | None = None) -> Posterior:
    """Fit a logistic regression to the data and a few weighted pseudo-observations, which keep it off infinity.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Covariates of those with a response, without a constant.
    y : array_like, shape (n,)
        Responses, 0 or 1.
    of_all : array_like, shape (N, p), optional
        Covariates of those without a response as well, which give the pseudo-observations their places; ``X`` if left
        out.

    Returns
    -------
    Posterior
        For each covariate and each response two pseudo-observations, half a standard deviation above and below the
        covariate's mean (but within its range), the other covariates at their means; together they weigh ``p + 1``
        people. White, Daniel and Royston (2010), Computational Statistics and Data Analysis 54:2267-2275.

    Raises
    ------
    ValueError
        If shapes differ, there is no covariate, a response is neither 0 nor 1, or a value is missing.
    """
    x, response = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    everybody = x if of_all is None else np.asarray(of_all, dtype=np.float64)
    if x.ndim != 2 or response.shape != x.shape[:1] or everybody.ndim != 2 or everybody.shape[1:] != x.shape[1:]:
        raise ValueError(f"each response needs its covariates; the shapes are {x.shape}, {response.shape}")
    if x.shape[1] < 1 or len(everybody) < 2:
        raise ValueError("an augmented regression needs a covariate and two people or more")
    if not np.isin(response, (0, 1)).all():
        raise ValueError("a response is 0 or 1")
    if not (np.isfinite(x).all() and np.isfinite(everybody).all()):
        raise ValueError("a covariate is missing or infinite")
    places, responses, weight = _pseudo_observations(everybody)
    design = np.column_stack([np.ones(len(x) + len(places)), np.vstack([x, places])])
    weights = np.concatenate([np.ones(len(x)), np.full(len(places), weight)])
    return _fit(design, np.concatenate([response, responses]), weights)


def _pseudo_observations(everybody: Floats) -> tuple[Floats, Floats, float]:
    p = everybody.shape[1]
    mean, sd = everybody.mean(axis=0), everybody.std(axis=0, ddof=1)
    places = np.tile(mean, (4 * p, 1))
    for row in range(4 * p):
        column = row // 4
        places[row, column] += (0.5 if row % 2 == 0 else -0.5) * sd[column]
    places = np.clip(places, everybody.min(axis=0), everybody.max(axis=0))
    return places, np.tile([0.0, 0.0, 1.0, 1.0], p), (p + 1) / (4 * p)


def _fit(x: Floats, y: Floats, weights: Floats) -> Posterior:
    """Return the maximum of the weighted likelihood by Newton's method with step halving.

    Covariates are scaled first, so that a titre of 1,000 beside a dummy costs no digits.
    """
    scale = np.sqrt((x**2).mean(axis=0))
    design = x / scale

    def loglik(coef: Floats) -> float:
        predictor = design @ coef
        return float((weights * (y * predictor - np.logaddexp(0.0, predictor))).sum())

    coef = np.zeros(x.shape[1])
    here = loglik(coef)
    for _ in range(_ITERATIONS):
        fitted = _expit(design @ coef)
        information = (design * (weights * fitted * (1 - fitted))[:, None]).T @ design
        score = design.T @ (weights * (y - fitted))
        step = np.linalg.solve(information, score)
        if float(score @ step) < _TOLERANCE**2:
            vcov = np.linalg.inv(information) / np.outer(scale, scale)
            return Posterior(coef / scale, np.asarray((vcov + vcov.T) / 2))
        while not loglik(coef + step) >= here - 1e-10 * (1 + abs(here)):
            step = step / 2
        coef = coef + step
        here = loglik(coef)
    raise AssertionError("an augmented likelihood has a maximum, which Newton's method finds")


def _expit(predictor: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(predictor / 2)))
