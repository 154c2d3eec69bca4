"""Weighted sums over the risk sets of a Cox model, one step for each death, by Efron or Breslow."""

from dataclasses import dataclass

import numpy as np

from equipoise.stats.cox_data import CoxData, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The risk sets of one stratum; deaths tied at a time are as many steps.

    Attributes
    ----------
    rows : numpy.ndarray of int, shape (r,)
        Row numbers of the stratum.
    weight : numpy.ndarray, shape (r,)
        ``exp(x beta - shift)`` of each of these rows.
    shift : float
        What was taken off the linear predictor to keep the weights finite.
    time : numpy.ndarray, shape (t,)
        Distinct event times, rising.
    at : numpy.ndarray of int, shape (m,)
        For each step the number of its event time.
    share : numpy.ndarray, shape (m,)
        The part of the tied deaths that is already taken out: k / d for Efron, 0 for Breslow.
    total : numpy.ndarray, shape (m,)
        Sum of the weights over the risk set.
    mean : numpy.ndarray, shape (m, p)
        Weighted mean of the covariates over the risk set.
    scatter : numpy.ndarray, shape (p, p)
        Sum over the steps of the weighted covariance matrices of the covariates.
    """

    rows: np.ndarray[tuple[int], np.dtype[np.int64]]
    weight: Floats
    shift: float
    time: Floats
    at: np.ndarray[tuple[int], np.dtype[np.int64]]
    share: Floats
    total: Floats
    mean: Floats
    scatter: Floats


def risk_set_steps(data: CoxData, coef: Floats, ties: str) -> tuple[Steps, ...]:
    """Return the risk sets of every stratum in which the event happened.

    Parameters
    ----------
    data : CoxData
        The rows.
    coef : numpy.ndarray, shape (p,)
        Coefficients.
    ties : {"efron", "breslow"}
        How tied deaths are taken out of the risk set.

    Returns
    -------
    tuple of Steps
        One a stratum.
    """
    predictor = data.x @ coef
    return tuple(_steps(data, rows, predictor[rows], ties) for rows in data.strata if data.event[rows].any())


def _steps(data: CoxData, rows: np.ndarray[tuple[int], np.dtype[np.int64]], predictor: Floats, ties: str) -> Steps:
    """Return the risk sets of one stratum."""
    x, start, stop, event = data.x[rows], data.start[rows], data.stop[rows], data.event[rows]
    shift = float(predictor.max())
    weight = np.exp(predictor - shift)
    time, deaths = np.unique(stop[event], return_counts=True)
    at = np.repeat(np.arange(len(time)), deaths)
    first = np.repeat(np.cumsum(deaths) - deaths, deaths)
    share = (np.arange(len(at)) - first) / deaths[at] if ties == "efron" else np.zeros(len(at))
    # Powers of the covariates side by side: one pass gives all sums. Centred, so that squares do not cancel.
    centre = np.average(x, axis=0, weights=weight)
    p = x.shape[1]
    z = x - centre
    moments = np.column_stack([np.ones(len(rows)), z, (z[:, :, None] * z[:, None, :]).reshape(-1, p * p)])
    moments *= weight[:, None]
    over_all = _sums_from(stop, moments, time) - _sums_from(start, moments, time)
    over_deaths = np.zeros((len(time), moments.shape[1]))
    np.add.at(over_deaths, np.searchsorted(time, stop[event]), moments[event])
    sums = over_all[at] - share[:, None] * over_deaths[at]
    total = sums[:, 0]
    mean = sums[:, 1 : p + 1] / total[:, None]
    second = (sums[:, p + 1 :] / total[:, None]).sum(axis=0).reshape(p, p)
    return Steps(rows, weight, shift, time, at, share, total, mean + centre, second - mean.T @ mean)


def _sums_from(ends: Floats, values: Floats, times: Floats) -> Floats:
    """Return for each time the sum of the values whose end is at that time or later."""
    order = np.argsort(ends, kind="stable")
    tail = np.cumsum(values[order][::-1], axis=0)[::-1]
    tail = np.vstack([tail, np.zeros(values.shape[1])])
    return np.asarray(tail[np.searchsorted(ends[order], times, side="left")])
