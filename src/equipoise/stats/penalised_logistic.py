"""Logistic regression with a quadratic penalty, one fit or thousands at once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.logistic import SeparationError
from equipoise.stats.penalised_newton import FINE, Maxima, Samples, maximise, weighted_sum

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

# From next to no shrinkage to a model with a constant alone, for columns of unit variance in a trial of some hundred.
GRID = tuple(float(value) for value in np.geomspace(0.1, 1000.0, 20))


# Variance, as a part of the largest square, that is nothing but rounding.
_CONSTANT = 1e-20


@dataclass(frozen=True, slots=True, eq=False)
class PenalisedFit:
    """A fitted penalised logistic regression.

    Attributes
    ----------
    coef : numpy.ndarray, shape (k + 1,)
        Intercept first, then a log odds ratio per unit of each column.
    penalty : numpy.ndarray, shape (k, k)
        The matrix P of the penalty ``b' P b / 2``; the intercept is free.
    information : numpy.ndarray, shape (k + 1, k + 1)
        Information of the likelihood alone.
    vcov : numpy.ndarray, shape (k + 1, k + 1)
        Inverse of the information plus the penalty.
    fitted : numpy.ndarray, shape (n,)
        Risks.
    loglik, loglik_null : float
        Log likelihood, without the penalty, at the estimate and of the constant (and offset) alone.
    effective_df : float
        Trace of ``information vcov`` without the intercept's part: the number of coefficients where nothing is
        penalised (Gray 1992, JASA 87:942-951).
    n : float
        Sum of the weights.
    """

    coef: Floats
    penalty: Floats
    information: Floats
    vcov: Floats
    fitted: Floats
    loglik: float
    loglik_null: float
    effective_df: float
    n: float

    @property
    def se(self) -> Floats:
        """Square roots of the diagonal of ``vcov``."""
        return np.asarray(np.sqrt(np.diag(self.vcov)))

    @property
    def likelihood_ratio(self) -> float:
        """Twice the gain in log likelihood over the constant alone."""
        return 2 * (self.loglik - self.loglik_null)

    @property
    def aic_c(self) -> float:
        """Corrected Akaike criterion, on the chi-squared scale: larger is better."""
        return float(_aic_c(np.array(self.likelihood_ratio), np.array(self.effective_df), np.array(self.n)))


@dataclass(frozen=True, slots=True, eq=False)
class ManyFits:
    """Penalised logistic regressions of many data sets.

    Attributes
    ----------
    coef : numpy.ndarray, shape (b, k + 1)
        Intercept first. Always finite; where ``converged`` is False it is only where the search stopped.
    loglik, loglik_null, effective_df : numpy.ndarray, shape (b,)
        As in `PenalisedFit`.
    aic_c : numpy.ndarray, shape (b,)
        Corrected Akaike criterion, larger is better.
    converged : numpy.ndarray of bool, shape (b,)
        Whether there is a maximum: False where all responses are the same, or an unpenalised column separates them.
    """

    coef: Floats
    loglik: Floats
    loglik_null: Floats
    effective_df: Floats
    aic_c: Floats
    converged: Booleans


@dataclass(frozen=True, slots=True, eq=False)
class PenaltyChoice:
    """The penalty that the corrected Akaike criterion prefers, and the fit with it.

    Attributes
    ----------
    penalty : float
        The chosen multiple of the columns' variances.
    fit : PenalisedFit
        The fit with it.
    grid, aic_c, effective_df : tuple of float
        All penalties that were tried, with their criterion and effective degrees of freedom.
    """

    penalty: float
    fit: PenalisedFit
    grid: tuple[float, ...]
    aic_c: tuple[float, ...]
    effective_df: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ManyChoices:
    """The chosen penalty and its fit in each of many data sets.

    Attributes
    ----------
    penalty : numpy.ndarray, shape (b,)
        The chosen multiples.
    fits : ManyFits
        The fits with them.
    """

    penalty: Floats
    fits: ManyFits


def penalty_matrix(
    design: ArrayLike, penalty: float, weights: ArrayLike | None = None, factor: ArrayLike | None = None
) -> Floats:
    """Return the matrix of a ridge penalty on standardised columns.

    Parameters
    ----------
    design : array_like, shape (n, k) or (b, n, k)
        Columns without the constant.
    penalty : float
        Multiple of the variances, not negative.
    weights : array_like, shape (n,) or (b, n), optional
        How often each row counts; once where absent.
    factor : array_like, shape (k,), optional
        Multiplies the penalty of each column: 0 leaves a column free, such as the treatment; 1 where absent.

    Returns
    -------
    numpy.ndarray, shape (k, k) or (b, k, k)
        Diagonal, ``penalty factor_j variance_j`` with the divisor n - 1. A spline's columns are treated alike, so
        that the fit does not depend on their units (Harrell 2015, Regression Modeling Strategies, section 9.10;
        Verweij and van Houwelingen 1994, Stat Med 13:2427-2436). A column that is constant, as one may be in a
        resample, is penalised as if its variance were 1 whatever its factor, and so gets the coefficient 0.

    Raises
    ------
    ValueError
        If the penalty or a factor is negative.
    """
    x = np.asarray(design, dtype=np.float64)
    scale = np.ones(x.shape[-1]) if factor is None else np.asarray(factor, dtype=np.float64)
    if penalty < 0 or (scale < 0).any():
        raise ValueError("a penalty is not negative")
    if weights is None:
        variance = x.var(axis=-2, ddof=1)
    else:
        w = np.asarray(weights, dtype=np.float64)
        total = w.sum(axis=-1)[..., None]
        mean = weighted_sum(w, x) / total
        # Around the unweighted mean first: then the subtraction below loses no digits.
        around = x.mean(axis=-2, keepdims=True)
        square = weighted_sum(w, (x - around) ** 2) - total * (mean - around[..., 0, :]) ** 2
        variance = np.maximum(square, 0.0) / (total - 1)
    constant = variance <= _CONSTANT * (x**2).max(axis=-2)
    return np.asarray(penalty * np.where(constant, 1.0, scale * variance)[..., None] * np.eye(x.shape[-1]))


def fit_penalised(
    design: ArrayLike,
    outcome: ArrayLike,
    penalty: float | ArrayLike = 0.0,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
) -> PenalisedFit:
    """Fit a logistic regression with a constant and a quadratic penalty.

    Parameters
    ----------
    design : array_like, shape (n, k)
        Columns without the constant; k may be 0.
    outcome : array_like, shape (n,)
        Responses, 0 or 1.
    penalty : float or array_like, shape (k, k)
        A multiple of the columns' variances as in `penalty_matrix`, or the matrix P itself.
    weights : array_like, shape (n,), optional
        How often each row counts.
    offset : array_like, shape (n,), optional
        Added to the linear predictor with coefficient 1.

    Returns
    -------
    PenalisedFit
        Maximum of ``log likelihood - b' P b / 2``: le Cessie and van Houwelingen (1992), Applied Statistics 41:191-201.

    Raises
    ------
    ValueError
        If shapes do not fit, a value is missing, or the penalty is negative.
    SeparationError
        If there is no maximum: all responses are the same, or columns without penalty separate them.
    """
    x, y, w, shift = _read(design, outcome, weights, offset)
    if x.ndim != 2 or y.ndim != 1 or w.ndim != 1 or shift.ndim != 1:
        raise ValueError("one fit has one design, one outcome and one set of weights")
    given = np.asarray(penalty, dtype=np.float64)
    matrix = penalty_matrix(x, float(given), w) if given.ndim == 0 else given
    data = Samples(x, y, w, shift, matrix)
    free = np.column_stack([np.ones(len(x)), x[:, np.diagonal(matrix) == 0]])
    if np.linalg.matrix_rank(free[w > 0]) < free.shape[1]:
        raise ValueError("a column without penalty is constant or a combination of the others")
    state = maximise(data, decrement=FINE)
    if not state.converged[0]:
        raise SeparationError("the penalised likelihood has no maximum: the columns predict the response without error")
    vcov = np.linalg.inv(state.information[0] + state.penalty[0])
    return PenalisedFit(
        coef=state.coef[0],
        penalty=state.penalty[0, 1:, 1:],
        information=state.information[0],
        vcov=np.asarray(vcov),
        fitted=_expit(x @ state.coef[0, 1:] + state.coef[0, 0] + shift),
        loglik=float(state.loglik[0]),
        loglik_null=float(_null(y, w, shift)[0]),
        effective_df=float(state.effective_df()[0]),
        n=float(w.sum()),
    )


def fit_penalised_many(
    design: ArrayLike,
    outcome: ArrayLike,
    penalty: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    start: ArrayLike | None = None,
) -> ManyFits:
    """Fit one penalised logistic regression to each of many data sets at once.

    Parameters
    ----------
    design : array_like, shape (n, k) or (b, n, k)
        Columns without the constant, shared by all data sets or one for each.
    outcome : array_like, shape (n,) or (b, n)
        Responses, 0 or 1.
    penalty : array_like, shape (k, k) or (b, k, k)
        Penalty matrices, as `penalty_matrix` makes them.
    weights, offset : array_like, shape (n,) or (b, n), optional
        As in `fit_penalised`. The counts of a bootstrap sample are weights: the design is then shared and fast.
    start : array_like, shape (b, k + 1), optional
        Where to start, such as the fit with a neighbouring penalty.

    Returns
    -------
    ManyFits
        The same figures as `fit_penalised`, a row a data set; nothing is raised for a data set without a maximum.

    Raises
    ------
    ValueError
        If shapes do not fit, a value is missing or a weight is negative.
    """
    x, y, w, shift = _read(design, outcome, weights, offset)
    data = Samples(x, y, w, shift, np.asarray(penalty, dtype=np.float64))
    return _many(maximise(data, start), _null(y, w, shift), w)


def choose_penalty(
    design: ArrayLike,
    outcome: ArrayLike,
    grid: Sequence[float] = GRID,
    *,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    factor: ArrayLike | None = None,
) -> PenaltyChoice:
    """Choose a penalty by the corrected Akaike criterion and fit with it.

    Parameters
    ----------
    design, outcome, weights, offset : array_like
        As in `fit_penalised`.
    grid : sequence of float
        Multiples of the columns' variances to try.
    factor : array_like, shape (k,), optional
        Factor of each column, as in `penalty_matrix`.

    Returns
    -------
    PenaltyChoice
        The largest of ``LR - 2 df (1 + (df + 1) / (n - df - 1))`` with effective degrees of freedom: Hurvich and Tsai
        (1989), Biometrika 76:297-307, in Harrell's form (2015, section 9.10).

    Raises
    ------
    ValueError
        If shapes do not fit or the grid is empty.
    SeparationError
        If there is no maximum with the chosen penalty.
    """
    x, y, w, shift = _read(design, outcome, weights, offset)
    unit = penalty_matrix(x, 1.0, w, factor)
    penalties, fits, best = _walk(Samples(x, y, w, shift, unit), grid, _null(y, w, shift))
    chosen = float(best.penalty[0])
    return PenaltyChoice(
        penalty=chosen,
        fit=fit_penalised(x, y, chosen * unit, w, shift),
        grid=tuple(penalties[::-1]),
        aic_c=tuple(float(fit.aic_c[0]) for fit in fits[::-1]),
        effective_df=tuple(float(fit.effective_df[0]) for fit in fits[::-1]),
    )


def choose_penalty_many(
    design: ArrayLike,
    outcome: ArrayLike,
    grid: Sequence[float] = GRID,
    *,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    factor: ArrayLike | None = None,
) -> ManyChoices:
    """Choose a penalty in each of many data sets, as `choose_penalty` does in one.

    Parameters
    ----------
    design, outcome, weights, offset : array_like
        As in `fit_penalised_many`.
    grid : sequence of float
        Multiples of the columns' variances to try.
    factor : array_like, shape (k,), optional
        Factor of each column, as in `penalty_matrix`.

    Returns
    -------
    ManyChoices
        The chosen penalties and their fits.

    Raises
    ------
    ValueError
        If shapes do not fit or the grid is empty.
    """
    x, y, w, shift = _read(design, outcome, weights, offset)
    data = Samples(x, y, w, shift, penalty_matrix(x, 1.0, w, factor))
    return _walk(data, grid, _null(y, w, shift))[2]


def _read(
    design: ArrayLike, outcome: ArrayLike, weights: ArrayLike | None, offset: ArrayLike | None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return design, outcome, weights and offset as arrays, refusing what cannot be fitted."""
    x, y = np.asarray(design, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    if x.ndim not in (2, 3) or y.ndim not in (1, 2) or x.shape[-2] != y.shape[-1]:
        raise ValueError(f"each response needs its columns; the shapes are {x.shape}, {y.shape}")
    if not ((y == 0) | (y == 1)).all():
        raise ValueError("a response is 0 or 1")
    if not np.isfinite(x).all():
        raise ValueError("a covariate is missing or infinite; leave such rows out first")
    w = np.ones(x.shape[-2]) if weights is None else np.asarray(weights, dtype=np.float64)
    shift = np.zeros(x.shape[-2]) if offset is None else np.asarray(offset, dtype=np.float64)
    if w.shape[-1] != x.shape[-2] or shift.shape[-1] != x.shape[-2]:
        raise ValueError(f"weights and offset have one value a row; the shapes are {w.shape}, {shift.shape}")
    if not (w >= 0).all() or not np.isfinite(w).all() or not np.isfinite(shift).all():
        raise ValueError("weights are not negative, and weights and offset are finite")
    return x, y, w, shift


def _walk(data: Samples, grid: Sequence[float], null: Floats) -> tuple[list[float], list[ManyFits], ManyChoices]:
    """Fit with every multiple of the penalty, the strongest first, each fit starting from the one before."""
    if not len(grid):
        raise ValueError("there is no penalty to choose from")
    penalties = sorted({float(value) for value in grid}, reverse=True)
    unit = data.bordered
    fits: list[ManyFits] = []
    for penalty in penalties:
        data.bordered = penalty * unit
        fits.append(_many(maximise(data, fits[-1].coef if fits else None), null, data.w))
    criteria = np.array([np.where(fit.converged, fit.aic_c, -math.inf) for fit in fits])
    best = criteria.argmax(axis=0)
    rows = np.arange(data.sets)

    def taken(name: str) -> Any:
        return np.array([getattr(fit, name) for fit in fits])[best, rows]

    return (
        penalties,
        fits,
        ManyChoices(np.array(penalties)[best], ManyFits(**{f.name: taken(f.name) for f in fields(ManyFits)})),
    )


def _many(state: Maxima, null: Floats, weights: Floats) -> ManyFits:
    """Return the figures of all data sets."""
    df = state.effective_df()
    base = np.broadcast_to(null, state.loglik.shape)
    criterion = _aic_c(2 * (state.loglik - base), df, weights.sum(axis=-1))
    return ManyFits(state.coef, state.loglik, base, df, criterion, state.converged)


def _aic_c(ratio: Floats, df: Floats, n: Floats) -> Floats:
    """Return the corrected Akaike criterion; hopeless where there are no more people than coefficients."""
    spare = n - df - 1
    return np.asarray(np.where(spare > 0, ratio - 2 * df * (1 + (df + 1) / np.where(spare > 0, spare, 1.0)), -math.inf))


def _null(y: Floats, w: Floats, shift: Floats) -> Floats:
    """Return the log likelihood of the constant alone, a value a data set."""
    rows = np.broadcast_shapes(y.shape, w.shape, shift.shape)
    if not shift.any():
        total, cases = (np.atleast_1d(part.sum(axis=-1)) for part in np.broadcast_arrays(w, w * y))
        from scipy.special import xlogy

        return np.asarray(xlogy(cases, cases / total) + xlogy(total - cases, 1 - cases / total))
    nothing = np.zeros((rows[-1], 0))
    return maximise(Samples(nothing, y, w, shift, np.zeros((0, 0)))).loglik


def _expit(predictor: Floats) -> Floats:
    """Return the inverse logit without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(predictor / 2)))
