"""The re-randomisation test: against all allocations of a tiny trial, under the null, and against the scheme itself."""

import itertools

import numpy as np
import pytest

from equipoise.analysis.analyse import primary_result
from equipoise.core.problem import ProblemsError
from equipoise.core.words import LANGUAGES, say
from equipoise.randomise.blinding import seal_arm
from equipoise.randomise.draw import advance, draw, new_state, scheme_of
from equipoise.randomise.secret import commitment, derive_replay_secrets
from equipoise.stats.miettinen_nurminen import pool_empty_strata, risk_difference, stratified_risk_difference

PAIRS = {"scheme": "permuted_blocks", "factors": [], "block_sizes": [2]}
MINIMISED = {"scheme": "minimisation", "factors": ["centre", "weight_class"], "probability": "0.8"}
OUTCOMES = ["success", "failure", "success", "success", "failure", "failure", "success", "failure"]


def declared(trial, **more):
    return [trial.analysis("replay", "re_randomisation", "primary", **({"draws": 99, "seed": 3} | more))]


def pairs_of(arms, outcomes=OUTCOMES):
    names = {1: "active", 0: "control"}
    return [(names[arm], "60", outcome) for arm, outcome in zip(arms, outcomes, strict=True)]


def all_allocations():
    """Return the 16 equally likely allocations of eight people in blocks of two."""
    return [tuple(arm for pair in pairs for arm in pair) for pairs in itertools.product(((1, 0), (0, 1)), repeat=4)]


def plain_statistic(arms, outcomes=OUTCOMES):
    x1 = sum(arm and outcome == "success" for arm, outcome in zip(arms, outcomes, strict=True))
    x0 = sum(not arm and outcome == "success" for arm, outcome in zip(arms, outcomes, strict=True))
    return risk_difference(x1, sum(arms), x0, len(arms) - sum(arms)).z


def exact(arms):
    return np.mean([abs(plain_statistic(other)) >= abs(plain_statistic(arms)) - 1e-9 for other in all_allocations()])


def test_p_is_the_share_of_all_allocations_that_are_as_extreme(trial):
    actual = (1, 0, 0, 1, 1, 0, 1, 0)
    draws = 4000
    dataset = trial.dataset_of(declared(trial, draws=draws), pairs_of(actual), identity__allocation=PAIRS)
    found = primary_result(dataset)
    assert found.z == pytest.approx(plain_statistic(actual))
    expected = exact(actual)
    assert 0.05 < expected < 0.95
    assert found.p == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / draws))
    assert found.p == (1 + found.detail.as_extreme) / (1 + draws)
    seen = {tuple(map(int, arms)) for arms in found.detail.arms}
    assert seen == set(all_allocations())
    for arms, statistic in list(zip(found.detail.arms, found.detail.statistics, strict=True))[:50]:
        assert statistic == pytest.approx(plain_statistic(tuple(map(int, arms))))


def test_under_the_null_p_is_no_smaller_than_it_says(trial):
    # Every allocation is as likely as every other, and the outcomes are the same whatever is allocated.
    found = []
    for arms in all_allocations():
        dataset = trial.dataset_of(declared(trial, draws=199), pairs_of(arms), identity__allocation=PAIRS)
        found.append(primary_result(dataset).p)
    for level in (0.05, 0.2, 0.4, 0.6, 0.8):
        share = np.mean([exact(arms) <= level for arms in all_allocations()])
        assert share <= level + 1e-12
        assert np.mean(np.array(found) <= level - 0.1) <= level
    assert found == pytest.approx([exact(arms) for arms in all_allocations()], abs=0.15)


def test_each_draw_is_what_the_scheme_allocates(trial):
    people = trial.cohort(dict.fromkeys(trial.CELLS, (3, 2, 1)))
    people = [people[index] for index in np.random.default_rng(1).permutation(len(people))]
    dataset = trial.dataset_of(declared(trial, strata=["weight_class"]), people, identity__allocation=MINIMISED)
    detail = primary_result(dataset).detail
    rows = dataset.tables["allocation"].sort("slot").to_dicts()
    assert list(detail.people) == [row["participant"] for row in rows]
    scheme, study = scheme_of(dataset.study), dataset.study.id
    for secret, arms in zip(derive_replay_secrets(3, study, 99), detail.arms, strict=True):
        state = new_state(scheme)
        for row, arm in zip(rows, arms, strict=True):
            drawn = draw(scheme, state, secret, study, {name: row[name] for name in ("centre", "weight_class")})
            state = advance(scheme, state, drawn)
            assert (drawn.arm == "active") == (arm == "1")


