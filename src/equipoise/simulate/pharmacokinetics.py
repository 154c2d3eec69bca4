"""A product in the blood after injections: one compartment with first-order absorption.

Doses add up (the model is linear), so the level at a time is the sum of what each dose has left.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def level_after(
    days: ArrayLike, amount: ArrayLike, absorption: ArrayLike, half_life: ArrayLike, volume: ArrayLike
) -> Array:
    """Return what one dose adds to the concentration (the Bateman function).

    Parameters
    ----------
    days : array_like
        Days since the dose; before the dose (negative, or not a number) the level is zero.
    amount : array_like
        The dose, in units (IU).
    absorption : array_like
        First-order absorption rate ka, per day.
    half_life : array_like
        Half-life of elimination, in days; k = ln 2 / half-life.
    volume : array_like
        Volume of distribution over bioavailability, V/F, in litres.

    Returns
    -------
    ndarray
        amount · ka / (V/F · (ka - k)) · (exp(-k t) - exp(-ka t)), in units per litre (IU/L = mIU/mL). Where ka
        equals k the limit amount · k t exp(-k t) / (V/F) holds.

    Notes
    -----
    M. Gibaldi and D. Perrier, Pharmacokinetics, 2nd edition, 1982, equation 1.94.
    """
    given = np.asarray(days, dtype=float)
    since = np.where(given > 0, given, 0.0)  # also where it is not a number
    slow = np.log(2) / np.asarray(half_life, dtype=float)
    fast = np.asarray(absorption, dtype=float)
    apart = np.where(np.abs(fast - slow) > 1e-9, fast - slow, 1.0)
    general = fast / apart * (np.exp(-slow * since) - np.exp(-fast * since))
    same = slow * since * np.exp(-slow * since)
    shape = np.where(np.abs(fast - slow) > 1e-9, general, same)
    level: Array = np.asarray(amount, dtype=float) / np.asarray(volume, dtype=float) * shape
    return level


def level_at(
    day: Any, dose_days: Array, amounts: Array, *, absorption: Array, half_life: Array, volume: Array
) -> Array:
    """Return the level of each person on a day, from the doses given before.

    Parameters
    ----------
    day : array_like, shape (people,)
        The day, counted as `dose_days` are.
    dose_days : ndarray, shape (people, doses)
        The day of each dose; not a number where it was not given.
    amounts : ndarray, shape (doses,)
        Units of each dose.
    absorption, half_life, volume : ndarray, shape (people,)
        As in `level_after`.

    Returns
    -------
    ndarray, shape (people,)
        Units per litre.
    """
    since = np.asarray(day, dtype=float)[:, None] - dose_days
    each = level_after(since, amounts[None, :], absorption[:, None], half_life[:, None], volume[:, None])
    total: Array = each.sum(axis=1)
    return total
