"""Accuracy of predicted risks as a whole: Brier score, logarithmic score, Spiegelhalter's test."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.normal import critical_value, two_sided

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Brier:
    """The Brier score of predicted risks.

    Attributes
    ----------
    estimate, low, high : float
        Mean squared distance of risk and response, with confidence limits cut at 0 and 1.
    se : float
        Standard error.
    scaled : float
        One minus the score over that of the overall risk given to everybody: 1 is perfect, 0 no better than that;
        ``nan`` where all responses are the same.
    """

    estimate: float
    low: float
    high: float
    se: float
    scaled: float


@dataclass(frozen=True, slots=True)
class Spiegelhalter:
    """Spiegelhalter's test that the risks are right.

    Attributes
    ----------
    z, p : float
        Statistic and two-sided p-value; ``nan`` where every risk is 0, 1 or one half.
    """

    z: float
    p: float


def brier(outcome: ArrayLike, risk: ArrayLike, conf: float = 0.95) -> Brier:
    """Return the Brier score.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Responses, 0 or 1; at least two.
    risk : array_like, shape (n,)
        Predicted risks, 0 to 1.
    conf : float
        Confidence level.

    Returns
    -------
    Brier
        Brier (1950); the interval is that of a mean of independent squared distances. The scaled score is that of
        Steyerberg et al. (2010), Epidemiology 21:128-138.

    Raises
    ------
    ValueError
        If lengths differ, there are fewer than two people, or a value is impossible.
    """
    y, p = read_risks(outcome, risk)
    each = (y - p) ** 2
    estimate, se = float(each.mean()), float(each.std(ddof=1)) / math.sqrt(len(y))
    half = critical_value(conf) * se
    share = float(y.mean())
    spread = share * (1 - share)
    scaled = 1 - estimate / spread if spread > 0 else math.nan
    return Brier(estimate, max(0.0, estimate - half), min(1.0, estimate + half), se, scaled)


def log_loss(outcome: ArrayLike, risk: ArrayLike) -> float:
    """Return the logarithmic score.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Responses, 0 or 1.
    risk : array_like, shape (n,)
        Predicted risks, 0 to 1.

    Returns
    -------
    float
        Minus the mean log likelihood; infinite where a risk of 0 or 1 was wrong.

    Raises
    ------
    ValueError
        As in `brier`.
    """
    from scipy.special import xlogy

    y, p = read_risks(outcome, risk)
    return float(-(xlogy(y, p) + xlogy(1 - y, 1 - p)).mean())


def spiegelhalter(outcome: ArrayLike, risk: ArrayLike) -> Spiegelhalter:
    """Test whether the Brier score is what it would be if the risks were right.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Responses, 0 or 1.
    risk : array_like, shape (n,)
        Predicted risks, 0 to 1.

    Returns
    -------
    Spiegelhalter
        Spiegelhalter (1986), Stat Med 5:421-433.

    Raises
    ------
    ValueError
        As in `brier`.
    """
    y, p = read_risks(outcome, risk)
    variance = float(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    z = float(((y - p) * (1 - 2 * p)).sum()) / math.sqrt(variance) if variance > 0 else math.nan
    return Spiegelhalter(z, two_sided(z))


def read_risks(outcome: ArrayLike, risk: ArrayLike) -> tuple[Floats, Floats]:
    """Return responses and risks as arrays, refusing what cannot be judged.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Responses, 0 or 1; at least two.
    risk : array_like, shape (n,)
        Predicted risks, 0 to 1.

    Returns
    -------
    tuple of numpy.ndarray
        Responses and risks.

    Raises
    ------
    ValueError
        If lengths differ, there are fewer than two people, or a value is impossible.
    """
    y, p = np.asarray(outcome, dtype=np.float64), np.asarray(risk, dtype=np.float64)
    if y.ndim != 1 or y.shape != p.shape or len(y) < 2:
        raise ValueError(f"each of two or more responses needs its risk; the shapes are {y.shape}, {p.shape}")
    if not ((y == 0) | (y == 1)).all() or not ((p >= 0) & (p <= 1)).all():
        raise ValueError("a response is 0 or 1, and a risk lies between 0 and 1")
    return y, p
