"""The score method of Miettinen and Nurminen: risk difference (plain or stratified), risk ratio, odds ratio."""

from __future__ import annotations

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding, call_text, score_finding
from equipoise.analysis.results import StratumRow
from equipoise.core.problem import Problem, ProblemsError
from equipoise.stats import score_ratio
from equipoise.stats.miettinen_nurminen import pool_empty_strata, risk_difference, stratified_risk_difference
from equipoise.stats.two_arm import TwoArmTable

_RATIOS = {"risk_ratio": score_ratio.risk_ratio, "odds_ratio": score_ratio.odds_ratio}


def miettinen_nurminen(comparison: Comparison) -> Finding:
    """Return the score estimate, interval and test.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a binary endpoint.

    Returns
    -------
    Finding
        Miettinen and Nurminen (1985), Statistics in Medicine 4:213-226. Empty strata are pooled as declared.

    Raises
    ------
    ProblemsError
        If a stratified ratio is asked for: the method has none.
    """
    summary, conf = comparison.estimand.summary, comparison.confidence
    if summary in _RATIOS:
        if comparison.analysis.strata:
            raise ProblemsError(
                [Problem("analysis.no-stratified-ratio", {"analysis": comparison.analysis.id, "summary": summary})]
            )
        function = _RATIOS[summary]
        ratio = function(*comparison.counts, conf)
        test = risk_difference(*comparison.counts, conf)
        calls = [call_text(each, *comparison.counts, conf) for each in (function, risk_difference)]
        return Finding(summary, "; p: ".join(calls), ratio.estimate, ratio.low, ratio.high, test.p, test.z)
    if not comparison.analysis.strata:
        call = call_text(risk_difference, *comparison.counts, conf)
        return score_finding("risk_difference", call, risk_difference(*comparison.counts, conf))
    rows = pooled_strata(comparison)
    tables = [[row.x1, row.n1, row.x0, row.n0] for row in rows]
    call = call_text(stratified_risk_difference, tables, conf)
    return score_finding("risk_difference", call, stratified_risk_difference(tables, conf), rows)


def pooled_strata(comparison: Comparison) -> tuple[StratumRow, ...]:
    """Return the strata after empty ones were pooled in the declared order, with their weights.

    Parameters
    ----------
    comparison : Comparison
        Two arms, neither of them empty.

    Returns
    -------
    tuple of StratumRow
        With weights ``n1 n0 / (n1 + n0)``, normalised.
    """
    pooled = pool_empty_strata(comparison.by_stratum, comparison.order)
    tables = [TwoArmTable(*row) for row in pooled.strata]
    weights = [table.n1 * table.n0 / table.total for table in tables]
    return tuple(
        StratumRow(tuple(comparison.strata[index] for index in group), t.x1, t.n1, t.x0, t.n0, weight / sum(weights))
        for group, t, weight in zip(pooled.groups, tables, weights, strict=True)
    )
