"""The history in a table is the history: the same events, the same answers to a retry, and nothing changes it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from equipoise.conduct import commands as c
from equipoise.conduct.ledger import Ledger
from equipoise.core.problem import Problem
from equipoise.server.records import memory
from equipoise.server.records.history import history
from equipoise.server.records.models import Event, Participant
from equipoise.server.records.verification import verify_study


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
    from equipoise.server.records.actions.log_access import log_access
    from equipoise.server.records.writing import Asker

    log_access(stage.study.id, Asker(by="somebody", role="monitor"), "read", "01-0001")
    before = list(Event.objects.order_by("seq").values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Event.objects.order_by("seq").values()) == before
