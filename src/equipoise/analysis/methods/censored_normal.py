"""The normal model of values some of which are known as bounds only: a difference of means or a ratio of them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis.comparison import Comparison, Person
from equipoise.analysis.details import Modelled, Term
from equipoise.analysis.finding import Finding, call_text
from equipoise.stats.censored_normal import CensoredNormalFit, fit_censored_normal
from equipoise.stats.cox import NoMaximumError


def censored_normal(comparison: Comparison) -> Finding:
    """Return the difference of the arms' means, or on the scale `log10` the ratio of their geometric means.

    Parameters
    ----------
    comparison : Comparison
        Two arms with a continuous endpoint.

    Returns
    -------
    Finding
        Maximum likelihood (Tobin 1958, Econometrica 26:24-36): a result "<2" adds the probability of a value below
        2, and no number is put in its place. Wald's interval and test on the scale of the model. Where all of an arm
        lie below the limit the difference has no estimate (``no_maximum``); where all of a covariate's level do,
        that level's term alone has none (``nan``).
    """
    on_log = comparison.endpoint.scale == "log10"
    summary = "geometric_mean_ratio" if on_log else "mean_difference"
    covariates = comparison.covariates
    names = ("treatment", *covariates.terms)
    call = call_text(fit_censored_normal, f"[{', '.join(names)}]", "<left>", "<right>")
    bounds = np.array([_bounds(person, on_log) for person in comparison.analysed])
    design = np.column_stack((np.array(comparison.treated, dtype=np.float64), covariates.values))
    try:
        fit = fit_censored_normal(design, bounds[:, 0], bounds[:, 1])
    except NoMaximumError:
        return Finding(summary, call, note="no_maximum")
    found = fit.coefficient(1, comparison.confidence)
    if math.isnan(found.estimate):
        return Finding(summary, call, note="no_maximum")
    numbers = (found.estimate, found.low, found.high)
    estimate, low, high = (10**number for number in numbers) if on_log else numbers
    levels = [_level(fit, design, treated, on_log) for treated in (1.0, 0.0)]
    detail = Modelled(
        terms=_terms(fit, names, comparison.confidence),
        log_likelihood=fit.loglik,
        treatment=levels[0],
        versus=levels[1],
        scale=fit.sigma,
        filled=covariates.filled,
    )
    return Finding(summary, call, estimate, low, high, found.p, found.z, detail=detail)


def _level(fit: CensoredNormalFit, design: NDArray[np.float64], treated: float, on_log: bool) -> float | None:
    """Return the mean, or geometric mean, that the model gives everybody in one arm; None if a term has no estimate."""
    everybody = design.copy()
    everybody[:, 0] = treated
    level = float(np.mean(fit.coef[0] + everybody @ fit.coef[1:]))
    if not math.isfinite(level):
        return None
    return 10**level if on_log else level


def _bounds(person: Person, on_log: bool) -> tuple[float, float]:
    """Return the bounds of a value on the scale of the model; equal where it is known."""
    outcome = person.outcome
    low = outcome.value if outcome.value is not None else outcome.left
    high = outcome.value if outcome.value is not None else outcome.right
    if not on_log:
        return (-math.inf if low is None else low), (math.inf if high is None else high)
    return (
        -math.inf if low is None or low <= 0 else math.log10(low),
        math.inf if high is None else math.log10(high),
    )


def _terms(fit: CensoredNormalFit, names: tuple[str, ...], conf: float) -> tuple[Term, ...]:
    terms = []
    for index, name in enumerate(("constant", *names)):
        found = fit.coefficient(index, conf)
        terms.append(Term(name, found.estimate, found.se, found.low, found.high, found.p))
    return tuple(terms)
