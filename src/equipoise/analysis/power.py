"""The power that the enrolment really gives under the declared assumptions: exact, by enumeration."""

from __future__ import annotations

from functools import lru_cache

from equipoise.analysis.described import PowerRow
from equipoise.analysis.finding import call_text
from equipoise.analysis.recipe import recipe_for
from equipoise.dataset.model import Dataset
from equipoise.stats.power import exact_power
from equipoise.study.model.endpoints import Estimand
from equipoise.study.model.study import Study


@lru_cache(maxsize=256)
def _exact(sizes: tuple[int, int], shares: tuple[float, float], alpha: float, dropout: float) -> tuple[float, float]:
    """Return the power of both tests; a thousand trials of one design ask for the same."""
    lost = (dropout, dropout)
    score = exact_power(*sizes, *shares, alpha, dropout=lost)
    fisher = exact_power(*sizes, *shares, alpha, test="fisher", dropout=lost)
    return score.power, fisher.power


def power_of(dataset: Dataset) -> tuple[PowerRow, ...]:
    """Return the exact power for each declared assumption.

    Parameters
    ----------
    dataset : Dataset
        The dataset, for its study and for the recipes.

    Returns
    -------
    tuple of PowerRow
        For the primary analysis's arms and level; drop-out counts as failure. Empty without a primary analysis.
    """
    study = dataset.study
    primary = next((each for each in study.endpoints.analyses if each.role == "primary"), None)
    if primary is None:
        return ()
    estimand = next(each for each in study.endpoints.estimands if each.id == primary.estimand)
    n1, n0 = _sizes(study, estimand)
    rows = []
    for each in study.endpoints.power:
        shares, alpha, dropout = (float(each.treatment), float(each.control)), float(primary.alpha), float(each.dropout)
        score, fisher = _exact((n1, n0), shares, alpha, dropout)
        call = call_text(exact_power, n1, n0, *shares, alpha, dropout=(dropout, dropout))
        recipe = recipe_for(dataset, call)
        rows.append(PowerRow(shares[1], shares[0], dropout, n1, n0, alpha, score, fisher, recipe))
    return tuple(rows)


def _sizes(study: Study, estimand: Estimand) -> tuple[int, int]:
    """Return the planned people of treatment and comparator, by the ratio of the arms."""
    total = sum(arm.ratio for arm in study.arms.values())
    enrolment = study.identity.enrolment
    n1, n0 = (enrolment * study.arms[arm].ratio // total for arm in (estimand.treatment, estimand.versus))
    return n1, n0
