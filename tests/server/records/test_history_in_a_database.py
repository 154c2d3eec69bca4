"""The history in a table is the history: the same events, the same answers to a retry, and nothing changes it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from equipoise.conduct import commands as c
from equipoise.conduct.ledger import Ledger
from equipoise.conduct.state import ParticipantState
from equipoise.core.problem import Problem
from equipoise.server.records import memory, statements
from equipoise.server.records.actions.carry_out import carry_out
from equipoise.server.records.actions.log_access import log_access
from equipoise.server.records.history import history
from equipoise.server.records.models import Event, Participant
from equipoise.server.records.verification import verify_study
from equipoise.server.records.writing import Asker, writing

PERSON = Asker(by="investigator@01", role="investigator", site="01")


def test_a_trial_in_the_database_is_the_trial_in_memory(stage):
    for state in ("eligible", "completed", "withdrawn", "not_eligible"):
        stage.in_state(state)
    events = list(history(stage.study.id))
    ledger = Ledger.replayed(stage.study, events)
    assert ledger.head == events[-1].hash
    found = verify_study(stage.study.id)
    assert found.found.problems == ()
    assert found.rows > 100
    assert {row.participant: row.state for row in Participant.objects.all()} == {
        number: state.state for number, state in ledger.participants.items()
    }


def test_a_state_that_is_ahead_of_its_history_is_not_believed(stage):
    number = stage.in_state("eligible")
    ahead = ParticipantState(number, site="01", state="allocated")
    memory.PARTICIPANTS.forget()
    memory.PARTICIPANTS.keep(memory.Kept(ahead, 10**6), stage.study.id, number)
    done = carry_out(stage.study.id, c.StopVisits(participant=number, on="2026-03-02", reason="moved"), PERSON, "k")
    assert not isinstance(done, Problem), done
    assert Participant.objects.get(participant=number).state == "stopped"
    assert verify_study(stage.study.id).found.problems == ()


def test_what_was_rolled_back_is_not_remembered(stage):
    number = stage.in_state("eligible")
    command = c.StopVisits(participant=number, on="2026-03-02", reason="moved")
    with pytest.raises(RuntimeError), writing(stage.study.id) as opened:  # noqa: PT012 - it fails after the command
        assert not isinstance(opened.do(command, PERSON, "k"), Problem)
        raise RuntimeError
    assert Participant.objects.get(participant=number).state == "eligible"
    assert not isinstance(carry_out(stage.study.id, command, PERSON, "k"), Problem)
    assert verify_study(stage.study.id).found.problems == ()


def test_states_folded_afresh_decide_as_states_that_are_remembered(stage):
    number = stage.in_state("eligible")
    remembered = stage.do(c.Allocate(participant=number, on="2026-03-02"), key="first")
    memory.forget()
    again = stage.do(c.Allocate(participant=number, on="2026-03-02"), key="first")
    assert again == remembered
    refused = stage.do(c.Allocate(participant=number, on="2026-03-02"), key="second")
    assert isinstance(refused, Problem)
    assert refused.code == "conduct.not-in-this-state"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_event SET at = ''",
        "DELETE FROM records_event",
        "UPDATE records_access SET what = ''",
        "DELETE FROM records_access",
        'INSERT INTO records_event SELECT study, seq + 9, stream, version, type, at, "by", role, key, data, hash, hash FROM records_event WHERE seq = 1',
    ],
)
def test_the_database_refuses_to_change_the_history(stage, statement):
    log_access(stage.study.id, Asker(by="somebody", role="monitor"), "read", "01-0001")
    before = list(Event.objects.order_by("seq").values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Event.objects.order_by("seq").values()) == before


def test_nothing_empties_the_history_or_takes_a_row_away_unseen(stage):
    alone = (
        "TRUNCATE records_event"
        if connection.vendor == "postgresql"
        else ("INSERT OR REPLACE INTO records_event SELECT * FROM records_event WHERE seq = 1")
    )
    before = list(Event.objects.order_by("seq").values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(alone)
    assert list(Event.objects.order_by("seq").values()) == before


def test_a_participant_cannot_be_allocated_twice_even_past_the_door(stage):
    number = stage.allocated()
    event = next(event for event in history(stage.study.id) if event.type == "allocated")
    last = list(history(stage.study.id))[-1]
    forged = event._replace(seq=last.seq + 1, previous=last.hash, hash="f" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        statements.run(list(statements.insert_events([forged])))
    assert Event.objects.filter(stream=number, type="allocated").count() == 1
