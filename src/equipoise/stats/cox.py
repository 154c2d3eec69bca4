"""The Cox proportional hazards model: stratified, with delayed entry, ties and cluster-robust variance."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.cox_data import CoxData, Floats, read_data
from equipoise.stats.cox_likelihood import Likelihood, partial_likelihood
from equipoise.stats.cox_residuals import score as score_residuals
from equipoise.stats.normal import chi_squared_tail, critical_value, two_sided
from equipoise.stats.results import ChiSquaredResult
from equipoise.stats.survival_times import as_labels

Ties = Literal["efron", "breslow", "exact"]

_ITERATIONS = 60
# Information in some direction that has fallen below this part of what it was at the start: the likelihood is flat
# there and rises without end. A maximum, however far out, keeps far more.
_FLAT = 1e-8


class NoMaximumError(ValueError):
    """The partial likelihood has no maximum, as when an arm has no event."""


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """A hazard ratio with its Wald interval and test.

    Attributes
    ----------
    estimate, low, high : float
        Hazard ratio and confidence limits.
    z, p : float
        Wald statistic of the log hazard ratio and its two-sided p-value.
    """

    estimate: float
    low: float
    high: float
    z: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class CoxFit:
    """A fitted Cox model.

    Attributes
    ----------
    data : CoxData
        The rows that were analysed.
    ties : {"efron", "breslow", "exact"}
        Handling of ties.
    coef : numpy.ndarray, shape (p,)
        Log hazard ratios.
    vcov : numpy.ndarray, shape (p, p)
        Inverse of the observed information.
    vcov_robust : numpy.ndarray, shape (p, p), or None
        Sandwich variance over clusters, when clusters were given; it then rules intervals and tests.
    loglik_null, loglik : float
        Log partial likelihood at 0 and at the estimate.
    likelihood_ratio, wald, score : ChiSquaredResult
        The three tests that all coefficients are 0; the score test is the log-rank test when the only covariate
        is the arm and no times are tied.
    """

    data: CoxData
    ties: Ties
    coef: Floats
    vcov: Floats
    vcov_robust: Floats | None
    loglik_null: float
    loglik: float
    likelihood_ratio: ChiSquaredResult
    wald: ChiSquaredResult
    score: ChiSquaredResult

    @property
    def se(self) -> Floats:
        """Standard errors of the coefficients, robust where clusters were given."""
        return np.asarray(np.sqrt(np.diag(self.vcov if self.vcov_robust is None else self.vcov_robust)))

    def hazard_ratio(self, index: int = 0, conf: float = 0.95) -> HazardRatio:
        """Return one covariate's hazard ratio.

        Parameters
        ----------
        index : int
            Column of the covariate.
        conf : float
            Confidence level.

        Returns
        -------
        HazardRatio
            ``exp(coef -+ z se)``.
        """
        coef, se = float(self.coef[index]), float(self.se[index])
        half = critical_value(conf) * se
        z = coef / se
        return HazardRatio(math.exp(coef), math.exp(coef - half), math.exp(coef + half), z, two_sided(z))


def fit_cox(
    X: ArrayLike,
    time: ArrayLike,
    event: ArrayLike,
    strata: ArrayLike | None = None,
    *,
    start: ArrayLike | None = None,
    ties: Ties = "efron",
    cluster: ArrayLike | None = None,
) -> CoxFit:
    """Fit a Cox model by maximum partial likelihood.

    Parameters
    ----------
    X : array_like, shape (n, p) or (n,)
        Covariates, without a constant. For a two-arm trial the arm, 1 for treatment and 0 for control.
    time : array_like, shape (n,)
        Time to the event or to censoring; the end of the row's time at risk with ``start``.
    event : array_like, shape (n,)
        1 for an event, 0 for censoring.
    strata : array_like, shape (n,), optional
        Stratum labels; each stratum has its own baseline hazard.
    start : array_like, shape (n,), optional
        Begin of the time at risk (delayed entry, or covariates that change with time): at risk when
        ``start < t <= time``.
    ties : {"efron", "breslow", "exact"}
        Handling of tied event times (see `partial_likelihood`).
    cluster : array_like, shape (n,), optional
        Labels of rows that belong together, such as one participant's; asks for the robust variance.

    Returns
    -------
    CoxFit
        The estimate. Cox (1972), JRSS B 34:187-220; robust variance of Lin and Wei (1989), JASA 84:1074-1078.

    Raises
    ------
    NoMaximumError
        If the likelihood rises without end, as when an arm has no event.
    ValueError
        If the data are wrong (see `read_data`), a covariate is constant or a combination of others, ``ties`` is
        unknown, or the robust variance is asked for with exact ties.
    """
    if ties not in ("efron", "breslow", "exact"):
        raise ValueError(f"ties are handled by efron, breslow or exact; not {ties!r}")
    if ties == "exact" and cluster is not None:
        raise ValueError("the robust variance is defined for Efron's and Breslow's handling of ties only")
    data = read_data(X, time, event, strata, start)
    null = partial_likelihood(data, np.zeros(data.x.shape[1]), ties)
    coef, found = _maximise(data, null, ties)
    vcov = np.asarray(np.linalg.inv(found.information), dtype=np.float64)
    robust = None if cluster is None else _sandwich(data, coef, vcov, ties, cluster)
    df = len(coef)
    ratio = 2 * (found.value - null.value)
    wald = float(coef @ np.linalg.solve(vcov if robust is None else robust, coef))
    score = float(null.score @ np.linalg.solve(null.information, null.score))
    return CoxFit(
        data=data,
        ties=ties,
        coef=coef,
        vcov=vcov,
        vcov_robust=robust,
        loglik_null=null.value,
        loglik=found.value,
        likelihood_ratio=ChiSquaredResult(ratio, df, chi_squared_tail(max(0.0, ratio), df)),
        wald=ChiSquaredResult(wald, df, chi_squared_tail(wald, df)),
        score=ChiSquaredResult(score, df, chi_squared_tail(score, df)),
    )


def _maximise(data: CoxData, null: Likelihood, ties: Ties) -> tuple[Floats, Likelihood]:
    """Return the maximum by Newton's method with step halving, from 0."""
    spread = np.sqrt(np.diag(null.information))
    if (spread == 0).any() or (start := _least_information(null, spread)) < 1e-10:
        raise ValueError("a covariate is constant in every risk set, or a combination of the others")
    coef, here = np.zeros(len(spread)), null
    for _ in range(_ITERATIONS):
        step = np.linalg.solve(here.information, here.score)
        decrement = float(here.score @ step)
        there = partial_likelihood(data, coef + step, ties)
        # The tolerance lets rounding pass at the maximum, where steps gain nothing.
        while not there.value >= here.value - 1e-9 * (1 + abs(here.value)):
            step = step / 2
            there = partial_likelihood(data, coef + step, ties)
        coef, here = coef + step, there
        if _least_information(here, spread) < _FLAT * start:
            break
        if decrement < 1e-12:
            return coef, here
    raise NoMaximumError("the likelihood rises without end: a covariate, such as an arm without events, separates")


def _least_information(likelihood: Likelihood, spread: Floats) -> float:
    """Return the smallest eigenvalue of the information, in the unit of its start."""
    return float(np.linalg.eigvalsh(likelihood.information / np.outer(spread, spread))[0])


def _sandwich(data: CoxData, coef: Floats, vcov: Floats, ties: Ties, cluster: ArrayLike) -> Floats:
    """Return the robust variance: the squared sums over clusters of each row's influence."""
    labels = as_labels(cluster, data.n, "cluster")
    influence = score_residuals(data, coef, ties) @ vcov
    sums = np.zeros((int(labels.max()) + 1, len(coef)))
    np.add.at(sums, labels, influence)
    return np.asarray(sums.T @ sums)
