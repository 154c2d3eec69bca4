"""Log-rank tests, against R 4.2.2 survival 3.5.3 survdiff and weighted tests by hand (oracle B2).

Stated accuracy: 1e-9 absolute.
"""

import pytest

from equipoise.stats.log_rank import log_rank

ORACLE = "B2"

ACCURACY = {"absolute": 1e-9}
RHO = {"rho0": 0.0, "rho05": 0.5, "rho1": 1.0}
WEIGHTS = {
    "logrank": {},
    "fh_1_0": {"rho": 1.0},
    "fh_0_1": {"gamma": 1.0},
    "fh_1_1": {"rho": 1.0, "gamma": 1.0},
    "fh_05_05": {"rho": 0.5, "gamma": 0.5},
    "gehan": {"weight": "gehan"},
    "tarone_ware": {"weight": "tarone-ware"},
}


def result_of(case, stratified, **weight):
    columns = case.columns()
    time, event, group = (columns[case.input[name]] for name in ("time", "event", "group"))
    strata = columns[case.input["stratum"]] if stratified else None
    return log_rank(time, event, group, strata, **weight)


@pytest.mark.parametrize("block", ["survdiff", "survdiff_stratified"])
@pytest.mark.parametrize("name", RHO)
def test_survdiff(case, agree, block, name):
    """survdiff(Surv(time, event) ~ group [+ strata(stratum)], rho =)."""
    if not case.has(block, name):
        pytest.skip("not stated for this case")
    found = result_of(case, block.endswith("stratified"), rho=RHO[name])
    stem = f"{block}/{name}"
    agree(f"{stem}/n", found.n)
    agree(f"{stem}/observed", found.observed, **ACCURACY)
    agree(f"{stem}/expected", found.expected, **ACCURACY)
    agree(f"{stem}/var", found.variance, **ACCURACY)
    agree(f"{stem}/chisq", found.statistic, **ACCURACY)
    agree(f"{stem}/df", found.df)
    agree(f"{stem}/p", found.p, **ACCURACY)


@pytest.mark.parametrize("block", ["weighted", "weighted_stratified"])
@pytest.mark.parametrize("name", WEIGHTS)
def test_weighted(case, agree, block, name):
    if not case.has(block, name):
        pytest.skip("not stated for this case")
    found = result_of(case, block.endswith("stratified"), **WEIGHTS[name])
    stem = f"{block}/{name}"
    agree(f"{stem}/U", found.observed[1] - found.expected[1], **ACCURACY)
    agree(f"{stem}/V", found.variance[1, 1], **ACCURACY)
    agree(f"{stem}/z", found.z, **ACCURACY)
    agree(f"{stem}/chisq", found.statistic, **ACCURACY)
    agree(f"{stem}/p", found.p, **ACCURACY)
