"""Newton's method for penalised logistic likelihoods, many data sets at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Rows = NDArray[np.intp]

# Newton's decrement at which the last step is taken: what then is left is of the order of its square.
FINE, COARSE = 1e-18, 1e-12

_ITERATIONS = 60
_HALVINGS = 30
# Newton's matrix is lifted by this part of its diagonal, so that a flat direction stops the step and not the program;
# where the score is 0 does not depend on it.
_LIFT = 1e-11
# Information in some direction that has fallen below this part of what it was at the start: no maximum (`logistic`).
_FLAT = 1e-8


@dataclass(slots=True)
class Maxima:
    """Where the search has come to, a row a data set.

    Attributes
    ----------
    coef : numpy.ndarray, shape (b, k + 1)
        Coefficients, the intercept first.
    information, penalty : numpy.ndarray, shape (b, k + 1, k + 1)
        Information of the likelihood, and the penalty with zeros for the intercept.
    loglik : numpy.ndarray, shape (b,)
        Log likelihood without the penalty.
    converged : numpy.ndarray of bool, shape (b,)
        Whether there is a maximum.
    """

    coef: Floats
    information: Floats
    penalty: Floats
    loglik: Floats
    converged: Booleans

    def effective_df(self) -> Floats:
        """Return the trace of ``information (information + penalty)^-1`` without the intercept's part."""
        shrunk = np.linalg.solve(_lift(self.information + self.penalty), self.information)
        return np.asarray(np.trace(shrunk[:, 1:, 1:], axis1=1, axis2=2))


class Samples:
    """Data sets, with what all iterations need.

    Parameters
    ----------
    x : numpy.ndarray, shape (n, k) or (b, n, k)
        Columns without the constant.
    y, w, shift : numpy.ndarray, shape (n,) or (b, n)
        Responses, weights and offset.
    penalty : numpy.ndarray, shape (k, k) or (b, k, k)
        Penalty matrices.
    """

    def __init__(self, x: Floats, y: Floats, w: Floats, shift: Floats, penalty: Floats) -> None:
        if penalty.shape[-2:] != (x.shape[-1], x.shape[-1]):
            raise ValueError(f"the penalty of {x.shape[-1]} columns is a square of that size; it is {penalty.shape}")
        shapes = [x.shape[:-2], y.shape[:-1], w.shape[:-1], shift.shape[:-1], penalty.shape[:-2]]
        self.people = x.shape[-2]
        self.sets = int(np.prod(np.broadcast_shapes(*shapes, (1,))))
        self.x = np.concatenate([np.ones((*x.shape[:-1], 1)), x], axis=-1)
        self.columns = self.x.shape[-1]
        self.y, self.w, self.shift = y, w, shift
        self.bordered = np.zeros((*penalty.shape[:-2], self.columns, self.columns))
        self.bordered[..., 1:, 1:] = penalty
        self.shared = self.x.ndim == 2
        # A shared design makes the information a product of two plain matrices.
        self.products = (self.x[:, :, None] * self.x[:, None, :]).reshape(self.people, -1) if self.shared else None

    def _of(self, values: Floats, rows: Rows, own: int) -> Floats:
        """Return the rows of what is stated for each data set, or what is shared."""
        return values[rows] if values.ndim == own and len(values) > 1 else values

    def penalty(self, rows: Rows) -> Floats:
        """Return the penalty matrices of data sets, or the one they share."""
        return self._of(self.bordered, rows, 3)

    def value(self, rows: Rows, coef: Floats) -> tuple[Floats, Floats, Floats]:
        """Return penalised log likelihood, log likelihood and risks."""
        x = self._of(self.x, rows, 3)
        predictor = coef @ x.T if self.shared else np.matmul(x, coef[..., None])[..., 0]
        predictor = predictor + self._of(self.shift, rows, 2)
        small = np.exp(-np.abs(predictor))
        risk = np.where(predictor >= 0, 1.0, small) / (1 + small)
        y, w = self._of(self.y, rows, 2), self._of(self.w, rows, 2)
        each = y * predictor - np.maximum(predictor, 0.0) - np.log1p(small)
        likelihood = (w * each).sum(axis=1)
        penalised = likelihood - 0.5 * (coef * np.matmul(self.penalty(rows), coef[..., None])[..., 0]).sum(axis=1)
        return penalised, likelihood, risk

    def slope(self, rows: Rows, coef: Floats, risk: Floats) -> tuple[Floats, Floats]:
        """Return the penalised score and the information of the likelihood."""
        x, w = self._of(self.x, rows, 3), self._of(self.w, rows, 2)
        residual, weight = w * (self._of(self.y, rows, 2) - risk), w * risk * (1 - risk)
        if self.products is not None:
            information = (weight @ self.products).reshape(len(rows), self.columns, self.columns)
        else:
            information = np.matmul(np.swapaxes(x, -1, -2) * weight[:, None, :], x)
        score = weighted_sum(residual, x)
        return score - np.matmul(self.penalty(rows), coef[..., None])[..., 0], information


