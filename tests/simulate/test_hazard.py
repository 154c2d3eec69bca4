"""When events come: the drawn times follow the stated cumulative hazard, with and without protection."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.simulate.hazard import Clock

PEOPLE = 40_000


def clock(seed: int = 1, scale: float = 0.02, shape: float = 0.65) -> Clock:
    budget = np.random.default_rng(seed).standard_exponential(PEOPLE)
    return Clock(budget, np.full(PEOPLE, scale), shape)


def at(week: float) -> np.ndarray:
    return np.full(PEOPLE, week)


@pytest.mark.parametrize("week", [4.0, 24.0, 96.0])
def test_untreated_times_follow_the_weibull(week: float) -> None:
    running = clock()
    running.pass_until(at(np.inf))
    expected = 1 - np.exp(-0.02 * week**0.65)
    assert np.mean(running.time <= week) == pytest.approx(expected, abs=4 * np.sqrt(expected / PEOPLE))


def test_passing_in_steps_changes_nothing() -> None:
    whole, steps = clock(), clock()
    whole.pass_until(at(np.inf))
    for week in (3.0, 3.0, 10.0, 7.0, 50.0, np.inf):
        steps.pass_until(at(week))
    np.testing.assert_allclose(whole.time, steps.time)


def test_protection_multiplies_the_hazard_only_while_it_lasts() -> None:
    running = clock()
    running.pass_until(at(8))
    running.pass_until(at(32), 0.25)
    running.pass_until(at(60))
    hazard = 0.02 * (8**0.65 + 0.25 * (32**0.65 - 8**0.65) + (60**0.65 - 32**0.65))
    expected = 1 - np.exp(-hazard)
    assert np.mean(running.time <= 60) == pytest.approx(expected, abs=4 * np.sqrt(expected / PEOPLE))


def test_a_protection_never_brings_an_event_forward() -> None:
    free, kept = clock(), clock()
    free.pass_until(at(np.inf))
    kept.pass_until(at(20), 0.5)
    kept.pass_until(at(np.inf))
    assert np.all(kept.time >= free.time - 1e-9)


def test_a_hazard_of_zero_keeps_the_event_away() -> None:
    running = clock()
    running.pass_until(at(500), 0.0)
    assert np.isinf(running.time).all()
