"""Pooled scalars, against R mice 3.15.0 pool.scalar(rule = "rubin1987") (oracle C2).

Stated accuracy: 1e-10 absolute. Degrees of freedom reach 6e6, where neighbouring doubles are 1e-9 apart: there one
rounding, a relative 1e-15, is let pass.
"""

from equipoise.stats.rubin import pool_scalar

ORACLE = "C2"

ACCURACY = 1e-10


def test_pool_scalar(case, agree):
    given = case.input
    found = pool_scalar(given["Q"], given["U"], float(given["n"]) - given["k"])
    agree("m", found.m)
    for name, value in (
        ("qbar", found.estimate),
        ("ubar", found.within),
        ("b", found.between),
        ("t", found.total),
        ("df", found.df),
        ("riv", found.increase),
        ("r", found.increase),
        ("fmi", found.fraction),
        ("lo", found.low),
        ("hi", found.high),
        ("p", found.p),
    ):
        agree(name, value, absolute=ACCURACY, relative=1e-15 if name == "df" else 0.0)
