"""Residuals of a Cox model."""

import numpy as np

from equipoise.stats.cox_data import CoxData, Floats
from equipoise.stats.cox_risk_sets import risk_set_steps


def martingale(data: CoxData, coef: Floats, ties: str) -> Floats:
    """Return the martingale residuals.

    Parameters
    ----------
    data : CoxData
        The rows.
    coef : numpy.ndarray, shape (p,)
        Coefficients.
    ties : {"efron", "breslow"}
        Handling of ties.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Event minus cumulative hazard of each row (Therneau, Grambsch and Fleming 1990, Biometrika 77:147-160). By
        Efron a tied death bears at the k-th step of d only 1 - k/d of its hazard, as it does in the likelihood.
    """
    return _residuals(data, coef, ties)[0]


def deviance(data: CoxData, coef: Floats, ties: str) -> Floats:
    """Return the deviance residuals.

    Parameters
    ----------
    data : CoxData
        The rows.
    coef : numpy.ndarray, shape (p,)
        Coefficients.
    ties : {"efron", "breslow"}
        Handling of ties.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Martingale residuals M made symmetric: ``sign(M) sqrt(-2 (M + event log(event - M)))``.
    """
    m = martingale(data, coef, ties)
    hazard = data.event - m
    with_log = m + np.where(data.event, np.log(np.where(data.event, hazard, 1.0)), 0.0)
    return np.asarray(np.sign(m) * np.sqrt(-2 * np.minimum(with_log, 0.0)))


def score(data: CoxData, coef: Floats, ties: str) -> Floats:
    """Return the score residuals.

    Parameters
    ----------
    data : CoxData
        The rows.
    coef : numpy.ndarray, shape (p,)
        Coefficients.
    ties : {"efron", "breslow"}
        Handling of ties.

    Returns
    -------
    numpy.ndarray, shape (n, p)
        Each row's part of the score; they sum to the score, which is 0 at the estimate.
    """
    return _residuals(data, coef, ties)[1]


def schoenfeld(data: CoxData, coef: Floats, ties: str) -> Floats:
    """Return the Schoenfeld residuals.

    Parameters
    ----------
    data : CoxData
        The rows.
    coef : numpy.ndarray, shape (p,)
        Coefficients.
    ties : {"efron", "breslow"}
        Handling of ties.

    Returns
    -------
    numpy.ndarray, shape (events, p)
        Covariates minus their mean in the risk set (Schoenfeld 1982, Biometrika 69:239-241), for Efron the mean over
        the steps of the tied deaths; in order of stratum, time and row.
    """
    parts = []
    for steps in risk_set_steps(data, coef, ties):
        dead = steps.rows[data.event[steps.rows]]
        dead = dead[np.argsort(data.stop[dead], kind="stable")]
        parts.append(data.x[dead] - _mean_at_death(steps.at, steps.mean, len(steps.time))[steps.at])
    return np.vstack(parts)


def _mean_at_death(at: np.ndarray[tuple[int], np.dtype[np.int64]], mean: Floats, times: int) -> Floats:
    """Return the mean covariates at each event time, averaged over its steps."""
    sums = np.zeros((times, mean.shape[1]))
    np.add.at(sums, at, mean)
    return np.asarray(sums / np.bincount(at, minlength=times)[:, None])


def _residuals(data: CoxData, coef: Floats, ties: str) -> tuple[Floats, Floats]:
    """Return martingale and score residuals; rows of a stratum without events keep 0."""
    m, u = np.zeros(data.n), np.zeros_like(data.x)
    for steps in risk_set_steps(data, coef, ties):
        rows, times = steps.rows, len(steps.time)
        x, event = data.x[rows], data.event[rows]
        # Columns: hazard, then hazard times mean covariates; `own` is what a tied death does not bear.
        parts = np.column_stack([1 / steps.total, steps.mean / steps.total[:, None]])
        jumps, own = np.zeros((times, parts.shape[1])), np.zeros((times, parts.shape[1]))
        np.add.at(jumps, steps.at, parts)
        np.add.at(own, steps.at, steps.share[:, None] * parts)
        cumulative = np.vstack([np.zeros(parts.shape[1]), np.cumsum(jumps, axis=0)])
        last = np.searchsorted(steps.time, data.stop[rows], side="right")
        borne = cumulative[last] - cumulative[np.searchsorted(steps.time, data.start[rows], side="right")]
        borne[event] -= own[last[event] - 1]
        borne *= steps.weight[:, None]
        m[rows] = event - borne[:, 0]
        u[rows] = borne[:, 1:] - x * borne[:, :1]
        u[rows[event]] += x[event] - _mean_at_death(steps.at, steps.mean, times)[last[event] - 1]
    return m, u
