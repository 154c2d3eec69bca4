"""Score interval and test of a risk difference by Miettinen and Nurminen, plain and stratified."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.results import ScoreResult
from equipoise.stats.score_difference import score_interval, score_statistic
from equipoise.stats.two_arm import TwoArmTable, as_counts, as_tables


def risk_difference(x1: int, n1: int, x0: int, n0: int, conf: float = 0.95, *, null: float = 0.0) -> ScoreResult:
    """Return the score interval and test of a risk difference.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    conf : float
        Confidence level.
    null : float
        Risk difference under the null hypothesis of the test; minus the margin for a test of non-inferiority.

    Returns
    -------
    ScoreResult
        Miettinen and Nurminen (1985), Statistics in Medicine 4:213-226: the variance is taken at the proportions
        most likely under the difference, times N / (N - 1).

    Raises
    ------
    ValueError
        If an arm is empty, its responders are not between 0 and its participants, or ``conf`` or ``null`` is out
        of range.
    """
    return score_interval((TwoArmTable(x1, n1, x0, n0),), (1.0,), conf, null, corrected=True)


def statistic(x1: int, n1: int, x0: int, n0: int, *, null: float = 0.0) -> float:
    """Return the score statistic alone, for enumerations that need no interval.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    null : float
        Risk difference under the null hypothesis.

    Returns
    -------
    float
        The ``z`` of `risk_difference`.

    Raises
    ------
    ValueError
        If an arm is empty or its responders are not between 0 and its participants.
    """
    return score_statistic((TwoArmTable(x1, n1, x0, n0),), (1.0,), null, corrected=True)


def stratified_risk_difference(strata: ArrayLike, conf: float = 0.95, *, null: float = 0.0) -> ScoreResult:
    """Return the stratified score interval and test of a common risk difference.

    Parameters
    ----------
    strata : array_like, shape (k, 4)
        One row a stratum: ``x1, n1, x0, n0``; no arm empty (see `pool_empty_strata`).
    conf : float
        Confidence level.
    null : float
        Common risk difference under the null hypothesis of the test.

    Returns
    -------
    ScoreResult
        With ``w = n1 n0 / (n1 + n0)`` normalised, the estimate is ``sum w (p1 - p0)``; the limits are the
        differences d at which ``sum w (p1 - p0 - d) / sqrt(sum w^2 V(d))`` equals the critical value, V(d) being
        each stratum's Miettinen-Nurminen variance. Miettinen and Nurminen (1985), Statistics in Medicine
        4:213-226; Lu (2008), Drug Information Journal 42:119-127. One stratum gives `risk_difference`.

    Raises
    ------
    ValueError
        If the shape is wrong, a stratum has an empty arm, or ``conf`` or ``null`` is out of range.
    """
    tables = as_tables(strata)
    raw = [t.n1 * t.n0 / t.total for t in tables]
    weights = [w / sum(raw) for w in raw]
    return score_interval(tables, weights, conf, null, corrected=True)


def null_statistics(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> NDArray[np.float64]:
    """Return the score statistics of no difference of many stratified tables at once.

    Parameters
    ----------
    x1, n1, x0, n0 : array_like, shapes that broadcast to (..., k)
        Responders and participants of arm 1 and arm 0; one column a stratum. A stratum with an empty arm carries
        nothing.

    Returns
    -------
    numpy.ndarray, shape (...)
        The ``z`` of `stratified_risk_difference` at ``null=0``: with ``m`` responders among ``N`` of a stratum it is
        ``sum (x1 - n1 m/N) / sqrt(sum n1 n0 m (N - m) / (N^2 (N - 1)))``, and 0 where nothing varies.
    """
    a, b, c, d = (np.asarray(each, dtype=np.float64) for each in (x1, n1, x0, n0))
    total, responders = b + d, a + c
    counts = np.where(b * d > 0, total, np.inf)  # a stratum with an empty arm: every term divided by it is 0
    # n0 x1 - n1 x0 over N is x1 - n1 m/N, without the rounding of a difference that should be 0.
    excess = ((a * d - c * b) / counts).sum(axis=-1)
    variance = (b * d * responders * (total - responders) / counts / counts / (counts - 1)).sum(axis=-1)
    return np.asarray(np.where(variance > 0, excess / np.sqrt(np.where(variance > 0, variance, 1.0)), 0.0))


@dataclass(frozen=True, slots=True)
class PooledStrata:
    """Strata after those with an empty arm were merged.

    Attributes
    ----------
    strata : tuple of tuple of int
        One row a pooled stratum: ``x1, n1, x0, n0``.
    groups : tuple of tuple of int
        For each pooled stratum the indices of the strata that it holds, in the declared order.
    """

    strata: tuple[tuple[int, int, int, int], ...]
    groups: tuple[tuple[int, ...], ...]


def pool_empty_strata(strata: ArrayLike, order: Sequence[int]) -> PooledStrata:
    """Merge every stratum with an empty arm into its declared neighbour.

    The strata stand in a line, in the declared order. Strata without anybody are left out: they carry nothing.
    Then, from the start of the line, the first stratum with one empty arm is added to the next in the line (the
    last to the one before it), and this is repeated until no arm is empty. The outcome depends on the numbers of
    participants and the declared order alone, never on the responses.

    Parameters
    ----------
    strata : array_like, shape (k, 4)
        One row a stratum: ``x1, n1, x0, n0``.
    order : sequence of int
        The indices of all strata, neighbours side by side, as declared before the data were seen.

    Returns
    -------
    PooledStrata
        The strata to analyse and what each was made of.

    Raises
    ------
    ValueError
        If ``order`` does not name each stratum once, or an arm is empty in all strata together.
    """
    counts = as_counts(strata)
    if sorted(order) != list(range(len(counts))):
        raise ValueError(f"the order must name each of the {len(counts)} strata once; it is {list(order)}")
    if counts[:, 1].sum() == 0 or counts[:, 3].sum() == 0:
        raise ValueError("an arm is empty in all strata together: there is nothing to compare")
    line = [([index], counts[index]) for index in order if counts[index, 1] + counts[index, 3] > 0]
    while (at := next((i for i, (_, row) in enumerate(line) if row[1] * row[3] == 0), None)) is not None:
        first = min(at, len(line) - 2)
        merged = (line[first][0] + line[first + 1][0], np.add(line[first][1], line[first + 1][1]))
        line[first : first + 2] = [merged]
    rows = [row.tolist() for _, row in line]
    return PooledStrata(tuple((r[0], r[1], r[2], r[3]) for r in rows), tuple(tuple(group) for group, _ in line))
