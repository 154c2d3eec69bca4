"""Doses, specimens, safety and reversions: what happens to a person while they are followed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.conduct import commands as c

DAY, LATER, REPEATED = "2026-03-02", "2026-03-30", "2026-05-04"


def _dose(number: str, **changed) -> c.GiveDose:
    dose = c.GiveDose(
        participant=number, visit="baseline", schedule="hbig_every_4_weeks", product="hbig", batch="B1",
        expiry="2026-03-31", amount="400", unit="IU", body_site="left deltoid", given_by="nurse 3", on=DAY,
        observation="30 min, nothing seen",
    )  # fmt: skip
    return replace(dose, **changed)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"batch": " "}, "empty-text"),
        ({"body_site": ""}, "empty-text"),
        ({"given_by": ""}, "empty-text"),
        ({"observation": ""}, "empty-text"),
        ({"expiry": "2026-03"}, "bad-expiry"),
        ({"expiry": "2026-03-01"}, "batch-expired"),
        ({"amount": "some"}, "bad-amount"),
        ({"amount": "-400"}, "bad-amount"),
        ({"amount": "200"}, "other-amount"),
        ({"unit": "mL"}, "wrong-product"),
        ({"product": "vaccine"}, "wrong-product"),
        ({"schedule": "weekly"}, "no-such-schedule"),
        ({"visit": "week 36"}, "dose-not-at-visit"),
        ({"on": "2026-03-01"}, "before-allocation"),
    ],
)
def test_a_dose_carries_everything_a_dose_must_carry(scene, changed, code: str) -> None:
    assert scene.do(_dose(scene.allocated("hbig"), **changed)).code == f"conduct.{code}"


def test_a_dose_is_for_its_arm_and_is_recorded_once(scene) -> None:
    number = scene.allocated("hbig")
    scene.must(_dose(number, expiry=DAY))  # on the very day of its expiry
    assert scene.do(_dose(number)).code == "conduct.dose-recorded"
    assert scene.do(_dose(scene.allocated("control"))).code == "conduct.dose-of-other-arm"


def test_a_dose_is_withheld_from_the_first_positive_hbsag_on(scene) -> None:
    number = scene.allocated("hbig")
    scene.must(_dose(number))
    scene.visited(number, "week 4", LATER, hbsag="0.05")
    late = {"visit": "week 4", "on": LATER, "expiry": "2027-01-01"}
    assert scene.do(_dose(number, **late)).code == "conduct.dose-to-be-withheld"
    events = scene.must(_dose(number, **late, despite="given before the result was known"))
    assert [event.type for event in events] == ["dose_given", "deviation_recorded"]
    assert events[1].data["words"] == "given before the result was known"
    # A later negative does not bring the doses back.
    scene.visited(number, "week 8", "2026-04-27", hbsag="<0.05")
    later = {"visit": "week 8", "on": "2026-04-27", "expiry": "2027-01-01"}
    assert scene.do(_dose(number, **later)).code == "conduct.dose-to-be-withheld"
    withheld = c.WithholdDose(
        participant=number, visit="week 8", schedule="hbig_every_4_weeks", on="2026-04-27", reason="HBsAg 0.05"
    )
    assert scene.do(replace(withheld, reason="")).code == "conduct.empty-text"
    assert scene.must(withheld)[0].data["product"] == "hbig"
    assert scene.do(withheld).code == "conduct.dose-recorded"


def test_a_dose_that_is_written_down_late_is_judged_by_what_was_known_then(scene) -> None:
    number = scene.allocated("hbig")
    scene.visited(number, "week 4", LATER, hbsag="0.4")
    scene.must(_dose(number))  # of the day of allocation, four weeks before that result


def test_another_amount_is_a_deviation_with_its_reason(scene) -> None:
    number = scene.allocated("hbig")
    events = scene.must(_dose(number, amount="200", despite="the vial was half full"))
    assert [event.type for event in events] == ["dose_given", "deviation_recorded"]
    # A reason that nothing calls for makes no deviation.
    assert len(scene.must(_dose(number, visit="week 4", on=LATER, expiry="2027-01-01", despite="as planned"))) == 1


def test_no_dose_follows_the_stop_of_treatment(scene) -> None:
    number = scene.allocated("hbig")
    scene.must(c.StopTreatment(participant=number, on=LATER, reason="pain"))
    assert scene.do(_dose(number, visit="week 4", on=LATER, expiry="2027-01-01")).code == "conduct.treatment-stopped"
    scene.must(_dose(number))


def test_a_specimen_is_collected_with_its_consent_then_stored_then_shipped(scene) -> None:
    number = scene.consented(options=("biobank",))
    collect = c.CollectSpecimen(participant=number, visit="baseline", specimen="S1", kind="serum", on=DAY)
    assert scene.do(collect).code == "conduct.visit-not-recorded"
    scene.must(c.RecordVisit(participant=number, visit="baseline", on=DAY))
    assert scene.do(replace(collect, kind="dna")).code == "conduct.specimen-without-consent"
    assert scene.do(replace(collect, kind="urine")).code == "conduct.specimen-not-at-visit"
    assert scene.do(replace(collect, specimen="S 1")).code == "conduct.bad-id"
    scene.must(collect)
    assert scene.do(collect).code == "conduct.id-taken"
    ship = c.ShipSpecimen(participant=number, specimen="S1", on=DAY, batch="B7", to="central laboratory")
    assert scene.do(ship).code == "conduct.specimen-not-ready"
    store = c.StoreSpecimen(participant=number, specimen="S1", on=DAY, place="freezer 2, rack 4")
    assert scene.do(replace(store, specimen="S9")).code == "conduct.no-such-specimen"
    scene.must(store)
    assert scene.do(store).code == "conduct.specimen-not-ready"
    scene.must(ship)


def _event(number: str, **changed) -> c.ReportAdverseEvent:
    event = c.ReportAdverseEvent(
        participant=number, adverse_event="AE1", term="fever", on=DAY, severity="mild", serious=False,
        related="possibly_related", outcome="recovering",
    )  # fmt: skip
    return replace(event, **changed)


def test_an_adverse_event_is_reported_again_when_more_is_known(scene) -> None:
    number = scene.consented()
    scene.must(_event(number))
    assert scene.do(_event(number)).code == "conduct.nothing-new"
    scene.must(_event(number, outcome="recovered", ended=LATER))
    assert scene.ledger.participants[number].adverse_events["AE1"]["ended"] == LATER


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"term": ""}, "empty-text"),
        ({"severity": "awful"}, "bad-choice"),
        ({"related": "maybe"}, "bad-choice"),
        ({"outcome": "gone"}, "bad-choice"),
        ({"ended": "2026-03-01"}, "ends-before-it-begins"),
        ({"ended": "2026-12-31"}, "day-ahead"),
        ({"severity": "fatal", "serious": True}, "fatal-or-not"),
        ({"severity": "life_threatening"}, "is-serious"),
        ({"adverse_event": ""}, "bad-id"),
    ],
)
def test_an_adverse_event_does_not_contradict_itself(scene, changed, code: str) -> None:
    assert scene.do(_event(scene.consented(), **changed)).code == f"conduct.{code}"


def test_a_medication_is_reported_as_far_as_its_days_are_known(scene) -> None:
    number = scene.consented()
    report = c.ReportMedication(participant=number, medication="M1", name="entecavir", category="other", started="2019")
    scene.must(report)
    assert scene.do(report).code == "conduct.nothing-new"
    scene.must(replace(report, ended="2025-12"))
    assert scene.do(replace(report, category="sweets")).code == "conduct.bad-choice"
    assert scene.do(replace(report, started="long ago")).code == "conduct.bad-start"
    assert scene.do(replace(report, ended="2018")).code == "conduct.ends-before-it-begins"


def test_a_deviation_has_its_own_id_and_its_words(scene) -> None:
    number = scene.consented()
    deviation = c.RecordDeviation(participant=number, deviation="D1", category="visit_late", on=DAY, words="two days")
    scene.must(deviation, "monitor")
    assert scene.do(deviation).code == "conduct.id-taken"
    assert scene.do(replace(deviation, deviation="D2", words="")).code == "conduct.empty-text"


def _judge(number: str, **changed) -> c.JudgeReversion:
    judged = c.JudgeReversion(
        participant=number, reversion="reversion", first_positive=LATER, repeated=REPEATED, finding="confirmed"
    )
    return replace(judged, **changed)


def test_a_reversion_is_confirmed_by_a_second_positive_sample_far_enough_apart(scene) -> None:
    number = scene.allocated("control")
    assert scene.do(_judge(number)).code == "conduct.samples-say-otherwise"
    scene.visited(number, "week 4", LATER, hbsag="0.2")
    scene.visited(number, "unscheduled-1", "2026-04-10", hbsag="0.2")
    assert scene.do(_judge(number, repeated="2026-04-10")).code == "conduct.repeated-too-soon"
    scene.visited(number, "unscheduled-2", REPEATED, hbsag="0.3")
    assert scene.do(_judge(number, reversion="return")).code == "conduct.no-such-reversion"
    assert scene.do(_judge(number, finding="refuted")).code == "conduct.samples-say-otherwise"
    assert scene.must(_judge(number))[0].type == "reversion_confirmed"
    assert scene.do(_judge(number)).code == "conduct.reversion-judged"


def test_a_sample_inside_the_masking_window_refutes_nothing(scene) -> None:
    number = scene.allocated("hbig")
    scene.must(_dose(number))
    scene.visited(number, "week 4", LATER, hbsag="0.2")
    scene.visited(number, "unscheduled-1", REPEATED, hbsag="<0.05")
    assert scene.do(_judge(number, finding="refuted")).code == "conduct.masked-decides-nothing"
    # 125 days after the dose is inside the window, 126 is not.
    scene.visited(number, "unscheduled-2", "2026-07-05", hbsag="<0.05")
    assert scene.do(_judge(number, finding="refuted", repeated="2026-07-05")).code == "conduct.masked-decides-nothing"
    scene.visited(number, "unscheduled-3", "2026-07-06", hbsag="<0.05")
    assert scene.must(_judge(number, finding="refuted", repeated="2026-07-06"))[0].type == "reversion_refuted"


def test_a_positive_inside_the_masking_window_confirms_nothing_either(scene) -> None:
    number = scene.allocated("hbig")
    scene.must(_dose(number))
    scene.visited(number, "week 4", LATER, hbsag="0.2")
    scene.visited(number, "unscheduled-1", REPEATED, hbsag="0.3")
    assert scene.do(_judge(number)).code == "conduct.masked-decides-nothing"
    scene.visited(number, "unscheduled-2", "2026-07-06", hbsag="0.3")
    assert scene.must(_judge(number, repeated="2026-07-06"))[0].type == "reversion_confirmed"


def test_the_first_sample_that_can_decide_does(scene) -> None:
    number = scene.allocated("control")
    scene.visited(number, "week 4", LATER, hbsag="0.2")
    scene.visited(number, "unscheduled-1", REPEATED, hbsag="<0.05")
    scene.visited(number, "unscheduled-2", "2026-06-20", hbsag="0.3")
    assert scene.do(_judge(number, repeated="2026-06-20")).code == "conduct.decided-before"
    assert scene.must(_judge(number, finding="refuted"))[0].type == "reversion_refuted"


def test_a_sample_that_does_not_decide_confirms_and_refutes_nothing(scene) -> None:
    number = scene.allocated("control")
    scene.visited(number, "week 4", LATER, hbsag="0.2")
    scene.visited(number, "unscheduled-1", REPEATED, hbsag="<0.1")
    for finding in ("confirmed", "refuted"):
        assert scene.do(_judge(number, finding=finding)).code == "conduct.samples-say-otherwise"
