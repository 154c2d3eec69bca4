"""A kept state is the folded one: a study's snapshot, and a participant folded from their own events alone."""

from __future__ import annotations

from dataclasses import fields

import pytest

from equipoise.conduct import commands as c
from equipoise.conduct.evolve import follow
from equipoise.conduct.snapshot import restored, snapshot_of
from equipoise.conduct.state import ParticipantState
from equipoise.core import canonical

STATES = ("referred", "consented", "not_eligible", "eligible", "completed", "stopped", "withdrawn", "treatment_stopped")


def _told(state: ParticipantState) -> dict[str, object]:
    # What `facts` has read is kept in passing, and is read again where it is missing.
    return {each.name: getattr(state, each.name) for each in fields(state) if each.name != "series"}


@pytest.fixture(params=["open", "double-blind"])
def played(request, begin):
    """A history with people in every state, in an open and in a double-blind study with kits."""
    if request.param == "open":
        scene = begin()
        for state in STATES:
            scene.in_state(state)
        return scene
    scene = begin("examples/blinded")
    scene.must(c.RegisterKits(site="01", product="study_tablets", kits=("K1", "K2", "K3", "K4", "K5", "K6")))
    for _ in range(5):
        scene.allocated()
    return scene


def test_a_snapshot_restores_the_study_as_it_was_folded(played):
    study = played.ledger.study
    kept = canonical.loads(canonical.dumps(snapshot_of(study)))
    again = restored(study.id, kept, played.study)
    assert snapshot_of(again) == snapshot_of(study)
    for each in fields(study):
        if each.name != "known":
            assert getattr(again, each.name) == getattr(study, each.name), each.name


def test_a_snapshot_is_the_canonical_json_that_its_bytes_say(played):
    kept = snapshot_of(played.ledger.study)
    canonical.check(kept)
    assert canonical.loads(canonical.dumps(kept)) == kept


def test_a_participant_is_the_same_from_their_own_events_alone(played):
    ledger = played.ledger
    assert ledger.participants
    for number, whole in ledger.participants.items():
        alone = ParticipantState(number)
        for event in ledger.events:
            if event.stream == number:
                follow(alone, event, ledger.study.published)
        assert _told(alone) == _told(whole), number


def test_a_verdict_of_an_earlier_version_does_not_count_as_judged_by_this_one(begin):
    scene = begin()
    number = scene.in_state("eligible")
    amended = scene.amended(lambda content: content["identity"].update(enrolment=140))
    scene.must(c.PublishVersion(reason="more people"), study=amended)
    alone = ParticipantState(number)
    for event in scene.ledger.events:
        if event.stream == number:
            follow(alone, event, scene.ledger.study.published)
    assert alone.judged_by is None
    assert alone.verdict == "eligible"
