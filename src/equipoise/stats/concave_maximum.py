"""The maximum of a concave function of non-negative numbers, some sums of which may be fixed: an interior point."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# The value of the function, its gradient and its Hessian at a point.
Concave = Callable[[Floats], tuple[float, Floats, Floats]]

_ITERATIONS = 200
_CENTRING = 0.1
_TO_BOUNDARY = 0.995
_LEAST_STEP = 1e-12
# Where rounding ends the search sooner, this is still close, as a part of the value.
_CLOSE = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where a concave function is largest.

    Attributes
    ----------
    x : numpy.ndarray, shape (m,)
        The point; what vanishes is a number near 0, not 0.
    value : float
        The function there.
    gap : float
        No point has a value higher by more than about this.
    """

    x: Floats
    value: float
    gap: float


class NoConvergenceError(ArithmeticError):
    """The search found no maximum to the accuracy asked for; the value is not to be used."""


def maximise(function: Concave, start: Floats, fixed: Floats, accuracy: float = 1e-11) -> Maximum:
    """Return the maximum over ``x >= 0`` with ``fixed @ x`` as it is at the start.

    Parameters
    ----------
    function : callable
        A concave function that gives value, gradient, shape (m,), and Hessian, shape (m, m).
    start : numpy.ndarray, shape (m,)
        Positive numbers.
    fixed : numpy.ndarray, shape (k, m)
        Rows whose products with ``x`` stay as they are; k may be 0.
    accuracy : float
        Gap at which the search ends.

    Returns
    -------
    Maximum
        By the primal-dual interior point method of Boyd and Vandenberghe (2004), Convex Optimization, section 11.7.

    Raises
    ------
    NoConvergenceError
        If the accuracy is not reached.
    """
    state = _state(function, start, np.ones(len(start)), np.zeros(len(fixed)))
    state = replace(state, z=np.full(len(start), max(1.0, float(np.abs(state.gradient).mean()))))
    for _ in range(_ITERATIONS):
        missing = state.residual(fixed, 0.0)[: len(state.x)]
        if state.gap < accuracy and float(np.abs(missing * state.x).sum()) < accuracy:
            break
        centre = _CENTRING * state.gap / len(state.x)
        dx, dz, dnu = _direction(state, fixed, centre)
        before = float(np.linalg.norm(state.residual(fixed, centre)))
        step = min(1.0, _TO_BOUNDARY * _longest(state.x, dx), _TO_BOUNDARY * _longest(state.z, dz))
        there = _state(function, state.x + step * dx, state.z + step * dz, state.nu + step * dnu)
        while not _better(there, fixed, centre, (1 - 0.01 * step) * before) and step > _LEAST_STEP:
            step /= 2
            there = _state(function, state.x + step * dx, state.z + step * dz, state.nu + step * dnu)
        if step <= _LEAST_STEP:  # rounding ends the search
            break
        state = there
    if state.gap > max(accuracy, _CLOSE * (1 + abs(state.value))):
        raise NoConvergenceError(f"the search for the maximum ended {state.gap:.1e} below it")
    return Maximum(state.x, state.value, state.gap)


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """A point, its multipliers, and the function there."""

    x: Floats
    z: Floats
    nu: Floats
    value: float
    gradient: Floats
    hessian: Floats

    @property
    def gap(self) -> float:
        """How much there can be left to gain."""
        return float(self.x @ self.z)

    def residual(self, fixed: Floats, centre: float) -> Floats:
        """Return what the conditions of a maximum still miss: of the multipliers, and of ``x z = centre``."""
        return np.concatenate((-self.gradient + fixed.T @ self.nu - self.z, self.x * self.z - centre))


def _state(function: Concave, x: Floats, z: Floats, nu: Floats) -> _State:
    return _State(x, z, nu, *function(x))


def _better(state: _State, fixed: Floats, centre: float, than: float) -> bool:
    return bool(np.isfinite(state.value)) and float(np.linalg.norm(state.residual(fixed, centre))) <= than


def _direction(state: _State, fixed: Floats, centre: float) -> tuple[Floats, Floats, Floats]:
    """Return Newton's step for the point and its multipliers."""
    x, z = state.x, state.z
    m, k = len(x), len(fixed)
    matrix = np.zeros((m + k, m + k))
    matrix[:m, :m] = -state.hessian + np.diag(z / x)
    matrix[:m, m:] = fixed.T
    matrix[m:, :m] = fixed
    aim = np.concatenate((state.gradient - fixed.T @ state.nu + centre / x, np.zeros(k)))
    # Scaled by x, the matrix stays well conditioned as masses vanish.
    scale = np.concatenate((x, np.ones(k)))
    step = scale * np.linalg.solve(matrix * np.outer(scale, scale), scale * aim)
    dx = step[:m]
    return dx, (centre - z * dx) / x - z, step[m:]


def _longest(at: Floats, move: Floats) -> float:
    """Return the longest step that leaves numbers positive."""
    falling = move < 0
    return float((-at[falling] / move[falling]).min()) if falling.any() else np.inf
