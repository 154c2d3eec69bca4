"""Forty processes of several centres allocate at the same instant: nobody twice, no slot twice, none skipped."""

from __future__ import annotations

from collections import Counter, defaultdict

from equipoise.server.records.history import history
from equipoise.server.records.models import Participant
from equipoise.server.records.verification import verify_study

ROUNDS, PROCESSES, CONTENDED = 50, 40, 10


def test_forty_processes_allocate_at_the_same_instant(database, crowd):
    told = crowd("all_at_once", ROUNDS, PROCESSES, CONTENDED)
    answers = told["answers"]
    assert len(answers) == ROUNDS * PROCESSES
    # Every retry with the same key has the same answer.
    assert all(answer["first"] == answer["again"] for answer in answers)
    given = [answer["first"][0] for answer in answers if isinstance(answer["first"], list)]
    refused = Counter(answer["first"] for answer in answers if isinstance(answer["first"], str))
    # Of two processes that want the same person one is told that somebody else has been there.
    assert refused == {"conduct.not-in-this-state": ROUNDS * CONTENDED}
    assert len(given) == len(told["people"]) == ROUNDS * (PROCESSES - CONTENDED)

    allocated = [event for event in history(told["study"]) if event.type == "allocated"]
    assert [event.data["slot"] for event in allocated] == list(range(1, len(told["people"]) + 1))
    assert sorted(event.stream for event in allocated) == sorted(told["people"])
    by_person = defaultdict(set)
    for event in allocated:
        by_person[event.stream].add(event.data["arm"])
    assert all(len(arms) == 1 for arms in by_person.values())
    rows = Participant.objects.exclude(slot=None)
    assert {row.participant: row.slot for row in rows} == {event.stream: event.data["slot"] for event in allocated}
    assert verify_study(told["study"]).found.problems == ()
