"""The stratified score interval against a slow, plain version of it, and its size against simulation.

The plain version knows no cubic: it maximises the likelihood by a grid that is refined, and walks to the limit by
bisection of the statistic itself.
"""

import math

import numpy as np
import pytest

from equipoise.stats.miettinen_nurminen import stratified_risk_difference

STRATA = {
    "reference study": [[9, 12, 6, 11], [10, 10, 8, 12], [20, 22, 15, 21], [4, 7, 5, 6], [11, 11, 9, 10], [3, 4, 2, 6]],
    "rare": [[0, 20, 1, 22], [1, 31, 0, 30], [2, 15, 1, 9]],
    "unbalanced": [[5, 40, 1, 3], [18, 20, 30, 61], [1, 1, 0, 1]],
    "all respond in one": [[12, 12, 12, 12], [7, 9, 3, 8]],
    "one": [[56, 70, 48, 80]],
}


def constrained(x1, n1, x0, n0, d):
    """Maximise x1 log p1 + y1 log q1 + x0 log p0 + y0 log q0 over p0, with p1 = p0 + d."""
    low, high = max(0.0, -d), min(1.0, 1.0 - d)
    for _ in range(12):
        p0 = np.linspace(low, high, 2001)
        p1 = np.clip(p0 + d, 0, 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = [
                np.where(k == 0, 0.0, k * np.log(p))
                for k, p in ((x1, p1), (n1 - x1, 1 - p1), (x0, p0), (n0 - x0, 1 - p0))
            ]
        best = int(np.argmax(sum(parts)))
        low, high = p0[max(best - 2, 0)], p0[min(best + 2, 2000)]
    middle = p0[best]
    return min(1.0, max(0.0, middle + d)), middle


def statistic(strata, d):
    weights = [n1 * n0 / (n1 + n0) for _, n1, _, n0 in strata]
    top = bottom = 0.0
    for (x1, n1, x0, n0), weight in zip(strata, weights, strict=True):
        w = weight / sum(weights)
        p1, p0 = constrained(x1, n1, x0, n0, d)
        top += w * (x1 / n1 - x0 / n0 - d)
        bottom += w**2 * (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * (n1 + n0) / (n1 + n0 - 1)
    return top / math.sqrt(bottom) if bottom > 0 else math.copysign(math.inf, top)


def limit(strata, critical, outside, estimate):
    inside = estimate
    for _ in range(40):
        middle = (inside + outside) / 2
        if abs(statistic(strata, middle)) < critical:
            inside = middle
        else:
            outside = middle
    return (inside + outside) / 2


@pytest.mark.parametrize("name", STRATA)
def test_interval_and_test(name):
    strata = STRATA[name]
    found = stratified_risk_difference(strata)
    critical = 1.959963984540054
    # The likelihood is flat to rounding near its maximum, so the plain version is good to about 1e-7.
    assert found.low == pytest.approx(limit(strata, critical, -1.0, found.estimate), abs=1e-6)
    assert found.high == pytest.approx(limit(strata, critical, 1.0, found.estimate), abs=1e-6)
    assert found.z == pytest.approx(statistic(strata, 0.0), abs=1e-6)
    margin = stratified_risk_difference(strata, null=-0.1).z
    assert margin == pytest.approx(statistic(strata, -0.1), abs=1e-6)


def simulated_rejections(difference, null, trials, seed):
    """Six strata of about 22 with control rates 0.6 to 0.9, both arms drawn binomially."""
    rng = np.random.default_rng(seed)
    sizes = np.array([[12, 11], [10, 12], [22, 21], [7, 6], [11, 10], [4, 6]])
    control = np.array([0.60, 0.65, 0.70, 0.75, 0.80, 0.85])
    x1 = rng.binomial(sizes[:, 0], control + difference, size=(trials, 6))
    x0 = rng.binomial(sizes[:, 1], control, size=(trials, 6))
    draws = (np.column_stack([a, sizes[:, 0], b, sizes[:, 1]]) for a, b in zip(x1, x0, strict=True))
    return [stratified_risk_difference(rows, null=null) for rows in draws]


def test_size_and_coverage_by_simulation():
    """At a common difference of 0.1 the test of 0.1 rejects in about 5 % and the interval misses it as often."""
    trials = 2000
    found = simulated_rejections(0.1, 0.1, trials, seed=20260122)
    rejected = np.array([result.p <= 0.05 for result in found])
    missed = np.array([not result.low <= 0.1 <= result.high for result in found])
    error = math.sqrt(0.05 * 0.95 / trials)
    assert abs(rejected.mean() - 0.05) < 4 * error
    assert np.array_equal(rejected, missed)