def maximise(data: Samples, start: ArrayLike | None = None, decrement: float = COARSE) -> Maxima:
    """Maximise all penalised likelihoods, a step halved where it does not climb.

    Parameters
    ----------
    data : Samples
        The data sets.
    start : array_like, shape (b, k + 1), optional
        Where to start; at 0 where absent.
    decrement : float
        Newton's decrement at which the last step is taken.

    Returns
    -------
    Maxima
        What was found; a data set without a maximum is marked.
    """
    coef = np.zeros((data.sets, data.columns)) if start is None else np.array(start, dtype=np.float64)
    rows = np.arange(data.sets)
    out = Maxima(
        coef,
        np.zeros((data.sets, data.columns, data.columns)),
        np.broadcast_to(data.bordered, (data.sets, data.columns, data.columns)),
        np.zeros(data.sets),
        np.zeros(data.sets, dtype=bool),
    )
    here, likelihood, risk = data.value(rows, coef)
    for _ in range(_ITERATIONS):
        score, information = data.slope(rows, coef[rows], risk)
        out.information[rows], out.loglik[rows] = information, likelihood
        step = np.linalg.solve(_lift(information + data.penalty(rows)), score[..., None])[..., 0]
        done = (score * step).sum(axis=1) < decrement
        out.converged[rows[done]] = True
        coef[rows[done]] += step[done]
        rows, step, here = rows[~done], step[~done], here[~done]
        if not len(rows):
            break
        here, likelihood, risk = _climb(data, rows, coef, step, here)
    return _without_flat(data, out)


def _climb(data: Samples, rows: Rows, coef: Floats, step: Floats, here: Floats) -> tuple[Floats, ...]:
    """Take the step in each data set, halved until it does not fall, and return what is there."""
    origin = coef[rows]
    size = np.ones(len(rows))
    for _ in range(_HALVINGS):
        coef[rows] = origin + size[:, None] * step
        there, likelihood, risk = data.value(rows, coef[rows])
        fallen = ~(there >= here - 1e-10 * (1 + np.abs(here)))
        if not fallen.any():
            break
        size = np.where(fallen, size / 2, size)
    return there, likelihood, risk


def _without_flat(data: Samples, out: Maxima) -> Maxima:
    """Unmark data sets whose likelihood has no maximum: it flattens without end."""
    everybody = np.arange(data.sets)
    start = data.slope(everybody, out.coef, np.full((data.sets, data.people), 0.5))[1] + out.penalty
    end = out.information + out.penalty
    scale = np.sqrt(np.maximum(np.diagonal(start, axis1=1, axis2=2), 1e-300))
    least = [np.linalg.eigvalsh(part / (scale[:, :, None] * scale[:, None, :]))[:, 0] for part in (start, end)]
    out.converged &= least[1] > _FLAT * np.maximum(least[0], 1e-10)
    return out


def _lift(matrix: Floats) -> Floats:
    """Return the matrices with their diagonals raised a little."""
    diagonal = np.einsum("...ii->...i", matrix)
    return np.asarray(matrix + (_LIFT * diagonal + 1e-300)[..., None] * np.eye(matrix.shape[-1]))


def weighted_sum(w: Floats, x: Floats) -> Floats:
    """Return the weighted sums of columns.

    Parameters
    ----------
    w : numpy.ndarray, shape (n,) or (b, n)
        Weights.
    x : numpy.ndarray, shape (n, k) or (b, n, k)
        Columns.

    Returns
    -------
    numpy.ndarray, shape (k,) or (b, k)
        The sums, a row a data set.
    """
    return np.asarray(w @ x if x.ndim == 2 else np.matmul(w[..., None, :], x)[..., 0, :])
