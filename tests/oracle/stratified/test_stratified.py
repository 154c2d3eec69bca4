"""Stratified two-arm tables, against R 4.2.2 mantelhaen.test and metafor 3.8.1 rma.mh (oracle A3).

Accuracy that the oracle states: 1e-9 for the closed forms, 1e-4 for mantelhaen.test(exact = TRUE). The oracle's arm 2
is our arm 0. As in fisher.test (see two_arm/test_two_arm.py) the root finder works in t, the ratio being t or 1/t, and
1e-4 is its accuracy there: we compare on that scale.
"""

import math

import numpy as np

from equipoise.stats import inverse_variance, mantel_haenszel
from equipoise.stats.breslow_day import breslow_day
from equipoise.stats.exact_stratified import exact_stratified
from equipoise.stats.normal import chi_squared_tail

ORACLE = "A3"

CLOSED, EXACT = 1e-9, 1e-4


def on_root_scale(ratio):
    """Return t for ratios up to 1 and 2 - 1/t beyond, so that order and continuity stay."""
    return np.where(ratio <= 1, ratio, 2 - 1 / np.maximum(ratio, 1))


def strata(case):
    columns = case.input["strata"]
    return [list(row) for row in zip(*(columns[name] for name in ("x1", "n1", "x2", "n2")), strict=True)]


def test_cochran_mantel_haenszel(case, agree):
    """mantelhaen.test(correct = FALSE) and (correct = TRUE); its $conf.int is Robins-Breslow-Greenland."""
    plain = mantel_haenszel.association(strata(case))
    corrected = mantel_haenszel.association(strata(case), "corrected")
    ratio = mantel_haenszel.odds_ratio(strata(case), case.input["conf"])
    agree("cmh/statistic", plain.statistic, absolute=CLOSED)
    agree("cmh/p", plain.p, absolute=CLOSED)
    agree("cmh/statistic_cc", corrected.statistic, absolute=CLOSED)
    agree("cmh/p_cc", corrected.p, absolute=CLOSED)
    agree("cmh/or", ratio.estimate, absolute=CLOSED)
    agree("cmh/or_lo", ratio.low, absolute=CLOSED)
    agree("cmh/or_hi", ratio.high, absolute=CLOSED)


def test_exact(case, agree):
    """mantelhaen.test(exact = TRUE)."""
    found = exact_stratified(strata(case), case.input["conf"])
    agree("exact/s", found.responders)
    agree("exact/p", found.p, absolute=CLOSED)
    agree("exact/or_cond_mle", found.odds_ratio.estimate, absolute=EXACT, scale=on_root_scale)
    agree("exact/or_lo", found.odds_ratio.low, absolute=EXACT, scale=on_root_scale)
    agree("exact/or_hi", found.odds_ratio.high, absolute=EXACT, scale=on_root_scale)


def test_odds_ratio(case, agree):
    """rma.mh(measure = "OR", correct = FALSE). Where the ratio is infinite it states nothing: neither do we compare."""
    ratio = mantel_haenszel.odds_ratio(strata(case), case.input["conf"])
    estimate = ratio.estimate if math.isfinite(ratio.estimate) else math.nan
    agree("mh_or/or", estimate, absolute=CLOSED)
    agree("mh_or/log_se", ratio.log_se, absolute=CLOSED)
    agree("mh_or/lo", ratio.low, absolute=CLOSED)
    agree("mh_or/hi", ratio.high, absolute=CLOSED)
    cochran = mantel_haenszel.association(strata(case), "cochran")
    agree("mh_or/cochran", cochran.statistic, absolute=CLOSED)
    agree("mh_or/cochran_p", cochran.p, absolute=CLOSED)
    plain = mantel_haenszel.association(strata(case))
    agree("mh_or/mh", plain.statistic, absolute=CLOSED)
    agree("mh_or/mh_p", plain.p, absolute=CLOSED)


def test_homogeneity(case, agree):
    """rma.mh(measure = "OR")$BD and $TA."""
    found = breslow_day(strata(case))
    agree("mh_or/breslow_day", found.breslow_day.statistic, absolute=CLOSED)
    agree("mh_or/breslow_day_p", found.breslow_day.p, absolute=CLOSED)
    agree("mh_or/tarone", found.tarone.statistic, absolute=CLOSED)
    agree("mh_or/tarone_p", found.tarone.p, absolute=CLOSED)


def test_risk_ratio(case, agree):
    """rma.mh(measure = "RR")."""
    found = mantel_haenszel.risk_ratio(strata(case), case.input["conf"])
    agree("mh_rr/rr", found.estimate, absolute=CLOSED)
    agree("mh_rr/log_se", found.log_se, absolute=CLOSED)
    agree("mh_rr/lo", found.low, absolute=CLOSED)
    agree("mh_rr/hi", found.high, absolute=CLOSED)


def test_risk_difference(case, agree):
    """rma.mh(measure = "RD"), and the variance of Greenland and Robins by hand."""
    sato = mantel_haenszel.risk_difference(strata(case), case.input["conf"])
    for name in ("se", "z", "p"):
        agree(f"mh_rd_sato/{name}", getattr(sato, name), absolute=CLOSED)
    older = mantel_haenszel.risk_difference(strata(case), case.input["conf"], "greenland-robins")
    agree("mh_rd_gr/se", older.se, absolute=CLOSED)
    for block, found in (("mh_rd_sato", sato), ("mh_rd_gr", older)):
        agree(f"{block}/rd", found.estimate, absolute=CLOSED)
        agree(f"{block}/lo", found.low, absolute=CLOSED)
        agree(f"{block}/hi", found.high, absolute=CLOSED)


def test_inverse_variance(case, agree):
    """By hand; not stated where a stratum has no variance."""
    found = inverse_variance.risk_difference(strata(case), case.input["conf"])
    agree("rd_iv/rd", found.difference.estimate, absolute=CLOSED)
    agree("rd_iv/se", found.difference.se, absolute=CLOSED)
    agree("rd_iv/lo", found.difference.low, absolute=CLOSED)
    agree("rd_iv/hi", found.difference.high, absolute=CLOSED)
    agree("rd_iv/q", found.heterogeneity.statistic, absolute=CLOSED)
    q, df = found.heterogeneity.statistic, found.heterogeneity.df
    assert math.isnan(q) or found.heterogeneity.p == chi_squared_tail(q, df)
