"""Smooth curves by local regression: lowess and loess as R computes them without its interpolation of surfaces."""

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# Cleveland's program gives full weight very near and none at the rim of the window.
_NEAR, _RIM = 0.001, 0.999


def lowess(x: ArrayLike, y: ArrayLike, span: float = 2 / 3, delta: float = 0.01) -> Floats:
    """Return a locally linear smooth of points, without robustness iterations.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Points, in any order.
    span : float
        Share of the points in each window.
    delta : float
        Part of the range of ``x`` within which values are interpolated between fits.

    Returns
    -------
    numpy.ndarray, shape (n,)
        The smooth at each ``x``, in the order given: Cleveland (1979), JASA 74:829-836; equal to R's
        ``lowess(x, y, f = span, iter = 0, delta = delta * diff(range(x)))``.

    Raises
    ------
    ValueError
        If there are fewer than two points, lengths differ, a value is missing or the span is not positive.
    """
    values, response = _read(x, y, span)
    ordered = np.sort(values)
    reach = delta * (ordered[-1] - ordered[0])
    fitted_at = [0]
    while ordered[fitted_at[-1]] < ordered[-1]:
        last = fitted_at[-1]
        within = int(np.searchsorted(ordered, ordered[last] + reach, side="right")) - 1
        beyond = int(np.searchsorted(ordered, ordered[last], side="right"))
        fitted_at.append(max(beyond, within))
    at = ordered[fitted_at]
    return np.asarray(np.interp(values, at, local_fit(values, response, at, span, 1)))


def loess(x: ArrayLike, y: ArrayLike, at: ArrayLike, span: float = 0.75) -> Floats:
    """Return a locally quadratic smooth of points.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Points, in any order.
    at : array_like, shape (k,)
        Where to evaluate.
    span : float
        Share of the points in each window, at most 1.

    Returns
    -------
    numpy.ndarray, shape (k,)
        The smooth: Cleveland and Devlin (1988), JASA 83:596-610; equal to R's ``loess(y ~ x, span = span, degree = 2,
        control = loess.control(surface = "direct"))``.

    Raises
    ------
    ValueError
        As in `lowess`.
    """
    values, response = _read(x, y, span)
    return local_fit(values, response, np.asarray(at, dtype=np.float64), span, 2)


def local_fit(x: Floats, y: Floats, at: Floats, span: float, degree: Literal[1, 2]) -> Floats:
    """Return local polynomials with tricube weights.

    Parameters
    ----------
    x, y : numpy.ndarray, shape (n,)
        Points.
    at : numpy.ndarray, shape (k,)
        Where to evaluate.
    span : float
        Share of the points in each window.
    degree : {1, 2}
        Degree of the polynomials.

    Returns
    -------
    numpy.ndarray, shape (k,)
        The fits. Where a window holds too few different values for the degree, the fit of least norm around the
        centre stands: a mean where they are all equal.
    """
    n = len(x)
    # The tiny part keeps a product such as 200 * 0.75 from falling below the whole number that it is.
    window = max(2, min(n, math.floor(span * n + 1e-5)))
    distance = np.abs(x - at[:, None])
    reach = np.partition(distance, window - 1, axis=1)[:, window - 1 : window]
    share = distance / np.where(reach > 0, reach, 1.0)
    weight = np.where(share <= _NEAR, 1.0, (1 - np.minimum(share, 1.0) ** 3) ** 3)
    weight = np.where(reach > 0, np.where(share <= _RIM, weight, 0.0), distance <= 0)
    if degree == 1:
        return _linear(x, y, at, weight)
    scaled = (x - at[:, None]) / np.where(reach > 0, reach, 1.0)
    root = np.sqrt(weight)
    columns = np.stack([root, root * scaled, root * scaled**2], axis=-1)
    first = np.linalg.pinv(columns, rcond=1e-7)[:, 0, :]
    return np.asarray((first * root * y).sum(axis=1))


def _linear(x: Floats, y: Floats, at: Floats, weight: Floats) -> Floats:
    """Return weighted means, tilted where the window is not too narrow for a slope."""
    weight = weight / weight.sum(axis=1, keepdims=True)
    centre = weight @ x
    around = x - centre[:, None]
    spread = (weight * around**2).sum(axis=1)
    wide = np.sqrt(spread) > _NEAR * (x.max() - x.min())
    slope = np.where(wide, ((weight * around) @ y) / np.where(wide, spread, 1.0), 0.0)
    return np.asarray(weight @ y + slope * (at - centre))


def _read(x: ArrayLike, y: ArrayLike, span: float) -> tuple[Floats, Floats]:
    """Return the points as arrays, refusing what cannot be smoothed."""
    values, response = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if values.ndim != 1 or values.shape != response.shape or len(values) < 2:
        raise ValueError(f"smoothing needs two or more points; the shapes are {values.shape}, {response.shape}")
    if not np.isfinite(values).all() or not np.isfinite(response).all():
        raise ValueError("a point is missing or infinite; leave it out first")
    if not span > 0:
        raise ValueError(f"a span is positive; it is {span}")
    return values, response
