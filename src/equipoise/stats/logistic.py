"""Logistic regression by maximum likelihood."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.normal import chi_squared_tail, critical_value
from equipoise.stats.results import ChiSquaredResult, Interval

Floats = NDArray[np.float64]

_ITERATIONS = 50
# Information in some direction that has fallen below this part of what it was at the start: the likelihood is flat
# there and rises without end. A maximum, however far out, keeps far more.
_FLAT = 1e-8


class SeparationError(ValueError):
    """The likelihood has no maximum: the covariates predict the response without error."""


@dataclass(frozen=True, slots=True, eq=False)
class LogisticFit:
    """A fitted logistic regression.

    Attributes
    ----------
    x : numpy.ndarray, shape (n, k)
        Design matrix, the constant included.
    y : numpy.ndarray, shape (n,)
        Responses, 0 or 1.
    coef : numpy.ndarray, shape (k,)
        Log odds ratios.
    vcov : numpy.ndarray, shape (k, k)
        Inverse of the information.
    fitted : numpy.ndarray, shape (n,)
        Probabilities of response.
    loglik, loglik_null : float
        Log likelihood at the estimate and of the model with a constant alone.
    """

    x: Floats
    y: Floats
    coef: Floats
    vcov: Floats
    fitted: Floats
    loglik: float
    loglik_null: float

    @property
    def se(self) -> Floats:
        """Standard errors of the coefficients."""
        return np.asarray(np.sqrt(np.diag(self.vcov)))

    @property
    def deviance(self) -> float:
        """Minus twice the log likelihood."""
        return -2 * self.loglik

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return self.deviance + 2 * len(self.coef)

    @property
    def bic(self) -> float:
        """Schwarz's criterion."""
        return self.deviance + math.log(len(self.y)) * len(self.coef)

    def sandwich(self, kind: Literal["HC0", "HC3"] = "HC0") -> Floats:
        """Return the heteroskedasticity-consistent covariance matrix.

        Parameters
        ----------
        kind : {"HC0", "HC3"}
            White's matrix, or residuals divided by one minus leverage.

        Returns
        -------
        numpy.ndarray, shape (k, k)
            ``V (sum x x' e^2) V``; White (1980), Econometrica 48:817-838; MacKinnon and White (1985).

        Raises
        ------
        ValueError
            If ``kind`` is unknown.
        """
        if kind not in ("HC0", "HC3"):
            raise ValueError(f"the kinds of sandwich are HC0 and HC3; not {kind!r}")
        residual = self.y - self.fitted
        if kind == "HC3":
            weight = self.fitted * (1 - self.fitted)
            residual = residual / (1 - weight * np.einsum("ni,ij,nj->n", self.x, self.vcov, self.x))
        influence = (self.x * residual[:, None]) @ self.vcov
        return np.asarray(influence.T @ influence)

    def wald_interval(self, index: int, conf: float = 0.95) -> Interval:
        """Return the Wald interval of a coefficient.

        Parameters
        ----------
        index : int
            Column of the design matrix.
        conf : float
            Confidence level.

        Returns
        -------
        Interval
            ``coef -+ z se`` on the log odds scale.
        """
        estimate, half = float(self.coef[index]), critical_value(conf) * float(self.se[index])
        return Interval(estimate, estimate - half, estimate + half)

    def profile_interval(self, index: int, conf: float = 0.95) -> Interval:
        """Return the profile likelihood interval of a coefficient.

        Parameters
        ----------
        index : int
            Column of the design matrix.
        conf : float
            Confidence level.

        Returns
        -------
        Interval
            Where twice the fall of the log likelihood, the others maximised again, is the squared critical value.
        """
        estimate, se = float(self.coef[index]), float(self.se[index])
        fall = critical_value(conf) ** 2 / 2
        low, high = (self._profile_limit(index, fall, sign * se) for sign in (-1, 1))
        return Interval(estimate, low, high)

    def _profile_limit(self, index: int, fall: float, step: float) -> float:
        """Return the limit on the side of ``step``."""
        from scipy.optimize import brentq

        others = np.delete(self.x, index, axis=1)

        def gap(value: float) -> float:
            return self.loglik - fall - _maximise(others, self.y, value * self.x[:, index])[2]

        estimate = float(self.coef[index])
        outer = estimate + 2 * step
        while gap(outer) < 0:
            outer += step
        return float(brentq(gap, estimate, outer, xtol=1e-10))

    def likelihood_ratio_test(self, index: int) -> ChiSquaredResult:
        """Return the likelihood ratio test that a coefficient is 0.

        Parameters
        ----------
        index : int
            Column of the design matrix.

        Returns
        -------
        ChiSquaredResult
            One degree of freedom.
        """
        without = _maximise(np.delete(self.x, index, axis=1), self.y, np.zeros(len(self.y)))[2]
        statistic = max(0.0, 2 * (self.loglik - without))
        return ChiSquaredResult(statistic, 1, chi_squared_tail(statistic, 1))


