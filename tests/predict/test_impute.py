"""Completed data: what is known stays, bounds hold, and the drawn values have the distribution they should have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.predict.impute import Incomplete, complete


def made(seed: int, people: int = 300, *, cut: float = 0.0, missing: float = 0.1) -> tuple[Incomplete, np.ndarray]:
    """Two correlated numbers, the first known only as a bound below `cut`; the second and the outcome partly missing."""
    rng = np.random.default_rng(seed)
    one = rng.normal(size=people)
    two = 0.7 * one + rng.normal(scale=0.7, size=people)
    arm = (np.arange(people) % 2).astype(float)
    outcome = (rng.random(people) < 1 / (1 + np.exp(1.0 - one))).astype(float)
    truth = np.column_stack([one, two])
    low, high = truth.copy(), truth.copy()
    below = one < cut
    low[below, 0], high[below, 0] = -np.inf, cut
    gone = rng.random(people) < missing
    low[gone, 1], high[gone, 1] = -np.inf, np.inf
    outcome[rng.random(people) < missing] = np.nan
    return Incomplete(low[None], high[None], arm[None, :, None], outcome[None], (False, False)), truth


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.floats(-1, 1), missing=st.floats(0, 0.5), sets=st.integers(1, 4))
def test_what_is_known_stays_and_what_is_bounded_keeps_its_bounds(
    seed: int, cut: float, missing: float, sets: int
) -> None:
    data, _ = made(seed, 60, cut=cut, missing=missing)
    values, outcome = complete(data.repeated(sets), np.random.default_rng(seed), 3)
    assert np.isfinite(values).all()
    known = (data.low == data.high)[0]
    assert (values[:, known] == data.low[0][known]).all()
    assert (values >= data.low).all()
    assert (values <= data.high).all()
    seen = ~np.isnan(data.outcome[0])
    assert (outcome[:, seen] == data.outcome[0][seen]).all()
    assert np.isin(outcome, [0.0, 1.0]).all()


def test_values_below_the_limit_come_back_with_their_mean_and_slope() -> None:
    means, slopes = [], []
    for seed in range(8):
        data, truth = made(seed)
        values, _ = complete(data.repeated(10), np.random.default_rng(seed), 25)
        below = truth[:, 0] < 0
        means.append(values[:, below, 0].mean() - truth[below, 0].mean())
        slopes += [np.polyfit(part[:, 0], part[:, 1], 1)[0] - 0.7 for part in values]
    # Filling in the limit itself, or half of it, would be off by 0.8 in the mean.
    assert abs(np.mean(means)) < 0.08
    assert abs(np.mean(slopes)) < 0.06


def test_ten_sweeps_are_enough_where_four_in_five_lie_below_the_limit() -> None:
    """A start at the limit itself would still stand 0.3 above in the mean and 0.4 in the lower quartile."""
    means, quartiles = [], []
    for seed in range(20):
        data, truth = made(seed, 132, cut=0.8, missing=0.0)
        values, _ = complete(data.repeated(10), np.random.default_rng(seed))
        below = truth[:, 0] < 0.8
        means.append(values[:, below, 0].mean() - truth[below, 0].mean())
        quartiles.append(np.quantile(values[:, :, 0], 0.25, axis=1).mean() - np.quantile(truth[:, 0], 0.25))
    assert abs(np.mean(means)) < 0.12
    assert abs(np.mean(quartiles)) < 0.12


def test_missing_outcomes_follow_the_risk_of_those_who_are_alike() -> None:
    data, truth = made(5, 2000, cut=-99.0, missing=0.4)
    _, outcome = complete(data.repeated(20), np.random.default_rng(1))
    gone = np.isnan(data.outcome[0])
    for part in (truth[:, 0] > 0.5, truth[:, 0] < -0.5):
        expected = (1 / (1 + np.exp(1.0 - truth[part & gone, 0]))).mean()
        assert outcome[:, part & gone].mean() == pytest.approx(expected, abs=0.05)


def test_values_far_beyond_a_bound_are_drawn_without_loss() -> None:
    """All mass in a tail: the draw stays finite and within its bounds."""
    data, _ = made(2, 80)
    low, high = data.low.copy(), data.high.copy()
    low[0, :5, 0], high[0, :5, 0] = 30.0, np.inf
    low[0, 5:10, 0], high[0, 5:10, 0] = -np.inf, -40.0
    hard = Incomplete(low, high, data.arm, data.outcome, data.binary)
    values, _ = complete(hard.repeated(5), np.random.default_rng(0))
    assert np.isfinite(values).all()
    assert (values[:, :5, 0] >= 30.0).all()
    assert (values[:, 5:10, 0] <= -40.0).all()


def test_complete_data_come_back_as_they_are() -> None:
    data, truth = made(3, 50, cut=-99.0, missing=0.0)
    values, outcome = complete(data, np.random.default_rng(0))
    assert (values[0] == truth).all()
    assert (outcome == data.outcome).all()


def test_a_yes_or_no_is_drawn_as_yes_or_no() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=500)
    flag = (rng.random(500) < 1 / (1 + np.exp(-2 * x))).astype(float)
    gone = rng.random(500) < 0.3
    low = np.column_stack([x, np.where(gone, 0.0, flag)])
    high = np.column_stack([x, np.where(gone, 1.0, flag)])
    data = Incomplete(low[None], high[None], np.zeros((1, 500, 1)), (x > 0).astype(float)[None], (False, True))
    values, _ = complete(data.repeated(10), rng)
    assert set(np.unique(values[:, :, 1])) == {0.0, 1.0}
    assert values[:, gone, 1].mean() == pytest.approx(flag[gone].mean(), abs=0.08)
