"""Covariates: what is known at allocation, by its date; dummies, unknown values, and what cannot be told apart."""

import numpy as np
import pytest

from equipoise.analysis.analyse import comparison_of, primary_result
from equipoise.core.problem import ProblemsError
from equipoise.core.words import LANGUAGES, say

PEOPLE = [("active", "60", "success"), ("control", "80", "failure"), ("active", "72", "failure"), ("control", "64", "success")]  # fmt: skip


def declared(trial, *names):
    return [trial.analysis("model", "logistic", "primary", adjust=list(names))]


def told_with(trial, story, study_with, *names, people=PEOPLE):
    return trial.tell(story, study_with(endpoints__analyses=declared(trial, *names)), people)


def test_numbers_stand_as_they_are_and_levels_beside_the_first(trial, story, study_with):
    told = told_with(trial, story, study_with, "weight", "weight_class", "sex", "age")
    told.item("01-0002", "sex", -13, "m", "screening", form="entry", kind="item_corrected", reason="")
    found = comparison_of(told.dataset(), "model").covariates
    # Everybody is 40 years old: a constant says nothing beside the model's own.
    assert found.terms == ("weight", "weight_class=heavy")
    assert found.values.tolist() == [[60, 0], [80, 1], [72, 1], [64, 0]]
    assert found.filled == 0
    alone = told_with(trial, story, study_with, "sex")
    alone.item("01-0002", "sex", -13, "m", "screening", form="entry", kind="item_corrected", reason="")
    assert comparison_of(alone.dataset(), "model").covariates.terms == ("sex=m",)


def test_a_laboratory_bound_stands_at_the_bound(trial, story, study_with):
    told = told_with(trial, story, study_with, "shield")
    for who, value in (("01-0001", "<2"), ("01-0002", "8"), ("01-0003", "30"), ("01-0004", ">1000")):
        told.sample(who, 0, value, "shield")
    found = comparison_of(told.dataset(), "model").covariates
    assert found.values[:, 0].tolist() == [2, 8, 30, 1000]


def test_a_value_from_after_allocation_is_passed_over_by_its_date(trial, story, study_with):
    told = told_with(trial, story, study_with, "enzyme")
    # The first has an earlier value; the second's visit is called baseline and took place a day late.
    told.item("01-0001", "enzyme", -3, "20", "screening")
    told.item("01-0001", "enzyme", 1, "900", "baseline")
    told.item("01-0002", "enzyme", 1, "900", "baseline")
    told.item("01-0003", "enzyme", 0, "40", "baseline")
    told.item("01-0004", "enzyme", 0, "30", "baseline")
    found = comparison_of(told.dataset(), "model").covariates
    assert found.values[:, 0].tolist() == [20, 30, 40, 30]  # the unknown one stands at the mean of the others
    assert found.filled == 1


def test_a_covariate_that_was_only_measured_later_is_refused(trial, story, study_with):
    told = told_with(trial, story, study_with, "enzyme")
    told.item("01-0001", "enzyme", 84, "20", "week 12")
    told.item("01-0002", "enzyme", 1, "20", "baseline")
    with pytest.raises(ProblemsError) as refused:
        primary_result(told.dataset())
    (problem,) = refused.value.problems
    assert (problem.code, problem.params["day"]) == ("analysis.covariate-late", 1)
    assert all(say(problem, language) for language in LANGUAGES)


@pytest.mark.parametrize("name", ["nonsense", "sustained"])
def test_a_covariate_that_the_study_does_not_have_is_refused(trial, story, study_with, name):
    with pytest.raises(ProblemsError) as refused:
        primary_result(told_with(trial, story, study_with, name).dataset())
    (problem,) = refused.value.problems
    assert problem.code == "analysis.covariate-unknown"
    assert all(name in say(problem, language) for language in LANGUAGES)


def test_a_level_that_nobody_knows_stands_at_the_shares_of_the_others(trial, story, study_with):
    told = told_with(trial, story, study_with, "sex", people=[*PEOPLE, ("active", "60", "success")])
    for who, value in (("01-0001", "m"), ("01-0002", "m"), ("01-0003", "m"), ("01-0005", "declined")):
        told.item(who, "sex", -13, value, "screening", form="entry", kind="item_corrected", reason="")
    found = comparison_of(told.dataset(), "model").covariates
    assert found.terms == ("sex=m",)
    assert found.values[:, 0].tolist() == [1, 1, 1, 0, 0.75]
    assert found.filled == 1


def test_what_the_arm_or_another_covariate_determines_is_left_out(trial, story, study_with):
    people = [("active", "60", "success"), ("active", "60", "failure"), ("control", "80", "success"), ("control", "80", "failure")]  # fmt: skip
    told = told_with(trial, story, study_with, "weight_class", "centre", "weight", people=people)
    found = comparison_of(told.dataset(), "model").covariates
    assert found.terms == ()
    assert found.values.shape == (4, 0)
    assert primary_result(told.dataset()).estimate == pytest.approx(0)


def test_nobody_has_any_value(trial, story, study_with):
    found = comparison_of(told_with(trial, story, study_with, "enzyme").dataset(), "model").covariates
    assert (found.terms, found.filled) == ((), 4)
    assert np.isfinite(found.values).all()


def test_columns_do_not_depend_on_the_order_of_people(trial, story, study_with):
    dataset = told_with(trial, story, study_with, "weight", "weight_class").dataset()
    tables = {name: table.reverse() for name, table in dataset.tables.items()}
    other = comparison_of(type(dataset)(dataset.header, dataset.study, tables), "model").covariates
    found = comparison_of(dataset, "model").covariates
    assert found.terms == other.terms
    assert found.values.tolist() == other.values[::-1].tolist()
