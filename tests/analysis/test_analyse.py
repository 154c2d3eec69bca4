"""Declared analyses against direct formulas, and what must not change them."""

import json
import math
import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analysis.analyse import analyse
from equipoise.analysis.methods import REGISTRY
from equipoise.core.problem import ProblemsError
from equipoise.core.words import LANGUAGES, say
from equipoise.study.methods import METHODS

_TRIAL = runpy.run_path(str(Path(__file__).with_name("trial.py")))
analysis, tell, cohort = _TRIAL["analysis"], _TRIAL["tell"], _TRIAL["cohort"]

CELLS = {
    ("active", "60"): (9, 1, 1),
    ("control", "60"): (6, 4, 0),
    ("active", "80"): (7, 2, 0),
    ("control", "80"): (5, 4, 2),
}


@pytest.fixture
def results(story, study_with):
    study = study_with(
        endpoints__analyses=[
            analysis("main", "miettinen_nurminen", "primary", strata=["weight_class"], pooling=["light", "heavy"]),
            analysis("plain", "miettinen_nurminen"),
            analysis("decided", "miettinen_nurminen", "sensitivity", missing="excluded"),
            analysis("wald", "wald"),
            analysis("newcombe", "newcombe"),
            analysis("fisher", "fisher"),
            analysis("wilson", "wilson"),
            analysis("mh", "mantel_haenszel", strata=["weight_class"]),
            analysis("cmh", "cmh", strata=["weight_class"]),
        ]
    )
    return analyse(tell(story, study, cohort(CELLS)).dataset())


def test_every_declarable_method_is_built():
    assert set(REGISTRY) == set(METHODS)


def test_counts_are_those_of_the_arms(results):
    treatment, control = results.primary.arms
    assert (treatment.arm, treatment.n, treatment.successes, treatment.failures, treatment.missing) == (
        "active", 20, 16, 4, 1,
    )  # fmt: skip
    assert (control.n, control.successes, control.missing) == (21, 11, 2)
    assert treatment.proportion == 16 / 20


def test_a_missing_outcome_counts_as_declared(results):
    assert [arm.n for arm in results.analysis("plain").arms] == [20, 21]
    assert [arm.n for arm in results.analysis("decided").arms] == [19, 19]
    assert results.analysis("decided").estimate == pytest.approx(16 / 19 - 11 / 19)


def test_wald_is_the_textbook_formula(results):
    found = results.analysis("wald")
    p1, p0 = 16 / 20, 11 / 21
    se = math.sqrt(p1 * (1 - p1) / 20 + p0 * (1 - p0) / 21)
    assert found.estimate == pytest.approx(p1 - p0)
    assert (found.low, found.high) == pytest.approx((p1 - p0 - 1.959963985 * se, p1 - p0 + 1.959963985 * se))


def test_the_stratified_difference_is_weighted_by_the_harmonic_sizes(results):
    found = results.primary
    light, heavy = 11 * 10 / 21, 9 * 11 / 20
    expected = (light * (9 / 11 - 6 / 10) + heavy * (7 / 9 - 5 / 11)) / (light + heavy)
    assert found.estimate == pytest.approx(expected)
    assert [(row.strata, row.x1, row.n1, row.x0, row.n0) for row in found.strata] == [
        (("light",), 9, 11, 6, 10),
        (("heavy",), 7, 9, 5, 11),
    ]
    assert sum(row.weight for row in found.strata) == pytest.approx(1)
    # The interval by inversion holds exactly the differences that the test does not reject.
    assert (found.p < 0.05) == (not found.low <= 0 <= found.high)