def test_the_statistic_is_that_of_the_declared_strata_pooled_in_each_draw(trial):
    # Two light people: many draws leave an arm of that stratum empty, and pool it as declared.
    people = [("active", "60", "success"), ("control", "60", "failure")]
    people += [(arm, "80", outcome) for arm in ("active", "control") for outcome in ("success", "failure", "success")]
    analyses = declared(trial, strata=["weight_class"], pooling=["light", "heavy"])
    dataset = trial.dataset_of(analyses, people)
    found = primary_result(dataset)
    light = np.array([weight == "60" for _, weight, _ in people])
    success = np.array([outcome == "success" for *_, outcome in people])
    pooled = 0
    for arms, statistic in zip(found.detail.arms, found.detail.statistics, strict=True):
        own = np.array([arm == "1" for arm in arms])
        if own.all() or not own.any():
            assert statistic == 0
            continue
        cells = [
            [int((success & own & of).sum()), int((own & of).sum()), int((success & ~own & of).sum()), int((~own & of).sum())]
            for of in (light, ~light)
        ]  # fmt: skip
        strata = pool_empty_strata(cells, (0, 1)).strata
        pooled += len(strata) == 1
        assert statistic == pytest.approx(stratified_risk_difference(strata).z)
    assert pooled > 10


def test_it_needs_no_order_of_the_table(trial):
    people = trial.cohort(trial.CELLS)
    dataset = trial.dataset_of(declared(trial), people, identity__allocation=MINIMISED)
    tables = {name: table.reverse() for name, table in dataset.tables.items()}
    assert primary_result(dataset).detail == primary_result(type(dataset)(dataset.header, dataset.study, tables)).detail


def test_who_is_left_out_still_took_a_slot(trial, story, study_with):
    people = trial.cohort({("active", "60"): (4, 2, 0), ("control", "60"): (2, 4, 0)})
    told = trial.tell(story, study_with(endpoints__analyses=declared(trial, without=["ineligible"])), people)
    told.tell(
        "01-0002", "deviation_recorded", deviation="d1", category="ineligible", on="2026-05-01", words="", major=True
    )
    found = primary_result(told.dataset())
    assert (found.left_out, [arm.n for arm in found.arms]) == (1, [5, 6])
    assert len(found.detail.people) == 12
    expected = risk_difference(3, 5, 2, 6).z
    assert found.z == pytest.approx(expected)


def test_a_blinded_study_is_replayed_once_it_is_revealed(trial, story, study_with):
    study = study_with(
        endpoints__analyses=declared(trial), identity__blinding="double_blind", identity__allocation=MINIMISED
    )
    secret = bytes(range(32))
    told = story(study)
    told.tell("study", "allocation_committed", commitment=commitment(secret, study.id))
    for slot, (arm, weight, outcome) in enumerate(trial.cohort(trial.CELLS), 1):
        who = told.person(f"01-{slot:04d}", seal_arm(secret, study.id, slot, arm), weight=weight)
        if outcome != "missing":
            told.sample(who, 336, "<0.05" if outcome == "success" else "0.7")
    told.tell("study", "allocation_revealed", secret=secret.hex())
    found = primary_result(told.dataset())
    open_label = trial.dataset_of(declared(trial), trial.cohort(trial.CELLS), identity__allocation=MINIMISED)
    assert found.detail == primary_result(open_label).detail


def test_levels_that_nobody_knows_cannot_be_replayed(trial, story, study_with):
    told = story(study_with(endpoints__analyses=declared(trial), identity__allocation=MINIMISED))
    for who, arm in (("01-0001", "active"), ("01-0002", "control")):
        told.person(who, arm, allocated=False)
        told.item(who, "weight", -13, "unknown", "screening", form="entry", kind="item_corrected", reason="illegible")
        told.tell(who, "allocated", on="2026-03-02", arm=arm, slot=int(who[-1]), levels={"centre": "01"}, scheme="x")
    with pytest.raises(ProblemsError) as refused:
        primary_result(told.dataset())
    assert [problem.code for problem in refused.value.problems] == ["analysis.no-replay"]
    assert all("weight_class" in say(refused.value.problems[0], language) for language in LANGUAGES)
