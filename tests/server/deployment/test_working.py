"""The worker: letters go out and are tried again, studies are verified by night, ended sessions are cleared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import override_settings

from equipoise.server import working
from equipoise.server.records.actions.send_letter import send_letter
from equipoise.server.records.models import Letter, Verification

NIGHT = datetime(2026, 3, 2, 19, tzinfo=UTC)
IN_MEMORY = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")


def letter(written_at: str = "2026-03-02T08:00:00.000000Z") -> Letter:
    return Letter.objects.create(
        study="x", written_at=written_at, to="a@example.org", language="en", subject="s", body="b"
    )


@IN_MEMORY
def test_a_letter_goes_out_once(database):
    mail.outbox = []
    kept = letter()
    send_letter.enqueue(kept.pk)
    send_letter.enqueue(kept.pk)
    working.drain()
    working.do_chores()
    assert [message.to for message in mail.outbox] == [["a@example.org"]]
    assert Letter.objects.get().sent_at


@pytest.mark.enable_socket
def test_a_letter_that_the_mail_server_refused_is_tried_again(database, tmp_path):
    away = override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9
    )
    kept = letter()
    send_letter.enqueue(kept.pk)
    with away:
        working.drain()
        working.send_again()
    assert not Letter.objects.get().sent_at
    with IN_MEMORY:
        mail.outbox = []
        working.send_again()
        assert len(mail.outbox) == 1
    assert Letter.objects.get().sent_at


@IN_MEMORY
def test_a_letter_just_written_is_left_to_its_task(database):
    from equipoise.server import clock

    mail.outbox = []
    letter(clock.instant())
    working.send_again()
    assert mail.outbox == []


def test_each_study_is_verified_once_a_night(stage):
    assert working.verify_by_night() == [stage.study.id]  # never verified
    Verification.objects.update(at="2026-03-01T19:00:00.000000Z")
    assert working.verify_by_night(lambda: NIGHT - timedelta(hours=4)) == []
    assert working.verify_by_night(lambda: NIGHT) == [stage.study.id]
    Verification.objects.update(at="2026-03-02T19:00:00.000000Z")
    assert working.verify_by_night(lambda: NIGHT + timedelta(hours=2)) == []
    assert working.verify_by_night(lambda: NIGHT + timedelta(hours=37)) == [stage.study.id]
    assert {each.by for each in Verification.objects.all()} == {"worker"}


def test_the_hour_of_the_night_is_a_setting(stage, monkeypatch):
    working.verify_by_night()
    Verification.objects.update(at="2026-03-01T19:00:00.000000Z")
    monkeypatch.setenv("EQUIPOISE_NIGHT", "2")
    assert working.verify_by_night(lambda: NIGHT) == []
    assert working.verify_by_night(lambda: NIGHT.replace(day=3, hour=3)) == [stage.study.id]


def test_a_verification_that_fails_is_kept_and_logged(stage, caplog):
    from django.db import connection

    stage.in_state("eligible")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_participant SET state = 'completed'")
    working.verify_by_night()
    assert "row-differs" in Verification.objects.get().problems
    assert [record.levelname for record in caplog.records if record.name == "equipoise.working"] == ["ERROR"]


def test_ended_sessions_are_cleared(database):
    now = datetime.now(UTC)
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))
    working.do_chores()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_two_workers_do_not_do_the_chores_at_once(database, request):
    with working._alone() as first:
        assert first
        if database.startswith("sqlite"):
            with working._alone() as second:
                assert not second
        else:
            import psycopg

            with psycopg.connect(database) as other:
                assert other.execute("SELECT pg_try_advisory_lock(%s)", [working._LOCK]).fetchone() == (False,)
    with working._alone() as again:
        assert again


def test_a_worker_is_told_apart_from_a_restore(database):
    from equipoise.core.problem import ProblemsError
    from equipoise.server.serving.use import in_use, refuse_in_use

    with in_use(), in_use(), pytest.raises(ProblemsError), refuse_in_use():
        pass
    with refuse_in_use(), pytest.raises(ProblemsError), in_use():
        pass
