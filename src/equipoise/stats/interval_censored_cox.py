"""Proportional hazards with times that are known as intervals only; the baseline is left free."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.concave_maximum import Floats, maximise
from equipoise.stats.cox import HazardRatio, NoMaximumError
from equipoise.stats.interval_times import IntervalTimes, as_intervals, cells_of
from equipoise.stats.normal import chi_squared_tail, critical_value, two_sided
from equipoise.stats.results import ChiSquaredResult

_ITERATIONS = 50
# A baseline hazard below this part of the largest is 0, the end of its range, and not estimated.
_NO_HAZARD = 1e-7
# Information in some direction below this part of what it was at the start: the likelihood rises there without end.
_FLAT = 1e-8
# A log hazard ratio as far out as infinity: what is left to gain beyond it is rounding.
_FAR = 35.0
_LIMIT = 1e-7
# exp of more than this is out of range, and one over it nothing.
_LARGE = 700.0


class NoInformationError(ValueError):
    """The data say nothing about a covariate: nobody had the event, or all who did are alike."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The likelihood at given coefficients, maximised over the baseline.

    Attributes
    ----------
    value : float
        Log likelihood.
    score : numpy.ndarray, shape (p,)
        Its slope.
    information : numpy.ndarray, shape (p, p)
        Minus its curvature, with the baseline following.
    """

    value: float
    score: Floats
    information: Floats


@dataclass(frozen=True, slots=True, eq=False)
class IntervalCoxFit:
    """A fitted proportional hazards model.

    Attributes
    ----------
    n, events : int
        People, and those of them whose event was seen.
    coef : numpy.ndarray, shape (p,)
        Log hazard ratios.
    vcov : numpy.ndarray, shape (p, p)
        Inverse of the observed information, the baseline among the parameters.
    loglik_null, loglik : float
        Log likelihood at 0 and at the estimate.
    likelihood_ratio, wald, score : ChiSquaredResult
        The three tests that all coefficients are 0.
    """

    n: int
    events: int
    coef: Floats
    vcov: Floats
    loglik_null: float
    loglik: float
    likelihood_ratio: ChiSquaredResult
    wald: ChiSquaredResult
    score: ChiSquaredResult

    @property
    def se(self) -> Floats:
        """Standard errors of the coefficients."""
        return np.asarray(np.sqrt(np.diag(self.vcov)))

    def hazard_ratio(self, index: int = 0, conf: float = 0.95) -> HazardRatio:
        """Return one covariate's hazard ratio with its Wald interval.

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


@dataclass(frozen=True, slots=True)
class ArmHazardRatio:
    """The hazard ratio of two arms, by the likelihood ratio.

    Attributes
    ----------
    estimate, low, high : float
        Hazard ratio, 0 or infinite where the likelihood rises without end, and profile likelihood limits.
    finite : bool
        Whether the likelihood has a maximum.
    log_se : float or None
        Standard error of the log hazard ratio; None without a maximum.
    likelihood_ratio, score : ChiSquaredResult
        Tests of equal hazards. Both exist without a maximum, too.
    wald : ChiSquaredResult or None
        Wald's test; None without a maximum.
    loglik_null, loglik : float
        Log likelihood at equal hazards and at its largest, or where it rises to.
    """

    estimate: float
    low: float
    high: float
    finite: bool
    log_se: float | None
    likelihood_ratio: ChiSquaredResult
    score: ChiSquaredResult
    wald: ChiSquaredResult | None
    loglik_null: float
    loglik: float


def fit_interval_cox(X: ArrayLike, left: ArrayLike, right: ArrayLike) -> IntervalCoxFit:
    """Fit a proportional hazards model to interval-censored times by maximum likelihood.

    Parameters
    ----------
    X : array_like, shape (n, p) or (n,)
        Covariates, without a constant.
    left, right : array_like, shape (n,)
        The event came in (left, right]; an infinite ``right`` was not seen, an equal one is exact.

    Returns
    -------
    IntervalCoxFit
        Finkelstein (1986), Biometrics 42:845-854: ``S(t | x) = S(t) ^ exp(x coef)``, the baseline a step function on
        the maximal intersections (Alioum and Commenges 1996, Biometrics 52:512-524). For given coefficients the
        log likelihood is concave in the steps of the cumulative hazard, and is maximised over them; the coefficients
        by Newton's method on that profile. Steps of 0 are no parameters of the information.

    Raises
    ------
    NoInformationError
        If nobody had the event, or a covariate is constant or a combination of others among those who tell anything.
    NoMaximumError
        If the likelihood rises without end.
    ValueError
        If the times are wrong (see `as_intervals`) or the covariates do not fit them.
    """
    model = _Model(X, as_intervals(left, right))
    null = model.at(np.zeros(model.p))
    coef, found = _maximise(model, np.zeros(model.p), np.ones(model.p, dtype=bool))
    vcov = np.asarray(np.linalg.inv(found.information), dtype=np.float64)
    return IntervalCoxFit(
        n=len(model.times),
        events=int(np.isfinite(model.times.right).sum()),
        coef=coef,
        vcov=vcov,
        loglik_null=null.value,
        loglik=found.value,
        likelihood_ratio=_chi_squared(2 * (found.value - null.value), model.p),
        wald=_chi_squared(float(coef @ found.information @ coef), model.p),
        score=_chi_squared(float(null.score @ np.linalg.solve(null.information, null.score)), model.p),
    )


