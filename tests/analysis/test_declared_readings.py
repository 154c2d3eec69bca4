"""What sensitivity analyses leave out, take as missing or set aside; what is refused; what is post hoc; every edge."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analysis.analyse import analyse, primary_result, results_of
from equipoise.analysis.finding import Finding, without_nan
from equipoise.analysis.methods import REGISTRY
from equipoise.core.problem import ProblemsError
from equipoise.core.words import LANGUAGES, say
from equipoise.study.methods import METHODS

NOTES = {"", "empty_arm", "nobody_observed", "no_maximum", "no_information", "no_interval", "nobody_missing"}


@pytest.fixture
def flagged(trial, story, study_with):
    """A trial in which two successes and one failure of the treatment rest on samples that a dose masks."""
    analyses = [
        trial.analysis("as_measured", "miettinen_nurminen", "primary"),
        trial.analysis("as_failure", "miettinen_nurminen", masked="missing"),
        trial.analysis("excluded", "miettinen_nurminen", masked="missing", missing="excluded"),
    ]
    told = trial.tell(
        story,
        study_with(endpoints__analyses=analyses),
        trial.cohort({("active", "60"): (4, 1, 0), ("control", "60"): (3, 2, 0)}),
    )
    for who in ("01-0001", "01-0002", "01-0005"):
        told.dose(who, 300)
    return told.dataset()


def test_a_flagged_success_is_missing_and_a_flagged_failure_is_not(flagged):
    found = results_of(flagged, ["as_measured", "as_failure", "excluded"])
    arms = [(each.arms[0].n, each.arms[0].successes, each.arms[0].missing) for each in found]
    assert arms == [(5, 4, 0), (5, 2, 2), (3, 2, 2)]
    assert [each.masked_as for each in found] == ["as_measured", "missing", "missing"]
    assert all(each.arms[1].successes == 3 for each in found)
    rows = analyse(flagged).endpoints
    assert sum(row.flagged for row in rows if row.status == "success") == 2


def test_people_with_a_declared_deviation_are_left_out_and_counted(trial, story, study_with):
    analyses = [
        trial.analysis("all", "miettinen_nurminen", "primary"),
        trial.analysis("eligible", "miettinen_nurminen", without=["ineligible"]),
    ]
    told = trial.tell(
        story,
        study_with(endpoints__analyses=analyses),
        trial.cohort({("active", "60"): (4, 1, 0), ("control", "60"): (3, 2, 1)}),
    )
    for number, (who, category) in enumerate([("01-0001", "ineligible"), ("01-0001", "other"), ("01-0002", "other")]):
        told.tell(
            who, "deviation_recorded", deviation=f"d{number}", category=category, on="2026-05-01", words="", major=True
        )
    everybody, eligible = results_of(told.dataset(), ["all", "eligible"])
    assert (everybody.left_out, eligible.left_out) == (0, 1)
    assert [arm.n for arm in eligible.arms] == [4, 6]
    assert eligible.arms[0].successes == 3


def test_an_outcome_that_the_estimand_takes_away_is_never_a_failure(trial, story, study_with):
    estimands = [dict(each) for each in study_with().content["endpoints"]["estimands"]]
    estimands[0]["intercurrent"] = [{"event": "rescue", "strategy": "hypothetical"}]
    analyses = [
        trial.analysis("failure", "miettinen_nurminen", "primary"),
        trial.analysis("excluded", "miettinen_nurminen", missing="excluded"),
        trial.analysis("tipping", "tipping_point"),
        trial.analysis("imputed", "multiple_imputation", missing="imputed", draws=5, seed=1),
    ]
    study = study_with(endpoints__analyses=analyses, endpoints__estimands=estimands)
    told = trial.tell(story, study, trial.cohort({("active", "60"): (5, 1, 2), ("control", "60"): (3, 3, 1)}))
    told.medicate("01-0001", "2026-05-01")
    told.medicate("01-0007", "2026-05-01")  # of whom there was no sample either
    failure, excluded, tipping, imputed = results_of(told.dataset(), [each["id"] for each in analyses])
    assert [each.set_aside for each in (failure, excluded, tipping, imputed)] == [2] * 4
    assert [(arm.n, arm.successes, arm.missing) for arm in failure.arms] == [(6, 4, 3), (7, 3, 1)]
    assert [arm.n for arm in excluded.arms] == [5, 6]
    assert (tipping.detail.treatment, tipping.detail.versus) == (1, 1)
    assert set(imputed.detail.people) == {"01-0001", "01-0007", "01-0008", "01-0015"}


def test_analyses_alone_are_those_of_the_whole(trial):
    dataset = trial.dataset_of(trial.ALL_BINARY, trial.cohort(trial.CELLS))
    whole = analyse(dataset)
    assert results_of(dataset, [each.id for each in whole.analyses]) == whole.analyses
    assert primary_result(dataset) == whole.primary
    assert results_of(dataset, ["wald", "main"]) == (whole.analysis("wald"), whole.analysis("main"))
    with pytest.raises(KeyError):
        results_of(dataset, ["nothing"])


@pytest.mark.parametrize(
    ("declared", "code", "known"),
    [
        ({"method": "newcombe", "summary": "odds_ratio"}, "other-summary", "logistic"),
        ({"method": "log_rank"}, "other-kind", "re_randomisation"),
        ({"method": "tipping_point", "strata": ["weight_class"]}, "not-stratified", "miettinen_nurminen"),
        ({"method": "wald", "adjust": ["weight"]}, "not-adjusted", "logistic"),
        ({"method": "miettinen_nurminen", "missing": "imputed"}, "not-imputing", "multiple_imputation"),
        ({"method": "multiple_imputation", "draws": 5}, "other-missing", "imputed"),
        ({"method": "tipping_point", "missing": "excluded"}, "other-missing", "failure"),
        ({"method": "multiple_imputation", "missing": "imputed", "draws": 1}, "no-draws", "2"),
        ({"method": "re_randomisation"}, "no-draws", "1"),
        ({"method": "cox", "estimand": "time", "reading": "", "masked": "missing"}, "masked-kind", "time_to_event"),
        ({"method": "wald", "strategy": "principal_stratum"}, "strategy", "principal_stratum"),
    ],
)
def test_a_refusal_says_what_could_be_done(trial, study_with, declared, code, known):
    estimands = [dict(each) for each in study_with().content["endpoints"]["estimands"]]
    declared = dict(declared)
    estimands[0]["summary"] = declared.pop("summary", "risk_difference")
    strategy = declared.pop("strategy", "composite")
    estimands[0]["intercurrent"] = [{"event": "rescue", "strategy": strategy}]
    analyses = [trial.BASE | {"id": "x", "role": "sensitivity"} | declared]
    dataset = trial.dataset_of(analyses, trial.cohort(trial.CELLS), endpoints__estimands=estimands)
    with pytest.raises(ProblemsError) as refused:
        analyse(dataset)
    (problem,) = refused.value.problems
    assert problem.code == f"analysis.{code}"
    assert all(known in say(problem, language) for language in LANGUAGES)


def test_a_re_randomisation_test_needs_two_arms(trial, study_with):
    arms = [*study_with().content["identity"]["arms"], {"id": "third", "label": "Third", "kind": "experimental"}]
    analyses = [trial.analysis("x", "re_randomisation", draws=9)]
    dataset = trial.dataset_of(analyses, trial.cohort(trial.CELLS), identity__arms=arms)
    with pytest.raises(ProblemsError) as refused:
        analyse(dataset)
    assert [problem.code for problem in refused.value.problems] == ["analysis.two-arms"]
    assert all(say(problem, language) for problem in refused.value.problems for language in LANGUAGES)


def test_everything_that_is_wrong_is_said_at_once(trial):
    analyses = [trial.analysis("x", "wald", adjust=["weight"]), trial.analysis("y", "re_randomisation")]
    with pytest.raises(ProblemsError) as refused:
        analyse(trial.dataset_of(analyses, trial.cohort(trial.CELLS)))
    assert [problem.code for problem in refused.value.problems] == ["analysis.not-adjusted", "analysis.no-draws"]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("imputed", {"adjust": ["weight"]}),
        ("imputed", {"draws": 40}),
        ("imputed", {"seed": 6}),
        ("replayed", {"strata": []}),
        ("plain", {"masked": "missing"}),
        ("plain", {"without": ["ineligible"]}),
        ("decided", {"missing": "failure"}),
        ("tipping", {"alpha": "0.1"}),
    ],
)
def test_what_was_altered_after_the_first_allocation_is_post_hoc(trial, story, study_with, name, change):
    told = trial.tell(story, study_with(endpoints__analyses=trial.ALL_BINARY), trial.cohort(trial.CELLS))
    assert not any(found.post_hoc for found in analyse(told.dataset()).analyses)
    altered = [each | change if each["id"] == name else each for each in trial.ALL_BINARY]
    later = trial.analysis("later", "multiple_imputation", missing="imputed", draws=3)
    amended = study_with(identity__version="2", endpoints__analyses=[*altered, later])
    told.published |= {"version": "2", "content_hash": amended.content_hash, "study": amended.content}
    told.tell("study", "version_published", **told.published)
    told.study = amended
    told.declare()
    post_hoc = {found.id for found in analyse(told.dataset()).analyses if found.post_hoc}
    assert post_hoc == {name, "later"}


def _check(results):
    """Nothing is absent without a reason, nothing is not a number, and the whole is plain JSON."""
    json.dumps(results.as_json(), allow_nan=False)
    for found in results.analyses:
        assert found.note in NOTES
        numbers = (found.estimate, found.low, found.high, found.p, found.z)
        assert not any(number is not None and math.isnan(number) for number in numbers)
        gives_estimate = found.summary in METHODS[found.method].summaries and found.summary != ""
        if gives_estimate and found.estimate is None:
            assert found.note
        if found.estimate is not None and found.low is None:
            assert found.note in ("no_interval", "no_information")
        if found.p is not None:
            assert 0 <= found.p <= 1
        for arm in found.arms:
            assert arm.n >= 0
            if arm.n and found.missing_as == "failure":
                assert arm.successes + arm.failures == arm.n


_cell = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2))


@settings(max_examples=40, deadline=None)
@given(cells=st.tuples(_cell, _cell, _cell, _cell))
def test_no_trial_however_sparse_gives_a_silent_nan(trial, cells):
    people = trial.cohort(dict(zip(trial.CELLS, cells, strict=True)))
    _check(analyse(trial.dataset_of(trial.ALL_BINARY, people)))


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {("active", "60"): (4, 2, 1)},  # an empty arm
        {("active", "60"): (4, 2, 1), ("control", "60"): (3, 3, 0)},  # a stratum with nobody
        {("active", "60"): (4, 2, 1), ("control", "80"): (3, 3, 0)},  # each stratum with an empty arm
        {("active", "60"): (6, 0, 1), ("control", "60"): (3, 3, 0)},  # no events in one arm
        {("active", "60"): (6, 0, 0), ("control", "60"): (0, 6, 0)},  # everything in one, nothing in the other
        {("active", "60"): (0, 0, 4), ("control", "60"): (0, 0, 4)},  # all missing
        {("active", "60"): (3, 1, 1), ("control", "60"): (0, 0, 4)},  # all of one arm missing
        {("active", "60"): (1, 0, 0), ("control", "60"): (0, 1, 0)},  # two people
    ],
)
def test_bad_data_are_told_and_never_hidden(trial, cells):
    _check(analyse(trial.dataset_of(trial.ALL_BINARY, trial.cohort(cells))))


def test_one_centre_is_one_stratum_and_no_covariate(trial):
    analyses = [
        trial.analysis("by_centre", "miettinen_nurminen", "primary", strata=["centre"]),
        trial.analysis("plain", "miettinen_nurminen"),
        trial.analysis("adjusted", "logistic", adjust=["centre"]),
    ]
    results = analyse(trial.dataset_of(analyses, trial.cohort(trial.CELLS)))
    by_centre, plain, adjusted = results.analyses
    assert by_centre.p == pytest.approx(plain.p)
    assert [row.strata for row in by_centre.strata] == [("01",)]
    assert [term.name for term in adjusted.detail.terms] == ["constant", "treatment"]


def test_sparse_strata_are_pooled_before_they_are_tested(trial):
    """Nobody of the control is light: the pooled table's own figures, by the textbook formula."""
    analyses = [trial.analysis("cmh", "cmh", "primary", strata=["weight_class"])]
    people = trial.cohort({("active", "60"): (2, 0, 0), ("active", "80"): (3, 2, 0), ("control", "80"): (2, 4, 0)})
    found = primary_result(trial.dataset_of(analyses, people, endpoints__estimands=[_odds_ratio(trial)]))
    assert [(row.x1, row.n1, row.x0, row.n0) for row in found.strata] == [(5, 7, 2, 6)]
    excess, variance = 5 - 7 * 7 / 13, 7 * 6 * 7 * 6 / (13**2 * 12)
    assert found.z == pytest.approx(excess / math.sqrt(variance))
    assert found.estimate == pytest.approx(5 * 4 / (2 * 2))


