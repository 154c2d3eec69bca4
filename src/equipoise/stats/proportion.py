"""Confidence intervals and the exact test of one proportion."""

import math

from equipoise.stats.normal import critical_value
from equipoise.stats.results import Interval
from equipoise.stats.two_arm import check_count


def wald(x: int, n: int, conf: float = 0.95) -> Interval:
    """Return the Wald interval, not truncated to [0, 1].

    Parameters
    ----------
    x, n : int
        Responders and participants.
    conf : float
        Confidence level.

    Returns
    -------
    Interval
        ``p -+ z sqrt(p q / n)``.

    Raises
    ------
    ValueError
        If ``n`` is 0 or ``x`` is not between 0 and ``n``.
    """
    check_count(x, n, "the group")
    p = x / n
    half = critical_value(conf) * math.sqrt(p * (1 - p) / n)
    return Interval(p, p - half, p + half)


def _wilson_limits(x: int, n: int, z: float, correction: float) -> tuple[float, float]:
    """Return both roots of the score equation with ``|p - x/n|`` lessened by ``correction / n``."""
    low_x, high_x = x - correction, x + correction
    spread = z * z / 4

    def root(count: float, sign: int) -> float:
        middle = count + 2 * spread
        return (middle + sign * z * math.sqrt(spread + count * (n - count) / n)) / (n + z * z)

    low = 0.0 if x == 0 else root(low_x, -1)
    high = 1.0 if x == n else root(high_x, 1)
    return max(0.0, low), min(1.0, high)


def wilson(x: int, n: int, conf: float = 0.95) -> Interval:
    """Return the Wilson score interval.

    Parameters
    ----------
    x, n : int
        Responders and participants.
    conf : float
        Confidence level.

    Returns
    -------
    Interval
        Wilson (1927), method 3 of Newcombe (1998), Statistics in Medicine 17:857-872.

    Raises
    ------
    ValueError
        If ``n`` is 0 or ``x`` is not between 0 and ``n``.
    """
    check_count(x, n, "the group")
    return Interval(x / n, *_wilson_limits(x, n, critical_value(conf), 0.0))


def wilson_corrected(x: int, n: int, conf: float = 0.95, *, shrink: bool = False) -> Interval:
    """Return the Wilson score interval with continuity correction.

    Parameters
    ----------
    x, n : int
        Responders and participants.
    conf : float
        Confidence level.
    shrink : bool
        False: the correction is always 1/2 (Newcombe 1998, method 4). True: it is ``min(1/2, |x - n/2|)``,
        which vanishes near a proportion of one half; that is what R's ``prop.test`` does.

    Returns
    -------
    Interval
        The corrected limits; 0 where no one and 1 where everyone responded.

    Raises
    ------
    ValueError
        If ``n`` is 0 or ``x`` is not between 0 and ``n``.
    """
    check_count(x, n, "the group")
    correction = min(0.5, abs(x - n / 2)) if shrink else 0.5
    return Interval(x / n, *_wilson_limits(x, n, critical_value(conf), correction))


def clopper_pearson(x: int, n: int, conf: float = 0.95) -> Interval:
    """Return the exact interval of Clopper and Pearson.

    Parameters
    ----------
    x, n : int
        Responders and participants.
    conf : float
        Confidence level.

    Returns
    -------
    Interval
        Beta quantiles (Clopper and Pearson 1934, Biometrika 26:404-413): at least the nominal coverage.

    Raises
    ------
    ValueError
        If ``n`` is 0 or ``x`` is not between 0 and ``n``.
    """
    from scipy.special import betaincinv

    check_count(x, n, "the group")
    tail = _tail(conf)
    low = 0.0 if x == 0 else float(betaincinv(x, n - x + 1, tail))
    # The upper limit as one minus a lower one keeps the digits that a quantile near 1 would lose.
    high = 1.0 if x == n else 1 - float(betaincinv(n - x, x + 1, tail))
    return Interval(x / n, low, high)


def jeffreys(x: int, n: int, conf: float = 0.95) -> Interval:
    """Return the Jeffreys interval, set to 0 and 1 at the boundary.

    Parameters
    ----------
    x, n : int
        Responders and participants.
    conf : float
        Confidence level.

    Returns
    -------
    Interval
        Equal-tailed quantiles of Beta(x + 1/2, n - x + 1/2); Brown, Cai and DasGupta (2001),
        Statistical Science 16:101-133.

    Raises
    ------
    ValueError
        If ``n`` is 0 or ``x`` is not between 0 and ``n``.
    """
    from scipy.special import betaincinv

    check_count(x, n, "the group")
    tail = _tail(conf)
    low = 0.0 if x == 0 else float(betaincinv(x + 0.5, n - x + 0.5, tail))
    high = 1.0 if x == n else 1 - float(betaincinv(n - x + 0.5, x + 0.5, tail))
    return Interval(x / n, low, high)


def agresti_coull(x: int, n: int, conf: float = 0.95) -> Interval:
    """Return the interval of Agresti and Coull, not truncated to [0, 1].

    Parameters
    ----------
    x, n : int
        Responders and participants.
    conf : float
        Confidence level.

    Returns
    -------
    Interval
        Wald interval about ``(x + z^2/2) / (n + z^2)`` (Agresti and Coull 1998, The American Statistician
        52:119-126); the estimate is the observed proportion.

    Raises
    ------
    ValueError
        If ``n`` is 0 or ``x`` is not between 0 and ``n``.
    """
    check_count(x, n, "the group")
    z = critical_value(conf)
    size = n + z * z
    centre = (x + z * z / 2) / size
    half = z * math.sqrt(centre * (1 - centre) / size)
    return Interval(x / n, centre - half, centre + half)


def binomial_test(x: int, n: int, p0: float) -> float:
    """Return the exact two-sided p-value of one proportion.

    Parameters
    ----------
    x, n : int
        Responders and participants.
    p0 : float
        Proportion under the null hypothesis.

    Returns
    -------
    float
        Sum of the probabilities of all counts that are no more likely than ``x`` (relative tolerance 1e-7).

    Raises
    ------
    ValueError
        If ``n`` is 0, ``x`` is not between 0 and ``n``, or ``p0`` is not between 0 and 1.
    """
    from scipy.stats import binomtest

    check_count(x, n, "the group")
    if not 0 <= p0 <= 1:
        raise ValueError(f"a null proportion lies between 0 and 1; it is {p0}")
    return float(binomtest(x, n, p0).pvalue)


def _tail(conf: float) -> float:
    """Return the probability left in each tail of a confidence level."""
    critical_value(conf)  # refuses an impossible level with the same words everywhere
    return (1 - conf) / 2
