"""Verification on its page: what was found last, verify anew, and whether a printed page is genuine."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from equipoise.conduct.permissions import ORIGIN_OF, Role
from equipoise.server.records.actions import prepare_results
from equipoise.server.records.models import Access, Event, Study, Verification
from equipoise.server.records.standing import as_hash, standing
from equipoise.server.web.acts import verification as page

LANGUAGES = ("en", "zh-hans")


def of(stage: Any, language: str = "en") -> str:
    return f"/{language}/studies/{stage.study.id}/verification/"


def said(client: Any, stage: Any, language: str = "en", **asked: str) -> str:
    answer = client.get(of(stage, language), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def grouped(head: str) -> str:
    return "</span> <span>".join(head[at : at + 4] for at in range(0, 64, 4))


def test_before_the_first_verification_the_page_says_so(stage, visitor, unsafe_page):
    client = visitor(stage.account("monitor"))
    for language, words in (("en", "Not verified yet"), ("zh-hans", "尚未核验")):
        text = said(client, stage, language)
        assert words in text
        assert unsafe_page(text) == []
        assert grouped(Study.objects.get().head) in text


def test_verify_now_says_what_was_found_by_whom_and_up_to_where(stage, visitor, unsafe_page):
    stage.allocated()
    client = visitor(stage.account("monitor"))
    assert client.post(of(stage)).status_code == 302
    row = Verification.objects.get()
    study = Study.objects.get()
    assert (row.by, row.seq, row.head, row.problems) == ("monitor-all", study.seq, study.head, "[]")
    assert Access.objects.get().act == "verified"
    for language in LANGUAGES:
        text = said(client, stage, language)
        assert unsafe_page(text) == []
        assert grouped(study.head) in text
        assert "monitor-all" in text
    text = said(client, stage)
    assert f"The records hold: {study.seq} events" in text
    assert "this is still the head" in text
    assert "drawn from a committed secret" in text


def test_events_after_it_are_counted_and_its_head_still_stands(stage, visitor):
    client = visitor(stage.account("data_manager"))
    client.post(of(stage))
    before = Study.objects.get().seq
    stage.decided()
    after = Study.objects.get()
    text = said(client, stage)
    assert f"{after.seq - before} events have come" in text
    assert grouped(after.head) in text


@pytest.mark.parametrize(
    "written",
    [str, str.upper, lambda head: " ".join(head[at : at + 4] for at in range(0, 64, 4)), lambda head: head[:12]],
)
def test_a_hash_of_this_history_is_genuine_however_it_is_written(stage, visitor, written):
    stage.decided()
    client = visitor(stage.account("coordinator"))
    for event in Event.objects.filter(seq__in=(1, 4, Study.objects.get().seq)):
        text = said(client, stage, head=written(event.hash))
        assert f"It stands at event {event.seq} of this history, of 1 September 2026, 08:00 UTC" in text
        assert grouped(event.hash) in text
    assert "It is the head" in text
    assert "No verification on record covers it" in text
    client.post(of(stage))
    assert "were verified on 1 September 2026" in said(client, stage, head=written(event.hash))


def test_a_misread_or_foreign_hash_is_not_and_what_is_none_is_said(stage, visitor):
    client = visitor(stage.account("monitor"))
    head = Study.objects.get().head
    wrong = ("0" if head[20] != "0" else "1").join((head[:20], head[21:]))
    for language, words in (("en", "No. This history holds no event"), ("zh-hans", "未找到")):
        for text in (wrong, "0" * 64, "f" * 64):
            assert words in said(client, stage, language, head=text)
    for text in ("hello", head[:11], head + "0", "<script>alert(1)</script>", "ｆ" * 64):
        answer = said(client, stage, head=text)
        assert "This is no hash" in answer
        assert "<script>alert" not in answer
    assert standing(stage.study.id, "0" * 64) == ()  # what the first event states before it
    assert as_hash("") is None


def test_tampering_past_the_triggers_is_found_and_told(stage, visitor):
    stage.decided()
    client = visitor(stage.account("administrator"))
    client.post(of(stage))
    drop = {
        "sqlite": "DROP TRIGGER records_event_refuses_update",
        "postgresql": "DROP TRIGGER records_event_refuses_change ON records_event",
    }[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("GRANT UPDATE ON records_event TO CURRENT_USER")
        cursor.execute(drop)
        cursor.execute('UPDATE records_event SET data = \'{"on":"2026-03-01","site":"01"}\' WHERE seq = 4')
    client.post(of(stage))
    for language, words in (("en", "The records do not hold"), ("zh-hans", "记录不完好")):
        assert words in said(client, stage, language)


def test_a_head_that_does_not_stand_any_more_is_told(stage, visitor):
    from equipoise.server.records.actions.note_verification import note_verification

    note_verification(stage.study.id, "somebody")
    Verification.objects.update(head="ab" * 32)
    text = said(visitor(stage.account("monitor")), stage)
    assert "The records do not hold" in text
    assert "another event stands now, or none" in text


def test_a_long_history_is_verified_by_the_worker(stage, visitor, monkeypatch):
    monkeypatch.setattr(page, "AT_ONCE", 1)
    client = visitor(stage.account("monitor"))
    client.post(of(stage))
    assert not Verification.objects.exists()
    text = said(client, stage)
    assert "Being verified" in text
    assert 'hx-trigger="every 3s"' in text
    client.post(of(stage))
    (task,) = DBTaskResult.objects.filter(task_path__endswith="prepare")
    prepare_results.prepare.func(*task.args_kwargs["args"])
    assert Verification.objects.get().by == "monitor-all"
    part = client.get(of(stage), {"part": "last"}, headers={"HX-Request": "true"}).content.decode()
    assert "The records hold" in part
    assert "<html" not in part
    assert "hx-trigger" not in part
    client.post(of(stage))  # again, at the same head
    assert DBTaskResult.objects.filter(task_path__endswith="prepare").count() == 2


def test_each_role_finds_what_it_may(stage, visitor):
    found = {}
    for role in (role for role in Role if role not in ORIGIN_OF):
        client = visitor(stage.account(role.value))
        found[role.value] = (client.get(of(stage)).status_code, client.post(of(stage)).status_code)
    assert found.pop("sponsor") == (404, 404)
    assert set(found.values()) == {(200, 302)}
    assert Verification.objects.count() == 8
