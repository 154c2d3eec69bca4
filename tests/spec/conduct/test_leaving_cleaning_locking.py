"""Leaving, cleaning, locking: three ways to leave, queries, signatures, and the end of the data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.conduct import commands as c

DAY, LATER, LEFT = "2026-03-02", "2026-03-30", "2026-04-01"


def test_stopping_treatment_stopping_visits_and_withdrawing_are_three_things(scene) -> None:
    number = scene.allocated()
    scene.must(c.StopTreatment(participant=number, on=LATER, reason="pain"))
    scene.visited(number, "week 8", "2026-04-27", alt="20")  # visits go on
    scene.must(c.StopVisits(participant=number, on="2026-05-01", reason="moved"))
    scene.must(c.WithdrawConsent(participant=number, on="2026-06-01", data_use="keep"))
    assert scene.ledger.participants[number].state == "withdrawn"


def test_what_happened_up_to_the_day_of_leaving_can_still_be_recorded(scene) -> None:
    number = scene.allocated()
    scene.must(c.StopVisits(participant=number, on=LEFT, reason="completed"))
    scene.visited(number, "week 4", LATER, alt="20")
    late = c.RecordVisit(participant=number, visit="week 8", on="2026-04-27")
    assert scene.do(late).code == "conduct.after-the-end"


@pytest.mark.parametrize("data_use", ["keep", "keep_without_specimens", "no_further_use"])
def test_who_withdraws_chooses_what_happens_to_their_data(scene, data_use: str) -> None:
    number = scene.furnished(scene.allocated())
    withdraw = c.WithdrawConsent(participant=number, on=LEFT, data_use=data_use)
    assert scene.do(replace(withdraw, data_use="sell")).code == "conduct.bad-choice"
    scene.must(withdraw)
    visit = scene.do(c.RecordVisit(participant=number, visit="week 4", on=LATER))
    store = scene.do(c.StoreSpecimen(participant=number, specimen="S1", on=LATER, place="freezer 1"))
    if data_use == "no_further_use":
        assert visit.code == "conduct.no-further-use"
    else:
        assert visit[0].type == "visit_recorded"
    if data_use == "keep":
        assert store[0].type == "specimen_stored"
    else:
        assert store.code == "conduct.specimens-withdrawn"


def test_nobody_leaves_before_they_came_or_completes_without_allocation(scene) -> None:
    number = scene.screened()
    early = c.WithdrawConsent(participant=number, on="2026-03-01", data_use="keep")
    assert scene.do(early).code == "conduct.left-before-came"
    completed = c.StopVisits(participant=number, on=LATER, reason="completed")
    assert scene.do(completed).code == "conduct.not-allocated"
    scene.must(replace(completed, reason="screening failure"))


def test_a_query_is_opened_answered_and_closed(scene) -> None:
    number = scene.screened()
    ask = c.OpenQuery(participant=number, query="Q1", visit="screening", item="weight", words="Is this in kilograms?")
    assert scene.do(replace(ask, item="bmi"), "monitor").code == "conduct.nothing-to-query"
    assert scene.do(replace(ask, words=""), "monitor").code == "conduct.empty-text"
    assert scene.do(ask, "coordinator").code == "conduct.not-permitted"
    scene.must(ask, "monitor")
    assert scene.do(ask, "monitor").code == "conduct.query-not-ready"
    close = c.CloseQuery(participant=number, query="Q1")
    assert scene.do(close, "monitor").code == "conduct.query-not-ready"
    scene.must(c.AnswerQuery(participant=number, query="Q1", words="It is."), "coordinator")
    # The answer does not settle it: the same query is opened again.
    scene.must(replace(ask, words="The source says pounds."), "monitor")
    scene.must(c.AnswerQuery(participant=number, query="Q1", words="Corrected."), "coordinator")
    scene.must(close, "data_manager")
    assert scene.ledger.study.open_queries == 0
    assert scene.do(ask, "monitor").code == "conduct.query-not-ready"


def test_the_study_is_locked_only_without_open_queries(scene) -> None:
    number = scene.screened()
    ask = c.OpenQuery(participant=number, query="Q1", visit="screening", item="weight", words="Is this in kilograms?")
    scene.must(ask)
    refused = scene.do(c.Lock(), "data_manager")
    assert (refused.code, refused.params["count"]) == ("conduct.queries-open", 1)
    scene.must(c.AnswerQuery(participant=number, query="Q1", words="It is."))
    assert scene.do(c.Lock(), "data_manager").code == "conduct.queries-open"
    scene.must(c.CloseQuery(participant=number, query="Q1"))
    scene.must(c.Lock(), "data_manager")
    assert scene.do(c.Refer(participant="", site="01", on=DAY)).code == "conduct.not-in-this-state"


def test_a_study_is_unlocked_with_a_reason_until_the_reveal(scene) -> None:
    scene.allocated()
    scene.must(c.Freeze(), "data_manager")
    scene.must(c.Lock(), "data_manager")
    assert scene.do(c.Unlock(reason=""), "data_manager").code == "conduct.empty-text"
    scene.must(c.Unlock(reason="a late result"), "data_manager")
    scene.must(c.Lock(), "data_manager")
    scene.must(c.RevealAllocation(), "statistician_unblinded")
    assert scene.do(c.Unlock(reason="again"), "data_manager").code == "conduct.not-in-this-state"


def test_a_signature_covers_what_was_there(scene) -> None:
    number = scene.screened()
    sign = c.Sign(participant=number, visit="screening", meaning="I have reviewed this visit.")
    assert scene.do(replace(sign, meaning=""), "investigator").code == "conduct.empty-text"
    assert scene.do(sign, "coordinator").code == "conduct.not-permitted"
    assert scene.do(replace(sign, visit="baseline"), "investigator").code == "conduct.nothing-to-sign"
    scene.must(sign, "investigator")
    assert scene.do(sign, "investigator").code == "conduct.nothing-to-sign"
    # What is entered later takes the signature back.
    scene.enter(number, "screening", "entry", vaccine_doses="0")
    scene.must(sign, "investigator")
    scene.must(replace(sign, visit=""), "investigator")


def test_a_first_version_is_published_once(begin) -> None:
    scene = begin(begin=False)
    assert scene.do(c.Refer(participant="", site="01", on=DAY)).code == "conduct.not-published"
    event = scene.must(c.PublishVersion(reason="first"), "sponsor")[0]
    assert event.data["content_hash"] == scene.study.content_hash
    assert event.data["study"] == scene.study.content
    assert (event.data["origin"], event.version) == ("conducted", "1.0")
    assert scene.do(c.PublishVersion(reason="again"), "sponsor").code == "conduct.same-version"
