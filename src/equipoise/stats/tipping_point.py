"""Tipping-point analysis of a binary endpoint: every way in which the missing could have responded."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.chi_squared import chi_squared
from equipoise.stats.conditional import hypergeometric
from equipoise.stats.miettinen_nurminen import risk_difference
from equipoise.stats.two_arm import check_count

Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TippingGrid:
    """Results for each number of responders among the missing; row i of arm 1, column j of arm 0.

    Attributes
    ----------
    difference, low, high : numpy.ndarray, shape (m1 + 1, m0 + 1)
        Risk difference with its Miettinen-Nurminen limits, over all randomised.
    p_score, p_chi_squared, p_fisher : numpy.ndarray, shape (m1 + 1, m0 + 1)
        Two-sided p-values of the Miettinen-Nurminen score test, Pearson's chi-squared test (1 when nobody or
        everybody responded) and Fisher's test.
    """

    difference: Grid
    low: Grid
    high: Grid
    p_score: Grid
    p_chi_squared: Grid
    p_fisher: Grid

    def tipping(self, p: Grid, alpha: float = 0.05) -> tuple[int | None, ...]:
        """Return where the conclusion in favour of arm 1 is lost.

        Parameters
        ----------
        p : numpy.ndarray, shape (m1 + 1, m0 + 1)
            The p-values to judge by, one of this grid's.
        alpha : float
            Level of the test.

        Returns
        -------
        tuple of int or None
            For each row the smallest number of responders among the missing of arm 0 at which p reaches ``alpha`` or
            arm 1 is no longer better; None where there is none.
        """
        lost = (p >= alpha) | (self.difference <= 0)
        return tuple(int(np.argmax(row)) if row.any() else None for row in lost)


def tipping_grid(arm1: tuple[int, int, int], arm0: tuple[int, int, int], conf: float = 0.95) -> TippingGrid:
    """Return the results for every imputation of the missing.

    Parameters
    ----------
    arm1, arm0 : tuple of int
        Responders observed, participants with a missing endpoint, and participants randomised.
    conf : float
        Confidence level of the limits.

    Returns
    -------
    TippingGrid
        Cell (0, 0) is missing = failure; (0, m0) is the worst case for arm 1, (m1, 0) the best.

    Raises
    ------
    ValueError
        If an arm is empty or its counts do not fit.
    """
    for whose, (responders, missing, randomised) in (("arm 1", arm1), ("arm 0", arm0)):
        check_count(responders, randomised, whose)
        if not 0 <= missing <= randomised - responders:
            raise ValueError(f"{whose} has {missing} missing of {randomised}, {responders} of them known responders")
    (r1, m1, n1), (r0, m0, n0) = arm1, arm0
    cells = np.empty((6, m1 + 1, m0 + 1))
    for i in range(m1 + 1):
        for j in range(m0 + 1):
            x1, x0 = r1 + i, r0 + j
            score = risk_difference(x1, n1, x0, n0, conf)
            pearson = chi_squared(x1, n1, x0, n0)
            fisher = hypergeometric(n1, n0, x1 + x0).two_sided(x1)
            cells[:, i, j] = score.estimate, score.low, score.high, score.p, pearson.p, fisher
    cells[4] = np.where(np.isnan(cells[4]), 1.0, cells[4])
    return TippingGrid(*cells)
