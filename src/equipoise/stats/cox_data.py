"""The data of a Cox model: covariates, counting-process times and strata, checked once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.survival_times import as_labels, as_times

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CoxData:
    """Rows of a Cox model; a participant may have several with (start, stop] times.

    Attributes
    ----------
    x : numpy.ndarray, shape (n, p)
        Covariates.
    start, stop : numpy.ndarray, shape (n,)
        A row is at risk at t when ``start < t <= stop``; ``start`` is minus infinity without delayed entry.
    event : numpy.ndarray of bool, shape (n,)
        Whether the event happened at ``stop``.
    strata : tuple of numpy.ndarray
        The row numbers of each stratum, in the order of the sorted labels.
    """

    x: Floats
    start: Floats
    stop: Floats
    event: NDArray[np.bool_]
    strata: tuple[NDArray[np.int64], ...]

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.stop)


def read_data(
    X: ArrayLike, time: ArrayLike, event: ArrayLike, strata: ArrayLike | None, start: ArrayLike | None
) -> CoxData:
    """Read and check the data of a Cox model.

    Parameters
    ----------
    X : array_like, shape (n, p) or (n,)
        Covariates, without a constant.
    time, event : array_like, shape (n,)
        End of each row's time at risk, and 1 if the event happened then.
    strata : array_like, shape (n,), or None
        Stratum labels.
    start : array_like, shape (n,), or None
        Begin of each row's time at risk, before ``time``.

    Returns
    -------
    CoxData
        The rows.

    Raises
    ------
    ValueError
        If shapes differ, a value is missing, a row ends before it starts, or nobody had the event.
    """
    stop, happened = as_times(time, event)
    n = len(stop)
    x = np.asarray(X, dtype=np.float64)
    x = x[:, None] if x.ndim == 1 else x
    if x.ndim != 2 or x.shape[0] != n or x.shape[1] == 0:
        raise ValueError(f"each of the {n} rows needs its covariates; their shape is {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError("a covariate is missing or infinite; leave such rows out first")
    if not happened.any():
        raise ValueError("nobody had the event: there is no hazard to compare")
    begin = np.full(n, -np.inf) if start is None else np.asarray(start, dtype=np.float64)
    if begin.shape != (n,) or not (begin < stop).all():
        raise ValueError("each row must start before it ends")
    labels = np.zeros(n, dtype=np.int64) if strata is None else as_labels(strata, n, "stratum")
    groups = tuple(np.flatnonzero(labels == label) for label in range(int(labels.max()) + 1))
    return CoxData(x, begin, stop, happened, groups)
