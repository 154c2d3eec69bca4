"""The tipping point: every cell against the plain test, and what turns the conclusion against counting by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analysis.analyse import primary_result
from equipoise.stats.miettinen_nurminen import risk_difference


def found_for(trial, treatment, control, **more):
    """Analyse (successes, failures, missing) of each arm."""
    people = trial.cohort({("active", "60"): treatment, ("control", "60"): control})
    return primary_result(trial.dataset_of([trial.analysis("tip", "tipping_point", "primary", **more)], people))


_arm = st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 4)).filter(lambda each: sum(each) > 0)


@settings(max_examples=25, deadline=None)
@given(treatment=_arm, control=_arm)
def test_the_grid_is_brute_force(trial, treatment, control):
    detail = found_for(trial, treatment, control).detail
    (x1, f1, m1), (x0, f0, m0) = treatment, control
    n1, n0 = x1 + f1 + m1, x0 + f0 + m0
    assert (detail.treatment, detail.versus) == (m1, m0)
    differing = []
    for i in range(m1 + 1):
        for j in range(m0 + 1):
            plain = risk_difference(x1 + i, n1, x0 + j, n0)
            assert detail.estimate[i][j] == pytest.approx(plain.estimate)
            assert detail.p[i][j] == pytest.approx(plain.p)
            conclusion = plain.p < 0.05 and (1 if plain.estimate > 0 else -1)
            first = risk_difference(x1, n1, x0, n0)
            if conclusion != (first.p < 0.05 and (1 if first.estimate > 0 else -1)):
                differing.append((i + j, i, j))
    assert detail.differing == len(differing)
    assert detail.turns == (min(differing)[1:] if differing else None)


def test_what_turns_a_benefit_is_the_fewest_successes_without_it(trial):
    found = found_for(trial, (30, 2, 4), (22, 8, 6))
    assert found.p < 0.05
    first = next(j for j in range(7) if risk_difference(30, 36, 22 + j, 36).p >= 0.05)
    assert found.detail.turns == (0, first)
    assert set(found.detail.corners) == {(0, 0), (0, 6), (4, 0), (4, 6)}
    assert found.detail.corners[0, 0] == pytest.approx((found.estimate, found.p))


def test_nobody_missing_leaves_one_cell(trial):
    found = found_for(trial, (5, 5, 0), (3, 7, 0))
    assert (found.detail.p, found.detail.turns, found.detail.differing) == (((pytest.approx(found.p),),), None, 0)


def test_everybody_missing_is_told_cell_by_cell(trial):
    found = found_for(trial, (0, 0, 4), (0, 0, 4))
    assert (found.estimate, found.p) == (0, 1)
    assert found.detail.p[4][0] == pytest.approx(risk_difference(4, 4, 0, 4).p)


def test_another_level_turns_elsewhere(trial):
    strict = found_for(trial, (30, 2, 4), (22, 8, 6), alpha="0.2", confidence="0.8")
    assert strict.detail.turns[1] > found_for(trial, (30, 2, 4), (22, 8, 6)).detail.turns[1]
