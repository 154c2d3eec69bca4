"""Calibration, against R 4.2.2 glm, lowess, loess and rms 6.5.0 val.prob (oracle E3).

Stated accuracy, absolute: 1e-8 for what glm fits, 1e-6 for lowess, 1e-5 for loess. The Intercept and Slope of val.prob
stop at a gain of 0.025 in deviance; they are held to 1e-6, the maximum likelihood estimates beside them to 1e-8.
val.prob's C and Dxy rest on risks rounded to 0.002 (the oracle's README: use ``c_exact``), so they are not compared.
"""

from equipoise.stats.brier import brier, log_loss, spiegelhalter
from equipoise.stats.calibration import calibration, curve, explained
from equipoise.stats.roc import auc

ORACLE = "E3"

GLM, LOWESS, LOESS = 1e-8, 1e-6, 1e-5


def people(case):
    return case.input["y"], case.input["p"]


def test_weak_calibration(case, agree):
    """glm(y ~ qlogis(p), binomial); glm(y ~ offset(qlogis(p)))."""
    found = calibration(*people(case))
    agree("cal_intercept", found.intercept.estimate, absolute=GLM)
    agree("cal_intercept_se", found.intercept.se, absolute=GLM)
    agree("cal_slope", found.slope.estimate, absolute=GLM)
    agree("cal_slope_se", found.slope.se, absolute=GLM)
    agree("citl", found.in_the_large.estimate, absolute=GLM)
    agree("citl_se", found.in_the_large.se, absolute=GLM)
    agree("oe_ratio", found.observed_expected.estimate, absolute=GLM)
    agree("val_prob/Intercept", found.intercept.estimate, absolute=LOWESS)
    agree("val_prob/Slope", found.slope.estimate, absolute=LOWESS)
    agree("val_prob/U:Chi-sq", found.test.statistic, absolute=LOWESS)
    agree("val_prob/U:p", found.test.p, absolute=LOWESS)


def test_accuracy_as_a_whole(case, agree):
    found, test = brier(*people(case)), spiegelhalter(*people(case))
    agree("brier", found.estimate, absolute=GLM)
    agree("brier_scaled", found.scaled, absolute=GLM)
    agree("val_prob/Brier", found.estimate, absolute=GLM)
    agree("spiegelhalter_z", test.z, absolute=GLM)
    agree("val_prob/S:z", test.z, absolute=GLM)
    agree("val_prob/S:p", test.p, absolute=GLM)
    agree("logloss", log_loss(*people(case)), absolute=GLM)
    agree("c_exact", auc(*people(case)).estimate, absolute=GLM)


def test_explained(case, agree):
    """rms::val.prob(p, y)."""
    found = explained(*people(case))
    agree("val_prob/R2", found.r_squared, absolute=GLM)
    agree("val_prob/D", found.discrimination, absolute=GLM)
    agree("val_prob/D:Chi-sq", found.likelihood_ratio, absolute=LOWESS)
    agree("val_prob/U", found.unreliability, absolute=GLM)
    agree("val_prob/Q", found.quality, absolute=GLM)


def test_lowess(case, agree):
    """lowess(p, y, iter = 0), default span and delta."""
    found = curve(*people(case))
    for path, value in {"ici": found.ici, "e50": found.e50, "e90": found.e90, "emax": found.emax}.items():
        agree(f"lowess/{path}", value, absolute=LOWESS)
    agree("val_prob/Eavg", found.ici, absolute=LOWESS)
    agree("val_prob/E90", found.e90, absolute=LOWESS)
    agree("val_prob/Emax", found.emax, absolute=LOWESS)


def test_loess(case, agree):
    """loess(y ~ p, degree = 2, span = .75, surface = "direct"), cut at 0 and 1."""
    found = curve(*people(case), method="loess")
    for path, value in {"ici": found.ici, "e50": found.e50, "e90": found.e90, "emax": found.emax}.items():
        agree(f"loess/{path}", value, absolute=LOESS)
