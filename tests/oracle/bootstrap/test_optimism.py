"""Optimism by the bootstrap, against fits by R 4.2.2 glm on stored resamples (oracle E2, ``hand``).

Stated accuracy: 1e-7. Resamples enter as weights; ``rms::validate`` itself stops its fits early (1e-6).
"""

import numpy as np

from equipoise.stats.brier import brier
from equipoise.stats.penalised_logistic import fit_penalised, fit_penalised_many
from equipoise.stats.roc import auc

ORACLE = "E2"

HAND, RMS = 1e-7, 1e-6


def performance(y, risk, line):
    """Dxy, c, Brier score, and what the recalibrated model says."""
    area = auc(y, risk).estimate
    recalibrated = fit_penalised(line[:, None], y)
    explained = np.expm1(-recalibrated.likelihood_ratio / len(y)) / np.expm1(2 * recalibrated.loglik_null / len(y))
    return {
        "Dxy": 2 * area - 1,
        "c": area,
        "B": brier(y, risk).estimate,
        "R2": explained,
        "Intercept": recalibrated.coef[0],
        "Slope": recalibrated.coef[1],
    }


def test_optimism(case, agree):
    columns = case.columns()
    x, y = np.column_stack([columns[name] for name in case.input["x"]]), columns[case.input["y"]]
    drawn = np.array(case.input["indices"]) - 1
    weights = np.array([np.bincount(row, minlength=len(y)) for row in drawn])
    fits = fit_penalised_many(x, y, np.zeros((x.shape[1], x.shape[1])), weights=weights)
    assert fits.converged.all()
    training, test = [], []
    for coef, row in zip(fits.coef, drawn, strict=True):
        line = coef[0] + x @ coef[1:]
        risk = 1 / (1 + np.exp(-line))
        training.append(performance(y[row], risk[row], line[row]))
        test.append(performance(y, risk, line))
    whole = fit_penalised(x, y)
    original = performance(y, whole.fitted, whole.coef[0] + x @ whole.coef[1:])
    for name in original:
        there, here = (np.mean([found[name] for found in many]) for many in (training, test))
        for source, accuracy in (("hand", HAND), ("rms", RMS)):
            agree(f"{source}/{name}/index.orig", original[name], absolute=accuracy)
            agree(f"{source}/{name}/training", there, absolute=accuracy)
            agree(f"{source}/{name}/test", here, absolute=accuracy)
            agree(f"{source}/{name}/optimism", there - here, absolute=accuracy)
            agree(f"{source}/{name}/index.corrected", original[name] - (there - here), absolute=accuracy)
    agree("per_boot_first20/test_slope", [found["Slope"] for found in test[:20]], absolute=RMS)
    agree("per_boot_first20/test_intercept", [found["Intercept"] for found in test[:20]], absolute=RMS)
    agree("per_boot_first20/train_Dxy", [found["Dxy"] for found in training[:20]], absolute=HAND)
    agree("per_boot_first20/test_Dxy", [found["Dxy"] for found in test[:20]], absolute=HAND)
