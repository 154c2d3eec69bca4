"""Multiple imputation: against plain arithmetic, against R's pooling, and at the edges of the data."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analysis.analyse import analyse, primary_result, results_of
from equipoise.analysis.methods.multiple_imputation import completed
from equipoise.stats.rubin import pool_scalar


@pytest.fixture(scope="module")
def declared(trial):
    def made(**more):
        settings = {
            "strata": ["weight_class"],
            "adjust": ["weight_class"],
            "missing": "imputed",
            "draws": 30,
            "seed": 5,
        }
        return [trial.analysis("imputed", "multiple_imputation", "primary", **(settings | more))]

    return made


def test_pooling_is_that_of_r():
    """R 4.2.2, mice 3.15.0: pool.scalar(Q, U, n = 43, k = 4) of five completed datasets, calculated in R from the counts."""
    successes, people = np.array([[9.0, 6.0], [7.0, 5.0]]), np.array([[12.0, 10.0], [9.0, 12.0]])
    # Two missing of the treatment in the first stratum, two of its comparator in the second.
    drawn = np.array([[1, 0, 1, 1], [0, 0, 1, 1], [1, 1, 1, 0], [1, 0, 0, 1], [0, 0, 0, 1]], dtype=bool)
    estimates, variances, shares = completed(successes, people, np.array([0, 0, 3, 3]), drawn)
    assert estimates == pytest.approx(
        [0.214460784313726, 0.171568627450980, 0.297794117647059, 0.254901960784314, 0.212009803921569]
    )
    assert variances == pytest.approx(
        [0.0187173686536161, 0.0197905486404802, 0.0174738565428895, 0.0188536593831432, 0.0199268393700073]
    )
    pooled = pool_scalar(estimates, variances, 43 - 4)
    assert (pooled.estimate, pooled.within, pooled.between, pooled.df, pooled.p) == pytest.approx(
        (0.23014705882352943, 0.01895245451802725, 0.00229884539600154, 28.67142654537767399, 0.129273229207379)
    )
    assert (pooled.low, pooled.high) == pytest.approx((-0.0713609940665352, 0.5316551117135941))
    assert pooled.fraction == pytest.approx(0.18218502773616391)
    assert shares == pytest.approx([(16 + 0.8) / 21, (11 + 1.4) / 22])


def test_the_result_follows_from_the_exported_draws_by_plain_arithmetic(trial, declared):
    dataset = trial.dataset_of(declared(), trial.cohort(trial.CELLS))
    found = primary_result(dataset)
    detail = found.detail
    stratum_of = dict(
        zip(dataset.tables["allocation"]["participant"], dataset.tables["allocation"]["weight_class"], strict=True)
    )
    arm_of = dict(zip(dataset.tables["allocation"]["participant"], dataset.tables["allocation"]["arm"], strict=True))
    estimates = []
    for values, estimate, variance in zip(detail.values, detail.estimates, detail.variances, strict=True):
        counts = {
            ("light", "active"): [9, 12],
            ("light", "control"): [6, 11],
            ("heavy", "active"): [7, 10],
            ("heavy", "control"): [5, 11],
        }
        for who, value in zip(detail.people, values, strict=True):
            counts[stratum_of[who], arm_of[who]][0] += value == "1"
        total, by_hand, spread = 0.0, 0.0, 0.0
        for level in ("light", "heavy"):
            (x1, n1), (x0, n0) = counts[level, "active"], counts[level, "control"]
            weight = n1 * n0 / (n1 + n0)
            p1, p0 = x1 / n1, x0 / n0
            total += weight
            by_hand += weight * (p1 - p0)
            spread += weight**2 * (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
        assert (estimate, variance) == pytest.approx((by_hand / total, spread / total**2))
        estimates.append(by_hand / total)
    assert (len(estimates), len(detail.people)) == (30, 6)
    within, between = np.mean(detail.variances), np.var(estimates, ddof=1)
    assert found.estimate == pytest.approx(np.mean(estimates))
    assert found.z == pytest.approx(found.estimate / math.sqrt(within + (1 + 1 / 30) * between))
    assert (detail.strata, detail.terms, detail.filled) == ((("light",), ("heavy",)), ("weight_class=heavy",), 0)
    assert found.recipe.seed == "5"


def test_arms_count_what_was_observed_and_show_the_imputed_share(trial, declared):
    found = primary_result(trial.dataset_of(declared(), trial.cohort(trial.CELLS)))
    treatment, control = found.arms
    assert (treatment.n, treatment.missing, treatment.successes, treatment.failures) == (22, 3, 16, 3)
    assert (control.n, control.missing, control.successes, control.failures) == (22, 3, 11, 8)
    assert 16 / 22 < treatment.proportion < 19 / 22
    assert treatment.low is None


def test_nobody_missing_is_the_plain_analysis_and_says_so(trial, declared):
    people = [person for person in trial.cohort(trial.CELLS) if person[2] != "missing"]
    analyses = [*declared(), trial.analysis("plain", "miettinen_nurminen", strata=["weight_class"])]
    found, plain = results_of(trial.dataset_of(analyses, people), ["imputed", "plain"])
    assert found.note == "nobody_missing"
    assert found.estimate == pytest.approx(plain.estimate)
    light, heavy = 10 * 10 / 20, 9 * 9 / 18
    variance = (light**2 * (0.9 * 0.1 / 10 + 0.6 * 0.4 / 10) + heavy**2 * (7 / 9 * 2 / 9 / 9 + 5 / 9 * 4 / 9 / 9)) / (
        light + heavy
    ) ** 2
    half = 1.959963984540054 * math.sqrt(variance)
    assert (found.low, found.high) == pytest.approx((found.estimate - half, found.estimate + half))
    assert found.detail is None


def test_the_order_of_people_changes_nothing(trial, declared):
    people = trial.cohort(trial.CELLS)
    dataset = trial.dataset_of(declared(), people)
    first = primary_result(dataset)
    tables = {name: table.reverse() for name, table in dataset.tables.items()}
    second = primary_result(type(dataset)(dataset.header, dataset.study, tables))
    assert (first.detail.people, first.detail.values) == (second.detail.people, second.detail.values)
    assert (first.estimate, first.low, first.p) == pytest.approx((second.estimate, second.low, second.p))


def test_another_seed_gives_other_draws(trial, declared):
    people = trial.cohort(trial.CELLS)
    one, same, other = (primary_result(trial.dataset_of(declared(seed=seed), people)) for seed in (5, 5, 6))
    assert one.detail == same.detail
    assert one.detail.values != other.detail.values


@pytest.mark.parametrize("arm", ["active", "control"])
def test_an_arm_of_which_nobody_was_observed_has_no_number(trial, declared, arm):
    cells = {key: (0, 0, 6) if key[0] == arm else (4, 2, 1) for key in trial.CELLS}
    found = primary_result(trial.dataset_of(declared(), trial.cohort(cells)))
    assert (found.estimate, found.low, found.p, found.note) == (None, None, None, "nobody_observed")
    assert [each.missing for each in found.arms] == ([12, 2] if arm == "active" else [2, 12])


def test_an_arm_without_events_is_imputed_all_the_same(trial, declared):
    cells = {key: (10, 0, 2) if key[0] == "active" else (6, 4, 2) for key in trial.CELLS}
    found = primary_result(trial.dataset_of(declared(draws=200), trial.cohort(cells)))
    # Separation: a plain logistic model would impute successes alone.
    assert any("0" in values for values in found.detail.values)
    assert 0 < found.p < 1
    assert found.note == ""


def test_where_everybody_observed_succeeded_an_estimate_may_stand_without_interval(trial, declared):
    cells = dict.fromkeys(trial.CELLS, (15, 0, 1))
    found = primary_result(trial.dataset_of(declared(), trial.cohort(cells)))
    assert found.note == "no_information"
    assert (found.low, found.high, found.p) == (None, None, None)
    assert abs(found.estimate) < 0.1
    assert analyse(trial.dataset_of(declared(), trial.cohort(cells))).as_json()["analyses"][0]["detail"]["df"] is None


_cell = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 3))


@settings(max_examples=25, deadline=None)
@given(cells=st.tuples(_cell, _cell, _cell, _cell), seed=st.integers(0, 9))
def test_an_imputation_lies_between_its_extremes(trial, declared, cells, seed):
    people = trial.cohort(dict(zip(trial.CELLS, cells, strict=True)))
    found = primary_result(trial.dataset_of(declared(strata=[], seed=seed), people))
    if found.note in ("empty_arm", "nobody_observed"):
        assert found.estimate is None
        return
    (x1, n1, m1), (x0, n0, m0) = ((each.successes, each.n, each.missing) for each in found.arms)
    assert x1 / n1 - (x0 + m0) / n0 - 1e-12 <= found.estimate <= (x1 + m1) / n1 - x0 / n0 + 1e-12
    if found.p is not None:
        assert found.low <= found.estimate <= found.high
        assert (found.p < 0.05) == (found.low > 0 or found.high < 0)
