"""Kaplan-Meier curves, against R 4.2.2 survival 3.5.3 survfit (oracle B1). Stated accuracy: 1e-10 absolute."""

import numpy as np
import pytest

from equipoise.stats.kaplan_meier import kaplan_meier

ORACLE = "B1"

ACCURACY = 1e-10
KINDS = {"plain": "plain", "log": "log", "loglog": "log-log"}  # survfit(conf.type =)


def curves(case, kind):
    columns = case.columns()
    time, event, group = (columns[case.input[name]] for name in ("time", "event", "group"))
    for block in case.expected:
        inside = np.full(len(time), True) if block == "pooled" else group == float(block.removeprefix("group_"))
        yield block, kaplan_meier(time[inside], event[inside], case.input.get("conf", 0.95), kind)


def test_table(case, agree):
    """survfit(Surv(time, event) ~ group): $surv, summary()$std.err, $cumhaz, rows at event times."""
    for block, curve in curves(case, "log-log"):
        agree(f"{block}/n", curve.n)
        agree(f"{block}/events", curve.events)
        for name, found in (
            ("time", curve.time),
            ("n_risk", curve.n_risk),
            ("n_event", curve.n_event),
            ("surv", curve.survival),
            ("se", curve.se),
            ("cumhaz", curve.cumulative_hazard),
        ):
            agree(f"{block}/table/{name}", found, absolute=ACCURACY)


@pytest.mark.parametrize("name", KINDS)
def test_interval(case, agree, name):
    for block, curve in curves(case, KINDS[name]):
        agree(f"{block}/table/{name}_lo", curve.low, absolute=ACCURACY)
        agree(f"{block}/table/{name}_hi", curve.high, absolute=ACCURACY)


@pytest.mark.parametrize("name", KINDS)
def test_quantiles(case, agree, name):
    """quantile(survfit)."""
    for block, curve in curves(case, KINDS[name]):
        if case.has(block, "quantiles", name):
            asked = case.at(block, "quantiles", name, "p")
            found = [curve.quantile(p) for p in asked]
            agree(f"{block}/quantiles/{name}/p", asked)
            agree(f"{block}/quantiles/{name}/time", [q.estimate for q in found], absolute=ACCURACY)
            agree(f"{block}/quantiles/{name}/lo", [q.low for q in found], absolute=ACCURACY)
            agree(f"{block}/quantiles/{name}/hi", [q.high for q in found], absolute=ACCURACY)


@pytest.mark.parametrize("name", KINDS)
def test_at_times(case, agree, name):
    """summary(survfit, times =, extend = TRUE)."""
    for block, curve in curves(case, KINDS[name]):
        found = curve.at(case.input["at_times"])
        stem = f"{block}/at/{name}"
        agree(f"{stem}/time", found.time)
        agree(f"{stem}/n_risk", found.n_risk)
        agree(f"{stem}/surv", found.survival, absolute=ACCURACY)
        agree(f"{stem}/se", found.se, absolute=ACCURACY)
        agree(f"{stem}/lo", found.low, absolute=ACCURACY)
        agree(f"{stem}/hi", found.high, absolute=ACCURACY)
