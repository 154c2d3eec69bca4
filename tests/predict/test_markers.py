"""The look at candidate markers: what stands out, what is never infinite, what cannot be looked at, what is found in noise."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace

import numpy as np
import pytest

from equipoise.core.problem import Problem
from equipoise.predict.candidates import Column
from equipoise.predict.markers import Setting, look_at_markers
from equipoise.predict.markers_codes import draw_codes, levels_of
from equipoise.predict.markers_correlation import correlations
from equipoise.predict.markers_fit import DeterminedError, estimate, joint_test
from equipoise.predict.markers_noise import NoiseCounts, NoisePlan, false_discoveries
from equipoise.predict.markers_results import Markers
from equipoise.stats.logistic import fit_logistic
from equipoise.study.model.prediction import Term

PEOPLE = 132


def column(
    name: str,
    values: np.ndarray,
    *,
    knots: int = 0,
    codes: tuple[str, ...] = (),
    scale: str = "",
    below: float | None = None,
    missing: np.ndarray | None = None,
) -> Column:
    """A marker on its scale; with `below` values under it are known as bounds, `missing` ones not at all."""
    low, high = values.astype(float), values.astype(float)
    if below is not None:
        low[values < below], high[values < below] = -np.inf, below
    gone = np.zeros(len(values), dtype=bool) if missing is None else missing
    low[gone], high[gone] = (0.0, len(codes) - 1.0) if codes else (-np.inf, np.inf)
    kind = "laboratory" if not codes else "yes_no" if len(codes) == 2 else "code"
    return Column(Term(variable=name, knots=knots, scale=scale), kind, "U/L", codes, low, high, gone)


def setting(
    rng: np.random.Generator, line: np.ndarray | float = 0.0, people: int = PEOPLE, **change: object
) -> Setting:
    """People of two arms with a base model of two numbers, whose log odds of failure are moved by `line`."""
    arm = (np.arange(people) % 2).astype(float)
    base = rng.normal(size=(2, people))
    risk = 1 / (1 + np.exp(1.0 + 0.5 * arm - 0.5 * base[0] - line))
    made = Setting(
        landmark="baseline",
        reference="control",
        arms=("treated",),
        arm=arm[:, None],
        outcome=(rng.random(people) < risk).astype(float),
        base=tuple(column(f"base_{place}", each) for place, each in enumerate(base)),
        imputations=5,
        seed=3,
        rate=0.05,
        confidence=0.95,
    )
    return replace(made, **change)


def look(made: Setting, *columns: Column) -> Markers:
    return look_at_markers(made, [(each.variable, each) for each in columns])


def numbers(value: object) -> list[float]:
    """Every number in plain JSON values."""
    if isinstance(value, dict):
        return [each for item in value.values() for each in numbers(item)]
    if isinstance(value, list):
        return [each for item in value for each in numbers(item)]
    return [float(value)] if isinstance(value, float | int) and not isinstance(value, bool) else []


def test_a_strong_marker_stands_out_and_noise_does_not() -> None:
    rng = np.random.default_rng(11)
    strong, noise = rng.normal(size=(2, 400))
    made = setting(rng, 1.5 * strong, people=400)
    found = look(made, column("noise", noise, knots=3), column("strong", strong, knots=3))
    assert found.discovered("prognostic") == ("strong",)
    assert found.discovered("predictive") == ()
    row = found.forest("prognostic")[0]
    assert row.variable == "strong"
    assert row.contrast.low > 1.5
    # Between the quartiles of a standard normal variable the log odds rise by 1.5 x 1.35.
    assert row.contrast.low < math.exp(1.5 * 1.349) < row.contrast.high
    assert (row.contrast.start, row.contrast.end) == pytest.approx((-0.67, 0.67), abs=0.15)
    assert next(each.nonlinear for each in found.markers if each.variable == "strong") > 0.01
    point = found.volcano("prognostic")[0]
    assert point.log_ratio == pytest.approx(math.log(row.contrast.ratio))
    assert point.minus_log10_p == pytest.approx(-math.log10(row.p))


def test_a_curve_is_seen_as_one() -> None:
    rng = np.random.default_rng(5)
    bent = rng.normal(size=500)
    found = look(setting(rng, 1.5 * bent**2 - 1.5, people=500), column("bent", bent, knots=4)).markers[0]
    assert len(found.knots) == 4
    assert found.nonlinear < 1e-4


def test_a_marker_that_acts_in_one_arm_is_predictive() -> None:
    rng = np.random.default_rng(8)
    marker = (rng.random(600) < 0.5).astype(float)
    arm = np.arange(600) % 2
    found = look(setting(rng, 2.5 * marker * arm - 0.5, people=600), column("cell", marker, codes=("no", "yes")))
    assert found.discovered("predictive") == ("cell",)
    effect = found.markers[0].predictive
    control, treated = found.markers[0].within
    assert (control.arm, treated.arm, effect.contrasts[0].arm) == ("control", "treated", "treated")
    assert effect.contrasts[0].ratio == pytest.approx(treated.ratio / control.ratio)
    assert control.low < 1 < control.high
    assert treated.low > 3


def test_the_test_is_the_score_test_where_everything_is_known() -> None:
    """By hand: the score statistic of one column with the others at their maximum, referred to t."""
    rng = np.random.default_rng(2)
    x, z = rng.normal(size=(200, 2)), rng.normal(size=200)
    y = (rng.random(200) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    null = fit_logistic(x, y)
    weight = null.fitted * (1 - null.fitted)
    left = z - null.x @ np.linalg.solve(null.x.T @ (weight[:, None] * null.x), null.x.T @ (weight * z))
    statistic = (left @ (y - null.fitted)) ** 2 / (weight * left**2).sum()
    many = [np.stack([part, part]) for part in (x, z[:, None], y)]
    found = joint_test(*many)
    # The penalty of the other columns and the tamed tail make the little difference.
    assert found.statistic == pytest.approx(statistic, rel=0.06)
    assert found.increase == 0


def test_one_person_does_not_make_a_marker() -> None:
    """One outlier among 13 failures: the plain score test finds p below 1e-4, which is what one in 10 would give."""
    y = np.zeros(PEOPLE)
    y[:13] = 1
    z = np.zeros(PEOPLE)
    z[0], z[60:70] = 10.0, 0.3
    given = np.random.default_rng(1).normal(size=(PEOPLE, 1))
    found = joint_test(*(np.stack([part, part]) for part in (given, z[:, None], y)))
    assert 0.02 < found.p < 0.25


def test_separation_and_an_arm_without_events_stay_finite() -> None:
    rng = np.random.default_rng(4)
    made = setting(rng)
    made.outcome[made.arm[:, 0] == 1] = 0.0
    perfect = made.outcome + rng.normal(size=PEOPLE) * 0.01
    rare = (np.arange(PEOPLE) % 33 == 0).astype(float)
    found = look(
        made,
        column("perfect", perfect, knots=3),
        column("rare", rare, codes=("no", "yes")),
        column("gene", rng.binomial(2, 0.15, PEOPLE), codes=("AA", "AG", "GG")),
    )
    text = json.dumps(found.as_json(), allow_nan=False)
    assert "Infinity" not in text  # neither a ratio nor degrees of freedom
    values = [c for m in found.markers for e in (m.prognostic, m.predictive) if e for c in e.contrasts]
    assert all(0 < each.low < each.ratio < each.high < 1e6 for each in values)
    assert found.markers[0].events_per_parameter == pytest.approx(made.outcome.sum() / 5)


def test_below_the_limit_is_drawn_and_not_set() -> None:
    """With the limit at the median, the quartiles of what was drawn are those of what was hidden."""
    starts, slopes = [], []
    for seed in range(6, 10):
        rng = np.random.default_rng(seed)
        hidden = rng.normal(size=600)
        made = setting(rng, hidden, people=600)
        whole = look(made, column("marker", hidden)).markers[0]
        found = look(made, column("marker", hidden, below=float(np.median(hidden)))).markers[0]
        assert (found.measured, found.censored, found.missing) == (300, 300, 0)
        one, other = found.prognostic.contrasts[0], whole.prognostic.contrasts[0]
        starts.append(one.start - other.start)
        slopes.append(math.log(one.ratio) / (one.end - one.start) - math.log(other.ratio) / (other.end - other.start))
    # Set at the limit, the lower quartile would be 0.67 too high.
    assert abs(np.mean(starts)) < 0.15
    assert abs(np.mean(slopes)) < 0.2


def test_what_is_shown_is_in_the_unit_of_the_variable() -> None:
    rng = np.random.default_rng(9)
    values = rng.normal(2.0, 0.5, PEOPLE)
    found = look(setting(rng), column("titre", values, scale="log10", knots=3)).markers[0]
    assert found.prognostic.contrasts[0].start == pytest.approx(10 ** np.quantile(values, 0.25), rel=0.01)
    assert 10 < found.knots[0] < found.knots[-1] < 3000


def test_knots_are_as_many_as_the_values_carry() -> None:
    rng = np.random.default_rng(9)
    found = look(
        setting(rng),
        column("few", rng.integers(0, 6, PEOPLE), knots=5),
        column("steps", rng.integers(0, 10, PEOPLE), knots=5),
        column("many", rng.normal(size=PEOPLE), knots=5),
    )
    assert [len(each.knots) for each in found.markers] == [0, 3, 5]
    assert [each.declared_knots for each in found.markers] == [5, 5, 5]


def test_what_cannot_be_looked_at_is_listed_with_its_reason() -> None:
    rng = np.random.default_rng(7)
    made, fine = setting(rng), rng.normal(size=PEOPLE)
    nobody = np.ones(PEOPLE, dtype=bool)
    few = np.arange(PEOPLE) >= 6
    lone = (np.arange(PEOPLE) == 3).astype(float)
    given = [
        column("fine", fine, knots=3),
        column("constant", np.full(PEOPLE, 2.5), knots=3),
        column("below", fine, below=100.0),
        column("twin", 3 * fine - 2),
        column("again", made.base[1].low),
        column("nobody", fine, missing=nobody),
        column("few", rng.normal(size=PEOPLE), missing=few),
        column("lone", lone, codes=("no", "yes")),
        column("sum", made.base[0].low + made.base[1].low),
        column("arm", made.arm[:, 0], codes=("no", "yes")),
    ]
    hidden = Problem("predict.masked", {"variable": "hidden"})
    found = look_at_markers(made, [*((each.variable, each) for each in given), ("hidden", hidden)])
    assert [each.variable for each in found.markers] == ["fine"]
    assert {each.variable: each.problem.code.removeprefix("predict.") for each in found.not_analysable} == {
        "constant": "constant",
        "below": "all-censored",
        "twin": "identical",
        "again": "identical",
        "nobody": "all-missing",
        "few": "few-measured",
        "lone": "few-differ",
        "sum": "marker-determined",
        "arm": "marker-determined",
        "hidden": "masked",
    }
    assert "hidden" not in found.correlations.variables
    json.dumps(found.as_json(), allow_nan=False)


def test_a_marker_that_one_arm_lacks_has_no_interaction() -> None:
    rng = np.random.default_rng(7)
    made = setting(rng)
    mine = ((rng.random(PEOPLE) < 0.5) & (made.arm[:, 0] == 1)).astype(float)
    found = look(made, column("mine", mine, codes=("no", "yes")), column("fine", rng.normal(size=PEOPLE)))
    one = found.markers[0]
    assert (one.predictive, one.within) == (None, ())
    assert one.why_not_predictive.code == "predict.no-interaction"
    assert [row.variable for row in found.forest("predictive")] == ["fine"]
    assert found.markers[1].predictive.q == found.markers[1].predictive.p


def test_the_others_change_a_marker_in_nothing_but_its_adjusted_p() -> None:
    rng = np.random.default_rng(13)
    gone = rng.random(PEOPLE) < 0.2
    made = setting(rng, outcome=np.where(rng.random(PEOPLE) < 0.1, np.nan, (rng.random(PEOPLE) < 0.3)))
    one = column("one", rng.normal(size=PEOPLE), knots=3, missing=gone, below=-0.5)
    other = column("other", rng.normal(size=PEOPLE), missing=gone)
    alone, together = look(made, one).markers[0], look(made, other, one).markers[1]
    assert alone.prognostic.p == together.prognostic.p
    assert replace(alone.prognostic, q=0.0, discovered=False) == replace(together.prognostic, q=0.0, discovered=False)
    assert look(made, one) == look(made, one)


def test_three_arms() -> None:
    rng = np.random.default_rng(3)
    group = np.arange(300) % 3
    made = setting(rng, people=300, arms=("low", "high"), arm=np.column_stack([group == 1, group == 2]).astype(float))
    found = look(made, column("cell", rng.normal(size=300))).markers[0]
    assert found.predictive.df1 == 2
    assert [each.arm for each in found.predictive.contrasts] == ["low", "high"]
    assert [each.arm for each in found.within] == ["control", "low", "high"]


def test_two_imputations_can_be_pooled() -> None:
    rng = np.random.default_rng(3)
    gone = rng.random(PEOPLE) < 0.3
    found = look(setting(rng, imputations=2), column("cell", rng.normal(size=PEOPLE), knots=4, missing=gone))
    assert 0 < found.markers[0].prognostic.p <= 1
    assert all(math.isfinite(each) for each in numbers(found.as_json()))


# ---- codes


def test_missing_codes_are_drawn_as_they_are_in_those_who_are_alike() -> None:
    """The code goes with the column: whoever has it above 0 is mostly B or C."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=4000)
    place = np.where(x > 0, rng.integers(1, 3, 4000), rng.integers(0, 2, 4000)).astype(float)
    missing = rng.random(4000) < 0.4
    drawn = draw_codes((x > 0).astype(float)[None, :, None], missing, place[None], 3, rng)[0]
    assert (drawn[~missing] == place[~missing]).all()
    shares = [[(drawn[missing & side] == code).mean() for code in range(3)] for side in (x <= 0, x > 0)]
    assert np.array(shares) == pytest.approx(np.array([[0.5, 0.5, 0], [0, 0.5, 0.5]]), abs=0.06)


