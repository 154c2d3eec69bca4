"""Calibration: whether predicted risks are what happens."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.brier import read_risks
from equipoise.stats.local_regression import local_fit, loess, lowess
from equipoise.stats.normal import chi_squared_tail, critical_value
from equipoise.stats.penalised_logistic import PenalisedFit, fit_penalised
from equipoise.stats.results import ChiSquaredResult, LogRatio

Floats = NDArray[np.float64]

_SPAN = {"lowess": 2 / 3, "loess": 0.75}


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient with its Wald interval.

    Attributes
    ----------
    estimate, low, high : float
        Estimate with confidence limits.
    se : float
        Standard error.
    """

    estimate: float
    low: float
    high: float
    se: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Calibration in the weak sense and in the large.

    Attributes
    ----------
    intercept, slope : Coefficient
        Of the logistic regression of the response on the log odds of the risk: 0 and 1 where the risks are right. A
        slope below 1 means risks that are too extreme.
    in_the_large : Coefficient
        Intercept when the slope is held at 1: positive where more happens than was predicted.
    observed_expected : LogRatio
        Events over the sum of the risks.
    test : ChiSquaredResult
        Likelihood ratio test that intercept is 0 and slope is 1, two degrees of freedom.
    """

    intercept: Coefficient
    slope: Coefficient
    in_the_large: Coefficient
    observed_expected: LogRatio
    test: ChiSquaredResult


@dataclass(frozen=True, slots=True)
class Explained:
    """How much the risks explain as they stand, none refitted.

    Attributes
    ----------
    likelihood_ratio : float
        Twice the log likelihood of the risks over that of the overall share; may be negative.
    r_squared : float
        Nagelkerke's R squared of the risks; may be negative.
    discrimination, unreliability, quality : float
        Harrell's D, U and Q = D - U.
    """

    likelihood_ratio: float
    r_squared: float
    discrimination: float
    unreliability: float
    quality: float


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationCurve:
    """A smooth calibration curve.

    Attributes
    ----------
    risk, observed : numpy.ndarray, shape (k,)
        Predicted risk, rising, and the smoothed share of events there, within 0 and 1.
    ici, e50, e90, emax : float
        Mean, median, 90th percentile and maximum over the people of the distance of curve and risk.
    """

    risk: Floats
    observed: Floats
    ici: float
    e50: float
    e90: float
    emax: float


def calibration(outcome: ArrayLike, risk: ArrayLike, conf: float = 0.95) -> Calibration:
    """Return calibration intercept, slope, calibration in the large and observed over expected events.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Responses, 0 or 1; both occur.
    risk : array_like, shape (n,)
        Predicted risks, strictly between 0 and 1, not all equal.
    conf : float
        Confidence level.

    Returns
    -------
    Calibration
        Cox (1958), Biometrika 45:562-565; Van Calster et al. (2016), J Clin Epidemiol 74:167-176. The interval of
        observed over expected is that of Debray et al. (2017), BMJ 356:i6460: log standard error
        ``sqrt((1 - share) / events)``.

    Raises
    ------
    ValueError
        If lengths differ, a value is impossible, all responses or all risks are the same.
    SeparationError
        If the risks order the responses without error: there is no slope.
    """
    y, p, line, recalibrated = _recalibrate(outcome, risk)
    fixed = fit_penalised(np.zeros((len(y), 0)), y, offset=line)
    events, expected = float(y.sum()), float(p.sum())
    gain = max(0.0, 2 * (recalibrated.loglik - _loglik(y, line)))
    return Calibration(
        intercept=_coefficient(recalibrated, 0, conf),
        slope=_coefficient(recalibrated, 1, conf),
        in_the_large=_coefficient(fixed, 0, conf),
        observed_expected=LogRatio.symmetric(events / expected, math.sqrt((1 - events / len(y)) / events), conf),
        test=ChiSquaredResult(gain, 2, chi_squared_tail(gain, 2)),
    )


def explained(outcome: ArrayLike, risk: ArrayLike) -> Explained:
    """Return how much the risks explain.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Responses, 0 or 1; both occur.
    risk : array_like, shape (n,)
        Predicted risks, strictly between 0 and 1, not all equal.

    Returns
    -------
    Explained
        Nagelkerke (1991), Biometrika 78:691-692; D, U and Q of Harrell (2015), Regression Modeling Strategies,
        section 10.8: ``(LR - 1) / n`` and ``(recalibration chi-squared - 2) / n``.

    Raises
    ------
    ValueError
        As in `calibration`.
    SeparationError
        As in `calibration`.
    """
    y, _, line, recalibrated = _recalibrate(outcome, risk)
    n, null, here = len(y), recalibrated.loglik_null, _loglik(y, line)
    ratio = 2 * (here - null)
    discrimination, unreliability = (ratio - 1) / n, (2 * (recalibrated.loglik - here) - 2) / n
    return Explained(
        likelihood_ratio=ratio,
        r_squared=math.expm1(-ratio / n) / math.expm1(2 * null / n),
        discrimination=discrimination,
        unreliability=unreliability,
        quality=discrimination - unreliability,
    )


def curve(
    outcome: ArrayLike,
    risk: ArrayLike,
    at: ArrayLike | None = None,
    method: Literal["lowess", "loess"] = "lowess",
) -> CalibrationCurve:
    """Return a smooth calibration curve with the distances between it and the risks.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Responses, 0 or 1.
    risk : array_like, shape (n,)
        Predicted risks, 0 to 1.
    at : array_like, shape (k,), optional
        Risks at which the curve is given; where absent, all different predicted risks.
    method : {"lowess", "loess"}
        Locally linear with windows of two thirds, or locally quadratic with windows of three quarters.

    Returns
    -------
    CalibrationCurve
        Austin and Steyerberg (2019), Stat Med 38:4051-4065 (ICI, E50, E90, Emax). The curve is cut at 0 and 1; the
        distances of "loess" are those of the cut curve, those of "lowess", as in Harrell's ``val.prob``, are not.

    Raises
    ------
    ValueError
        If lengths differ, there are fewer than two people, a value is impossible or the method unknown.
    """
    if method not in _SPAN:
        raise ValueError(f"the smooths are lowess and loess; not {method!r}")
    y, p = read_risks(outcome, risk)
    smooth = lowess(p, y) if method == "lowess" else np.clip(loess(p, y, p), 0.0, 1.0)
    distance = np.abs(smooth - p)
    if at is None:
        shown, first = np.unique(p, return_index=True)
        observed = np.clip(smooth[first], 0.0, 1.0)
    else:
        shown = np.sort(np.asarray(at, dtype=np.float64))
        observed = np.clip(local_fit(p, y, shown, _SPAN[method], 1 if method == "lowess" else 2), 0.0, 1.0)
    e50, e90 = (float(value) for value in np.quantile(distance, [0.5, 0.9]))
    return CalibrationCurve(shown, observed, float(distance.mean()), e50, e90, float(distance.max()))


def _recalibrate(outcome: ArrayLike, risk: ArrayLike) -> tuple[Floats, Floats, Floats, PenalisedFit]:
    """Return responses, risks, their log odds and the logistic regression on them."""
    y, p = read_risks(outcome, risk)
    if y.min() == y.max():
        raise ValueError("calibration needs people with and without the event")
    if p.min() <= 0 or p.max() >= 1:
        raise ValueError("a risk of exactly 0 or 1 has no log odds")
    line = np.log(p) - np.log1p(-p)
    if np.ptp(line) <= 1e-12 * float(np.abs(line).max()):
        raise ValueError("all risks are the same: there is no slope")
    return y, p, line, fit_penalised(line[:, None], y)


def _loglik(y: Floats, line: Floats) -> float:
    """Return the log likelihood of responses with given log odds."""
    return float((y * line - np.logaddexp(0.0, line)).sum())


def _coefficient(fit: PenalisedFit, index: int, conf: float) -> Coefficient:
    """Return a coefficient of a fit with its Wald interval."""
    estimate, se = float(fit.coef[index]), float(fit.se[index])
    half = critical_value(conf) * se
    return Coefficient(estimate, estimate - half, estimate + half, se)
