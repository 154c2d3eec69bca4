"""Multiple imputation of a missing binary outcome, pooled by Rubin's rules."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.details import Imputed
from equipoise.analysis.finding import Finding, call_text
from equipoise.stats import mantel_haenszel
from equipoise.stats.augmented_logistic import augmented_posterior
from equipoise.stats.miettinen_nurminen import pool_empty_strata
from equipoise.stats.rubin import pool_scalar

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Observed successes and people of each pooled stratum and arm, and the cell that each missing outcome is of."""

    successes: Floats  # (strata, arms): the treatment, then its comparator
    people: Floats
    cell_of: NDArray[np.int64]  # of each missing person, counted row by row
    names: tuple[tuple[str, ...], ...]


def multiple_imputation(comparison: Comparison) -> Finding:
    """Return the stratified risk difference over completed datasets.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a binary endpoint.

    Returns
    -------
    Finding
        The missing are imputed from a Bayesian logistic regression on the arm and the declared covariates (Rubin
        1987, pages 169-170; kept finite as in White, Daniel and Royston 2010). Each completed dataset gives the
        difference weighted by ``n1 n0 / (n1 + n0)`` with its Wald variance, pooled with the degrees of freedom of
        Barnard and Rubin (1999), of ``N - 2 strata`` for complete data. With nobody missing it is the same
        difference, without imputation.
    """
    people = sorted(range(len(comparison.analysed)), key=lambda index: comparison.analysed[index].participant)
    missing = [index for index in people if comparison.analysed[index].is_missing]
    cells = _cells(comparison, missing)
    if not missing:
        return _complete(comparison, cells)
    call = call_text(pool_scalar, "<estimates>", "<variances>", _df(cells), comparison.confidence)
    observed = [index for index in people if not comparison.analysed[index].is_missing]
    if len({comparison.treated[index] for index in observed}) < 2:
        return Finding("risk_difference", call, note="nobody_observed")
    drawn = _drawn(comparison, people, observed, missing)
    return _pooled(comparison, cells, drawn, missing, call)


def _cells(comparison: Comparison, missing: list[int]) -> _Cells:
    pooled = pool_empty_strata(comparison.by_stratum, comparison.order)
    row_of = {index: row for row, group in enumerate(pooled.groups) for index in group}
    counts = np.array(pooled.strata, dtype=np.float64)
    people = [(comparison.analysed[index], comparison.treated[index]) for index in missing]
    cell_of = [2 * row_of[person.stratum] + 1 - treated for person, treated in people]
    names = tuple(tuple(comparison.strata[index] for index in group) for group in pooled.groups)
    return _Cells(counts[:, [0, 2]], counts[:, [1, 3]], np.array(cell_of, dtype=np.int64), names)


def _df(cells: _Cells) -> float:
    return max(1.0, float(cells.people.sum()) - 2 * len(cells.people))


def _complete(comparison: Comparison, cells: _Cells) -> Finding:
    order = [cells.successes[:, 0], cells.people[:, 0], cells.successes[:, 1], cells.people[:, 1]]
    tables = np.column_stack(order).astype(int).tolist()
    found = mantel_haenszel.risk_difference(tables, comparison.confidence, "greenland-robins")
    call = call_text(mantel_haenszel.risk_difference, tables, comparison.confidence, variance="greenland-robins")
    if found.se == 0:
        return Finding("risk_difference", call, found.estimate, note="no_information")
    note = "nobody_missing"
    return Finding("risk_difference", call, found.estimate, found.low, found.high, found.p, found.z, note)


def _drawn(comparison: Comparison, people: list[int], observed: list[int], missing: list[int]) -> NDArray[np.bool_]:
    """Return the imputed outcomes, a row a draw: people in the order of their ids, so that the table's is nothing."""
    treated = np.array(comparison.treated, dtype=np.float64)
    design = np.column_stack([treated, comparison.covariates.values])
    response = [comparison.analysed[index].outcome.status == "success" for index in observed]
    posterior = augmented_posterior(design[observed], response, design[people])
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(comparison.analysis.seed)))
    draws = comparison.analysis.draws
    normal = generator.standard_normal((draws, len(posterior.coef)))
    uniform = generator.random((draws, len(missing)))
    return posterior.impute(design[missing], normal, uniform)


def _pooled(comparison: Comparison, cells: _Cells, drawn: NDArray[np.bool_], missing: list[int], call: str) -> Finding:
    analysis = comparison.analysis
    estimates, variances, shares = completed(cells.successes, cells.people, cells.cell_of, drawn)
    within, between = float(variances.mean()), float(estimates.var(ddof=1))
    pools = bool((variances > 0).all())
    found = pool_scalar(estimates, variances, _df(cells), comparison.confidence) if pools else None
    detail = Imputed(
        draws=analysis.draws,
        seed=analysis.seed,
        estimates=tuple(estimates.tolist()),
        variances=tuple(variances.tolist()),
        within=within,
        between=between,
        df=found.df if found else math.nan,
        missing_information=found.fraction if found else math.nan,
        terms=comparison.covariates.terms,
        filled=comparison.covariates.filled,
        people=tuple(comparison.analysed[index].participant for index in missing),
        values=tuple("".join("1" if value else "0" for value in row) for row in drawn.tolist()),
        strata=cells.names,
        shares=(float(shares[0]), float(shares[1])),
    )
    if found is None:
        # Without a variance in some completed dataset nothing can be pooled: everybody observed did alike.
        return Finding("risk_difference", call, float(estimates.mean()), note="no_information", detail=detail)
    return Finding("risk_difference", call, found.estimate, found.low, found.high, found.p, found.t, detail=detail)


def completed(
    successes: Floats, people: Floats, cell_of: NDArray[np.int64], drawn: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats]:
    """Return the stratified difference of each completed dataset.

    Parameters
    ----------
    successes, people : numpy.ndarray, shape (strata, 2)
        Observed successes, and everybody; the treatment, then its comparator.
    cell_of : numpy.ndarray, shape (missing,)
        The cell of each missing outcome, counted row by row.
    drawn : numpy.ndarray, shape (draws, missing)
        Imputed outcomes.

    Returns
    -------
    estimates, variances : numpy.ndarray, shape (draws,)
        ``sum w (p1 - p0)`` with ``w = n1 n0 / (n1 + n0)`` normalised, and ``sum w^2 (p1 q1 / n1 + p0 q0 / n0)``.
    shares : numpy.ndarray, shape (2,)
        Mean share of successes of each arm.
    """
    indicator = np.zeros((len(cell_of), successes.size))
    indicator[np.arange(len(cell_of)), cell_of] = 1.0
    counts = successes + (drawn @ indicator).reshape(-1, *successes.shape)
    share = counts / people
    weight = people.prod(axis=1) / people.sum(axis=1)
    weight = weight / weight.sum()
    estimates = ((share[:, :, 0] - share[:, :, 1]) * weight).sum(axis=1)
    variances = ((share * (1 - share) / people).sum(axis=2) * weight**2).sum(axis=1)
    shares = counts.sum(axis=1).mean(axis=0) / people.sum(axis=0)
    return np.asarray(estimates), np.asarray(variances), np.asarray(shares)
