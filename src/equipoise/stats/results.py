"""The records that the methods return."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its two-sided confidence interval.

    Attributes
    ----------
    estimate, low, high : float
        Point estimate and confidence limits on the scale of the estimate; ``nan`` where a value is undefined.
    """

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """An estimate, its score interval and the score test of one null value.

    Attributes
    ----------
    estimate, low, high : float
        Point estimate and confidence limits.
    z : float
        Standard normal score statistic; positive when the estimate lies above the null value.
    p : float
        Two-sided p-value of ``z``.
    """

    estimate: float
    low: float
    high: float
    z: float
    p: float


@dataclass(frozen=True, slots=True)
class ChiSquaredResult:
    """A statistic referred to a chi-squared distribution.

    Attributes
    ----------
    statistic : float
        The statistic; ``nan`` where it is undefined.
    df : int
        Degrees of freedom.
    p : float
        Upper tail probability.
    """

    statistic: float
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class LogRatio:
    """A ratio with the standard error of its logarithm and the interval that follows.

    Attributes
    ----------
    estimate, low, high : float
        Ratio and confidence limits.
    log_se : float
        Standard error of the natural logarithm of the ratio.
    """

    estimate: float
    low: float
    high: float
    log_se: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference with its standard error, Wald interval and Wald test of zero.

    Attributes
    ----------
    estimate, low, high : float
        Difference and confidence limits.
    se : float
        Standard error.
    z, p : float
        Wald statistic and its two-sided p-value; ``nan`` where the standard error is zero.
    """

    estimate: float
    low: float
    high: float
    se: float
    z: float
    p: float
