"""The level of a product in the blood, against published levels and against the differential equation."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.simulate.pharmacokinetics import level_after, level_at


def test_2000_iu_every_six_weeks_gives_the_published_steady_state() -> None:
    """Hooman 2008 (doi:10.1002/lt.21343): 457, 310, 218 IU/L at 2, 4 and 6 weeks; V/F 4.64 L, half-life 24.7 d."""
    doses = np.arange(-40, 1) * 42.0
    one = np.ones(1)
    levels = [
        float(
            level_at(
                np.array([day]),
                doses[None, :],
                np.full(doses.size, 2000.0),
                absorption=0.30 * one,
                half_life=24.7 * one,
                volume=4.64 * one,
            )[0]
        )
        for day in (14.0, 28.0, 41.999)
    ]
    assert levels == pytest.approx([457, 310, 218], rel=0.04)


def test_the_closed_form_solves_the_equation() -> None:
    absorption, half_life, volume, step = 0.3, 24.7, 6.0, 0.001
    slow = np.log(2) / half_life
    depot, blood = 400.0, 0.0
    for _ in range(10_000):
        depot, blood = depot - step * absorption * depot, blood + step * (absorption * depot / volume - slow * blood)
    assert float(level_after(10.0, 400.0, absorption, half_life, volume)) == pytest.approx(blood, rel=1e-3)


def test_before_the_dose_and_without_a_dose_there_is_nothing() -> None:
    assert level_after([-1.0, 0.0, np.nan], 400.0, 0.3, 24.7, 6.0).tolist() == [0.0, 0.0, 0.0]


def test_equal_rates_of_absorption_and_elimination_have_their_limit() -> None:
    rate = np.log(2) / 24.7
    near = level_after(20.0, 400.0, rate * 1.00001, 24.7, 6.0)
    assert float(level_after(20.0, 400.0, rate, 24.7, 6.0)) == pytest.approx(float(near), rel=1e-4)
