"""Penalised logistic regression, against R rms 6.5.0 lrm(penalty = 5) and lrm (oracle E1).

Stated accuracy, absolute: 1e-7 for coefficients, 1e-6 for the rest.
"""

import numpy as np

from equipoise.stats.brier import brier
from equipoise.stats.penalised_logistic import fit_penalised
from equipoise.stats.restricted_cubic_spline import default_knots, spline_basis
from equipoise.stats.roc import auc

ORACLE = "E1"

COEF, STATS = 1e-7, 1e-6


def data(case):
    columns = case.columns()
    return np.column_stack([columns[name] for name in case.input["x"]]), columns[case.input["y"]]


def test_without_penalty(case, agree):
    x, y = data(case)
    fit = fit_penalised(x, y)
    n, null = len(y), fit.loglik_null
    agree("coef", fit.coef, absolute=COEF)
    agree("coef_lrm_default", fit.coef, absolute=STATS)
    agree("var", fit.vcov, absolute=COEF)
    agree("loglik", fit.loglik, absolute=STATS)
    agree("stats/Model L.R.", fit.likelihood_ratio, absolute=STATS)
    agree("stats/d.f.", fit.effective_df, absolute=STATS)
    agree("nagelkerke_r2", np.expm1(-fit.likelihood_ratio / n) / np.expm1(2 * null / n), absolute=STATS)
    agree("brier", brier(y, fit.fitted).estimate, absolute=STATS)
    agree("c_exact", auc(y, fit.fitted).estimate, absolute=STATS)


def test_penalty(case, agree):
    x, y = data(case)
    fit = fit_penalised(x, y, 5.0)
    agree("penalty5/coef", fit.coef, absolute=COEF)
    agree("penalty5/penalty_matrix_diag", np.diag(fit.penalty), relative=1e-12)
    agree("penalty5/df_effective", fit.effective_df, absolute=STATS)


def test_spline(case, agree):
    """lrm(y ~ rcs(v, 4))."""
    columns = case.columns()
    x = columns[case.at("rcs", "variable")]
    knots = default_knots(x, 4)
    fit = fit_penalised(spline_basis(x, knots), columns[case.input["y"]])
    agree("rcs/knots", knots, absolute=STATS)
    agree("rcs/coef", fit.coef, absolute=STATS)
    agree("rcs/lr", fit.likelihood_ratio, absolute=STATS)
