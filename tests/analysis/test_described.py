"""Flow, baseline, courses and survival: counts against a trial small enough to count by hand."""

import json
import math

import pytest

from equipoise.analysis.analyse import analyse
from equipoise.analysis.baseline import quartiles
from equipoise.analysis.survival import round_times


@pytest.fixture
def told(story):
    told = story()
    told.declare()
    for number, (arm, weight) in enumerate([("active", "60"), ("active", "80"), ("control", "70")], 1):
        told.person(f"01-{number:04d}", arm, weight=weight)
    told.tell("02-0001", "referred", site="02", on="2026-02-01", origin="")
    told.tell("02-0002", "registered", site="02", on="2026-02-01")
    told.tell("02-0003", "registered", site="02", on="2026-02-01")
    told.tell("02-0003", "consent_given", document="1", language="en", on="2026-02-02", options={}, age=50)
    told.tell(
        "02-0003", "eligibility_decided", on="2026-02-03", verdict="not eligible", criteria={"I1": "fail"}, contradictions=[]
    )  # fmt: skip
    return told


def test_the_flow_counts_everybody_once(told):
    told.dose("01-0001", 0, "baseline")
    told.tell("01-0001", "treatment_stopped", on="2026-04-01", reason="hypersensitivity")
    told.tell("01-0002", "visits_stopped", on="2026-05-01", reason="moved")
    told.sample("01-0003", 336, "<0.05")
    told.tell("01-0003", "visits_stopped", on="2027-08-01", reason="completed")
    flow = analyse(told.dataset()).flow
    assert (flow.referred, flow.registered, flow.consented, flow.assessed) == (4, 5, 4, 4)
    assert (flow.not_allocated, flow.eligible_not_allocated, flow.allocated) == (2, 0, 3)
    assert [(each.reason, each.count) for each in flow.excluded] == [("I1", 1)]
    assert [(each.reason, each.count) for each in flow.not_decided] == [("registered", 1)]
    active, control = flow.arms
    assert (active.allocated, active.received, active.not_received) == (2, 1, 1)
    assert [(each.reason, each.count) for each in active.treatment_stopped] == [("hypersensitivity", 1)]
    assert [(each.reason, each.count) for each in active.left] == [("moved", 1)]
    assert (active.analysed, active.missing) == (2, 2)
    assert (control.received, control.completed, control.analysed, control.missing) == (None, 1, 1, 0)


def test_the_flow_does_not_say_of_withdrawn_data_that_no_dose_was_given(told):
    for who in ("01-0001", "01-0002"):
        told.dose(who, 0, "baseline")
    told.tell("01-0001", "consent_withdrawn", on="2026-05-01", data_use="no_further_use", reason="")
    active = analyse(told.dataset()).flow.arms[0]
    assert (active.allocated, active.received, active.not_received, active.withheld) == (2, 1, 0, 1)


def test_who_stopped_treatment_and_left_did_not_stay(told):
    for who in ("01-0001", "01-0002"):
        told.tell(who, "treatment_stopped", on="2026-04-01", reason="pain")
    told.tell("01-0002", "visits_stopped", on="2026-05-01", reason="moved")
    active = analyse(told.dataset()).flow.arms[0]
    assert [(each.reason, each.count) for each in active.treatment_stopped] == [("pain", 1)]


def test_the_baseline_table_has_no_p_value_and_counts_what_is_missing(told):
    baseline = analyse(told.dataset()).baseline
    rows = {row.variable: row for row in baseline.rows}
    assert list(rows) == ["age", "sex", "bmi", "marker", "enzyme"]
    overall = rows["bmi"].cells[-1]
    assert (overall.arm, overall.n, overall.missing) == ("", 3, 0)
    assert overall.mean == pytest.approx(70 / 1.7**2)
    assert overall.sd == pytest.approx(10 / 1.7**2)
    assert [(level.reason, level.count) for level in rows["sex"].cells[-1].levels] == [("f", 3)]
    assert rows["enzyme"].cells[-1].missing == 3
    # "<0.05" bounds the value: no mean is made of it.
    marker = rows["marker"].cells[-1]
    assert (marker.n, marker.below, marker.mean, marker.median) == (3, 3, None, 0.05)
    assert '"p"' not in json.dumps(analyse(told.dataset()).as_json()["baseline"])


def test_courses_keep_what_is_below_and_what_is_masked(told):
    told.dose("01-0001", 84)
    for who, on, value in [("01-0001", 168, "<0.05"), ("01-0002", 168, "0.2"), ("01-0001", 336, "<0.05")]:
        told.sample(who, on, value)
    found = analyse(told.dataset())
    curve = next(curve for curve in found.curves if curve.variable == "marker")
    point = next(point for point in curve.points if (point.arm, point.visit) == ("active", "week 24"))
    assert (point.n, point.below, point.masked, point.day) == (2, 1, 1, 168)
    assert (point.median, point.share_below, point.share_masked) == (pytest.approx(0.125), 0.5, 0.5)
    own = next(series for series in curve.series if series.participant == "01-0001")
    assert [(p.day, p.below, p.masked) for p in own.points] == [
        (-14, True, False),
        (168, True, True),
        (336, True, False),
    ]
    assert [(d.arm, d.days, d.masked) for d in curve.dosing] == [("active", (0, 84, 168), ((1, 293),))]
    rows = [(row.visit, row.n, row.masked) for row in found.masking if (row.variable, row.arm) == ("marker", "active")]
    assert ("week 24", 2, 1) in rows
    assert ("week 48", 1, 0) in rows


def test_quartiles_are_interpolated():
    assert quartiles([1, 2, 3, 4]) == (2.5, 1.75, 3.25)
    assert quartiles([7]) == (7, 7, 7)


