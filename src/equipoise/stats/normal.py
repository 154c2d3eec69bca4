"""The normal and chi-squared distributions, as far as the methods need them."""

import math
from statistics import NormalDist

_STANDARD = NormalDist()


def critical_value(conf: float) -> float:
    """Return the two-sided standard normal critical value of a confidence level.

    Parameters
    ----------
    conf : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    float
        The quantile at ``(1 + conf) / 2`` (Wichura 1988, algorithm AS 241, as in the standard library).

    Raises
    ------
    ValueError
        If ``conf`` is not strictly between 0 and 1.
    """
    if not 0 < conf < 1:
        raise ValueError(f"a confidence level lies strictly between 0 and 1; it is {conf}")
    return -_STANDARD.inv_cdf((1 - conf) / 2)


def upper_tail(z: float) -> float:
    """Return P(Z > z) of a standard normal variable.

    Parameters
    ----------
    z : float
        The value, infinite allowed.

    Returns
    -------
    float
        The upper tail probability, by the complementary error function so that small tails keep their digits.
    """
    return 0.5 * math.erfc(z / math.sqrt(2))


def two_sided(z: float) -> float:
    """Return P(\\|Z\\| > \\|z\\|) of a standard normal variable.

    Parameters
    ----------
    z : float
        The value, infinite allowed.

    Returns
    -------
    float
        The two-sided tail probability.
    """
    return math.erfc(abs(z) / math.sqrt(2))


def chi_squared_tail(statistic: float, df: int) -> float:
    """Return the upper tail probability of a chi-squared variable.

    Parameters
    ----------
    statistic : float
        The value, not negative; ``nan`` gives ``nan``.
    df : int
        Degrees of freedom; with 0 the result is ``nan``.

    Returns
    -------
    float
        The regularised upper incomplete gamma function at ``(df / 2, statistic / 2)``.
    """
    from scipy.special import gammaincc

    if df < 1 or math.isnan(statistic):
        return math.nan
    return float(gammaincc(df / 2, statistic / 2))
