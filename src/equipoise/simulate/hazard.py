"""When an event comes: a Weibull hazard that a product multiplies by a ratio while its doses protect.

A person carries one exponential draw, spent as the hazard accumulates (inversion of the cumulative hazard), so
the same person can be followed under each arm, and a hazard ratio below one can only postpone the event.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Clock:
    """The accumulating hazard of a group of people; time in weeks since time zero of risk.

    Parameters
    ----------
    budget : ndarray, shape (people,)
        The exponential draws: the event comes when the cumulative hazard reaches them.
    scale : ndarray, shape (people,)
        The factor of the cumulative hazard scale · t^shape, the person's own risk included.
    shape : float
        The Weibull shape.
    """

    __slots__ = ("_left", "_power", "_scale", "shape", "time")

    def __init__(self, budget: Array, scale: Array, shape: float) -> None:
        self.shape = shape
        self._scale = scale
        self._left = budget.copy()
        self._power = np.zeros_like(budget)  # t^shape up to which the budget has been spent
        self.time = np.full_like(budget, np.inf)  # of the event, once it is known

    def pass_until(self, until: Array, ratio: Array | float = 1.0) -> None:
        """Let time pass for everybody up to `until` under a hazard multiplied by `ratio`.

        Parameters
        ----------
        until : ndarray, shape (people,)
            Weeks since time zero; infinity lets every event come. Earlier than now is no time at all.
        ratio : ndarray or float
            What multiplies the hazard; zero keeps the event away.
        """
        end = np.maximum(until, 0.0) ** self.shape
        rate = self._scale * ratio
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(rate > 0, self._power + self._left / rate, np.inf)
            spent = np.where(rate > 0, rate * np.maximum(end - self._power, 0.0), 0.0)
        comes = np.isinf(self.time) & (reach <= end) & (end > self._power)
        self.time[comes] = reach[comes] ** (1 / self.shape)
        self._left = self._left - np.where(np.isfinite(spent), spent, 0.0)
        self._power = np.maximum(self._power, np.where(np.isinf(end), self._power, end))
