"""The ledger: one transaction at a time, a retry gives the same events, a refusal leaves nothing."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct import commands as c
from equipoise.conduct.ledger import Ledger
from equipoise.core.problem import Problem

DAY = "2026-03-02"


def test_a_retry_with_the_same_key_gives_the_same_events_and_appends_nothing(scene) -> None:
    number = scene.consented()
    entries = (c.Entry(item="weight", value="60"), c.Entry(item="birth_date", value="1980-05-17"))
    commands = [
        c.EnterItems(participant=number, visit="screening", form="demography", on=DAY, entries=entries),
        c.Refer(participant="", site="01", on=DAY, origin="clinic"),
        c.ReportMedication(participant=number, medication="M1", name="aspirin", category="other", started="2025"),
        c.CorrectItem(
            participant=number, visit="screening", form="demography", on=DAY,
            entry=c.Entry(item="weight", value="61"), reason="read again",
        ),
    ]  # fmt: skip
    for command in commands:
        context = scene.context()
        first = scene.ledger.do(command, context)
        length = len(scene.ledger.events)
        assert scene.ledger.do(command, context) == first
        assert len(scene.ledger.events) == length
        replayed = Ledger.replayed(scene.study, scene.ledger.events)
        assert replayed.do(command, context) == first


def test_a_key_belongs_to_one_command_of_one_person(scene) -> None:
    number = scene.consented()
    command = c.RecordVisit(participant=number, visit="baseline", on=DAY)
    context = scene.context()
    first = scene.ledger.do(command, context)
    others = [
        dataclasses.replace(command, visit="unscheduled-1"),
        dataclasses.replace(command, participant="01-0099"),
        c.Freeze(),
        c.MissVisit(participant=number, visit="baseline"),
    ]
    for other in others:
        refused = scene.ledger.do(other, context)
        assert isinstance(refused, Problem)
        assert refused.code == "conduct.key-used"
        assert refused.params["seq"] == first[0].seq
    stranger = scene.ledger.do(command, dataclasses.replace(context, by="somebody else"))
    assert stranger.code == "conduct.key-used"


def test_a_command_without_a_key_or_an_instant_is_refused(scene) -> None:
    command = c.Refer(participant="", site="01", on=DAY)
    assert scene.do(command, key="").code == "conduct.no-key"
    for at in ("", "2026-03-02", "2026-03-02T08:00:00Z", "2026-03-02T08:00:00.000000+08:00"):
        assert scene.do(command, at=at).code == "conduct.bad-instant"


def test_a_refusal_appends_nothing_and_changes_no_state(scene) -> None:
    number = scene.screened()
    before = repr(scene.ledger.participants[number])
    length, head = len(scene.ledger.events), scene.ledger.head
    assert isinstance(scene.do(c.Allocate(participant=number, on=DAY)), Problem)
    bad = (c.Entry(item="clearance_date", value="yesterday"), c.Entry(item="vaccine_doses", value="1"))
    assert isinstance(
        scene.do(c.EnterItems(participant=number, visit="screening", form="entry", on=DAY, entries=bad)), Problem
    )
    assert (len(scene.ledger.events), scene.ledger.head) == (length, head)
    assert repr(scene.ledger.participants[number]) == before


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=30), item=st.sampled_from(["weight", "birth_date", "sex", "height"]))
def test_no_text_that_somebody_types_breaks_the_ledger(begin, text: str, item: str) -> None:
    scene = begin()
    number = scene.consented()
    found = scene.enter(number, "screening", "demography", **{item: text})
    if not isinstance(found, Problem):
        assert found[0].computed_hash() == found[0].hash
        Ledger.replayed(scene.study, scene.ledger.events)


def test_half_a_character_is_refused_not_stored(scene) -> None:
    number = scene.consented()
    command = c.RecordDeviation(participant=number, deviation="D1", category="x", on=DAY, words="broken \ud800")
    assert scene.do(command).code == "conduct.bad-text"


def test_the_envelope_says_who_when_and_under_which_version(scene) -> None:
    event = scene.must(c.Refer(participant="", site="01", on=DAY), "coordinator")[0]
    assert (event.by, event.role, event.version) == ("coordinator@01", "coordinator", "1.0")
    assert event.previous == scene.ledger.events[-2].hash
    assert event.seq == len(scene.ledger.events)
    assert event.stream == "01-0001"


def test_who_has_an_older_version_before_them_is_told(scene) -> None:
    refused = scene.do(c.Refer(participant="", site="01", on=DAY), version="0.9")
    assert refused.code == "conduct.version-changed"


def test_the_secret_never_shows(scene) -> None:
    context = scene.context()
    assert "Sealed" in repr(context)
    secret = scene.secret._value
    assert secret.hex() not in repr(context)
    assert all(secret.hex() not in repr(event) for event in scene.ledger.events)
