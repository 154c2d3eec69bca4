"""The re-randomisation test: the statistic under what the declared scheme would have allocated otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.details import ReRandomised
from equipoise.analysis.finding import Finding, call_text
from equipoise.core.problem import Problem, ProblemsError
from equipoise.randomise.draw import draw_all, scheme_of
from equipoise.randomise.secret import derive_replay_secrets
from equipoise.stats.miettinen_nurminen import null_statistics, pool_empty_strata

# Equal statistics that were summed in another order differ in their last digits, and are still equal.
_TIE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """Who of the list is counted (the places in it), their stratum as indicators, and who succeeded."""

    places: NDArray[np.int64]
    strata: NDArray[np.float64]  # (counted, strata)
    success: NDArray[np.float64]  # (counted,)
    order: tuple[int, ...]


def re_randomisation(comparison: Comparison) -> Finding:
    """Return the test of no effect on anybody by the declared allocation itself.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a binary endpoint, of a study with two arms.

    Returns
    -------
    Finding
        The same people in the same order with their own levels are allocated anew under ``draws`` secrets that follow
        from the seed; ``p = (1 + as extreme) / (1 + draws)`` by the absolute score statistic of the declared strata.
        Simon and Simon (2011), Statistics and Probability Letters 81:767-772; Phipson and Smyth (2010), Statistical
        Applications in Genetics and Molecular Biology 9:39.

    Raises
    ------
    ProblemsError
        If somebody's level of a factor of the scheme is unknown, so that the list cannot be drawn again.
    """
    study, analysis = comparison.study, comparison.analysis
    rows = _in_order(comparison)
    scheme = scheme_of(study)
    secrets = derive_replay_secrets(analysis.seed, study.id, analysis.draws)
    drawn = draw_all(scheme, secrets, study.id, _levels(comparison, rows))
    treatment = scheme.shares.arms.index(comparison.arms[0])
    arms = (np.array(drawn, dtype=np.int64).reshape(len(drawn), len(rows)) == treatment).astype(np.float64)
    counted = _counted(comparison, [row["participant"] for row in rows])
    actual = np.array([[float(row["arm"] == comparison.arms[0]) for row in rows]])
    observed = float(_statistics(counted, actual)[0])
    statistics = _statistics(counted, arms)
    as_extreme = int((np.abs(statistics) >= abs(observed) - _TIE).sum())
    detail = ReRandomised(
        draws=analysis.draws,
        seed=analysis.seed,
        statistic="score_z",
        observed=observed,
        as_extreme=as_extreme,
        statistics=tuple(statistics.tolist()),
        people=tuple(row["participant"] for row in rows),
        arms=tuple("".join("1" if value else "0" for value in row) for row in arms.tolist()),
    )
    call = call_text(draw_all, f"<{study.identity.allocation.scheme.value}>", "<secrets>", study.id, "<levels>")
    p = (1 + as_extreme) / (1 + analysis.draws)
    return Finding("", call, p=p, z=observed, detail=detail)


def _in_order(comparison: Comparison) -> list[dict[str, Any]]:
    """Return everybody who was allocated, in the order of the slots; who is left out took a slot as well."""
    rows = comparison.dataset.tables["allocation"].to_dicts()
    return sorted(rows, key=lambda row: (row["slot"] is None, row["slot"] or 0, row["seq"]))


def _levels(comparison: Comparison, rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    identity = comparison.study.identity
    needed = () if identity.allocation.scheme.value == "simple" else identity.allocation.factors
    unknown = [factor for factor in needed if any(row[factor] is None for row in rows)]
    if unknown:
        params = {"analysis": comparison.analysis.id, "factors": ", ".join(unknown)}
        raise ProblemsError([Problem("analysis.no-replay", params)])
    return [{factor: row[factor] for factor in needed} for row in rows]


def _counted(comparison: Comparison, listed: list[str]) -> _Counted:
    place = {who: index for index, who in enumerate(listed)}
    people = comparison.analysed
    strata = np.zeros((len(people), len(comparison.strata)))
    strata[np.arange(len(people)), [person.stratum for person in people]] = 1.0
    success = np.array([float(person.outcome.status == "success") for person in people])
    return _Counted(np.array([place[each.participant] for each in people]), strata, success, comparison.order)


def _statistics(counted: _Counted, arms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the score statistic of each allocation: strata with an empty arm are pooled in each as declared."""
    own = arms[:, counted.places]
    n1, x1 = own @ counted.strata, (own * counted.success) @ counted.strata
    total, responders = counted.strata.sum(axis=0), counted.success @ counted.strata
    n0, x0 = total - n1, responders - x1
    found = null_statistics(x1, n1, x0, n0)
    lopsided = (((n1 == 0) | (n0 == 0)) & (total > 0)).any(axis=1)
    for index in np.flatnonzero(lopsided):
        if n1[index].sum() == 0 or n0[index].sum() == 0:
            continue  # nobody to compare with: null_statistics says 0
        tables = np.column_stack([x1[index], n1[index], x0[index], n0[index]]).astype(np.int64)
        pooled = np.array(pool_empty_strata(tables, counted.order).strata)
        found[index] = null_statistics(*pooled.T)
    return found