def fit_logistic(X: ArrayLike, y: ArrayLike) -> LogisticFit:
    """Fit a logistic regression with a constant.

    Parameters
    ----------
    X : array_like, shape (n, p) or (n,)
        Covariates, without a constant.
    y : array_like, shape (n,)
        Responses, 0 or 1.

    Returns
    -------
    LogisticFit
        Maximum likelihood by Newton's method; the constant is the first coefficient.

    Raises
    ------
    SeparationError
        If the covariates predict the response without error, so that a coefficient is infinite.
    ValueError
        If shapes differ, a value is missing, a response is neither 0 nor 1, or the covariates are collinear.
    """
    response, covariates = np.asarray(y, dtype=np.float64), np.asarray(X, dtype=np.float64)
    covariates = covariates[:, None] if covariates.ndim == 1 else covariates
    if response.ndim != 1 or covariates.ndim != 2 or len(covariates) != len(response):
        raise ValueError(f"each response needs its covariates; the shapes are {covariates.shape}, {response.shape}")
    if not np.isin(response, (0, 1)).all():
        raise ValueError("a response is 0 or 1")
    if not np.isfinite(covariates).all():
        raise ValueError("a covariate is missing or infinite; leave such rows out first")
    x = np.column_stack([np.ones(len(response)), covariates])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError("a covariate is constant or a combination of the others")
    none = np.zeros(len(response))
    coef, information, loglik = _maximise(x, response, none)
    null = _maximise(x[:, :1], response, none)[2]
    fitted = _expit(x @ coef)
    return LogisticFit(x, response, coef, np.asarray(np.linalg.inv(information)), fitted, loglik, null)


def _expit(predictor: Floats) -> Floats:
    """Return the inverse logit without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(predictor / 2)))


def _maximise(x: Floats, y: Floats, offset: Floats) -> tuple[Floats, Floats, float]:
    """Return coefficients, information and log likelihood at the maximum, by Newton's method with step halving."""

    def loglik(coef: Floats) -> float:
        predictor = x @ coef + offset
        return float((y * predictor - np.logaddexp(0.0, predictor)).sum())

    coef = np.zeros(x.shape[1])
    here = loglik(coef)
    scale = np.sqrt((x**2).sum(axis=0))
    least = _FLAT * float(np.linalg.eigvalsh(x.T @ x / np.outer(scale, scale))[0])
    for _ in range(_ITERATIONS):
        fitted = _expit(x @ coef + offset)
        score = x.T @ (y - fitted)
        information = (x * (fitted * (1 - fitted))[:, None]).T @ x
        if float(np.linalg.eigvalsh(information / np.outer(scale, scale))[0]) < least:
            break
        step = np.linalg.solve(information, score)
        if float(score @ step) < 1e-22:
            return coef, information, here
        while not loglik(coef + step) >= here - 1e-10 * (1 + abs(here)):
            step = step / 2
        coef = coef + step
        here = loglik(coef)
    raise SeparationError("the covariates predict the response without error: a log odds ratio is infinite")
