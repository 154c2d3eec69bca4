"""Cox models, against R 4.2.2 survival 3.5.3 coxph with eps = 1e-13 (oracle B3).

Stated accuracy, absolute: 1e-7 for coefficients and variances, 1e-9 for log likelihoods, 1e-6 for the robust
variance. What follows from the coefficients (hazards, predictions, residuals, tests) is held to 1e-7 too.
"""

import numpy as np
import pytest

from equipoise.stats import cox_residuals
from equipoise.stats.concordance import concordance
from equipoise.stats.cox import fit_cox
from equipoise.stats.cox_survival import baseline_hazard, predict_survival

ORACLE = "B3"

COEF, LOGLIK, ROBUST = 1e-7, 1e-9, 1e-6

pytestmark = pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])


def fitted(case, ties, *, robust=False):
    if not case.has(ties):
        pytest.skip("not stated for this case")
    given, columns = case.input, case.columns()
    names = list(given["covariates"]) + [n for n in (given["strata"], given["cluster"]) if n]
    start, stop = given["time"] if given["tv"] else (None, given["time"])
    names += [stop, given["event"]] + ([start] if start else [])
    complete = np.all([np.isfinite(columns[name]) for name in names], axis=0)

    def column(name):
        return None if name is None else columns[name][complete]

    return fit_cox(
        np.column_stack([column(name) for name in given["covariates"]]),
        column(stop),
        column(given["event"]),
        column(given["strata"]),
        start=column(start),
        ties=ties,
        cluster=column(given["cluster"]) if robust else None,
    )


def test_estimate(case, agree, ties):
    """coxph(ties =): $coef, vcov(), summary()$conf.int and $coefficients, $loglik, $concordance without cluster."""
    fit = fitted(case, ties)
    ratios = [fit.hazard_ratio(index) for index in range(len(fit.coef))]
    agree("n", fit.data.n)
    agree("events", int(fit.data.event.sum()))
    agree(f"{ties}/coef", fit.coef, absolute=COEF)
    agree(f"{ties}/se", fit.se, absolute=COEF)
    agree(f"{ties}/vcov", fit.vcov, absolute=COEF)
    agree(f"{ties}/hr_lo", [ratio.low for ratio in ratios], absolute=COEF)
    agree(f"{ties}/hr_hi", [ratio.high for ratio in ratios], absolute=COEF)
    agree(f"{ties}/p", [ratio.p for ratio in ratios], absolute=COEF)
    agree(f"{ties}/loglik_null", fit.loglik_null, absolute=LOGLIK)
    agree(f"{ties}/loglik", fit.loglik, absolute=LOGLIK)


def test_tests(case, agree, ties):
    """summary(coxph)$logtest, $sctest and $waldtest; the last is rounded there to two digits, so ours is as well."""
    fit = fitted(case, ties)
    agree(f"{ties}/lrt", fit.likelihood_ratio.statistic, absolute=COEF)
    agree(f"{ties}/score", fit.score.statistic, absolute=COEF)
    agree(f"{ties}/wald", round(fit.wald.statistic, 2), absolute=COEF)
    agree(f"{ties}/df", fit.wald.df)


def test_robust(case, agree, ties):
    """coxph(cluster = id)$var."""
    if not case.has(ties, "vcov_robust"):
        pytest.skip("not stated for this case")
    fit = fitted(case, ties, robust=True)
    agree(f"{ties}/vcov_robust", fit.vcov_robust, absolute=ROBUST)
    agree(f"{ties}/se_robust", fit.se, absolute=ROBUST)


def test_concordance(case, agree, ties):
    """survival::concordance(coxph)."""
    if not case.has(ties, "concordance"):
        pytest.skip("not stated for this case")
    fit = fitted(case, ties)
    found = concordance(fit.data, fit.data.x @ fit.coef)
    agree(f"{ties}/concordance", found.estimate, absolute=COEF)
    agree(f"{ties}/concordance_se", found.se, absolute=COEF)


def test_survival(case, agree, ties):
    """basehaz(centered = FALSE), its first 15 event times; survfit(coxph, newdata, conf.type = "log-log")."""
    if not case.has(ties, "baseline"):
        pytest.skip("not stated for this case")
    fit = fitted(case, ties)
    stratum = 0
    if case.input["strata"]:
        labels = np.unique(case.columns()[case.input["strata"]])
        stratum = int(np.searchsorted(labels, case.input["newdata"][case.input["strata"]]))
    baseline = baseline_hazard(fit, stratum)
    stated = len(case.at(ties, "baseline", "time"))
    agree(f"{ties}/baseline/time", baseline.time[:stated])
    agree(f"{ties}/baseline/cumhaz", baseline.cumulative_hazard[:stated], absolute=COEF)
    pattern = [case.input["newdata"][name] for name in case.input["covariates"]]
    found = predict_survival(fit, pattern, case.input["at_times"], stratum)
    agree(f"{ties}/predicted/time", found.time)
    agree(f"{ties}/predicted/surv", found.survival, absolute=COEF)
    agree(f"{ties}/predicted/se", found.se, absolute=COEF)
    agree(f"{ties}/predicted/lo", found.low, absolute=COEF)
    agree(f"{ties}/predicted/hi", found.high, absolute=COEF)


def test_residuals(case, agree, ties):
    """residuals(coxph, type =): the first ten rows, for Schoenfeld and dfbeta the first five."""
    if not case.has(ties, "residuals"):
        pytest.skip("not stated for this case")
    fit = fitted(case, ties)
    arguments = (fit.data, fit.coef, ties)
    found = {
        "martingale": cox_residuals.martingale(*arguments),
        "deviance": cox_residuals.deviance(*arguments),
        "schoenfeld": cox_residuals.schoenfeld(*arguments),
        "dfbeta": cox_residuals.score(*arguments) @ fit.vcov,
    }
    for name, values in found.items():
        if case.has(ties, "residuals", name):
            stated = len(case.at(ties, "residuals", name))
            agree(f"{ties}/residuals/{name}", values[:stated], absolute=COEF)
