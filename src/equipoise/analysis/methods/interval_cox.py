"""Proportional hazards of an event that is seen at visits only: the hazard ratio."""

from __future__ import annotations

import math

import numpy as np

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.details import Modelled, Term
from equipoise.analysis.finding import Finding, call_text
from equipoise.analysis.visit_days import Intervals, intervals_of, last_day
from equipoise.stats.cox import NoMaximumError
from equipoise.stats.interval_censored_cox import (
    ArmHazardRatio,
    NoInformationError,
    arm_hazard_ratio,
    fit_interval_cox,
)
from equipoise.stats.normal import critical_value, two_sided

_ARM = "treatment"


def interval_cox(comparison: Comparison) -> Finding:
    """Return the hazard ratio of the treatment with its profile likelihood interval and likelihood ratio test.

    Parameters
    ----------
    comparison : Comparison
        Two arms with an interval endpoint.

    Returns
    -------
    Finding
        Finkelstein (1986), Biometrics 42:845-854, on what both arms know alike from `compared_from` on (see
        `Intervals.from_day`). `z` is the signed root of the likelihood ratio. Where an arm has no event there is no
        estimate (``no_maximum``); the test stays, and the interval has one limit.
    """
    analysis = comparison.analysis
    data = intervals_of(comparison)
    if analysis.compared_from:
        data = data.from_day(last_day(comparison.study, analysis.compared_from))
    covariates = comparison.covariates
    adjust = covariates.values if covariates.terms else None
    more = {} if adjust is None else {"adjust": "<covariates>"}
    call = call_text(arm_hazard_ratio, "<arm>", "<left>", "<right>", **more, conf=comparison.confidence)
    try:
        found = arm_hazard_ratio(data.treated, data.left, data.right, adjust, comparison.confidence)
    except NoInformationError:
        return Finding("hazard_ratio", call, note="no_information")
    except NoMaximumError:
        return Finding("hazard_ratio", call, note="no_maximum")
    root = math.copysign(math.sqrt(found.likelihood_ratio.statistic), found.estimate - 1)
    return Finding(
        "hazard_ratio",
        call,
        found.estimate if found.finite else None,
        found.low,
        found.high,
        found.likelihood_ratio.p,
        root,
        note="" if found.finite else "no_maximum",
        detail=_modelled(comparison, data, found),
    )


def _modelled(comparison: Comparison, data: Intervals, found: ArmHazardRatio) -> Modelled:
    """Return the coefficients with Wald intervals; none where the arm's has no maximum."""
    covariates = comparison.covariates
    if not found.finite:
        return Modelled((), found.loglik, filled=covariates.filled)
    fit = fit_interval_cox(np.column_stack((data.treated, covariates.values)), data.left, data.right)
    half = critical_value(comparison.confidence)
    terms = tuple(
        Term(name, coef, se, coef - half * se, coef + half * se, two_sided(coef / se))
        for name, coef, se in zip((_ARM, *covariates.terms), fit.coef.tolist(), fit.se.tolist(), strict=True)
    )
    return Modelled(terms, fit.loglik, filled=covariates.filled)