def test_codes_that_nobody_has_are_left_out() -> None:
    made = column("gene", np.array([0.0, 2.0, 2.0, 0.0]), codes=("AA", "AG", "GG"))
    levels, low, high = levels_of(made)
    assert levels == ("AA", "GG")
    assert low.tolist() == high.tolist() == [0, 1, 1, 0]


# ---- the numbers


def test_columns_that_follow_from_others_are_refused() -> None:
    rng = np.random.default_rng(1)
    given = rng.normal(size=(2, 50, 2))
    with pytest.raises(DeterminedError):
        joint_test(given, given[:, :, :1] * 2 + 1, np.tile(np.arange(50) % 2.0, (2, 1)))


def test_estimates_of_many_people_are_those_of_maximum_likelihood() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(20_000, 2))
    y = (rng.random(20_000) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    fitted, plain = estimate(np.stack([x, x]), np.stack([y, y]), 0), fit_logistic(x, y)
    pooled = fitted.along(np.array([1.0, 0.0]), 0.95)
    assert pooled.estimate == pytest.approx(plain.coef[1], abs=1e-3)
    assert pooled.low == pytest.approx(plain.wald_interval(1).low, abs=2e-3)


# ---- correlations


def test_correlations_by_hand() -> None:
    """R: cor(c(1, 2, 3, 4, 5, 6), c(2, 1, 4, 3, 6, 5), method = "spearman") is 0.8286; "<3" ties the first two."""
    a, b = np.arange(1.0, 7.0), np.array([2.0, 1.0, 4.0, 3.0, 6.0, 5.0])
    found = correlations([column("a", a), column("b", b), column("c", a, below=3.0), column("d", np.ones(6))])
    assert found.values[0][1] == pytest.approx(1 - 6 * 6 / 210)
    ranks = np.array([1.5, 1.5, 3, 4, 5, 6])
    assert found.values[0][2] == pytest.approx(np.corrcoef(ranks, a)[0, 1])
    assert found.values[0][3] is None
    assert found.values[0][0] == pytest.approx(1)
    assert sorted(found.order) == ["a", "b", "c", "d"]


def test_pairs_are_complete_by_pair_and_a_bound_lies_just_beyond_it() -> None:
    a = np.arange(8.0)
    gone = np.arange(8) >= 4
    found = correlations([column("a", a), column("b", a, missing=gone)])
    assert found.pairs == ((8, 4), (4, 4))
    assert found.values[0][1] is None
    exact_at_limit = np.array([3.0, 3.0, 3.0, 4.0, 5.0, 6.0])
    below = column("c", np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), below=3.0)
    order = np.array([1.5, 1.5, 3, 4, 5, 6])
    assert correlations([below, column("d", order)]).values[0][1] == pytest.approx(1)
    assert correlations([below, column("e", exact_at_limit)]).values[0][1] < 1


