"""Harrell's concordance of a risk score with survival times."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.cox_data import CoxData, Floats
from equipoise.stats.survival_times import as_labels


@dataclass(frozen=True, slots=True)
class Concordance:
    """A concordance probability.

    Attributes
    ----------
    estimate : float
        The share of comparable pairs in which the earlier event had the higher score; a tied score counts one half.
    se : float
        Infinitesimal jackknife standard error.
    pairs : int
        Comparable pairs.
    """

    estimate: float
    se: float
    pairs: int


def concordance(data: CoxData, risk: Floats, cluster: ArrayLike | None = None) -> Concordance:
    """Return Harrell's concordance.

    Parameters
    ----------
    data : CoxData
        The rows; pairs are made within strata.
    risk : numpy.ndarray, shape (n,)
        A score that is higher where the event is expected earlier, such as ``x @ coef``.
    cluster : array_like, shape (n,), optional
        Labels of rows that belong together, for the standard error.

    Returns
    -------
    Concordance
        A row with an event is compared with all that are then at risk and still free of it; two events at one time
        are not compared (Harrell et al. 1982, JAMA 247:2543-2546). The standard error sums each row's influence:
        ``(c_k - C n_k) / N`` with c_k and n_k the row's concordant and comparable pairs.

    Raises
    ------
    ValueError
        If the scores are not one a row, or no pair can be compared.
    """
    if risk.shape != (data.n,):
        raise ValueError(f"each of the {data.n} rows needs one score; the shape is {risk.shape}")
    agreed, compared = np.zeros(data.n), np.zeros(data.n)
    for rows in data.strata:
        start, stop, event, score = data.start[rows], data.stop[rows], data.event[rows], risk[rows]
        for i in np.flatnonzero(event):
            later = (stop > stop[i]) | ((stop == stop[i]) & ~event)
            others = later & (start < stop[i])
            points = np.where(others, (score[i] > score) + 0.5 * (score[i] == score), 0.0)
            agreed[rows] += points
            compared[rows] += others
            agreed[rows[i]] += points.sum()
            compared[rows[i]] += others.sum()
    # Each pair was counted for both of its rows.
    pairs = compared.sum() / 2
    if pairs == 0:
        raise ValueError("no pair of rows can be compared")
    estimate = float(agreed.sum() / 2 / pairs)
    influence = (agreed - estimate * compared) / pairs
    if cluster is not None:
        influence = np.bincount(as_labels(cluster, data.n, "cluster"), influence)
    return Concordance(estimate, float(np.sqrt((influence**2).sum())), int(pairs))