def test_cmh_is_the_sum_over_strata(results):
    found = results.analysis("cmh")
    tables = [(9, 11, 6, 10), (7, 9, 5, 11)]
    excess = sum(x1 - n1 * (x1 + x0) / (n1 + n0) for x1, n1, x0, n0 in tables)
    variance = sum(
        n1 * n0 * (x1 + x0) * (n1 + n0 - x1 - x0) / ((n1 + n0) ** 2 * (n1 + n0 - 1)) for x1, n1, x0, n0 in tables
    )
    assert found.z == pytest.approx(excess / math.sqrt(variance))
    assert results.analysis("mh").z == pytest.approx(found.z)
    assert found.summary == "odds_ratio"
    assert results.analysis("mh").summary == "risk_difference"


def test_fisher_sums_the_tables_that_are_no_likelier(results):
    probability = [math.comb(20, x) * math.comb(21, 27 - x) / math.comb(41, 27) for x in range(6, 21)]
    observed = probability[16 - 6]
    expected = sum(p for p in probability if p <= observed * (1 + 1e-7))
    assert results.analysis("fisher").p == pytest.approx(expected)


def test_a_companion_says_what_it_estimates(results):
    assert results.analysis("wilson").summary == ""
    assert results.analysis("wilson").estimate is None
    assert results.analysis("newcombe").p is None


def test_every_number_has_its_recipe(results):
    for found in results.analyses:
        recipe = found.recipe
        assert (recipe.version, recipe.dataset) == (results.version, results.dataset.hash)
        assert recipe.call.startswith("equipoise.stats.")
        assert {"numpy", "scipy", "polars", "equipoise"} <= set(recipe.packages)
    assert "[[9, 11, 6, 10], [7, 9, 5, 11]], 0.95" in results.primary.recipe.call


def test_results_are_plain_json(results):
    text = json.dumps(results.as_json(), allow_nan=False)
    found = json.loads(text)
    assert found["analyses"][0]["arms"][0]["successes"] == 16
    assert found["format"] == 1


def test_the_way_back_leads_to_the_event(results, story):
    rows = [row for row in results.endpoints if row.status == "failure"]
    assert len(rows) == 11
    assert all(row.seq > 0 for row in rows)


def _estimates(results):
    return [(a.id, a.estimate, a.low, a.high, a.z, a.p) for a in results.analyses]


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(len(cohort(CELLS)))))
def test_the_order_of_people_changes_nothing(order, results_of):
    people = cohort(CELLS)
    assert _same(results_of(people), results_of([people[index] for index in order]))


def _same(first, second):
    return json.dumps([plain_numbers(x) for x in _estimates(first)]) == json.dumps(
        [plain_numbers(x) for x in _estimates(second)]
    )


def plain_numbers(values):
    return [value if value is None or isinstance(value, str) else round(value, 12) for value in values]


@pytest.fixture(scope="module")
def results_of():
    module = runpy.run_path(str(Path(__file__).parents[1] / "dataset" / "story.py"))
    study = module["study_with"](
        endpoints__analyses=[
            analysis("main", "miettinen_nurminen", "primary", strata=["weight_class"]),
            analysis("plain", "miettinen_nurminen"),
            analysis("wald", "wald"),
            analysis("newcombe", "newcombe"),
            analysis("mh", "mantel_haenszel", strata=["weight_class"]),
        ]
    )

    def made(people):
        return analyse(tell(module["Story"], study, people).dataset())

    return made


_cell = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 1))


@settings(max_examples=25, deadline=None)
@given(cells=st.tuples(_cell, _cell, _cell, _cell))
def test_swapping_the_arms_turns_the_sign(cells, results_of):
    keys = list(CELLS)
    swapped = {"active": "control", "control": "active"}
    people = cohort(dict(zip(keys, cells, strict=True)))
    one, other = results_of(people), results_of([(swapped[arm], weight, outcome) for arm, weight, outcome in people])
    for a, b in zip(one.analyses, other.analyses, strict=True):
        if a.note == "empty_arm":
            assert a.estimate is None
            assert b.note == "empty_arm"
            continue
        assert a.estimate == pytest.approx(-b.estimate, abs=1e-9)
        assert a.note == b.note
        if a.low is None:
            assert (a.high, b.low, b.high) == (None, None, None)
        else:
            assert (a.low, a.high) == pytest.approx((-b.high, -b.low), abs=1e-7)
        assert a.p == pytest.approx(b.p, abs=1e-9)


