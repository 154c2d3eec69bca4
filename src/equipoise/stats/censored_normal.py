"""The normal linear model of responses some of which are known as bounds only."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.concave_maximum import Floats
from equipoise.stats.cox import NoMaximumError
from equipoise.stats.results import Difference

_ITERATIONS = 100
# The standard deviation, as a part of that of the bounds, or the information, as a part of what it was at the start,
# below which the likelihood rises without end.
_NO_SPREAD = 1e-5
_FLAT = 1e-9
# How far a direction is followed, covariates in the unit of their largest value; and how near to 1 counts as 1.
_FAR = 1e6
_DETERMINED = 1e-8
_HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True, slots=True, eq=False)
class CensoredNormalFit:
    """A fitted normal model.

    Attributes
    ----------
    n, exact : int
        Responses, and those of them that are known exactly.
    coef : numpy.ndarray, shape (p + 1,)
        The constant, then one coefficient a covariate; ``nan`` where the likelihood rises without end, as with the
        indicator of a level whose responses are all below a limit.
    sigma : float
        Residual standard deviation, by maximum likelihood: its square is divided by n.
    vcov : numpy.ndarray, shape (p + 2, p + 2)
        Inverse of the observed information of the coefficients and of log sigma, which is last; ``nan`` in the rows
        and columns of coefficients that are.
    loglik : float
        Log likelihood: densities of exact responses, probabilities of the others. Where a coefficient is ``nan``,
        what it rises to.
    """

    n: int
    exact: int
    coef: Floats
    sigma: float
    vcov: Floats
    loglik: float

    @property
    def se(self) -> Floats:
        """Standard errors of the coefficients."""
        return np.asarray(np.sqrt(np.diag(self.vcov)[:-1]))

    def coefficient(self, index: int = 1, conf: float = 0.95) -> Difference:
        """Return one coefficient with its Wald interval and test.

        Parameters
        ----------
        index : int
            0 for the constant, 1 for the first covariate.
        conf : float
            Confidence level.

        Returns
        -------
        Difference
            ``coef -+ z se``.
        """
        return Difference.wald(float(self.coef[index]), float(self.se[index]), conf)


def fit_censored_normal(X: ArrayLike, low: ArrayLike, high: ArrayLike) -> CensoredNormalFit:
    """Fit a normal linear model to exact and bounded responses by maximum likelihood.

    Parameters
    ----------
    X : array_like, shape (n, p) or (n,)
        Covariates, without a constant; p may be 0.
    low, high : array_like, shape (n,)
        Bounds of each response: equal where it is known, ``low`` minus infinity for "below high", ``high`` infinite
        for "above low".

    Returns
    -------
    CensoredNormalFit
        Tobin (1958), Econometrica 26:24-36, for any bounds; R's ``survreg(Surv(low, high, type = "interval2") ~ X,
        dist = "gaussian")``. In ``coef / sigma`` and ``1 / sigma`` the log likelihood is concave (Olsen 1978,
        Econometrica 46:1211-1215; Burridge 1981, JRSS B 43:41-45), so that Newton's method finds the maximum or none
        exists. Where it rises without end along some coefficients, the responses whose probability goes to 1 say
        nothing about the others; these are estimated from the rest (as Clarkson and Jennrich 1991, JRSS B
        53:417-426, do for models of shares).

    Raises
    ------
    NoMaximumError
        If no coefficient has an estimate, as when all responses lie below a limit, or nothing varies.
    ValueError
        If there is no response, the shapes do not fit, a bound is missing or out of order, or the covariates are
        combinations of each other.
    """
    model = _Model(X, low, high)
    telling = ~_without_end(model)
    rest = model.x[telling]
    columns = _independent(rest)
    if not columns:
        raise NoMaximumError("the likelihood is flat: no response tells more than one bound")
    fit = _maximise(_Model(rest[:, columns], model.low[telling], model.high[telling], constant=False))
    if len(columns) == model.x.shape[1]:
        return fit
    # A coefficient has an estimate if the responses that are left determine it: its axis lies in their span.
    known = np.linalg.pinv(rest) @ rest
    estimable = [abs(known[index, index] - 1) < _DETERMINED for index in columns]
    places = [index for index, own in zip(columns, estimable, strict=True) if own]
    if not places:
        raise NoMaximumError("the likelihood rises without end along every coefficient")
    size = model.x.shape[1]
    coef, vcov = np.full(size, np.nan), np.full((size + 1, size + 1), np.nan)
    own = np.flatnonzero(estimable)
    coef[places] = fit.coef[own]
    vcov[np.ix_([*places, size], [*places, size])] = fit.vcov[np.ix_([*own, -1], [*own, -1])]
    return CensoredNormalFit(len(model.low), fit.exact, coef, fit.sigma, vcov, fit.loglik)


def _maximise(model: "_Model") -> CensoredNormalFit:
    """Return the maximum of a likelihood that has one; ``NoMaximumError`` where the spread goes to 0 or infinity."""
    theta = model.start()
    value, slope, curvature = model.at(theta)
    spread = np.sqrt(np.maximum(-np.diag(curvature), 0.0))
    if (spread == 0).any() or (least := _least(curvature, spread)) < 1e-12:
        raise NoMaximumError("the likelihood is flat: no response tells more than one bound")
    for _ in range(_ITERATIONS):
        move = np.linalg.solve(-curvature, slope)
        decrement = float(slope @ move)
        step = 1.0
        while True:
            there = theta + step * move
            found = model.at(there) if there[-1] > 0 else (-math.inf, slope, curvature)
            if found[0] >= value - 1e-10 * (1 + abs(value)) or step < 1e-9:
                break
            step /= 2
        theta, (value, slope, curvature) = there, found
        if theta[-1] > 1 / _NO_SPREAD or _least(curvature, spread) < _FLAT * least:
            break
        if decrement < 1e-14 * (1 + abs(value)):
            return model.fit(theta)
    raise NoMaximumError("the likelihood rises without end: all of an arm lie below a limit, or nothing varies")


def _without_end(model: "_Model") -> NDArray[np.bool_]:
    """Return of which responses the probability can go to 1 while that of no other falls.

    A direction does that if it leaves the mean of each response with two bounds where it is, and moves no response
    with one bound towards it. Directions add up, so that one linear programme finds all that are moved by any.
    """
    from scipy.linalg import null_space
    from scipy.optimize import linprog

    below, above = np.isfinite(model.high), np.isfinite(model.low)
    scaled = model.x / np.abs(model.x).max(axis=0)
    moved = np.zeros(len(model.low), dtype=np.bool_)
    one_sided = np.flatnonzero(below != above)
    free = null_space(scaled[below & above]) if (below & above).any() else np.eye(scaled.shape[1])
    if not len(one_sided) or not free.shape[1]:
        return moved
    away = np.where(above[one_sided], 1.0, -1.0)[:, None] * (scaled[one_sided] @ free)
    count, size = away.shape
    found = linprog(
        np.append(np.zeros(size), -np.ones(count)),
        A_ub=np.hstack((-away, np.eye(count))),
        b_ub=np.zeros(count),
        bounds=[(-_FAR, _FAR)] * size + [(0, 1)] * count,
    )
    if not found.success:
        raise ArithmeticError(f"the linear programme of a bounded likelihood ended with: {found.message}")
    moved[one_sided] = found.x[size:] > 0.5
    return moved


def _independent(x: Floats) -> list[int]:
    """Return the columns that those before them do not determine."""
    kept: list[int] = []
    for index in range(x.shape[1] if len(x) else 0):
        if np.linalg.matrix_rank(x[:, [*kept, index]]) > len(kept):
            kept.append(index)
    return kept


def _least(curvature: Floats, spread: Floats) -> float:
    """Return the smallest eigenvalue of the information, in the unit of its start."""
    return float(np.linalg.eigvalsh(-curvature / np.outer(spread, spread))[0])


class _Model:
    """The log likelihood in ``coef / sigma`` and ``1 / sigma``, responses in the unit of their spread."""

    def __init__(self, covariates: ArrayLike, low: ArrayLike, high: ArrayLike, *, constant: bool = True) -> None:
        self.low, self.high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
        n = len(self.low)
        x = np.asarray(covariates, dtype=np.float64)
        x = x[:, None] if x.ndim == 1 else x
        if self.low.ndim != 1 or self.low.shape != self.high.shape or x.shape[0] != n:
            raise ValueError("each response needs two bounds and its covariates")
        if n == 0:
            raise ValueError("there is no response to analyse")
        if not np.isfinite(x).all():
            raise ValueError("a covariate is missing or infinite")
        if np.isnan(self.low).any() or np.isnan(self.high).any() or (self.low > self.high).any():
            raise ValueError("every response has a lower and an upper bound, in that order")
        self.x = np.column_stack((np.ones(n), x)) if constant else x
        if np.linalg.matrix_rank(self.x) < self.x.shape[1]:
            raise ValueError("a covariate is constant, or a combination of the others")
        self.exact = self.low == self.high
        known = np.where(np.isfinite(self.low), self.low, self.high)
        self.known = np.where(np.isfinite(known) & np.isfinite(self.high), (known + self.high) / 2, known)
        self.known = np.where(np.isfinite(self.known), self.known, 0.0)
        self.unit = float(np.std(self.known)) or 1.0

    def start(self) -> NDArray[np.float64]:
        """Return least squares on the middle of the bounds, or on the one that there is."""
        response = self.known / self.unit
        coef = np.linalg.lstsq(self.x, response, rcond=None)[0]
        sigma = max(0.1, float(np.std(response - self.x @ coef)))
        return np.append(coef / sigma, 1 / sigma)

    def at(self, theta: Floats) -> tuple[float, Floats, Floats]:
        """Return the log likelihood with slope and curvature."""
        value, slope, curvature = 0.0, np.zeros(len(theta)), np.zeros((len(theta), len(theta)))
        if self.exact.any():
            toward = np.column_stack((-self.x[self.exact], self.low[self.exact] / self.unit))
            residual = toward @ theta
            value += float(-0.5 * residual @ residual) + len(residual) * (math.log(theta[-1]) - _HALF_LOG_TWO_PI)
            slope += -toward.T @ residual
            slope[-1] += len(residual) / theta[-1]
            curvature += -toward.T @ toward
            curvature[-1, -1] -= len(residual) / theta[-1] ** 2
        bounded = ~self.exact
        if bounded.any():
            terms = self._bounded(bounded, theta)
            value, slope, curvature = value + terms[0], slope + terms[1], curvature + terms[2]
        return value, slope, curvature

    def _bounded(self, bounded: NDArray[np.bool_], theta: Floats) -> tuple[float, Floats, Floats]:
        """Return what the responses between two bounds add."""
        x = self.x[bounded]
        ends = []
        for bound in (self.low[bounded], self.high[bounded]):
            finite = np.isfinite(bound)
            toward = np.column_stack((-x, np.where(finite, bound, 0.0) / self.unit))
            ends.append((toward * finite[:, None], np.where(finite, toward @ theta, bound)))
        (to_low, a), (to_high, b) = ends
        value = _log_between(a, b)
        pa, pb = _density_over(a, value), _density_over(b, value)
        a, b = np.where(np.isfinite(a), a, 0.0), np.where(np.isfinite(b), b, 0.0)
        slope = to_high.T @ pb - to_low.T @ pa
        curvature = (to_high.T * (-b * pb - pb**2)) @ to_high + (to_low.T * (a * pa - pa**2)) @ to_low
        cross = (to_high.T * (pa * pb)) @ to_low
        return float(value.sum()), slope, curvature + cross + cross.T

    def fit(self, theta: Floats) -> CensoredNormalFit:
        """Return the fit in the unit of the responses."""
        value, _, curvature = self.at(theta)
        sigma = self.unit / float(theta[-1])
        coef = theta[:-1] * sigma
        jacobian = np.diag(np.append(np.full(len(coef), 1 / sigma), 0.0))
        jacobian[:, -1] = -theta
        exact = int(self.exact.sum())
        vcov = np.asarray(np.linalg.inv(-jacobian.T @ curvature @ jacobian), dtype=np.float64)
        return CensoredNormalFit(len(self.low), exact, coef, sigma, vcov, value - exact * math.log(self.unit))


def _density_over(at: Floats, log_share: Floats) -> Floats:
    """Return the normal density at bounds over a probability; 0 at infinity."""
    return np.asarray(np.exp(-0.5 * at**2 - _HALF_LOG_TWO_PI - log_share))


def _log_between(a: Floats, b: Floats) -> Floats:
    """Return the logarithm of the normal probability between two bounds, also far out."""
    from scipy.special import log_ndtr

    # In the lower tail, where the distribution function keeps its digits.
    flip = a > 0
    low, high = np.where(flip, -b, a), np.where(flip, -a, b)
    top, bottom = log_ndtr(high), log_ndtr(low)
    return np.asarray(top + np.log1p(-np.exp(bottom - top)))
