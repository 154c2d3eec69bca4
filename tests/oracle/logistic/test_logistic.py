"""Logistic regression and marginal risks, against R 4.2.2 glm, sandwich 3.0.2, MASS 7.3.58.2 (oracle A4).

Stated accuracy, absolute: 1e-8 for coefficients, 1e-7 for standard errors, 1e-3 for profile limits, which MASS
interpolates. What has no accuracy of its own is held to 1e-7, but for z = coef / se, whose accuracy follows from
theirs: |z| times 1e-7 / se (glm's standard errors belong to the last iteration but one).
"""

import numpy as np
import pytest

from equipoise.stats.logistic import fit_logistic
from equipoise.stats.normal import two_sided
from equipoise.stats.standardisation import marginal_risks

ORACLE = "A4"

COEF, SE, PROFILE = 1e-8, 1e-7, 1e-3


def fitted(case):
    columns = case.columns()
    names = [case.input["trt"], *case.input["covariates"]]
    x, y = np.column_stack([columns[name] for name in names]), columns[case.input["y"]]
    complete = np.isfinite(x).all(axis=1) & np.isfinite(y)
    return fit_logistic(x[complete], y[complete])


def test_model(case, agree):
    """glm(binomial, epsilon = 1e-14), vcovHC(type =)."""
    fit = fitted(case)
    z = fit.coef / fit.se
    wald = [fit.wald_interval(index) for index in range(len(fit.coef))]
    agree("coef", fit.coef, absolute=COEF)
    agree("vcov", fit.vcov, absolute=SE)
    agree("se", fit.se, absolute=SE)
    agree("vcov_hc0", fit.sandwich("HC0"), absolute=SE)
    agree("vcov_hc3", fit.sandwich("HC3"), absolute=SE)
    agree("z", z, absolute=(COEF + np.abs(z) * SE) / fit.se)
    agree("p", [two_sided(value) for value in z], absolute=SE)
    agree("wald_lo", [interval.low for interval in wald], absolute=SE)
    agree("wald_hi", [interval.high for interval in wald], absolute=SE)
    agree("deviance", fit.deviance, absolute=SE)
    agree("null_deviance", -2 * fit.loglik_null, absolute=SE)
    agree("loglik", fit.loglik, absolute=SE)
    agree("aic", fit.aic, absolute=SE)
    agree("bic", fit.bic, absolute=SE)
    agree("fitted_first10", fit.fitted[:10], absolute=SE)
    test = fit.likelihood_ratio_test(1)
    agree("lrt_trt/chisq", test.statistic, absolute=SE)
    agree("lrt_trt/p", test.p, absolute=SE)


def test_profile_limits(case, agree):
    """MASS::confint.glm."""
    fit = fitted(case)
    limits = [fit.profile_interval(index) for index in range(len(fit.coef))]
    agree("profile_lo", [interval.low for interval in limits], absolute=PROFILE)
    agree("profile_hi", [interval.high for interval in limits], absolute=PROFILE)


@pytest.mark.parametrize(("name", "kind"), [("se_model", "model"), ("se_hc0", "HC0"), ("se_influence", "influence")])
def test_marginal_risks(case, agree, name, kind):
    """By hand; the influence variance is riskRegression::ate's."""
    found = marginal_risks(fitted(case), variance=kind)
    difference, ratio, odds = found.difference(), found.ratio(), found.odds_ratio()
    agree("gcomp/p1", found.p1, absolute=SE)
    agree("gcomp/p0", found.p0, absolute=SE)
    agree("gcomp/rd", difference.estimate, absolute=SE)
    agree("gcomp/rr", ratio.estimate, absolute=SE)
    agree("gcomp/or", odds.estimate, absolute=SE)
    agree(f"gcomp/{name}/p1", found.covariance[0, 0] ** 0.5, absolute=SE)
    agree(f"gcomp/{name}/p0", found.covariance[1, 1] ** 0.5, absolute=SE)
    agree(f"gcomp/{name}/cov", found.covariance[0, 1], absolute=SE)
    agree(f"gcomp/{name}/rd", difference.se, absolute=SE)
    agree(f"gcomp/{name}/log_rr", ratio.log_se, absolute=SE)
    agree(f"gcomp/{name}/log_or", odds.log_se, absolute=SE)
    agree(f"gcomp/{name}/rd_lo", difference.low, absolute=SE)
    agree(f"gcomp/{name}/rd_hi", difference.high, absolute=SE)
