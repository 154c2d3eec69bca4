"""Which markers say the same: rank correlations of all pairs, and an order that puts alike ones side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from equipoise.predict.markers_results import Correlations

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

_LEAST_PAIRS = 5


class Bounded(Protocol):
    """Values as intervals, one a person; missing ones are named."""

    @property
    def variable(self) -> str:
        """The variable's name."""

    @property
    def low(self) -> Floats:
        """Lower bounds."""

    @property
    def high(self) -> Floats:
        """Upper bounds, equal to the lower ones where the value is known."""

    @property
    def missing(self) -> Booleans:
        """Of whom nothing is known."""


def correlations(columns: Sequence[Bounded]) -> Correlations:
    """Return Spearman's correlations of all pairs of columns, pairwise complete.

    A value that is known as a bound only stands just beyond the bound, tied with all others at the same bound: "<2" is
    below 2 and above 1.9. That is the usual convention for ranks of values below a limit, and pulls the correlation
    towards 0 where limits differ.
    """
    placed = [_placed(column) for column in columns]
    size = len(columns)
    values: list[list[float | None]] = [[None] * size for _ in range(size)]
    pairs = np.zeros((size, size), dtype=int)
    for row in range(size):
        for other in range(row, size):
            both = ~columns[row].missing & ~columns[other].missing
            pairs[row, other] = pairs[other, row] = int(both.sum())
            values[row][other] = values[other][row] = _spearman(placed[row][both], placed[other][both])
    names = tuple(column.variable for column in columns)
    return Correlations(
        variables=names,
        order=tuple(names[place] for place in _clustered(values)),
        values=tuple(tuple(line) for line in values),
        pairs=tuple(tuple(int(count) for count in line) for line in pairs),
    )


def _placed(column: Bounded) -> Floats:
    """Return each person's place: whole numbers that rise with the value, a bound's just beyond the bound's own."""
    known = column.low == column.high
    upper = ~known & np.isfinite(column.high)
    bound = np.where(upper, column.high, column.low)
    side = np.where(known, 0, np.where(upper, -1, 1))
    side[column.missing], bound[column.missing] = 0, 0.0
    _, place = np.unique(np.column_stack([bound, side]), axis=0, return_inverse=True)
    return np.asarray(place, dtype=np.float64).reshape(-1)


def _spearman(a: Floats, b: Floats) -> float | None:
    """Return the correlation of mid-ranks; None where fewer than five share both or one does not vary."""
    from scipy.stats import rankdata

    if len(a) < _LEAST_PAIRS or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    ranks = [rankdata(values) - (len(values) + 1) / 2 for values in (a, b)]
    product = float(ranks[0] @ ranks[1]) / float(np.sqrt((ranks[0] @ ranks[0]) * (ranks[1] @ ranks[1])))
    return max(-1.0, min(1.0, product))


def _clustered(values: Sequence[Sequence[float | None]]) -> list[int]:
    """Return an order by average linkage, alike being a large correlation of either sign."""
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    if len(values) < 3:
        return list(range(len(values)))
    distance = np.array([[1.0 if each is None else 1 - abs(each) for each in line] for line in values])
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(np.maximum(distance, 0.0), checks=False), "average", optimal_ordering=True)
    return [int(place) for place in leaves_list(tree)]
