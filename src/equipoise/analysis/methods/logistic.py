"""Logistic regression on the arm and covariates, standardised to everybody in the analysis."""

from __future__ import annotations

import math

import numpy as np

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.details import Modelled, Term
from equipoise.analysis.finding import Finding, call_text
from equipoise.stats.logistic import LogisticFit, SeparationError, fit_logistic
from equipoise.stats.normal import two_sided
from equipoise.stats.standardisation import marginal_risks


def logistic(comparison: Comparison) -> Finding:
    """Return the marginal risk difference, or the marginal odds ratio where the estimand asks for one.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a binary endpoint.

    Returns
    -------
    Finding
        The mean predicted shares, had everybody been in one arm and in the other, with the variance by influence
        functions (FDA 2023, Adjusting for Covariates in Randomized Clinical Trials; Ye and others 2023, Statistical
        Theory and Related Fields 7:159-163). The conditional log odds ratio is a term of the detail.
    """
    summary = "odds_ratio" if comparison.estimand.summary == "odds_ratio" else "risk_difference"
    names = ("treatment", *comparison.covariates.terms)
    call = call_text(marginal_risks, f"fit_logistic([{', '.join(names)}], <success>)", arm=1, variance="influence")
    design = np.column_stack([np.array(comparison.treated, dtype=np.float64), comparison.covariates.values])
    success = [int(person.outcome.status == "success") for person in comparison.analysed]
    try:
        fit = fit_logistic(design, success)
    except SeparationError:
        return Finding(summary, call, note="no_maximum")
    risks = marginal_risks(fit)
    detail = Modelled(
        terms=_terms(fit, names, comparison.confidence),
        log_likelihood=fit.loglik,
        treatment=risks.p1,
        versus=risks.p0,
        filled=comparison.covariates.filled,
    )
    if summary == "odds_ratio":
        ratio = risks.odds_ratio(comparison.confidence)
        z = math.log(ratio.estimate) / ratio.log_se
        return Finding(summary, call, ratio.estimate, ratio.low, ratio.high, two_sided(z), z, detail=detail)
    found = risks.difference(comparison.confidence)
    return Finding(summary, call, found.estimate, found.low, found.high, found.p, found.z, detail=detail)


def _terms(fit: LogisticFit, names: tuple[str, ...], conf: float) -> tuple[Term, ...]:
    terms = []
    for index, name in enumerate(("constant", *names)):
        limits, se = fit.wald_interval(index, conf), float(fit.se[index])
        terms.append(Term(name, limits.estimate, se, limits.low, limits.high, two_sided(limits.estimate / se)))
    return tuple(terms)