def test_an_empty_stratum_is_pooled_as_declared(results_of):
    people = cohort({("active", "60"): (3, 1, 0), ("control", "60"): (2, 2, 0), ("active", "80"): (1, 0, 0)})
    assert [row.strata for row in results_of(people).primary.strata] == [("light", "heavy")]


def test_what_was_not_declared_before_the_first_allocation_is_post_hoc(story, study_with):
    told = story()
    told.declare()
    told.person()
    assert not analyse(told.dataset()).primary.post_hoc
    added = [*told.study.content["endpoints"]["analyses"], analysis("later", "wald", "sensitivity")]
    amended = study_with(identity__version="2", endpoints__analyses=added)
    told.published |= {"version": "2", "content_hash": amended.content_hash, "study": amended.content}
    told.tell("study", "version_published", **told.published)
    told.study = amended
    told.declare()
    found = analyse(told.dataset())
    assert {each.id: each.post_hoc for each in found.analyses} == {"main": False, "later": True}
    late = story()
    late.person()
    late.declare()
    assert analyse(late.dataset()).primary.post_hoc


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        (analysis("x", "wilson", "secondary"), "analysis.other-summary"),
        (analysis("x", "cox"), "analysis.other-kind"),
        (analysis("x", "newcombe", strata=["weight_class"]), "analysis.not-stratified"),
        (analysis("x", "magic"), "analysis.no-method"),
    ],
)
def test_a_method_that_does_not_fit_is_refused(story, study_with, declared, code):
    told = story(study_with(endpoints__analyses=[declared]))
    told.person()
    with pytest.raises(ProblemsError) as refused:
        analyse(told.dataset())
    assert [problem.code for problem in refused.value.problems] == [code]
    assert all(say(problem, language) for problem in refused.value.problems for language in LANGUAGES)


def test_sealed_arms_are_not_analysed(story, study_with):
    told = story(study_with(identity__blinding="double_blind"))
    told.person(arm="c2VhbGVk")
    dataset = told.dataset()
    assert dataset.tables["allocation"]["arm"].to_list() == ["sealed"]
    with pytest.raises(ProblemsError) as refused:
        analyse(dataset)
    assert [problem.code for problem in refused.value.problems] == ["analysis.sealed"]


def test_power_is_that_of_the_enrolment(results):
    # The reference study's own figures for 66 people an arm: about 83 % and 77 %.
    row = results.power[0]
    assert (row.n_treatment, row.n_control) == (66, 66)
    assert row.miettinen_nurminen == pytest.approx(0.83, abs=0.01)
    assert row.fisher == pytest.approx(0.77, abs=0.01)


def test_a_trial_without_anybody_is_no_error(story):
    told = story()
    told.declare()
    found = analyse(told.dataset())
    assert (found.primary.estimate, found.primary.note) == (None, "empty_arm")
    assert json.dumps(found.as_json(), allow_nan=False)


def test_intercurrent_events_follow_the_estimand(story, study_with):
    analyses = [analysis("main", "wald", "primary"), analysis("policy", "wald", "sensitivity", estimand="policy")]
    told = story(study_with(endpoints__analyses=analyses))
    for arm in ("active", "control"):
        who = told.person("01-0001" if arm == "active" else "01-0002", arm)
        told.sample(who, 336, "<0.05")
    told.medicate("01-0001", "2026-05-01")
    found = analyse(told.dataset())
    assert [arm.successes for arm in found.analysis("main").arms] == [0, 1]
    assert [arm.successes for arm in found.analysis("policy").arms] == [1, 1]
    row = next(r for r in found.endpoints if (r.participant, r.estimand) == ("01-0001", "primary"))
    assert (row.status, row.reason, row.seq) == ("failure", "rescue", len(told.events))
