"""Decision curves, by hand (oracle E5, the binary cases). Stated accuracy: 1e-10."""

import pytest

from equipoise.stats.net_benefit import decision_curve

ORACLE = "E5"

ACCURACY = 1e-10


def test_decision_curve(case, agree):
    if case.input["type"] != "binary":
        pytest.skip("net benefit of a time to an event is not built: the prediction target is binary")
    found = decision_curve(case.input["y"], case.input["p"], case.expected["threshold"])
    agree("threshold", found.threshold, absolute=ACCURACY)
    agree("net_benefit", found.net_benefit, absolute=ACCURACY)
    agree("treat_all", found.treat_all, absolute=ACCURACY)
    agree("standardized", found.standardised, absolute=ACCURACY)
    agree("net_reduction_per100", found.net_reduction, absolute=ACCURACY)
