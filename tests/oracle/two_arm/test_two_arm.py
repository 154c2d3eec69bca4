"""Two-arm tables, against R 4.2.2 with metafor 3.8.1 and Epi 2.47, and exact formulas by hand (oracle A2).

Accuracy that the oracle states: 1e-10 for closed forms, 1e-8 for score limits, 1e-6 for unconditional p-values, all
absolute; 1e-4 for fisher.test's odds ratio and interval. The oracle's arm 2 is our arm 0.

fisher.test looks for its odds ratios with uniroot(tol = .Machine$double.eps^0.25) in t on (0, 1), the ratio being t or
1/t. So 1e-4 is an accuracy of t: a ratio of 200 is off by up to 2 %. An exact case shows it: for 0/1 against 1/1 the
99 % limit solves 1 / (1 + ratio) = 0.005, which is 199; fisher.test says 198.02. We compare on the scale of t.
"""

import numpy as np
import pytest

from equipoise.stats import (
    chi_squared,
    fisher,
    log_ratio,
    mee,
    miettinen_nurminen,
    newcombe,
    score_ratio,
    wald,
)
from equipoise.stats.barnard import barnard_exact
from equipoise.stats.boschloo import boschloo_exact
from equipoise.stats.normal import upper_tail

ORACLE = "A2"

CLOSED, SCORE, UNCONDITIONAL, ROOT = 1e-10, 1e-8, 1e-6, 1e-4

# Name of the limits in the oracle -> method, accuracy.
INTERVALS = {
    "rd_wald": (wald.risk_difference, CLOSED),
    "rd_wald_cc": (lambda *a: wald.risk_difference(*a, corrected=True), CLOSED),
    "rd_newcombe": (newcombe.risk_difference, CLOSED),
    "rd_newcombe_cc": (lambda *a: newcombe.risk_difference(*a, corrected=True), CLOSED),
    "rd_agresti_caffo": (wald.agresti_caffo, CLOSED),
    "rd_mn": (miettinen_nurminen.risk_difference, SCORE),
    "rd_mee": (mee.risk_difference, SCORE),
    "rr_log": (log_ratio.risk_ratio, CLOSED),
    "or_woolf": (log_ratio.odds_ratio, CLOSED),
    "rr_adj": (lambda *a: log_ratio.risk_ratio(*a, add_half=True), CLOSED),
    "or_adj": (lambda *a: log_ratio.odds_ratio(*a, add_half=True), CLOSED),
    "rr_mn": (score_ratio.risk_ratio, SCORE),
    "rr_koopman": (lambda *a: score_ratio.risk_ratio(*a, corrected=False), SCORE),
    "or_mn": (score_ratio.odds_ratio, SCORE),
}
ESTIMATES = {
    "rd": lambda *a: wald.risk_difference(*a).estimate,
    "rd_se_wald": lambda *a: wald.risk_difference(*a).se,
    "rr": lambda *a: log_ratio.risk_ratio(*a).estimate,
    "or": lambda *a: log_ratio.odds_ratio(*a).estimate,
    "rr_adj": lambda *a: log_ratio.risk_ratio(*a, add_half=True).estimate,
    "or_adj": lambda *a: log_ratio.odds_ratio(*a, add_half=True).estimate,
}
UNCONDITIONAL_TESTS = {
    "p_barnard_greater": lambda *t: barnard_exact(*t, "greater"),
    "p_barnard_less": lambda *t: barnard_exact(*t, "less"),
    "p_barnard_two_sided": lambda *t: barnard_exact(*t, "two-sided"),
    "p_boschloo_greater": lambda *t: boschloo_exact(*t, "greater"),
    "p_boschloo_less": lambda *t: boschloo_exact(*t, "less"),
    "p_boschloo_two_sided_fisher2": lambda *t: boschloo_exact(*t, "two-sided"),
    "p_boschloo_two_sided_central": lambda *t: boschloo_exact(*t, "central"),
}


