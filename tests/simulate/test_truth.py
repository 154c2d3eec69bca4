"""The truths: what the calibrated constants give, and the true differences behind an estimand."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.core.problem import ProblemsError
from equipoise.simulate.calibrate import calibrate, reached
from equipoise.simulate.cohort import draw_cohort
from equipoise.simulate.truth import draw_people, true_effects
from equipoise.simulate.world import world_of
from equipoise.study.model.study import Study


def test_untreated_people_revert_as_published(reference: Study) -> None:
    """4, 6.6, 10 and 15.5 % at 12, 24, 48 and 96 weeks; odds ratio 0.20 with anti-HBs of 10 mIU/mL or more."""
    found = reached(reference, "all-comers", people=60_000, seed=7)
    assert found[:4] == pytest.approx([0.04, 0.066, 0.10, 0.155], abs=0.003)
    assert found[4] == pytest.approx(0.20, abs=0.01)


def test_drawn_events_agree_with_the_closed_form(reference: Study) -> None:
    world = world_of(reference, "none")
    assert world.scenarios.events
    event, rng = world.scenarios.events[0], np.random.default_rng(5)
    cohort = draw_cohort(world, 60_000, rng, own_centres=True)
    clock = cohort.clock(event, rng)
    clock.pass_until(np.full(cohort.size, np.inf))
    assert [float(np.mean(clock.time <= week)) for week in (12, 24, 48, 96)] == pytest.approx(
        [0.0405, 0.0645, 0.101, 0.155], abs=0.005
    )


def test_the_design_truth_has_75_against_93_percent(reference: Study) -> None:
    found = true_effects(reference, "design", 20_000, 11)
    assert found.sustained["control"]["week 48"] == pytest.approx(0.75, abs=0.006)
    assert found.sustained["hbig"]["week 48"] == pytest.approx(0.93, abs=0.004)
    assert found.difference["week 48"] == pytest.approx(0.18, abs=0.005)


@pytest.mark.parametrize("truth", ["none", "masking", "late-dosing"])
def test_without_an_effect_the_arms_are_truly_equal(reference: Study, truth: str) -> None:
    found = true_effects(reference, truth, 20_000, 2)
    assert found.difference == {"week 48": 0.0, "week 72": 0.0}
    assert found.sustained["control"] == found.sustained["hbig"]


def test_a_stronger_effect_is_larger_and_fades_after_the_last_dose(reference: Study) -> None:
    half, quarter = (true_effects(reference, truth, 20_000, 3) for truth in ("half", "quarter"))
    assert 0 < half.difference["week 48"] < quarter.difference["week 48"]
    assert quarter.difference["week 72"] <= quarter.difference["week 48"]
    assert half.error["week 48"] < 0.001


def test_the_same_seed_gives_the_same_truth_whatever_the_chunks(reference: Study) -> None:
    assert true_effects(reference, "half", 5_000, 4) == true_effects(reference, "half", 5_000, 4)


def test_protection_counts_from_each_dose(reference: Study) -> None:
    world = world_of(reference, "half")
    people = draw_people(world, world.scenarios.events[0], 500, np.random.default_rng(1))
    treated, untreated = people.treated("hbig", 30.0), people.treated("control", 30.0)
    shielded = people.hazard(people.start + 30) - people.hazard(people.start)
    np.testing.assert_allclose(untreated - treated, 0.5 * shielded)  # weeks 0 to 36 are protected: 24 + 12


def test_the_written_constants_are_those_that_the_calibration_finds(reference: Study) -> None:
    found = calibrate(reference, "design", people=20_000)
    declared = world_of(reference, "design").constants
    for name, value in found.constants.items():
        assert value == pytest.approx(declared[name], rel=0.06), name


def test_unknown_names_are_said(reference: Study) -> None:
    with pytest.raises(ProblemsError) as found:
        world_of(reference, "miracle")
    assert found.value.problems[0].code == "simulate.unknown-truth"
    with pytest.raises(ProblemsError) as found:
        calibrate(reference, "miracle")
    assert found.value.problems[0].code == "simulate.unknown-calibration"


def test_a_truth_may_change_the_calendar(reference: Study) -> None:
    late = world_of(reference, "late-dosing").study
    assert late.content_hash != reference.content_hash
    assert late.schedule.doses[0].visits[-1] == "week 44"
    assert world_of(reference, "masking").study is reference