@pytest.mark.parametrize(
    ("longest", "times"), [(0, (0,)), (364, (0, 50, 100, 150, 200, 250, 300, 350)), (8, tuple(range(9)))]
)
def test_numbers_at_risk_stand_at_round_times(longest, times):
    assert round_times(longest) == times


def _timed(story, study_with, method, summary="hazard_ratio", **more):
    declared = {
        "id": "time",
        "label": "Time",
        "estimand": "t",
        "role": "primary",
        "method": method,
        "missing": "censored",
    }
    estimand = {
        "id": "t", "label": "Time", "treatment": "active", "versus": "control", "endpoint": "to_end", "summary": summary,
        "intercurrent": [{"event": "death", "strategy": "composite"}],
    }  # fmt: skip
    return story(
        study_with(endpoints__analyses=[declared | more], endpoints__estimands=[estimand], endpoints__power=[])
    )


def _times(told, rows):
    for number, (arm, weight, days, relapsed) in enumerate(rows, 1):
        who = told.person(f"01-{number:04d}", arm, weight=weight)
        told.item(who, "days", 300, str(days), "week 48")
        told.item(who, "relapsed", 300, relapsed, "week 48")
    return told


ROWS = [
    ("active", "60", 6, "yes"),
    ("active", "60", 10, "no"),
    ("active", "80", 16, "yes"),
    ("active", "80", 20, "no"),
    ("control", "60", 1, "yes"),
    ("control", "60", 5, "yes"),
    ("control", "80", 11, "yes"),
    ("control", "80", 12, "no"),
]


def test_kaplan_meier_gives_the_product_of_the_shares(story, study_with):
    found = analyse(_times(_timed(story, study_with, "kaplan_meier", "survival"), ROWS).dataset()).primary
    curve = found.curves[0]
    assert curve.time == (0, 6, 16)
    assert curve.survival == pytest.approx((1, 3 / 4, 3 / 4 * 1 / 2))
    assert curve.at_risk[0] == 4
    assert [(arm.n, arm.events, arm.missing) for arm in found.arms] == [(4, 2, 0), (4, 3, 0)]
    assert found.arms[1].median == 11 - 3  # the curve lies on one half from 5 to 11


def test_log_rank_is_observed_less_expected(story, study_with):
    found = analyse(_times(_timed(story, study_with, "log_rank"), ROWS).dataset()).primary
    observed = expected = variance = 0.0
    for time in (1, 5, 6, 11, 16):
        at_risk = [row for row in ROWS if row[2] >= time]
        n, n1 = len(at_risk), sum(row[0] == "active" for row in at_risk)
        d = [row for row in at_risk if row[2] == time and row[3] == "yes"]
        observed += sum(row[0] == "active" for row in d)
        expected += len(d) * n1 / n
        variance += len(d) * n1 / n * (1 - n1 / n) * (n - len(d)) / max(n - 1, 1)
    assert found.z == pytest.approx((observed - expected) / math.sqrt(variance))
    assert found.estimate is None


def test_cox_is_at_the_maximum_of_the_partial_likelihood(story, study_with):
    rows = [(arm, weight, 8 if days == 5 else days, event) for arm, weight, days, event in ROWS]
    found = analyse(_times(_timed(story, study_with, "cox", strata=["weight_class"]), rows).dataset()).primary

    def likelihood(log_ratio):
        total = 0.0
        for arm, weight, time, event in rows:
            if event == "yes":
                risk = [row for row in rows if row[1] == weight and row[2] >= time]
                total += log_ratio * (arm == "active")
                total -= math.log(sum(math.exp(log_ratio * (row[0] == "active")) for row in risk))
        return total

    best = math.log(found.estimate)
    assert likelihood(best) > max(likelihood(best - 1e-3), likelihood(best + 1e-3))
    assert found.low < found.estimate < found.high


def test_cox_without_events_in_an_arm_says_so(story, study_with):
    rows = [(arm, weight, days, "no" if arm == "active" else event) for arm, weight, days, event in ROWS]
    found = analyse(_times(_timed(story, study_with, "cox"), rows).dataset()).primary
    assert (found.estimate, found.note) == (None, "no_maximum")


def test_a_death_counts_as_the_event_where_that_is_declared(story, study_with):
    told = _times(_timed(story, study_with, "kaplan_meier", "survival"), ROWS)
    seq = told.tell("01-0004", "visits_stopped", on="2026-03-10", reason="death")
    found = analyse(told.dataset())
    row = next(row for row in found.endpoints if row.participant == "01-0004")
    assert (row.status, row.reason, row.time, row.seq) == ("event", "death", 8.0, seq)


def test_the_difference_in_means_is_welchs(story, study_with):
    declared = {"id": "m", "label": "M", "estimand": "enzyme", "role": "primary", "method": "difference_in_means"}
    told = story(study_with(endpoints__analyses=[declared]))
    values = {"active": (30, 34, 41), "control": (50, 52, 63)}
    number = 0
    for arm, own in values.items():
        for value in own:
            number += 1
            told.sample(told.person(f"01-{number:04d}", arm), 336, str(value), "enzyme")
    told.sample(told.person("01-0009", "control"), 336, "<10", "enzyme")
    found = analyse(told.dataset()).primary
    means = [35, 55]
    variances = [sum((v - m) ** 2 for v in own) / 2 for m, own in zip(means, values.values(), strict=True)]
    assert found.estimate == pytest.approx(-20)
    assert found.z == pytest.approx(-20 / math.sqrt(sum(variances) / 3))
    assert found.low < -20 < found.high
    assert [(arm.n, arm.missing, arm.mean) for arm in found.arms] == [(3, 0, 35), (3, 1, 55)]
