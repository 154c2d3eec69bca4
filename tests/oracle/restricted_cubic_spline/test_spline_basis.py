"""Restricted cubic splines, against R Hmisc 4.8.0 rcspline.eval(inclx = TRUE) (oracle E7). Stated accuracy: 1e-10."""

from equipoise.stats.restricted_cubic_spline import default_knots, spline_basis

ORACLE = "E7"

ACCURACY = 1e-10


def test_default_knots(case, agree):
    agree("default_knots", default_knots(case.input["x"], case.input["nk"]), absolute=ACCURACY)


def test_basis(case, agree):
    found = spline_basis(case.input["eval_at"], case.input["eval_knots"], case.input["norm"])
    agree("basis", found, absolute=ACCURACY)