def arm_hazard_ratio(
    arm: ArrayLike, left: ArrayLike, right: ArrayLike, adjust: ArrayLike | None = None, conf: float = 0.95
) -> ArmHazardRatio:
    """Return the hazard ratio of two arms from interval-censored times.

    Parameters
    ----------
    arm : array_like, shape (n,)
        1 for treatment, 0 for control.
    left, right : array_like, shape (n,)
        The event came in (left, right].
    adjust : array_like, shape (n, k), optional
        Further covariates of the model.
    conf : float
        Confidence level.

    Returns
    -------
    ArmHazardRatio
        The model of `fit_interval_cox`; the limits are where twice the log likelihood ratio, all else maximised,
        reaches the chi-squared quantile. Where an arm has no event the ratio is 0 or infinite and one limit with it;
        the other limit and the likelihood ratio test stay what they are.

    Raises
    ------
    NoInformationError
        If nobody had the event, or an arm is empty.
    NoMaximumError
        If the likelihood rises without end along one of the further covariates.
    ValueError
        If the data are wrong, or ``conf`` is not strictly between 0 and 1.
    """
    others = [] if adjust is None else [np.asarray(adjust, dtype=np.float64)]
    model = _Model(np.column_stack([np.asarray(arm, dtype=np.float64), *others]), as_intervals(left, right))
    half = critical_value(conf) ** 2 / 2
    profile = _ArmProfile(model)
    null_coef, null = profile.constrained(0.0)
    efficient = _efficient(null.information)
    if efficient < 1e-10:
        raise NoInformationError("nobody had the event, or an arm is empty: the data do not compare the arms")
    score = _chi_squared(float(null.score[0]) ** 2 / efficient, 1)
    try:
        coef, found = _maximise(model, null_coef, np.ones(model.p, dtype=bool))
        at, best, se = float(coef[0]), found.value, 1 / math.sqrt(_efficient(found.information))
    except NoMaximumError:
        at, best, se = math.copysign(_FAR, null.score[0]), -math.inf, None
    far = math.copysign(_FAR, at)
    if se is None or abs(at) > _FAR / 2:
        best = profile.constrained(far)[1].value
        at, se = far, None
    ratio = _chi_squared(2 * (best - null.value), 1)
    start = 1.0 if se is None else 2 * se
    low, high = (profile.limit(at, side * start, best - half) for side in (-1, 1))
    return ArmHazardRatio(
        estimate=_ratio(at),
        low=_ratio(low),
        high=_ratio(high),
        finite=se is not None,
        log_se=se,
        likelihood_ratio=ratio,
        score=score,
        wald=None if se is None else _chi_squared((at / se) ** 2, 1),
        loglik_null=null.value,
        loglik=best,
    )


def _ratio(coef: float) -> float:
    """Return a hazard ratio, 0 or infinite as far out as the search goes."""
    if abs(coef) >= _FAR:
        return 0.0 if coef < 0 else math.inf
    return math.exp(coef)


def _chi_squared(statistic: float, df: int) -> ChiSquaredResult:
    value = max(0.0, statistic)
    return ChiSquaredResult(value, df, chi_squared_tail(value, df))


def _efficient(information: Floats) -> float:
    """Return the information on the first coefficient when the others are estimated."""
    if len(information) == 1:
        return float(information[0, 0])
    cross = information[0, 1:]
    return float(information[0, 0] - cross @ np.linalg.solve(information[1:, 1:], cross))


