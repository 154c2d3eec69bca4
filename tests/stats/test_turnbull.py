"""Turnbull's estimate, against published masses, R, a plain EM and the condition that certifies it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats.kaplan_meier import kaplan_meier
from equipoise.stats.proportion import clopper_pearson
from equipoise.stats.turnbull import turnbull

INF = math.inf

# Time to cosmetic deterioration after radiotherapy: Finkelstein and Wolfe (1985), Biometrics 41:933-945, table 4.
RADIOTHERAPY = [
    (45, INF), (6, 10), (0, 7), (46, INF), (46, INF), (7, 16), (17, INF), (7, 14), (37, 44), (0, 8), (4, 11), (15, INF),
    (11, 15), (22, INF), (46, INF), (46, INF), (25, 37), (46, INF), (26, 40), (46, INF), (27, 34), (36, 44), (46, INF),
    (36, 48), (37, INF), (40, INF), (17, 25), (46, INF), (11, 18), (38, INF), (5, 12), (37, INF), (0, 5), (18, INF),
    (24, INF), (36, INF), (5, 11), (19, 35), (17, 25), (24, INF), (32, INF), (33, INF), (19, 26), (37, INF), (34, INF),
    (36, INF),
]  # fmt: skip


def intervals(n, seed, exact=False):
    """Return inspection intervals of simulated times."""
    rng = np.random.default_rng(seed)
    times, looks = rng.weibull(1.2, n) * 30, np.cumsum(rng.uniform(0, 12, (n, 5)), axis=1).round()
    left = np.array([max([0.0, *own[own < t]]) for own, t in zip(looks, times, strict=True)])
    right = np.array([min([INF, *own[own >= t]]) for own, t in zip(looks, times, strict=True)])
    right = np.maximum(right, left + 1)
    if exact:
        right[: n // 5] = left[: n // 5] = np.maximum(left[: n // 5], 1)
    return left, right


def test_published_masses():
    """Gentleman and Geyer (1994), Biometrika 81:618-623, give these masses to four digits."""
    found = turnbull(*zip(*RADIOTHERAPY, strict=True))
    has = found.mass > 0
    cells = list(zip(found.left[has], found.right[has], strict=True))
    assert cells == [(4, 5), (6, 7), (7, 8), (11, 12), (24, 25), (33, 34), (38, 40), (46, 48)]
    assert found.mass[has] == pytest.approx(
        [0.0463, 0.0334, 0.0887, 0.0708, 0.0926, 0.0818, 0.1209, 0.4656], abs=5.1e-5
    )
    assert found.unique
    assert found.gap < 1e-9


def test_r_survfit():
    """survfit(Surv(l, r, type = "interval2") ~ 1) of survival 3.5.3; r is NA where infinite here."""
    left = [30, 22, 18, 0, 42, 0, 0, 9, 11, 31, 30, 30]
    right = [41, INF, 24, 6, INF, 12, 5, 17, 17, INF, INF, INF]
    found = turnbull(left, right).at([22, 30, 31, 42])
    assert found.survival == pytest.approx([0.5833333, 0.4861111, 0.4861111, 0.2430556], abs=1e-7)


@pytest.mark.parametrize(("n", "exact"), [(25, False), (40, True), (80, False)])
def test_a_plain_em_comes_to_the_same(n, exact):
    left, right = intervals(n, n, exact)
    found = turnbull(left, right)
    begins = np.where(left == right, left - 0.5, left)  # an exact time is a cell of its own among whole numbers
    covers = (begins[:, None] <= np.where(found.left == found.right, found.left - 0.5, found.left)[None, :]) & (
        found.right[None, :] <= right[:, None]
    )
    mass = np.full(len(found.mass), 1 / len(found.mass))
    for _ in range(20_000):
        mass = mass * (covers / (covers @ mass)[:, None]).mean(axis=0)
    assert found.loglik == pytest.approx(float(np.log(covers @ mass).sum()), abs=2e-4)
    assert found.loglik >= float(np.log(covers @ mass).sum()) - 1e-9
    assert found.mass == pytest.approx(mass, abs=2e-2)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 5) | st.just(-1)), min_size=1, max_size=15))
def test_the_maximum_is_certified(rows):
    left = [low for low, _ in rows]
    right = [INF if more < 0 else low + more for low, more in rows]
    found = turnbull(left, right)
    assert found.mass.sum() == pytest.approx(1)
    assert (found.mass >= 0).all()
    assert found.gap < 1e-5
    at = found.at([4])
    assert (at.low <= at.lowest + 1e-9).all()
    assert (at.highest <= at.high + 1e-9).all()
    assert ((at.low >= 0) & (at.high <= 1)).all()


def test_exact_and_right_censored_times_are_kaplan_meiers():
    time, event = [3, 5, 5, 8, 9, 12], [1, 1, 0, 1, 0, 1]
    found = turnbull(time, [t if e else INF for t, e in zip(time, event, strict=True)])
    asked = [3, 4, 5, 8, 11, 12]
    assert found.at(asked).survival == pytest.approx(kaplan_meier(time, event).at(asked).survival)


def test_inside_a_cell_there_are_only_bounds():
    at = turnbull([0, 0, 10, 10], [10, 10, INF, INF]).at([5])
    assert np.isnan(at.survival[0])
    assert (at.lowest[0], at.highest[0]) == pytest.approx((0.5, 1.0))
    assert at.low[0] < 0.5
    assert at.high[0] == 1


def test_one_look_is_a_proportion_with_its_likelihood_interval():
    left, right = [0] * 12 + [10] * 54, [10] * 12 + [INF] * 54
    at = turnbull(left, right).at([10])
    assert at.survival[0] == pytest.approx(54 / 66)
    for limit in (at.low[0], at.high[0]):
        ratio = 2 * (54 * math.log(54 / 66 / limit) + 12 * math.log(12 / 66 / (1 - limit)))
        assert ratio == pytest.approx(1.959963984540054**2, abs=1e-5)


def test_without_events_the_limit_is_the_exact_one():
    at = turnbull([10] * 30 + [3] * 4, [INF] * 34).at([5])
    assert (at.survival[0], at.high[0]) == (1, 1)
    assert at.low[0] == pytest.approx(clopper_pearson(30, 30).low)


def test_nobody_was_seen_beyond():
    at = turnbull([3, 2], [INF, INF]).at([5])
    assert (at.lowest[0], at.highest[0], at.low[0], at.high[0]) == (0, 1, 0, 1)


def test_everybody_had_the_event():
    at = turnbull([0] * 20, [4] * 20).at([4, 9])
    assert at.survival == pytest.approx([0, 0])
    assert at.low == pytest.approx([0, 0])
    assert at.high == pytest.approx([clopper_pearson(0, 20).high] * 2)


def test_coverage_with_few_events():
    """66 people seen at five visits, 8 % of them missed, 90 % free at the fourth: about 95 % of the intervals hold it."""
    rng = np.random.default_rng(5)
    visits, rate, held = np.array([91, 182, 266, 350, 518.0]), -math.log(0.9) / 350, 0
    for _ in range(40):
        times, seen = rng.exponential(1 / rate, 66), rng.random((66, 5)) > 0.08
        own = [visits[row] for row in seen]
        left = [max([0.0, *v[v < t]]) for v, t in zip(own, times, strict=True)]
        right = [min([INF, *v[v >= t]]) for v, t in zip(own, times, strict=True)]
        at = turnbull(left, right).at([350])
        held += at.low[0] <= 0.9 <= at.high[0]
    assert held >= 34  # of 40; at 95 % fewer come in 1 of 300 runs


@pytest.mark.parametrize(
    ("left", "right", "says"),
    [
        ([], [], "no participant"),
        ([1], [0], "at or after"),
        ([-1], [2], "0 or later"),
        ([INF], [INF], "finite"),
        ([1], [math.nan], "or infinite"),
        ([1, 2], [3], "one length"),
    ],
)
def test_impossible_input_is_refused(left, right, says):
    with pytest.raises(ValueError, match=says):
        turnbull(left, right)
