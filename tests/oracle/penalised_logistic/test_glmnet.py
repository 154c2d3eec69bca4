"""Ridge logistic regression, against R glmnet 4.1.6 with alpha = 0 (oracle E6). Stated accuracy: 1e-6.

glmnet minimises minus log likelihood / n + lambda b'b / 2 on columns over their standard deviation with divisor n: the
penalty is lambda (n - 1) times the variances with divisor n - 1, or lambda n where the columns are left as they are.
"""

import numpy as np
import pytest

from equipoise.stats.penalised_logistic import fit_penalised, fit_penalised_many, penalty_matrix

ORACLE = "E6"

ACCURACY = 1e-6


def setting(case):
    if case.input["alpha"] != 0 or case.input["family"] != "binomial":
        pytest.skip("lasso and elastic net are not built: the model is pre-specified, nothing is selected")
    columns = case.columns()
    y = columns.pop("y")
    x, n = np.column_stack(list(columns.values())), len(y)
    if case.input["standardize"]:
        return x, y, [penalty_matrix(x, value * (n - 1)) for value in case.input["lambda"]]
    return x, y, [value * n * np.eye(x.shape[1]) for value in case.input["lambda"]]


def test_ridge(case, agree):
    x, y, penalties = setting(case)
    fits = [fit_penalised(x, y, penalty) for penalty in penalties]
    agree("a0", [fit.coef[0] for fit in fits], absolute=ACCURACY)
    agree("beta", [fit.coef[1:] for fit in fits], absolute=ACCURACY)
    agree("dev_ratio", [1 - fit.loglik / fit.loglik_null for fit in fits], absolute=ACCURACY)


def test_many_at_once(case, agree):
    x, y, penalties = setting(case)
    found = fit_penalised_many(x, y, np.array(penalties))
    assert found.converged.all()
    agree("a0", found.coef[:, 0], absolute=ACCURACY)
    agree("beta", found.coef[:, 1:], absolute=ACCURACY)
