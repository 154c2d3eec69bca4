"""Rubin's rules: one answer from the analyses of several completed data sets."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.normal import chi_squared_tail, critical_value

Floats = NDArray[np.float64]

# Degrees of freedom are infinite without variance between imputations; the floor keeps them finite, as mice does.
_LEAST_SHARE = 1e-4


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled scalar estimate.

    Attributes
    ----------
    m : int
        Number of completed data sets.
    estimate, low, high : float
        Mean of the estimates with its confidence limits by the t distribution.
    within, between, total : float
        Mean of the variances, variance of the estimates, and ``within + (1 + 1/m) between``.
    df, df_large : float
        Degrees of freedom of Barnard and Rubin, and of Rubin (1987) for a large complete sample.
    increase : float
        Relative increase in variance due to missing data.
    share : float
        Share of the total variance that is due to missing data.
    fraction : float
        Fraction of missing information.
    t, p : float
        Statistic of the hypothesis 0 and its two-sided p-value.
    """

    m: int
    estimate: float
    low: float
    high: float
    within: float
    between: float
    total: float
    df: float
    df_large: float
    increase: float
    share: float
    fraction: float
    t: float
    p: float

    @property
    def se(self) -> float:
        """Standard error of the pooled estimate."""
        return math.sqrt(self.total)


@dataclass(frozen=True, slots=True)
class PooledTest:
    """A pooled test that several coefficients are 0.

    Attributes
    ----------
    statistic : float
        F statistic.
    df1, df2 : float
        Its degrees of freedom.
    p : float
        Upper tail probability.
    increase : float
        Average relative increase in variance due to missing data.
    """

    statistic: float
    df1: int
    df2: float
    p: float
    increase: float


def pool_scalar(estimates: ArrayLike, variances: ArrayLike, df_complete: float, conf: float = 0.95) -> Pooled:
    """Return the pooled estimate of a scalar.

    Parameters
    ----------
    estimates, variances : array_like, shape (m,)
        Estimate and squared standard error in each completed data set.
    df_complete : float
        Degrees of freedom that the analysis of complete data would have; infinity allowed.
    conf : float
        Confidence level.

    Returns
    -------
    Pooled
        Rubin (1987), Multiple Imputation for Nonresponse in Surveys; degrees of freedom of Barnard and Rubin
        (1999), Biometrika 86:948-955, with the share of missing information floored at 1e-4.

    Raises
    ------
    ValueError
        If there are fewer than two data sets, the lengths differ, or a variance is not positive.
    """
    from scipy.stats import t as student

    q, u = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if q.ndim != 1 or q.shape != u.shape or len(q) < 2:
        raise ValueError(f"pooling needs two or more estimates with variances; the shapes are {q.shape}, {u.shape}")
    if not (u > 0).all():
        raise ValueError("every variance must be positive")
    if df_complete <= 0:
        raise ValueError(f"the complete-data degrees of freedom are positive; they are {df_complete}")
    critical_value(conf)  # refuses an impossible level
    m = len(q)
    estimate, within, between = float(q.mean()), float(u.mean()), float(q.var(ddof=1))
    missing = (1 + 1 / m) * between
    total = within + missing
    increase, share = missing / within, missing / total
    floored = max(share, _LEAST_SHARE)
    df_large = (m - 1) / floored**2
    df = df_large
    if math.isfinite(df_complete):
        observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - floored)
        df = df_large * observed / (df_large + observed)
    se = math.sqrt(total)
    half = float(student.ppf((1 + conf) / 2, df)) * se
    t = estimate / se
    return Pooled(
        m=m,
        estimate=estimate,
        low=estimate - half,
        high=estimate + half,
        within=within,
        between=between,
        total=total,
        df=df,
        df_large=(m - 1) / square if (square := share * share) > 0 else math.inf,
        increase=increase,
        share=share,
        fraction=(increase + 2 / (df + 3)) / (increase + 1),
        t=t,
        p=float(2 * student.sf(abs(t), df)),
    )


def pooled_covariance(estimates: ArrayLike, covariances: ArrayLike) -> Floats:
    """Return the total covariance matrix of pooled coefficients.

    Parameters
    ----------
    estimates : array_like, shape (m, k)
        Coefficients in each completed data set.
    covariances : array_like, shape (m, k, k)
        Their covariance matrices.

    Returns
    -------
    numpy.ndarray, shape (k, k)
        ``mean of the matrices + (1 + 1/m) covariance of the coefficients``.

    Raises
    ------
    ValueError
        If there are fewer than two data sets or the shapes do not fit.
    """
    q, u = _coefficients(estimates, covariances)
    return np.asarray(u.mean(axis=0) + (1 + 1 / len(q)) * np.cov(q.T).reshape(u.shape[1:]))


