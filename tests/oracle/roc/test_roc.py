"""Areas under the ROC curve, against R pROC 1.18.0 auc, ci.auc, roc.test(method = "delong"), coords (oracle E4).

Stated accuracy: 1e-9.
"""

from equipoise.stats.roc import auc, covariance, paired_test, unpaired_test, youden

ORACLE = "E4"

ACCURACY = 1e-9


def test_area(case, agree):
    if not case.has("a"):
        return
    for name in ("a", "b"):
        found = auc(case.input["y"], case.input[name])
        agree(f"{name}/auc", found.estimate, absolute=ACCURACY)
        agree(f"{name}/var", found.variance, absolute=ACCURACY)
        agree(f"{name}/lo", found.low, absolute=ACCURACY)
        agree(f"{name}/hi", found.high, absolute=ACCURACY)


def test_paired(case, agree):
    if not case.has("paired"):
        return
    scores = case.input["y"], case.input["a"], case.input["b"]
    found = paired_test(*scores)
    agree("cov", covariance(*scores), absolute=ACCURACY)
    agree("paired/z", found.z, absolute=ACCURACY)
    agree("paired/p", found.p, absolute=ACCURACY)
    agree("paired/diff_lo", found.low, absolute=ACCURACY)
    agree("paired/diff_hi", found.high, absolute=ACCURACY)


def test_unpaired(case, agree):
    if not case.has("D"):
        return
    first, second = (case.input["y1"], case.input["s1"]), (case.input["y2"], case.input["s2"])
    found = unpaired_test(*first, *second)
    agree("D", found.statistic, absolute=ACCURACY)
    agree("df", found.df, absolute=ACCURACY * found.df)
    agree("p", found.p, absolute=ACCURACY)
    agree("auc1", auc(*first).estimate, absolute=ACCURACY)
    agree("auc2", auc(*second).estimate, absolute=ACCURACY)


def test_youden(case, agree):
    """coords(roc, "best", best.method = "youden").

    pROC compares sums of rounded shares and so drops one of two equal sums (case sim06: 4/5 + 5/10 and 2/5 + 9/10);
    all that we give must have the sum of the oracle's.
    """
    if not case.has("youden_a"):
        return
    stated = case.at("youden_a", "threshold")
    best = case.at("youden_a", "sensitivity")[0] + case.at("youden_a", "specificity")[0]
    everything = youden(case.input["y"], case.input["a"])
    assert all(abs(one.sensitivity + one.specificity - best) < ACCURACY for one in everything)
    found = [one for one in everything if min(abs(one.threshold - other) for other in stated) < ACCURACY]
    agree("youden_a/threshold", [one.threshold for one in found], absolute=ACCURACY)
    agree("youden_a/sensitivity", [one.sensitivity for one in found], absolute=ACCURACY)
    agree("youden_a/specificity", [one.specificity for one in found], absolute=ACCURACY)