def on_root_scale(ratio):
    """Return t for ratios up to 1 and 2 - 1/t beyond, so that order and continuity stay."""
    return np.where(ratio <= 1, ratio, 2 - 1 / np.maximum(ratio, 1))


def tables(case):
    columns = (case.input[name] for name in ("x1", "n1", "x2", "n2"))
    return list(zip(*columns, strict=True))


def with_conf(case):
    return [(*table, conf) for table, conf in zip(tables(case), case.input["conf"], strict=True)]


@pytest.mark.parametrize("name", INTERVALS)
def test_interval(case, agree, name):
    method, accuracy = INTERVALS[name]
    found = [method(*row) for row in with_conf(case)]
    agree(f"{name}_lo", [interval.low for interval in found], absolute=accuracy)
    agree(f"{name}_hi", [interval.high for interval in found], absolute=accuracy)


@pytest.mark.parametrize("name", ESTIMATES)
def test_estimate(case, agree, name):
    agree(name, [ESTIMATES[name](*row) for row in with_conf(case)], absolute=CLOSED)


@pytest.mark.parametrize(("name", "kind"), [("chisq", "pearson"), ("chisq_yates", "yates"), ("chisq_nminus1", "n-1")])
def test_chi_squared(case, agree, name, kind):
    """chisq.test(correct = FALSE), chisq.test(correct = TRUE), and (N - 1) / N times the first."""
    found = [chi_squared.chi_squared(*table, kind) for table in tables(case)]
    agree(name, [result.statistic for result in found], absolute=CLOSED)
    agree(f"p_{name}", [result.p for result in found], absolute=CLOSED)


def test_fisher(case, agree):
    """fisher.test(conf.level =), two-sided, greater and less; the mid-p by hand."""
    found = [fisher.fisher_exact(*row) for row in with_conf(case)]
    agree("p_fisher", [result.p for result in found], absolute=CLOSED)
    agree("p_fisher_greater", [result.p_greater for result in found], absolute=CLOSED)
    agree("p_fisher_less", [result.p_less for result in found], absolute=CLOSED)
    agree("p_fisher_midp_greater", [result.p_mid_greater for result in found], absolute=CLOSED)
    agree("or_cond_mle", [result.odds_ratio.estimate for result in found], absolute=ROOT, scale=on_root_scale)
    agree("or_exact_lo", [result.odds_ratio.low for result in found], absolute=ROOT, scale=on_root_scale)
    agree("or_exact_hi", [result.odds_ratio.high for result in found], absolute=ROOT, scale=on_root_scale)


def test_limit_that_fisher_test_misses():
    """1 / (1 + ratio) = 0.005 has the solution 199; fisher.test(matrix(c(0, 1, 1, 0), 2), conf.level = 0.99): 198.02."""
    assert fisher.fisher_exact(0, 1, 1, 1, 0.99).odds_ratio.high == pytest.approx(199, rel=1e-9)


@pytest.mark.parametrize(("name", "method"), [("mn", miettinen_nurminen), ("fm", mee)])
def test_non_inferiority(case, agree, name, method):
    """z of H0: rd <= margin by hand, and its upper tail."""
    rows = zip(tables(case), case.input["margin"], strict=True)
    z = [method.risk_difference(*table, null=margin).z for table, margin in rows]
    agree(f"ni_z_{name}", z, absolute=SCORE)
    agree(f"ni_p_{name}", [upper_tail(value) for value in z], absolute=SCORE)


@pytest.mark.parametrize("name", UNCONDITIONAL_TESTS)
def test_unconditional(case, agree, name):
    """By hand, ties kept; the oracle has no value for large tables, which are therefore not computed."""
    if case.has(name):
        stated = case.at(name)
        rows = zip(tables(case), stated, strict=True)
        found = [UNCONDITIONAL_TESTS[name](*table) if value is not None else None for table, value in rows]
        agree(name, found, absolute=UNCONDITIONAL)
