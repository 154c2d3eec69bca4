"""The two-arm table with a binary endpoint, and a list of them: the strata."""

import operator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


def check_count(x: int, n: int, whose: str) -> None:
    """Refuse a count of responders that cannot be.

    Parameters
    ----------
    x, n : int
        Responders and participants.
    whose : str
        Words that name the group in the message.

    Raises
    ------
    ValueError
        If the group is empty, or ``x`` is not between 0 and ``n``.
    TypeError
        If a number is not whole.
    """
    if operator.index(n) < 1:
        raise ValueError(f"{whose} needs at least one participant; it has {n}")
    if not 0 <= operator.index(x) <= n:
        raise ValueError(f"{whose} has {x} responders, which is not between 0 and its {n} participants")


@dataclass(frozen=True, slots=True)
class TwoArmTable:
    """Responders and participants of two arms.

    Attributes
    ----------
    x1, n1 : int
        Responders and participants of arm 1, the treatment.
    x0, n0 : int
        Responders and participants of arm 0, the control.

    Raises
    ------
    ValueError
        If an arm is empty, or has fewer than 0 or more than all responders.
    """

    x1: int
    n1: int
    x0: int
    n0: int

    def __post_init__(self) -> None:
        """Refuse a table that cannot be."""
        check_count(self.x1, self.n1, "arm 1")
        check_count(self.x0, self.n0, "arm 0")

    @property
    def total(self) -> int:
        """Participants in both arms."""
        return self.n1 + self.n0

    @property
    def responders(self) -> int:
        """Responders in both arms."""
        return self.x1 + self.x0

    @property
    def difference(self) -> float:
        """Observed risk difference, arm 1 minus arm 0."""
        return self.x1 / self.n1 - self.x0 / self.n0


def as_counts(strata: ArrayLike) -> NDArray[np.int64]:
    """Read strata as whole numbers; arms may be empty.

    Parameters
    ----------
    strata : array_like, shape (k, 4)
        One row a stratum: ``x1, n1, x0, n0``.

    Returns
    -------
    numpy.ndarray, shape (k, 4)
        The same as integers.

    Raises
    ------
    ValueError
        If the shape is wrong, there is no stratum, a number is not whole, or responders exceed participants.
    """
    array = np.asarray(strata)
    if array.ndim != 2 or array.shape[0] < 1 or array.shape[1] != 4:
        raise ValueError(f"strata are rows of four counts x1, n1, x0, n0; the shape is {array.shape}")
    counts = array.astype(np.int64)
    if not np.array_equal(counts, array):
        raise ValueError("the counts of the strata must be whole numbers")
    for index, (x1, n1, x0, n0) in enumerate(counts.tolist()):
        if not (0 <= x1 <= n1 and 0 <= x0 <= n0):
            raise ValueError(f"stratum {index}: responders must lie between 0 and the participants of their arm")
    return counts


def as_tables(strata: ArrayLike) -> tuple[TwoArmTable, ...]:
    """Read strata as tables; every arm must have a participant.

    Parameters
    ----------
    strata : array_like, shape (k, 4)
        One row a stratum: ``x1, n1, x0, n0``.

    Returns
    -------
    tuple of TwoArmTable
        One table a stratum.

    Raises
    ------
    ValueError
        As `as_counts`, and if an arm of a stratum is empty.
    """
    counts = as_counts(strata)
    for index, (_, n1, _, n0) in enumerate(counts.tolist()):
        if n1 == 0 or n0 == 0:
            raise ValueError(
                f"stratum {index} has an empty arm ({n1} in arm 1, {n0} in arm 0); pool it with a neighbour first"
            )
    return tuple(TwoArmTable(*row) for row in counts.tolist())
