"""The partial likelihood of a Cox model with its first two derivatives."""

from dataclasses import dataclass

import numpy as np

from equipoise.stats.cox_data import CoxData, Floats
from equipoise.stats.cox_risk_sets import risk_set_steps


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """The log partial likelihood at some coefficients.

    Attributes
    ----------
    value : float
        Log partial likelihood.
    score : numpy.ndarray, shape (p,)
        Its gradient.
    information : numpy.ndarray, shape (p, p)
        Minus its matrix of second derivatives.
    """

    value: float
    score: Floats
    information: Floats


def partial_likelihood(data: CoxData, coef: Floats, ties: str) -> Likelihood:
    """Return the partial likelihood.

    Parameters
    ----------
    data : CoxData
        The rows.
    coef : numpy.ndarray, shape (p,)
        Coefficients.
    ties : {"efron", "breslow", "exact"}
        Efron (1977), JASA 72:557-565; Breslow (1974), Biometrics 30:89-99; or the exact conditional likelihood of
        discrete times (Cox 1972, JRSS B 34:187-220, section 6), as in conditional logistic regression.

    Returns
    -------
    Likelihood
        Value and derivatives, summed over strata.
    """
    if ties == "exact":
        return _exact(data, coef)
    value = float((data.x[data.event] @ coef).sum())
    score = data.x[data.event].sum(axis=0)
    information = np.zeros((len(coef), len(coef)))
    for steps in risk_set_steps(data, coef, ties):
        value -= float(np.log(steps.total).sum()) + steps.shift * len(steps.total)
        score = score - steps.mean.sum(axis=0)
        information += steps.scatter
    return Likelihood(value, score, information)


def _exact(data: CoxData, coef: Floats) -> Likelihood:
    """Return the exact likelihood: each tied set of deaths among all sets of its size."""
    predictor = data.x @ coef
    value, score, information = 0.0, np.zeros(len(coef)), np.zeros((len(coef), len(coef)))
    for rows in data.strata:
        stop, start, event = data.stop[rows], data.start[rows], data.event[rows]
        for time in np.unique(stop[event]):
            risk = rows[(start < time) & (stop >= time)]
            dead = rows[event & (stop == time)]
            log_sum, mean, covariance = _subsets(data.x[risk], predictor[risk], len(dead))
            value += float(predictor[dead].sum()) - log_sum
            score += data.x[dead].sum(axis=0) - mean
            information += covariance
    return Likelihood(value, score, information)


def _subsets(x: Floats, predictor: Floats, size: int) -> tuple[float, Floats, Floats]:
    """Return log sum, mean and covariance of the covariate sums over all subsets of a size.

    The sum over subsets is an elementary symmetric polynomial of the weights; it and its derivatives grow member by
    member (Gail, Lubin and Rubinstein 1981, Biometrika 68:703-707).
    """
    p = x.shape[1]
    shift = float(predictor.max())
    centre = x.mean(axis=0)
    zero = np.zeros((size + 1, 1 + p + p * p))
    zero[0, 0] = 1.0
    sums, scale = zero, 0.0
    for weight, z in zip(np.exp(predictor - shift), x - centre, strict=True):
        before = sums[:-1]
        e, g = before[:, :1], before[:, 1 : p + 1]
        cross = g[:, :, None] * z[None, None, :]
        gained = np.hstack(
            [
                e,
                g + e * z,
                before[:, p + 1 :] + (cross + cross.transpose(0, 2, 1)).reshape(size, -1) + e * np.outer(z, z).ravel(),
            ]
        )
        sums = sums.copy()
        sums[1:] += weight * gained
        # Binomial coefficients of a thousand overflow: keep the largest at 1 and its logarithm apart.
        largest = float(sums[:, 0].max())
        if largest > 1e100:
            sums, scale = sums / largest, scale + np.log(largest)
    total = sums[size, 0]
    mean = sums[size, 1 : p + 1] / total
    covariance = (sums[size, p + 1 :] / total).reshape(p, p) - np.outer(mean, mean)
    return float(np.log(total) + scale + shift * size), mean + size * centre, covariance
