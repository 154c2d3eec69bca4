"""Interval-censored proportional hazards, against an independent maximisation in R and the grouped model."""

import math

import numpy as np
import pytest

from equipoise.stats.cox import NoMaximumError, fit_cox
from equipoise.stats.interval_censored_cox import NoInformationError, arm_hazard_ratio, fit_interval_cox

INF = math.inf

# Rows (arm, left, right, people). R: optim(par, function(p) { th <- exp(p[1] * x); h <- exp(p[-1]);
#   sum(th * (B %*% h)) - sum(log(-expm1(-(th * (C %*% h))[seen]))) }, method = "BFGS", hessian = TRUE, reltol = 1e-15)
# with B[i, j] = 1 where step j ends by left i, C[i, j] = 1 where it lies in (left i, right i].
MISSED_LOOKS = [
    (0, 0, 10, 7), (0, 0, 20, 2), (0, 0, 40, 1), (0, 10, 20, 5), (0, 10, 40, 1), (0, 20, INF, 4), (0, 20, 40, 7),
    (0, 40, INF, 13), (1, 0, 10, 3), (1, 0, 20, 2), (1, 0, 40, 1), (1, 10, INF, 1), (1, 10, 20, 3), (1, 20, INF, 2),
    (1, 20, 40, 2), (1, 40, INF, 26),
]  # fmt: skip
FIVE_LOOKS = [
    (0, 0, 12, 9), (0, 0, 24, 3), (0, 12, 24, 11), (0, 12, 36, 1), (0, 24, 36, 4), (0, 24, 48, 2), (0, 36, 48, 6),
    (0, 36, 72, 1), (0, 48, INF, 1), (0, 48, 72, 13), (0, 72, INF, 15), (1, 0, 12, 15), (1, 0, 24, 1), (1, 0, 36, 1),
    (1, 12, 24, 2), (1, 12, 36, 1), (1, 24, 36, 7), (1, 24, 48, 1), (1, 36, 48, 6), (1, 48, INF, 3), (1, 48, 72, 2),
    (1, 72, INF, 27),
]  # fmt: skip
# Nobody missed a look. R: glm(y ~ factor(look) + arm - 1, binomial(link = "cloglog")) on a row a person and look.
GROUPED = [
    (0, 0, 10, 17), (0, 10, 20, 3), (0, 20, 40, 16), (0, 40, INF, 14), (1, 0, 10, 3), (1, 10, 20, 5), (1, 20, 40, 10),
    (1, 40, INF, 32),
]  # fmt: skip


def spread(rows):
    """Return a row a person."""
    return np.array([row[:3] for row in rows for _ in range(row[3])], dtype=float).T


@pytest.mark.parametrize(
    ("rows", "coef", "se", "loglik", "null"),
    [
        (MISSED_LOOKS, -0.960165746001409, 0.369102072513608, -80.7471538747075, -84.4012352637216),
        (FIVE_LOOKS, -0.384374310120372, 0.219547204775966, -209.91612424487, -211.471395264225),
        (GROUPED, -1.08236862330547, 0.291570707016902, -115.719959221667, -123.138826567234),
    ],
)
def test_r_optim(rows, coef, se, loglik, null):
    arm, left, right = spread(rows)
    fit = fit_interval_cox(arm, left, right)
    assert fit.coef[0] == pytest.approx(coef, abs=2e-7)
    assert fit.se[0] == pytest.approx(se, abs=1e-6)
    assert (fit.loglik, fit.loglik_null) == pytest.approx((loglik, null), abs=1e-9)
    assert fit.likelihood_ratio.statistic == pytest.approx(2 * (loglik - null), abs=1e-8)
    found = arm_hazard_ratio(arm, left, right)
    assert found.estimate == pytest.approx(math.exp(coef), abs=1e-6)
    assert found.likelihood_ratio.statistic == pytest.approx(fit.likelihood_ratio.statistic)
    assert found.score.statistic == pytest.approx(fit.score.statistic, rel=1e-8)
    assert found.log_se == pytest.approx(se, abs=1e-6)


