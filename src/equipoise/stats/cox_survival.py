"""Baseline hazard and predicted survival of a Cox model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.cox import CoxFit
from equipoise.stats.cox_data import Floats
from equipoise.stats.cox_risk_sets import Steps, risk_set_steps
from equipoise.stats.normal import critical_value


@dataclass(frozen=True, slots=True, eq=False)
class BaselineHazard:
    """The cumulative hazard of one stratum at covariates 0.

    Attributes
    ----------
    time : numpy.ndarray, shape (t,)
        Distinct event times of the stratum, rising.
    cumulative_hazard : numpy.ndarray, shape (t,)
        Cumulative hazard just after each.
    """

    time: Floats
    cumulative_hazard: Floats


@dataclass(frozen=True, slots=True, eq=False)
class PredictedSurvival:
    """Predicted survival of one covariate pattern.

    Attributes
    ----------
    time : numpy.ndarray, shape (t,)
        The times asked for.
    survival, se, low, high : numpy.ndarray, shape (t,)
        Survival, its standard error and log-log confidence limits. Before the first event the limits are 1 as long as
        nobody of the stratum has left, and ``nan`` once somebody was censored.
    """

    time: Floats
    survival: Floats
    se: Floats
    low: Floats
    high: Floats


def baseline_hazard(fit: CoxFit, stratum: int = 0) -> BaselineHazard:
    """Return the baseline cumulative hazard of a stratum.

    Parameters
    ----------
    fit : CoxFit
        A model with Efron's or Breslow's handling of ties.
    stratum : int
        Number of the stratum in the order of the sorted labels.

    Returns
    -------
    BaselineHazard
        The estimate of Breslow (1974), for Efron's ties with Efron's risk sets.

    Raises
    ------
    ValueError
        If the ties are exact, or the event did not happen in the stratum.
    """
    steps = _stratum(fit, stratum)
    hazard = np.bincount(steps.at, 1 / steps.total) * np.exp(-steps.shift)
    return BaselineHazard(steps.time, np.cumsum(hazard))


def predict_survival(
    fit: CoxFit, x: ArrayLike, times: ArrayLike, stratum: int = 0, *, conf: float = 0.95
) -> PredictedSurvival:
    """Return the predicted survival of one covariate pattern.

    Parameters
    ----------
    fit : CoxFit
        A model with Efron's or Breslow's handling of ties.
    x : array_like, shape (p,)
        The covariates.
    times : array_like, shape (t,)
        Times, in the unit of the data.
    stratum : int
        Number of the stratum in the order of the sorted labels.
    conf : float
        Confidence level.

    Returns
    -------
    PredictedSurvival
        ``S = exp(-H)`` with the variance of H by Tsiatis (1981), Annals of Statistics 9:93-108, and Link (1984),
        Biometrics 40:601-610: ``r^2 (sum 1/S0^2 + q' V q)``, q the sum of ``(x - mean) / S0``, r the relative hazard.

    Raises
    ------
    ValueError
        If ``x`` has the wrong length, the ties are exact, or the event did not happen in the stratum.
    """
    pattern = np.asarray(x, dtype=np.float64)
    if pattern.shape != fit.coef.shape:
        raise ValueError(f"the model has {len(fit.coef)} covariates; the shape of x is {pattern.shape}")
    steps = _stratum(fit, stratum)
    relative = float(np.exp(pattern @ fit.coef - steps.shift))
    vcov = fit.vcov if fit.vcov_robust is None else fit.vcov_robust
    asked = np.atleast_1d(np.asarray(times, dtype=np.float64))
    done = np.searchsorted(steps.time[steps.at], asked, side="right")
    parts = np.column_stack([1 / steps.total, steps.total**-2.0, (pattern - steps.mean) / steps.total[:, None]])
    sums = np.vstack([np.zeros(parts.shape[1]), np.cumsum(parts, axis=0)])[done]
    hazard, q = relative * sums[:, 0], sums[:, 2:]
    se = relative * np.sqrt(sums[:, 1] + np.einsum("ti,ij,tj->t", q, vcov, q))
    survival = np.exp(-hazard)
    inside = hazard > 0
    ratio = np.exp(critical_value(conf) * np.divide(se, hazard, out=np.full_like(se, np.nan), where=inside))
    ratio[asked < fit.data.stop[steps.rows].min()] = 1.0
    return PredictedSurvival(asked, survival, survival * se, np.exp(-hazard * ratio), np.exp(-hazard / ratio))


def _stratum(fit: CoxFit, stratum: int) -> Steps:
    """Return the risk sets of one stratum at the estimate."""
    if fit.ties == "exact":
        raise ValueError("baseline hazards are defined for Efron's and Breslow's handling of ties only")
    if not 0 <= stratum < len(fit.data.strata):
        raise ValueError(f"there are {len(fit.data.strata)} strata, counted from 0; not {stratum}")
    for steps in risk_set_steps(fit.data, fit.coef, fit.ties):
        if steps.rows is fit.data.strata[stratum]:
            return steps
    raise ValueError(f"the event did not happen in stratum {stratum}: it has no hazard to estimate")
