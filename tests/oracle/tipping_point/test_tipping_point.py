"""Tipping-point grids, against R 4.2.2 chisq.test, fisher.test and the Miettinen-Nurminen limit (oracle C3).

Stated accuracy, absolute: 1e-9 for p-values, 1e-8 for the limit. The oracle's arm 2 is our arm 0.
"""

from equipoise.stats.tipping_point import tipping_grid

ORACLE = "C3"

P, LIMIT = 1e-9, 1e-8


def test_grid(case, agree):
    given = case.input
    grid = tipping_grid((given["r1"], given["m1"], given["n1"]), (given["r2"], given["m2"], given["n2"]))
    agree("rd", grid.difference, absolute=P)
    agree("p_chisq", grid.p_chi_squared, absolute=P)
    agree("p_fisher", grid.p_fisher, absolute=P)
    agree("mn_lower", grid.low, absolute=LIMIT)
    agree("tipping_j", grid.tipping(grid.p_chi_squared))
    agree("n_significant_chisq", int(((grid.p_chi_squared < 0.05) & (grid.difference > 0)).sum()))
    for name, cell in (("worst_case", (0, -1)), ("best_case", (-1, 0)), ("missing_failure", (0, 0))):
        agree(f"{name}/rd", grid.difference[cell], absolute=P)
        agree(f"{name}/p_chisq", grid.p_chi_squared[cell], absolute=P)
