"""Discrimination: area under the ROC curve with DeLong's variance, tests between areas, Youden's threshold."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.normal import critical_value, two_sided
from equipoise.stats.results import Difference

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Area:
    """Area under the ROC curve, known as AUC or c.

    Attributes
    ----------
    estimate, low, high : float
        Probability that a case scores above a control, ties counting half, with confidence limits cut at 0 and 1.
    variance : float
        DeLong's variance; ``nan`` with a single case or a single control, and the limits are then 0 and 1.
    cases, controls : int
        How many there are.
    """

    estimate: float
    low: float
    high: float
    variance: float
    cases: int
    controls: int


@dataclass(frozen=True, slots=True)
class UnpairedTest:
    """Test that the areas in two groups of people are equal.

    Attributes
    ----------
    difference : float
        First area minus second.
    statistic, df, p : float
        Statistic, degrees of freedom of the t distribution, two-sided p-value.
    """

    difference: float
    statistic: float
    df: float
    p: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold of a score with what it reaches.

    Attributes
    ----------
    threshold : float
        A score above it is called a case; halfway between two observed scores, or infinite.
    sensitivity, specificity : float
        Shares of the cases above and of the controls below.
    """

    threshold: float
    sensitivity: float
    specificity: float


def auc(outcome: ArrayLike, score: ArrayLike, conf: float = 0.95) -> Area:
    """Return the area under the ROC curve.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        1 for a case, 0 for a control; at least one of each.
    score : array_like, shape (n,)
        Higher means more likely a case.
    conf : float
        Confidence level.

    Returns
    -------
    Area
        Mann-Whitney estimate; variance and interval of DeLong, DeLong and Clarke-Pearson (1988), Biometrics
        44:837-845, by mid-ranks as in Sun and Xu (2014).

    Raises
    ------
    ValueError
        If lengths differ, a response is not 0 or 1, a score is missing, or cases or controls are absent.
    """
    z = critical_value(conf)
    case, control = _placements(outcome, score)
    estimate = float(case.mean())
    variance = _covariance(case, case, control, control)
    if math.isnan(variance):
        return Area(estimate, 0.0, 1.0, variance, len(case), len(control))
    half = z * math.sqrt(variance)
    return Area(estimate, max(0.0, estimate - half), min(1.0, estimate + half), variance, len(case), len(control))


def covariance(outcome: ArrayLike, a: ArrayLike, b: ArrayLike) -> float:
    """Return DeLong's covariance of the areas of two scores of the same people.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        1 for a case, 0 for a control.
    a, b : array_like, shape (n,)
        The scores.

    Returns
    -------
    float
        The covariance; ``nan`` with a single case or control.

    Raises
    ------
    ValueError
        As in `auc`.
    """
    (case_a, control_a), (case_b, control_b) = _placements(outcome, a), _placements(outcome, b)
    return _covariance(case_a, case_b, control_a, control_b)


def paired_test(outcome: ArrayLike, a: ArrayLike, b: ArrayLike, conf: float = 0.95) -> Difference:
    """Return the difference of the areas of two scores of the same people, with DeLong's test.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        1 for a case, 0 for a control.
    a, b : array_like, shape (n,)
        The scores.
    conf : float
        Confidence level.

    Returns
    -------
    Difference
        Area of ``a`` minus area of ``b``; z and p are ``nan`` where the scores order everybody alike.

    Raises
    ------
    ValueError
        As in `auc`, or if there are fewer than two cases or controls.
    """
    (case_a, control_a), (case_b, control_b) = _placements(outcome, a), _placements(outcome, b)
    if min(len(case_a), len(control_a)) < 2:
        raise ValueError("comparing areas needs at least two cases and two controls")
    difference_case, difference_control = case_a - case_b, control_a - control_b
    variance = _covariance(difference_case, difference_case, difference_control, difference_control)
    return Difference.wald(float(case_a.mean() - case_b.mean()), math.sqrt(max(0.0, variance)), conf)