def test_the_grouped_model():
    arm, left, right = spread(GROUPED)
    fit = fit_interval_cox(arm, left, right)
    assert fit.coef[0] == pytest.approx(-1.08236861442803, abs=1e-7)  # glm(), complementary log-log
    assert fit.loglik == pytest.approx(-115.719959221666, abs=1e-9)
    assert fit.events == 54


def test_exact_times_without_ties_come_near_to_cox():
    rng = np.random.default_rng(8)
    arm = np.arange(60) % 2
    time = rng.exponential(np.where(arm == 1, 2.0, 1.0))
    event = time < 1.5
    time = np.minimum(time, 1.5)
    ours = fit_interval_cox(arm, time, np.where(event, time, INF))
    assert ours.coef[0] == pytest.approx(fit_cox(arm, time, event).coef[0], abs=0.05)


def test_profile_limits_have_the_quantile():
    arm, left, right = spread(MISSED_LOOKS)
    found = arm_hazard_ratio(arm, left, right, conf=0.9)
    wider = arm_hazard_ratio(arm, left, right)
    assert wider.low < found.low < found.estimate < found.high < wider.high
    # R: uniroot() for the log ratio at which the likelihood above, optim() over the steps, is qchisq(.95, 1) / 2 less.
    assert (wider.low, wider.high) == pytest.approx((0.178716315, 0.771649363), abs=1e-6)


def test_which_arm_is_called_treatment_turns_the_ratio_over():
    arm, left, right = spread(MISSED_LOOKS)
    one, other = arm_hazard_ratio(arm, left, right), arm_hazard_ratio(1 - arm, left, right)
    assert one.estimate == pytest.approx(1 / other.estimate)
    assert one.low == pytest.approx(1 / other.high)
    assert one.likelihood_ratio.p == pytest.approx(other.likelihood_ratio.p)


def test_a_covariate_changes_the_ratio_and_a_constant_one_is_refused():
    arm, left, right = spread(FIVE_LOOKS)
    other = np.arange(len(arm)) % 3
    found = arm_hazard_ratio(arm, left, right, other[:, None].astype(float))
    fit = fit_interval_cox(np.column_stack((arm, other)), left, right)
    assert found.estimate == pytest.approx(math.exp(fit.coef[0]), rel=1e-6)
    assert found.log_se == pytest.approx(fit.se[0], rel=1e-6)
    with pytest.raises(NoInformationError):
        fit_interval_cox(np.column_stack((arm, np.ones(len(arm)))), left, right)


@pytest.mark.parametrize("empty", [0, 1])
def test_an_arm_without_events_has_a_test_and_one_limit(empty):
    arm, left, right = spread(MISSED_LOOKS)
    left, right = np.where(arm == empty, 40, left), np.where(arm == empty, INF, right)
    found = arm_hazard_ratio(arm, left, right)
    assert not found.finite
    assert found.wald is None
    assert found.log_se is None
    assert found.likelihood_ratio.p < 1e-3
    assert found.score.p < 1e-3
    if empty == 1:
        assert (found.estimate, found.low) == (0, 0)
        assert 0 < found.high < 1
    else:
        assert (found.estimate, found.high) == (INF, INF)
        assert 1 < found.low < INF
    with pytest.raises(NoMaximumError):
        fit_interval_cox(arm, left, right)


@pytest.mark.parametrize(
    ("arm", "left", "right"),
    [
        ([0, 1, 1], [3, 3, 3], [INF] * 3),  # nobody had the event
        ([1, 1, 1], [3, 3, 3], [INF, 4, 9]),  # one arm
        ([1], [0], [2]),  # one person
        ([0, 1], [0, 0], [INF, INF]),  # nobody was seen
    ],
)
def test_data_that_do_not_compare_the_arms_say_so(arm, left, right):
    with pytest.raises(NoInformationError):
        arm_hazard_ratio(arm, left, right)


def test_impossible_input_is_refused():
    with pytest.raises(ValueError, match="covariates"):
        fit_interval_cox([1, 0, 1], [0, 0], [1, INF])
    with pytest.raises(ValueError, match="missing"):
        fit_interval_cox([1, math.nan], [0, 0], [1, INF])
