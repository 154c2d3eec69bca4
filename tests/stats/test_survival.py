"""Kaplan-Meier and log-rank: published examples, edges, refusals and invariances."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.stats.kaplan_meier import kaplan_meier
from equipoise.stats.log_rank import log_rank

# Remission of leukaemia, weeks: Freireich et al. (1963), Blood 21:699-716, as printed in Cox (1972).
MERCAPTOPURINE = ([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
                  [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])  # fmt: skip
PLACEBO = ([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [1] * 21)
TIME, EVENT = MERCAPTOPURINE[0] + PLACEBO[0], MERCAPTOPURINE[1] + PLACEBO[1]
GROUP = [1] * 21 + [0] * 21

trial = st.lists(st.tuples(st.integers(1, 12), st.booleans(), st.integers(0, 1)), min_size=4, max_size=40).filter(
    lambda rows: len({group for _, _, group in rows}) == 2
)


def test_leukaemia_curve():
    """The values that texts print for these data: S(10) = 0.753 (0.0963), median 23 weeks."""
    curve = kaplan_meier(*MERCAPTOPURINE)
    at = curve.at([10])
    assert at.survival[0] == pytest.approx(0.7529, abs=5e-5)
    assert at.se[0] == pytest.approx(0.0963, abs=5e-5)
    assert curve.quantile(0.5).estimate == 23
    assert curve.at([0, 6, 10.5, 35, 36]).n_risk.tolist() == [21, 21, 13, 1, 0]


def test_leukaemia_log_rank():
    """The log-rank chi-squared that texts print for these data is 16.79."""
    found = log_rank(TIME, EVENT, GROUP)
    assert found.statistic == pytest.approx(16.79, abs=0.005)
    assert found.z < 0
    assert found.observed.tolist() == [21, 9]


def test_nobody_has_the_event():
    curve = kaplan_meier([3, 5, 7], [0, 0, 0])
    assert (curve.events, len(curve.time)) == (0, 0)
    assert curve.at([4]).survival.tolist() == [1.0]
    assert math.isnan(curve.quantile(0.5).estimate)
    found = log_rank([3, 5, 7, 9], [0, 0, 0, 0], [0, 0, 1, 1])
    assert math.isnan(found.statistic)
    assert math.isnan(found.p)
    assert math.isnan(found.z)


def test_the_last_has_the_event():
    curve = kaplan_meier([1, 2], [1, 1])
    assert curve.survival.tolist() == [0.5, 0.0]
    assert math.isnan(curve.se[1])
    assert math.isnan(curve.low[1])


def test_before_the_first_event():
    """While nobody has left, survival is known to be 1; after a censoring the log-log scale has no limits for it."""
    assert kaplan_meier([1, 2, 3], [0, 1, 1]).at([0.5]).low[0] == 1
    assert math.isnan(kaplan_meier([1, 2, 3], [0, 1, 1]).at([1.5]).low[0])
    assert kaplan_meier([1, 2, 3], [0, 1, 1], kind="log").at([1.5]).low[0] == 1


@pytest.mark.parametrize(
    ("time", "event", "words"),
    [
        ([], [], "no participant"),
        ([1, 2], [1], "one length"),
        ([1, -2], [1, 0], "0 or later"),
        ([1, math.nan], [1, 0], "finite"),
        ([1, 2], [1, 2], "indicator"),
    ],
)
def test_impossible_times_are_refused(time, event, words):
    with pytest.raises(ValueError, match=words):
        kaplan_meier(time, event)
    with pytest.raises(ValueError, match=words):
        log_rank(time, event, [0] * len(time))


def test_unknown_choices_are_refused():
    with pytest.raises(ValueError, match="kinds of interval"):
        kaplan_meier([1], [1], kind="arcsine")
    with pytest.raises(ValueError, match="between 0 and 1"):
        kaplan_meier([1], [1]).quantile(1.0)
    with pytest.raises(ValueError, match="two groups"):
        log_rank([1, 2], [1, 1], ["a", "a"])
    with pytest.raises(ValueError, match="the weights are"):
        log_rank([1, 2], [1, 1], [0, 1], weight="peto")
    with pytest.raises(ValueError, match="not negative"):
        log_rank([1, 2], [1, 1], [0, 1], rho=-1)
    with pytest.raises(ValueError, match="one stratum"):
        log_rank([1, 2], [1, 1], [0, 1], strata=[1])
    with pytest.raises(ValueError, match="group is missing"):
        log_rank([1, 2], [1, 1], [0, math.nan])


def test_without_censoring_it_is_the_empirical_curve():
    time = np.array([5, 1, 4, 2, 2, 9, 7])
    curve = kaplan_meier(time, np.ones(7))
    assert np.allclose(curve.survival, [(time > t).mean() for t in curve.time])
    # Greenwood without censoring is the binomial standard error.
    inside = curve.survival > 0
    assert np.allclose(curve.se[inside], np.sqrt(curve.survival * (1 - curve.survival) / 7)[inside])


@given(trial)
@settings(max_examples=80, deadline=None)
def test_swapping_the_groups_turns_the_sign(rows):
    time, event, group = (np.array(column) for column in zip(*rows, strict=True))
    there, back = log_rank(time, event, group), log_rank(time, event, 1 - group)
    assert there.z == pytest.approx(-back.z, nan_ok=True, abs=1e-12)
    assert there.statistic == pytest.approx(back.statistic, nan_ok=True, abs=1e-9)
    assert there.observed.sum() == pytest.approx(there.expected.sum())


@given(trial)
@settings(max_examples=80, deadline=None)
def test_only_the_order_of_times_matters(rows):
    time, event, group = (np.array(column) for column in zip(*rows, strict=True))
    assert log_rank(time, event, group).statistic == pytest.approx(
        log_rank(np.exp(time / 3), event, group).statistic, nan_ok=True, rel=1e-12
    )


@given(trial)
@settings(max_examples=80, deadline=None)
def test_the_limits_hold_the_curve(rows):
    time, event, _ = (np.array(column) for column in zip(*rows, strict=True))
    for kind in ("plain", "log", "log-log"):
        curve = kaplan_meier(time, event, kind=kind)
        inside = curve.survival > 0
        assert (curve.low[inside] <= curve.survival[inside] + 1e-12).all()
        assert (curve.high[inside] >= curve.survival[inside] - 1e-12).all()
        assert (np.diff(curve.survival) <= 0).all()


@given(trial)
@settings(max_examples=50, deadline=None)
def test_two_copies_as_strata_double_the_statistic(rows):
    time, event, group = (np.array(column) for column in zip(*rows, strict=True))
    once = log_rank(time, event, group)
    twice = log_rank(np.tile(time, 2), np.tile(event, 2), np.tile(group, 2), np.repeat([0, 1], len(time)))
    assert twice.statistic == pytest.approx(2 * once.statistic, nan_ok=True, rel=1e-9)
