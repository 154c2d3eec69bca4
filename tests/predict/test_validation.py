"""How good a model is: the measures agree with those of one data set at a time, and what resamples flatter is taken off."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.predict.impute import Incomplete
from equipoise.predict.validate import MEASURES, expit, measures, resample
from equipoise.stats.brier import brier
from equipoise.stats.calibration import calibration
from equipoise.stats.penalised_logistic import choose_penalty_many
from equipoise.stats.roc import auc


def test_the_measures_of_many_data_sets_are_those_of_each() -> None:
    rng = np.random.default_rng(0)
    predictor = rng.normal(-1.0, 1.2, (6, 150))
    outcome = (rng.random((6, 150)) < expit(0.8 * predictor + 0.2)).astype(float)
    found = measures(outcome, predictor)
    for row in range(6):
        risk = expit(predictor[row])
        by_one = calibration(outcome[row], risk)
        expected = {
            "auc": auc(outcome[row], risk).estimate,
            "slope": by_one.slope.estimate,
            "intercept": by_one.intercept.estimate,
            "in_the_large": by_one.in_the_large.estimate,
            "brier": brier(outcome[row], risk).estimate,
        }
        assert dict(zip(MEASURES, found[row], strict=True)) == pytest.approx(expected, abs=1e-7)


def test_a_model_that_is_nearly_constant_has_no_slope_but_all_else() -> None:
    outcome = (np.arange(80) % 4 == 0).astype(float)[None]
    found = measures(outcome, np.full((1, 80), -1.1))[0]
    assert np.isnan(found[[1, 2]]).all()
    assert found[0] == 0.5
    assert np.isfinite(found[[3, 4]]).all()


def noise(seed: int) -> tuple[Incomplete, np.ndarray]:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(120, 6))
    outcome = (rng.random(120) < 0.25).astype(float)
    arm = (np.arange(120) % 2).astype(float)
    return Incomplete(values[None], values[None], arm[None, :, None], outcome[None], (False,) * 6), values


def test_of_noise_little_is_left_when_the_optimism_is_off() -> None:
    """Seven terms, 30 events. What stays is the method's: rms::validate leaves 0.56 (standard error 0.01) of 0.66."""
    apparent, corrected = [], []
    for seed in range(12):
        data, values = noise(seed)
        design = np.concatenate([data.arm[0], values], axis=1)[None]
        fits = choose_penalty_many(design, data.outcome).fits  # as in the resamples
        line = design[0] @ fits.coef[0, 1:] + fits.coef[0, 0]
        mine = measures(data.outcome, line[None])[0, 0]
        found = resample(data, (0,) * 6, (values[None], data.outcome), 150, np.random.SeedSequence(seed))
        apparent.append(mine)
        corrected.append(mine - (found.own[:, 0] - found.test[:, 0]).mean())
    assert np.mean(apparent) > 0.62
    assert 0.48 < np.mean(corrected) < 0.58
    assert np.mean(apparent) - np.mean(corrected) > 0.08


def test_resamples_depend_on_the_seed_alone_and_count_what_failed() -> None:
    data, values = noise(1)
    few = np.zeros((1, 120))
    few[0, 0] = 1.0  # a third of the resamples do without the one event
    rare = Incomplete(data.low, data.high, data.arm, few, data.binary)
    original = (values[None], few)
    one, two = (resample(rare, (0,) * 6, original, 140, np.random.SeedSequence(3)) for _ in range(2))
    assert (one.coef == two.coef).all()
    assert one.failed == two.failed
    assert 25 <= one.failed <= 75
    assert len(one.coef) + one.failed == 140


def test_knots_are_placed_anew_in_each_resample() -> None:
    data, values = noise(2)
    found = resample(data, (3, 0, 0, 0, 0, 0), (values[None], data.outcome), 100, np.random.SeedSequence(1))
    assert found.coef.shape[1] == 1 + 1 + 7
    assert np.isfinite(found.risk).all()
    seen: list[int] = []
    resample(data, (0,) * 6, (values[None], data.outcome), 200, np.random.SeedSequence(1), progress=seen.append)
    assert sum(seen) == 200
