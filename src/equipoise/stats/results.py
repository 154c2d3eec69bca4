"""The records that the methods return."""

import math
from dataclasses import dataclass
from typing import Self

from equipoise.stats.normal import critical_value, two_sided


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

    @classmethod
    def symmetric(cls, estimate: float, log_se: float, conf: float) -> Self:
        """Return a ratio with its symmetric interval on the log scale.

        Parameters
        ----------
        estimate, log_se : float
            Ratio and standard error of its logarithm.
        conf : float
            Confidence level.

        Returns
        -------
        LogRatio
            ``exp(log(estimate) -+ z log_se)``.
        """
        factor = math.exp(critical_value(conf) * log_se)
        return cls(estimate, estimate / factor, estimate * factor, log_se)


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

    @classmethod
    def wald(cls, estimate: float, se: float, conf: float) -> Self:
        """Return a difference with its Wald interval and test.

        Parameters
        ----------
        estimate, se : float
            Difference and its standard error.
        conf : float
            Confidence level.

        Returns
        -------
        Difference
            ``estimate -+ z se``; the test is ``nan`` when the standard error is 0.
        """
        half = critical_value(conf) * se
        z = estimate / se if se > 0 else math.nan
        return cls(estimate, estimate - half, estimate + half, se, z, two_sided(z))