def _odds_ratio(trial):
    return {
        "id": "primary", "label": "Sustained", "treatment": "active", "versus": "control", "endpoint": "sustained",
        "summary": "odds_ratio",
    }  # fmt: skip


def test_strata_that_all_point_one_way_have_a_ratio_without_interval(trial):
    analyses = [trial.analysis("cmh", "cmh", "primary", strata=["weight_class"])]
    people = trial.cohort({("active", "60"): (4, 0, 0), ("control", "60"): (2, 3, 0)})
    found = primary_result(trial.dataset_of(analyses, people, endpoints__estimands=[_odds_ratio(trial)]))
    assert (found.estimate, found.low, found.high, found.note) == (math.inf, None, None, "no_interval")
    assert found.p < 0.2


def test_nan_never_leaves_a_method_without_a_note():
    nan = math.nan
    assert without_nan(Finding("x", "", 1.0, nan, nan, 0.5, 1.0)).note == "no_interval"
    assert without_nan(Finding("x", "", nan, nan, nan, nan, nan)).note == "no_information"
    told = without_nan(Finding("x", "", nan, nan, nan, nan, nan, "no_maximum"))
    assert (told.note, told.estimate, told.z) == ("no_maximum", None, None)
    whole = Finding("x", "", 1.0, 0.5, math.inf, 0.5, 1.0)
    assert without_nan(whole) is whole


def test_every_method_of_a_binary_endpoint_is_tried_on_bad_data(trial):
    assert {each["method"] for each in trial.ALL_BINARY} == {
        name for name in REGISTRY if METHODS[name].endpoint == "binary"
    }


@pytest.mark.parametrize("cell", [(5, 0, 0), (0, 5, 0)])
def test_fisher_has_no_odds_ratio_where_everybody_is_alike(trial, story, study_with, cell):
    analyses = [trial.analysis("main", "miettinen_nurminen", "primary"), trial.analysis("fisher", "fisher")]
    told = trial.tell(
        story, study_with(endpoints__analyses=analyses), trial.cohort({("active", "60"): cell, ("control", "60"): cell})
    )
    (found,) = results_of(told.dataset(), ["fisher"])
    assert (found.estimate, found.low, found.high, found.p, found.note) == (None, None, None, 1.0, "no_information")
