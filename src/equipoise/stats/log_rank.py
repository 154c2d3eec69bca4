"""The log-rank test and its weighted relatives, plain and stratified."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.normal import chi_squared_tail
from equipoise.stats.survival_times import EventTable, as_labels, as_times, at_risk, event_table

Weight = Literal["fleming-harrington", "gehan", "tarone-ware"]


@dataclass(frozen=True, slots=True, eq=False)
class LogRank:
    """A (weighted) log-rank test of k groups.

    Attributes
    ----------
    n : numpy.ndarray, shape (k,)
        Participants of each group, in the order of the sorted labels.
    observed, expected : numpy.ndarray, shape (k,)
        Weighted observed and expected events of each group, summed over strata.
    variance : numpy.ndarray, shape (k, k)
        Covariance matrix of ``observed - expected``.
    statistic, p : float
        Chi-squared statistic and its upper tail probability; ``nan`` without information.
    df : int
        Degrees of freedom, groups that ever were at risk less one.
    z : float
        With two groups, the standardised excess of events in the second; positive means more events than
        expected. ``nan`` with more groups.
    """

    n: NDArray[np.int64]
    observed: NDArray[np.float64]
    expected: NDArray[np.float64]
    variance: NDArray[np.float64]
    statistic: float
    df: int
    p: float
    z: float


def log_rank(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    strata: ArrayLike | None = None,
    *,
    weight: Weight = "fleming-harrington",
    rho: float = 0.0,
    gamma: float = 0.0,
) -> LogRank:
    """Return the log-rank test, or a weighted one.

    Parameters
    ----------
    time : array_like, shape (n,)
        Time to the event or to censoring, not negative.
    event : array_like, shape (n,)
        1 for an event, 0 for censoring.
    group : array_like, shape (n,)
        Group labels, at least two different ones.
    strata : array_like, shape (n,), optional
        Stratum labels; observed, expected and variance are summed over strata.
    weight : {"fleming-harrington", "gehan", "tarone-ware"}
        ``S(t-)^rho (1 - S(t-))^gamma`` with the pooled Kaplan-Meier curve of the stratum; the number at risk; or
        its square root. With rho = gamma = 0 the plain log-rank test.
    rho, gamma : float
        Exponents of the Fleming-Harrington weight, not negative.

    Returns
    -------
    LogRank
        Hypergeometric variance (Mantel 1966, Cancer Chemotherapy Reports 50:163-170; Fleming and Harrington 1991,
        Counting Processes and Survival Analysis, chapter 7; Gehan 1965, Biometrika 52:203-223; Tarone and Ware
        1977, Biometrika 64:156-160).

    Raises
    ------
    ValueError
        If the times are not in order (see `kaplan_meier`), there are fewer than two groups, labels are missing, or
        the weight is unknown.
    """
    if weight not in ("fleming-harrington", "gehan", "tarone-ware"):
        raise ValueError(f"the weights are fleming-harrington, gehan and tarone-ware; not {weight!r}")
    if min(rho, gamma) < 0:
        raise ValueError(f"the exponents rho and gamma are not negative; they are {rho} and {gamma}")
    times, events = as_times(time, event)
    groups = as_labels(group, len(times), "group")
    k = int(groups.max()) + 1
    if k < 2:
        raise ValueError("a log-rank test needs at least two groups")
    layers = np.zeros_like(groups) if strata is None else as_labels(strata, len(times), "stratum")
    observed, expected, variance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    for layer in range(int(layers.max()) + 1):
        inside = layers == layer
        table = event_table(times[inside], events[inside])
        w = _weights(table, weight, rho, gamma)
        deaths, members = _by_group(times[inside], events[inside], groups[inside], k)
        parts = _stratum(table, deaths, members, w)
        observed += parts[0]
        expected += parts[1]
        variance += parts[2]
    statistic, df = _quadratic_form(observed - expected, expected, variance)
    z = math.nan
    if k == 2 and variance[1, 1] > 0:
        z = float((observed[1] - expected[1]) / math.sqrt(variance[1, 1]))
    counts = np.bincount(groups, minlength=k)
    return LogRank(counts, observed, expected, variance, statistic, df, chi_squared_tail(statistic, df), z)


def _weights(table: EventTable, weight: Weight, rho: float, gamma: float) -> NDArray[np.float64]:
    """Return the weight of each event time."""
    n = table.n_risk.astype(float)
    if weight == "gehan":
        return n
    if weight == "tarone-ware":
        return np.asarray(np.sqrt(n))
    survival = np.cumprod(np.concatenate(([1.0], (n - table.n_event) / n)))[:-1]
    return np.asarray(survival**rho * (1 - survival) ** gamma)


def _by_group(
    time: NDArray[np.float64], event: NDArray[np.bool_], group: NDArray[np.int64], k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return events and numbers at risk of each group (row) at each distinct event time (column)."""
    distinct, position = np.unique(time[event], return_inverse=True)
    deaths = np.zeros((k, len(distinct)))
    np.add.at(deaths, (group[event], position), 1.0)
    members = np.stack([at_risk(np.sort(time[group == g]), distinct) for g in range(k)])
    return deaths, members.astype(float)


def _stratum(
    table: EventTable, deaths: NDArray[np.float64], members: NDArray[np.float64], w: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return weighted observed and expected events and their covariance in one stratum."""
    n, d = table.n_risk.astype(float), table.n_event.astype(float)
    # With one participant left the variance is 0, and its formula 0 / 0.
    spread = w**2 * d * np.divide(n - d, n - 1, out=np.zeros_like(n), where=n > 1)
    share = members / n
    variance = np.diag(share @ spread) - (share * spread) @ share.T
    return deaths @ w, share @ (w * d), variance


def _quadratic_form(
    excess: NDArray[np.float64], expected: NDArray[np.float64], variance: NDArray[np.float64]
) -> tuple[float, int]:
    """Return the chi-squared statistic over the groups that were ever at risk, and its degrees of freedom."""
    present = np.flatnonzero(expected > 0)
    df = max(len(present) - 1, 0)
    free = present[:-1]
    block = variance[np.ix_(free, free)]
    if df == 0 or np.linalg.matrix_rank(block) < df:
        return math.nan, df
    return float(excess[free] @ np.linalg.solve(block, excess[free])), df
