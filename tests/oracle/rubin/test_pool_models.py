"""Pooled models, against R mice 3.15.0 pool, D1 and D2 on stored completed data sets (oracle C1).

Stated accuracy: 1e-9 absolute; degrees of freedom reach 4e6, where neighbouring doubles are 5e-10 apart, so a few
roundings, a relative 1e-15, are let pass there. The models of the single data sets are given by the oracle.
"""

import numpy as np
import pytest

from equipoise.stats.rubin import combined_wald_test, pool_scalar, pooled_covariance, wald_test

ORACLE = "C1"

ACCURACY = 1e-9


def models(case):
    given = case.input["per_imputation"]
    return np.array(given["coef"]), np.array(given["vcov"])


def test_pool(case, agree):
    """mice::pool with its dfcom."""
    coef, vcov = models(case)
    agree("m", len(coef))
    agree("dfcom", case.input["dfcom"])
    found = [pool_scalar(coef[:, j], vcov[:, j, j], case.input["dfcom"]) for j in range(coef.shape[1])]
    for name, attribute in (
        ("estimate", "estimate"),
        ("ubar", "within"),
        ("b", "between"),
        ("t", "total"),
        ("se", "se"),
        ("df", "df"),
        ("df_rubin1987", "df_large"),
        ("riv", "increase"),
        ("lambda", "share"),
        ("fmi", "fraction"),
        ("statistic", "t"),
        ("p", "p"),
        ("lo", "low"),
        ("hi", "high"),
    ):
        rounding = 1e-15 if name.startswith("df") else 0.0
        agree(name, [getattr(pooled, attribute) for pooled in found], absolute=ACCURACY, relative=rounding)
    agree("t_matrix", pooled_covariance(coef, vcov), absolute=ACCURACY)


@pytest.mark.parametrize("name", ["D1", "D2"])
def test_joint_tests(case, agree, name):
    """mice::D1 and D2(use = "wald"): all coefficients but the constant."""
    if not case.has(name):
        pytest.skip("not stated for this case")
    coef, vcov = models(case)
    coef, vcov = coef[:, 1:], vcov[:, 1:, 1:]
    found = wald_test(coef, vcov, case.input["dfcom"]) if name == "D1" else combined_wald_test(coef, vcov)
    agree(f"{name}/F", found.statistic, absolute=ACCURACY)
    agree(f"{name}/df1", found.df1)
    agree(f"{name}/df2", found.df2, absolute=ACCURACY)
    agree(f"{name}/p", found.p, absolute=ACCURACY)
    agree(f"{name}/riv", found.increase, absolute=ACCURACY)
