"""The logistic method: R's figures for standardised shares, separation, and what it is without covariates."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from equipoise.analysis.analyse import analyse, primary_result
from equipoise.stats.logistic import fit_logistic
from equipoise.stats.standardisation import marginal_risks

CASES = Path(__file__).parents[1] / "oracle" / "cases"


def declared(trial, **more):
    return [trial.analysis("model", "logistic", "primary", **more)]


def test_the_standardised_difference_is_r_s(trial, story, study_with):
    """Oracle A4: glm, then the mean predicted shares with the variance by influence functions.

    The data of the case are told as a trial: `age` as the weight and `logs` as the height, at entry.
    """
    case = json.loads((CASES / "A4_logistic_gcomp.json").read_text())["cases"][0]
    with (CASES / case["input"]["csv"]).open() as file:
        rows = list(csv.DictReader(file))
    told = story(study_with(endpoints__analyses=declared(trial, adjust=["weight", "height"])))
    for number, row in enumerate(rows, 1):
        arm = "active" if row["trt"] == "1" else "control"
        who = told.person(f"01-{number:04d}", arm, weight=row["age"])
        told.item(who, "height", -10, row["logs"], "screening", form="entry", kind="item_corrected", reason="")
        told.sample(who, 336, "<0.05" if row["y"] == "1" else "0.7")
    found, expected = primary_result(told.dataset()), case["expected"]
    marginal, influence = expected["gcomp"], expected["gcomp"]["se_influence"]
    assert (found.detail.treatment, found.detail.versus) == pytest.approx((marginal["p1"], marginal["p0"]), abs=1e-8)
    assert found.estimate == pytest.approx(marginal["rd"], abs=1e-8)
    assert (found.low, found.high) == pytest.approx((influence["rd_lo"], influence["rd_hi"]), abs=1e-7)
    assert found.z == pytest.approx(marginal["rd"] / influence["rd"], abs=1e-6)
    names = [(term.name, term.coefficient, term.se) for term in found.detail.terms]
    for (name, coefficient, se), r_name, r_coef, r_se in zip(
        names, ["constant", "treatment", "weight", "height"], expected["coef"], expected["se"], strict=True
    ):
        assert (name, coefficient, se) == (r_name, pytest.approx(r_coef, abs=1e-7), pytest.approx(r_se, abs=1e-6))
    assert found.detail.log_likelihood == pytest.approx(expected["loglik"])


def test_without_covariates_it_is_the_plain_difference(trial):
    found = primary_result(trial.dataset_of(declared(trial), trial.cohort(trial.CELLS)))
    p1, p0 = 16 / 22, 11 / 22
    assert found.estimate == pytest.approx(p1 - p0)
    half = 1.959963984540054 * math.sqrt(p1 * (1 - p1) / 22 + p0 * (1 - p0) / 22)
    assert (found.low, found.high) == pytest.approx((p1 - p0 - half, p1 - p0 + half))
    assert [term.name for term in found.detail.terms] == ["constant", "treatment"]


def test_an_odds_ratio_is_the_marginal_one_where_the_estimand_asks(trial, study_with):
    estimands = [dict(each) for each in study_with().content["endpoints"]["estimands"]]
    estimands[0]["summary"] = "odds_ratio"
    dataset = trial.dataset_of(
        declared(trial, adjust=["weight"]), trial.cohort(trial.CELLS), endpoints__estimands=estimands
    )
    found = primary_result(dataset)
    p1, p0 = found.detail.treatment, found.detail.versus
    assert found.summary == "odds_ratio"
    assert found.estimate == pytest.approx(p1 / (1 - p1) / (p0 / (1 - p0)))
    # Conditional and marginal odds ratios differ: the conditional one is a term of the model.
    assert math.exp(found.detail.terms[1].coefficient) != pytest.approx(found.estimate, rel=1e-4)
    weights = [60.0] * 12 + [60.0] * 11 + [80.0] * 10 + [80.0] * 11
    arms = [1] * 12 + [0] * 11 + [1] * 10 + [0] * 11
    success = [1] * 9 + [0] * 3 + [1] * 6 + [0] * 5 + [1] * 7 + [0] * 3 + [1] * 5 + [0] * 6
    ratio = marginal_risks(fit_logistic(np.column_stack([arms, weights]), success)).odds_ratio()
    assert (found.estimate, found.low, found.high) == pytest.approx((ratio.estimate, ratio.low, ratio.high))


@pytest.mark.parametrize(
    "cells",
    [
        {("active", "60"): (12, 0, 0), ("control", "60"): (6, 6, 0)},
        {("active", "60"): (5, 7, 0), ("control", "60"): (0, 12, 0)},
        {("active", "60"): (0, 0, 5), ("control", "60"): (0, 0, 5)},
        {("active", "60"): (5, 0, 0), ("control", "60"): (5, 0, 0)},
    ],
)
def test_separation_has_no_maximum_and_says_so(trial, cells):
    results = analyse(trial.dataset_of(declared(trial), trial.cohort(cells)))
    found = results.primary
    assert (found.estimate, found.low, found.p, found.note, found.detail) == (None, None, None, "no_maximum", None)
    json.dumps(results.as_json(), allow_nan=False)