def test_alike_markers_stand_side_by_side() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 80))
    twins = [
        column(name, base + sign * rng.normal(scale=0.1, size=80))
        for name, base, sign in (("a1", a, 1), ("b1", b, 1), ("a2", -a, 1), ("b2", b, 1))
    ]
    found = correlations(twins)
    assert {frozenset(name[0] for name in found.order[:2])} <= {frozenset("a"), frozenset("b")}
    assert found.in_order()[0][1] == pytest.approx(
        found.values[found.variables.index(found.order[0])][found.variables.index(found.order[1])]
    )
    assert correlations([]).order == ()


# ---- noise alone

# With nothing to find, 5 % of the data sets have a false discovery, and 5 % of the tests a p-value of at most 0.05.
ALLOWED = 3.0  # standard errors


def test_in_noise_false_discoveries_are_at_the_promised_rate() -> None:
    """Complete data, 20 % failing; the long run is benchmarks/noise_markers.py."""
    found = false_discoveries(NoisePlan(markers=5, censored=0.0, missing=0.0, lost=0.0), 60, 20260401)
    error = math.sqrt(0.05 * 0.95 / found.datasets)
    for family in ("prognostic", "predictive"):
        assert getattr(found, f"{family}_false") / found.datasets <= 0.05 + ALLOWED * error
        tests = getattr(found, f"{family}_tests")
        assert tests > 290
        share = getattr(found, f"{family}_below") / tests
        assert abs(share - 0.05) <= ALLOWED * math.sqrt(0.05 * 0.95 / tests)


def test_in_noise_with_much_missing_nothing_is_found_too_often() -> None:
    found = false_discoveries(NoisePlan(markers=5, imputations=3), 8, 20260402)
    assert found.prognostic_false + found.predictive_false <= 3
    assert found.prognostic_below <= 8


def test_a_run_can_be_split() -> None:
    plan = NoisePlan(markers=2, people=60, imputations=2)
    whole = false_discoveries(plan, 4, 5)
    assert false_discoveries(plan, 1, 5) + false_discoveries(plan, 3, 5, first=1) == whole
    assert sum(getattr(whole, each.name) for each in fields(NoiseCounts)) > 4
