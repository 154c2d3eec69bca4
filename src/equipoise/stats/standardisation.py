"""Marginal risks of two arms from a logistic regression (g-computation)."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.stats.logistic import Floats, LogisticFit
from equipoise.stats.results import Difference, LogRatio


@dataclass(frozen=True, slots=True, eq=False)
class MarginalRisks:
    """Risks of the whole sample, had everybody been in one arm.

    Attributes
    ----------
    p1, p0 : float
        Marginal risk in arm 1 and arm 0.
    covariance : numpy.ndarray, shape (2, 2)
        Covariance matrix of ``p1, p0``.
    """

    p1: float
    p0: float
    covariance: Floats

    def difference(self, conf: float = 0.95) -> Difference:
        """Return the marginal risk difference.

        Parameters
        ----------
        conf : float
            Confidence level.

        Returns
        -------
        Difference
            ``p1 - p0`` with its Wald interval and test.
        """
        return Difference.wald(self.p1 - self.p0, self._se(np.array([1.0, -1.0])), conf)

    def ratio(self, conf: float = 0.95) -> LogRatio:
        """Return the marginal risk ratio.

        Parameters
        ----------
        conf : float
            Confidence level.

        Returns
        -------
        LogRatio
            ``p1 / p0``, standard error of the logarithm by the delta method.
        """
        return LogRatio.symmetric(self.p1 / self.p0, self._se(np.array([1 / self.p1, -1 / self.p0])), conf)

    def odds_ratio(self, conf: float = 0.95) -> LogRatio:
        """Return the marginal odds ratio.

        Parameters
        ----------
        conf : float
            Confidence level.

        Returns
        -------
        LogRatio
            Standard error of the logarithm by the delta method.
        """
        odds1, odds0 = self.p1 / (1 - self.p1), self.p0 / (1 - self.p0)
        gradient = np.array([1 / (self.p1 * (1 - self.p1)), -1 / (self.p0 * (1 - self.p0))])
        return LogRatio.symmetric(odds1 / odds0, self._se(gradient), conf)

    def _se(self, gradient: Floats) -> float:
        """Return the standard error of a function of both risks, given its gradient."""
        return math.sqrt(float(gradient @ self.covariance @ gradient))


def marginal_risks(
    fit: LogisticFit, arm: int = 1, variance: Literal["influence", "model", "HC0"] = "influence"
) -> MarginalRisks:
    """Return the marginal risks of both arms, standardised to the covariates of the sample.

    Parameters
    ----------
    fit : LogisticFit
        A model with the arm, 1 or 0, among its covariates and without interactions of it.
    arm : int
        Column of the arm in the design matrix; 0 is the constant.
    variance : {"influence", "model", "HC0"}
        "influence" counts the covariates as random, so it speaks of the population; "model" and "HC0" hold them
        fixed and take the model-based or White's matrix of the coefficients.

    Returns
    -------
    MarginalRisks
        Mean predicted risk with the arm set to 1 and to 0 (FDA 2023, Adjusting for Covariates in Randomized Clinical
        Trials; Ye, Bannick, Yi and Shao 2023, Statistical Theory and Related Fields 7:159-163).

    Raises
    ------
    ValueError
        If the column does not hold the arm, or ``variance`` is unknown.
    """
    if variance not in ("influence", "model", "HC0"):
        raise ValueError(f"the variances are influence, model and HC0; not {variance!r}")
    if not 1 <= arm < fit.x.shape[1] or not np.isin(fit.x[:, arm], (0, 1)).all():
        raise ValueError(f"column {arm} of the design matrix does not hold an arm coded 0 and 1")
    n = len(fit.y)
    risks, gradients = np.empty((2, n)), np.empty((2, len(fit.coef)))
    for row, value in enumerate((1.0, 0.0)):
        x = fit.x.copy()
        x[:, arm] = value
        risks[row] = 0.5 * (1 + np.tanh(x @ fit.coef / 2))
        gradients[row] = (x * (risks[row] * (1 - risks[row]))[:, None]).mean(axis=0)
    means = risks.mean(axis=1)
    if variance == "influence":
        scores = fit.x * (fit.y - fit.fitted)[:, None]
        influence = risks - means[:, None] + n * gradients @ fit.vcov @ scores.T
        covariance = influence @ influence.T / n**2
    else:
        matrix = fit.vcov if variance == "model" else fit.sandwich("HC0")
        covariance = gradients @ matrix @ gradients.T
    return MarginalRisks(float(means[0]), float(means[1]), np.asarray(covariance))