def wald_test(estimates: ArrayLike, covariances: ArrayLike, df_complete: float) -> PooledTest:
    """Return the pooled Wald test that all coefficients are 0, known as D1.

    Parameters
    ----------
    estimates : array_like, shape (m, k)
        Coefficients in each completed data set.
    covariances : array_like, shape (m, k, k)
        Their covariance matrices.
    df_complete : float
        Degrees of freedom that the analysis of complete data would have; infinity allowed.

    Returns
    -------
    PooledTest
        Li, Raghunathan and Rubin (1991), JASA 86:1065-1073; with finite ``df_complete`` the denominator degrees of
        freedom of Reiter (2007), Biometrika 94:502-508.

    Raises
    ------
    ValueError
        If there are fewer than two data sets, the shapes do not fit, or ``k (m - 1)`` is not above 4.
    """
    q, u = _coefficients(estimates, covariances)
    m, k = q.shape
    v = k * (m - 1)
    if v <= 4:
        raise ValueError(f"{m} data sets are too few to test {k} coefficients together: k (m - 1) must exceed 4")
    mean, within = q.mean(axis=0), u.mean(axis=0)
    between = np.cov(q.T).reshape(k, k)
    increase = (1 + 1 / m) * float(np.trace(np.linalg.solve(within, between))) / k
    statistic = float(mean @ np.linalg.solve(within, mean)) / (k * (1 + increase))
    if math.isfinite(df_complete):
        df2 = _reiter(v, increase, df_complete)
    else:
        df2 = 4 + (v - 4) * _squared_excess(1 - 2 / v, increase)
    return PooledTest(statistic, k, df2, _f_tail(statistic, k, df2), increase)


def combined_wald_test(estimates: ArrayLike, covariances: ArrayLike) -> PooledTest:
    """Return the test that combines the Wald statistics of the data sets, known as D2.

    Parameters
    ----------
    estimates : array_like, shape (m, k)
        Coefficients in each completed data set.
    covariances : array_like, shape (m, k, k)
        Their covariance matrices.

    Returns
    -------
    PooledTest
        Li, Meng, Raghunathan and Rubin (1991), Statistica Sinica 1:65-92. It needs the m statistics alone, and is
        less sharp than `wald_test`.

    Raises
    ------
    ValueError
        If there are fewer than two data sets or the shapes do not fit.
    """
    q, u = _coefficients(estimates, covariances)
    m, k = q.shape
    d = np.array([float(row @ np.linalg.solve(matrix, row)) for row, matrix in zip(q, u, strict=True)])
    increase = (1 + 1 / m) * float(np.sqrt(d).var(ddof=1))
    statistic = (float(d.mean()) / k - (m + 1) / (m - 1) * increase) / (1 + increase)
    df2 = k ** (-3 / m) * (m - 1) * _squared_excess(1.0, increase)
    return PooledTest(statistic, k, df2, _f_tail(statistic, k, df2), increase)


def _coefficients(estimates: ArrayLike, covariances: ArrayLike) -> tuple[Floats, Floats]:
    """Return coefficients and covariance matrices, refusing shapes that do not fit."""
    q, u = np.asarray(estimates, dtype=np.float64), np.asarray(covariances, dtype=np.float64)
    if q.ndim != 2 or len(q) < 2 or u.shape != (*q.shape, q.shape[1]):
        raise ValueError(f"pooling needs m estimates of k coefficients with matrices; shapes {q.shape}, {u.shape}")
    return q, u


def _f_tail(statistic: float, df1: int, df2: float) -> float:
    """Return the upper tail probability of an F variable; with infinite ``df2`` it is chi-squared over ``df1``."""
    from scipy.stats import f

    if math.isinf(df2):
        return chi_squared_tail(max(0.0, statistic) * df1, df1)
    return float(f.sf(statistic, df1, df2))


def _squared_excess(part: float, increase: float) -> float:
    """Return ``(1 + part / increase)^2``, infinite when nothing varies between the data sets."""
    if increase <= 0:
        return math.inf
    excess = 1 + part / increase
    return excess * excess


def _reiter(v: int, increase: float, df_complete: float) -> float:
    """Return Reiter's denominator degrees of freedom (2007, equation 2)."""
    a = increase * v / (v - 2)
    observed = (df_complete + 1) / (df_complete + 3) * df_complete
    c0, c1, c2 = 1 / (v - 4), observed - 2 * (1 + a), observed - 4 * (1 + a)
    z = (
        1 / c2
        + c0 * (a**2 * c1 / ((1 + a) ** 2 * c2))
        + c0 * (8 * a**2 * c1 / ((1 + a) * c2**2) + 4 * a**2 / ((1 + a) * c2))
        + c0 * (4 * a**2 / (c2 * c1) + 16 * a**2 * c1 / c2**3)
        + c0 * (8 * a**2 / c2**2)
    )
    return 4 + 1 / z
