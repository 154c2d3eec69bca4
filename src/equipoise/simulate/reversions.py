"""Following a marker that may return: what is seen first, what a repeat then says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.study.model.endpoints import Reversion
from equipoise.study.model.schedule import Masking

Array = NDArray[np.float64]


@dataclass
class Watch:
    """The state of one declared reversion in each person.

    Attributes
    ----------
    first : ndarray, shape (people,)
        The day of the positive sample that waits for its repeat; not a number where none does.
    confirmed : ndarray, shape (people,)
        The first day of the confirmed reversion; not a number where there is none.
    findings : list of tuple
        (person, column of the deciding sample, day of the first sample, day of the deciding one, confirmed or not).
    """

    id: str
    variable: str
    positive: str
    after: int
    before: int
    product: str
    masked_days: int
    first: Array
    confirmed: Array
    decided: Array
    repeat_day: Array
    repeats: NDArray[np.int64]
    findings: list[tuple[int, int, float, float, bool]] = field(default_factory=list)

    @classmethod
    def of(cls, reversion: Reversion, mask: Masking | None, people: int) -> Watch:
        """Return the watch over a declared reversion, before anything is seen.

        Parameters
        ----------
        reversion : Reversion
            The declaration.
        mask : Masking or None
            What hides the marker.
        people : int
            How many are watched.

        Returns
        -------
        Watch
            Nothing seen yet.
        """
        return cls(
            id=reversion.id,
            variable=reversion.variable,
            positive=reversion.positive,
            after=reversion.repeat_after,
            before=reversion.repeat_before or reversion.repeat_after,
            product=mask.product if mask else "",
            masked_days=mask.days if mask else 0,
            first=np.full(people, np.nan),
            confirmed=np.full(people, np.nan),
            decided=np.full(people, np.nan),
            repeat_day=np.full(people, np.inf),
            repeats=np.zeros(people, dtype=np.int64),
        )

    def see(self, column: int, day: Array, rows: NDArray[Any], positive: NDArray[Any], masked: NDArray[Any]) -> Any:
        """Take note of samples.

        Parameters
        ----------
        column : int
            The column of the samples.
        day : ndarray, shape (people,)
            Their day.
        rows : ndarray of bool, shape (people,)
            Who has one.
        positive, masked : ndarray of bool, shape (people,)
            What it shows, and whether a product could hide the marker.

        Returns
        -------
        ndarray of bool, shape (people,)
            Whose sample is a first positive, which calls for a repeat.
        """
        waits = rows & ~np.isnan(self.first)
        decides = waits & (np.nan_to_num(day - self.first, nan=0.0) >= self.after) & ~masked
        for person in np.flatnonzero(decides):
            yes = bool(positive[person])
            first = float(self.first[person])
            self.findings.append((int(person), column, first, float(day[person]), yes))
        sure = decides & positive
        self.confirmed[sure] = self.first[sure]
        self.decided[sure] = day[sure]
        self.first[decides] = np.nan
        new: NDArray[Any] = rows & ~waits & positive & np.isnan(self.confirmed)
        self.first[new] = day[new]
        return new
