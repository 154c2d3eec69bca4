"""One proportion, against R 4.2.2: prop.test, binom.test and the formulas by hand (oracle A1).

Accuracy that the oracle states: 1e-10 absolute for the closed forms, 1e-9 relative for binom.test's p.
"""

import pytest

from equipoise.stats import proportion

ORACLE = "A1"

INTERVALS = {
    "wald": proportion.wald,
    "wilson": proportion.wilson,  # prop.test(x, n, correct = FALSE)
    "wilson_cc_newcombe": proportion.wilson_corrected,
    # prop.test(x, n, correct = TRUE): its correction shrinks near one half.
    "wilson_cc_prop.test": lambda x, n, conf: proportion.wilson_corrected(x, n, conf, shrink=True),
    "clopper_pearson": proportion.clopper_pearson,  # binom.test(x, n)
    "agresti_coull": proportion.agresti_coull,
    "jeffreys": proportion.jeffreys,
}


def rows(case):
    return list(zip(case.input["x"], case.input["n"], case.input["conf"], strict=True))


@pytest.mark.parametrize("method", INTERVALS)
def test_interval(case, agree, method):
    found = [INTERVALS[method](x, n, conf) for x, n, conf in rows(case)]
    agree(f"{method}_lo", [interval.low for interval in found], absolute=1e-10)
    agree(f"{method}_hi", [interval.high for interval in found], absolute=1e-10)


def test_binomial_test(case, agree):
    """binom.test(x, n, p = p0)$p.value."""
    found = [proportion.binomial_test(x, n, case.input["p0"]) for x, n, _ in rows(case)]
    agree("binom_p", found, relative=1e-9)