def unpaired_test(outcome1: ArrayLike, score1: ArrayLike, outcome2: ArrayLike, score2: ArrayLike) -> UnpairedTest:
    """Test that the areas in two groups of people are equal.

    Parameters
    ----------
    outcome1, outcome2 : array_like, shapes (n1,) and (n2,)
        1 for a case, 0 for a control.
    score1, score2 : array_like, shapes (n1,) and (n2,)
        The scores.

    Returns
    -------
    UnpairedTest
        Difference over the root of the summed variances, by the t distribution with Satterthwaite's degrees of
        freedom, as in pROC (Robin et al. 2011, BMC Bioinformatics 12:77); ``nan`` where both variances are 0.

    Raises
    ------
    ValueError
        As in `auc`, or if a group has fewer than two cases or controls.
    """
    from scipy.stats import t as student

    one, two = auc(outcome1, score1), auc(outcome2, score2)
    if min(one.cases, one.controls, two.cases, two.controls) < 2:
        raise ValueError("comparing areas needs at least two cases and two controls in each group")
    n1, n2 = one.cases + one.controls, two.cases + two.controls
    total = one.variance + two.variance
    difference = one.estimate - two.estimate
    if total <= 0:
        return UnpairedTest(difference, math.nan, math.nan, math.nan)
    statistic = difference / math.sqrt(total)
    df = total**2 / (one.variance**2 / (n1 - 1) + two.variance**2 / (n2 - 1))
    p = float(2 * student.sf(abs(statistic), df)) if math.isfinite(df) else two_sided(statistic)
    return UnpairedTest(difference, statistic, df, p)


def youden(outcome: ArrayLike, score: ArrayLike) -> tuple[Threshold, ...]:
    """Return the thresholds with the largest sum of sensitivity and specificity.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        1 for a case, 0 for a control.
    score : array_like, shape (n,)
        Higher means more likely a case.

    Returns
    -------
    tuple of Threshold
        All that share the largest sum, the lowest first: Youden (1950), Cancer 3:32-35. The one found in the data
        at hand is too good for new people.

    Raises
    ------
    ValueError
        As in `auc`.
    """
    y, s = _read(outcome, score)
    cases, controls = int(y.sum()), int(len(y) - y.sum())
    values = np.unique(s)
    middle = values[:-1] + (values[1:] - values[:-1]) / 2 if len(values) > 1 else np.empty(0)
    cuts = np.concatenate([[-math.inf], middle, [math.inf]])
    case, control = np.sort(s[y == 1]), np.sort(s[y == 0])
    hit = cases - np.searchsorted(case, cuts, side="right")
    refused = np.searchsorted(control, cuts, side="right")
    # Whole numbers, so that equal sums are seen to be equal.
    sums = hit * controls + refused * cases
    return tuple(
        Threshold(float(cuts[i]), int(hit[i]) / cases, int(refused[i]) / controls)
        for i in np.flatnonzero(sums == sums.max())
    )


def _read(outcome: ArrayLike, score: ArrayLike) -> tuple[Floats, Floats]:
    """Return outcome and score as arrays, refusing what has no area."""
    y, s = np.asarray(outcome, dtype=np.float64), np.asarray(score, dtype=np.float64)
    if y.ndim != 1 or y.shape != s.shape:
        raise ValueError(f"each response needs its score; the shapes are {y.shape}, {s.shape}")
    if not ((y == 0) | (y == 1)).all() or np.isnan(s).any():
        raise ValueError("a response is 0 or 1, and a score is a number")
    if not (y == 1).any() or not (y == 0).any():
        raise ValueError("an ROC curve needs at least one case and one control")
    return y, s


def _placements(outcome: ArrayLike, score: ArrayLike) -> tuple[Floats, Floats]:
    """Return the share of controls below each case, and of cases above each control, ties counting half."""
    y, s = _read(outcome, score)
    case, control = s[y == 1], s[y == 0]
    return _below(case, control), 1 - _below(control, case)


def _below(values: Floats, others: Floats) -> Floats:
    """Return the share of ``others`` below each value, ties counting half."""
    ordered = np.sort(others)
    sides = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    return np.asarray(sides / (2 * len(others)))


def _covariance(case_a: Floats, case_b: Floats, control_a: Floats, control_b: Floats) -> float:
    """Return the covariance of two areas from the placements of cases and controls."""
    m, n = len(case_a), len(control_a)
    if min(m, n) < 2:
        return math.nan
    first = float((case_a - case_a.mean()) @ (case_b - case_b.mean())) / (m - 1) / m
    second = float((control_a - control_a.mean()) @ (control_b - control_b.mean())) / (n - 1) / n
    return first + second