class _Model:
    """The likelihood of coefficients and of the steps of the baseline's cumulative hazard."""

    def __init__(self, covariates: ArrayLike, times: IntervalTimes) -> None:
        x = np.asarray(covariates, dtype=np.float64)
        self.x = x[:, None] if x.ndim == 1 else x
        self.times = times
        if self.x.ndim != 2 or len(self.x) != len(times):
            raise ValueError(f"each of the {len(times)} participants needs covariates; the shape is {x.shape}")
        if not np.isfinite(self.x).all():
            raise ValueError("a covariate is missing or infinite")
        self.p = self.x.shape[1]
        cells = cells_of(times)
        covers = cells.covers[:, :-1]
        # Who survives into the last cell has the event there: its hazard is infinite, and no parameter.
        self.seen = ~cells.covers[:, -1]
        self.before = (~covers & (cells.right[None, :-1] <= times.left[:, None])).astype(np.float64)
        self.within = (covers & self.seen[:, None]).astype(np.float64)

    def at(self, coef: Floats) -> Point:
        """Return the likelihood with its derivatives, maximised over the baseline."""
        eta = self.x @ coef
        # The baseline is that of the highest hazard, so that its steps stay of the order of 1.
        theta = np.exp(np.maximum(eta - eta.max(), -_LARGE))
        m = self.before.shape[1]
        if m == 0:
            return Point(0.0, np.zeros(self.p), np.zeros((self.p, self.p)))

        def function(steps: Floats) -> tuple[float, Floats, Floats]:
            value, q = self._terms(steps, theta)
            slope = -self.before.T @ theta + self.within.T @ (theta * q)
            curvature = -(self.within.T * (theta**2 * q * (1 + q))) @ self.within
            return value, slope, curvature

        steps = maximise(function, np.full(m, 0.5 / m), np.zeros((0, m))).x
        return self._point(steps, theta)

    def _terms(self, steps: Floats, theta: Floats) -> tuple[float, Floats]:
        """Return the log likelihood, and 1 / (exp(u) - 1) with u the hazard of each seen event's interval."""
        u = np.minimum(theta * (self.within @ steps), _LARGE)
        seen = self.seen
        q = np.zeros(len(theta))
        q[seen] = 1 / np.expm1(u[seen])
        value = float(np.log(-np.expm1(-u[seen])).sum() - theta @ (self.before @ steps))
        return value, q

    def _point(self, steps: Floats, theta: Floats) -> Point:
        value, q = self._terms(steps, theta)
        u, v = theta * (self.within @ steps), theta * (self.before @ steps)
        bend = q * (1 + q)
        first = u * q - v
        direct = (self.x.T * (first - u**2 * bend)) @ self.x
        used = steps > _NO_HAZARD * steps.max()
        before, within = self.before[:, used], self.within[:, used]
        cross = self.x.T @ ((theta * (q - u * bend))[:, None] * within - theta[:, None] * before)
        baseline = -(within.T * (theta**2 * bend)) @ within
        follows = np.linalg.lstsq(baseline, cross.T, rcond=None)[0]
        return Point(value, self.x.T @ first, -(direct - cross @ follows))


class _ArmProfile:
    """The likelihood of the first coefficient, everything else maximised."""

    def __init__(self, model: _Model) -> None:
        self.model = model
        self.others = np.arange(model.p) > 0

    def constrained(self, coef: float) -> tuple[Floats, Point]:
        """Return the other coefficients' maximum and the likelihood there."""
        start = np.zeros(self.model.p)
        start[0] = coef
        if not self.others.any():
            return start, self.model.at(start)
        return _maximise(self.model, start, self.others)

    def limit(self, inside: float, step: float, level: float) -> float:
        """Return where the likelihood falls to a level on the side of a step; `_FAR` where it does not."""
        from scipy.optimize import brentq

        def above(coef: float) -> float:
            return self.constrained(coef)[1].value - level

        end = math.copysign(_FAR, step)
        near = inside
        while near != end:
            far = max(end, near + step) if step < 0 else min(end, near + step)
            if above(far) < 0:
                return float(brentq(above, *sorted((near, far)), xtol=_LIMIT))
            near, step = far, 2 * step
        return end


def _maximise(model: _Model, start: Floats, free: NDArray[np.bool_]) -> tuple[Floats, Point]:
    """Return the maximum over some coefficients by Newton's method with step halving."""
    coef, here = start.copy(), model.at(start)
    spread = np.sqrt(np.maximum(np.diag(here.information)[free], 0.0))
    if (spread < 1e-7).any() or (least := _least(here, free, spread)) < 1e-10:
        raise NoInformationError("nobody had the event, or a covariate is constant or a combination of the others")
    for _ in range(_ITERATIONS):
        slope = here.score[free]
        move = np.linalg.solve(here.information[np.ix_(free, free)], slope)
        decrement = float(slope @ move)
        if abs(decrement) < 1e-13:
            return coef, here
        step = 1.0
        while True:
            there_coef = coef.copy()
            there_coef[free] += step * move
            there = model.at(there_coef)
            if there.value >= here.value - 1e-9 * (1 + abs(here.value)) or step < 1e-6:
                break
            step /= 2
        coef, here = there_coef, there
        if _least(here, free, spread) < _FLAT * least or np.abs(coef[free]).max() > _FAR:
            break
        if abs(decrement) < 1e-11:
            return coef, here
    raise NoMaximumError("the likelihood rises without end: a covariate, such as an arm without events, separates")


def _least(point: Point, free: NDArray[np.bool_], spread: Floats) -> float:
    """Return the smallest eigenvalue of the information, in the unit of its start."""
    return float(np.linalg.eigvalsh(point.information[np.ix_(free, free)] / np.outer(spread, spread))[0])
