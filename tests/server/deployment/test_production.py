"""PostgreSQL with two roles: the owner migrates, the site's role adds to the history and can never change it."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from typer.testing import CliRunner

from equipoise.cli.main import app
from equipoise.conduct import commands as c
from equipoise.server import schema
from equipoise.server.records import secrets
from equipoise.server.records.models import Event, Verification
from equipoise.server.records.verification import verify_study


def command(*arguments: str):
    return CliRunner().invoke(app, ["--language", "en", *arguments])


def findings() -> dict[str, dict[str, object]]:
    done = command("doctor", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == (1 if told["mend"] else 0)
    return {each["check"]: each for each in told["findings"]}


@pytest.fixture
def role(database: str, request: pytest.FixtureRequest, stage, monkeypatch) -> Iterator[str]:
    """The site's role, granted by the owner; the connection is then that role's."""
    if database.startswith("sqlite"):
        pytest.skip("the embedded database knows no roles")
    cluster = request.getfixturevalue("cluster")
    name = f"site_{uuid.uuid4().hex[:8]}"
    cluster.sql(f"CREATE ROLE {name} LOGIN")
    done = command("migrate", "--grant", name)
    assert done.exit_code == 0, done.output
    assert "not change it" in done.output
    address = database.replace("postgres@", f"{name}@", 1)
    monkeypatch.setenv("EQUIPOISE_DATABASE", address)
    with schema.connected(address):
        yield name
    connection.close()
    with psycopg.connect(database) as owner:
        owner.execute(f"DROP OWNED BY {name}")
    cluster.sql(f"DROP ROLE {name}")


def test_the_site_works_with_the_role_of_the_site(role, stage):
    number = stage.in_state("eligible")
    stage.must(c.Allocate(participant=number, on="2026-03-02"))
    assert verify_study(stage.study.id).found.problems == ()
    account = stage.account("investigator")
    browser = Client()
    assert browser.get("/health").status_code == 200
    assert browser.get("/en/").status_code == 200
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get("/en/studies/").status_code in (200, 302)
    from django.core.management import call_command

    from equipoise.server.working import do_chores, drain

    drain()
    do_chores()
    assert Verification.objects.count() == 1
    call_command("check", verbosity=0)


@pytest.mark.parametrize("table", ["records_event", "records_access"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = hash", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_role_has_no_right_to_change_what_is_chained(role, stage, table, statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    with pytest.raises(DatabaseError, match="must be owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")


@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = hash", "DELETE FROM {}", "TRUNCATE {}"])
def test_whoever_has_the_right_all_the_same_is_stopped_by_the_trigger(database, stage, statement):
    if database.startswith("sqlite"):
        pytest.skip("PostgreSQL alone")
    with connection.cursor() as cursor:
        cursor.execute("GRANT ALL ON records_event TO CURRENT_USER")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("records_event"))


def test_doctor_finds_the_role_of_the_site_right(role, stage):
    found = findings()
    assert found["rights"]["mend"] is False
    assert found["triggers"]["mend"] is False
    assert found["database"]["mend"] is False
    assert found["clock"]["mend"] is False
    assert found["key"]["mend"] is False


def test_doctor_says_which_right_is_too_many(role, stage, database):
    with psycopg.connect(database) as owner:
        owner.execute(f"GRANT UPDATE ON records_event TO {role}")
    found = findings()["rights"]
    assert found["mend"] is True
    assert "UPDATE records_event" in found["words"]
    # Granting again mends it, as doctor says.
    with schema.connected(database):
        assert command("migrate", "--grant", role).exit_code == 0
    assert findings()["rights"]["mend"] is False


def test_doctor_says_that_a_superuser_is_stopped_by_nothing(database, stage):
    if database.startswith("sqlite"):
        pytest.skip("PostgreSQL alone")
    assert findings()["rights"]["how"] == "superuser"


def test_a_role_that_there_is_not_is_told(database):
    done = command("migrate", "--grant", "nobody-of-this-name")
    assert done.exit_code == 1
    assert "no role nobody-of-this-name" in done.output or "knows no roles" in done.output


def test_a_backup_can_be_made_by_the_role_and_restored_by_the_owner(role, stage, tmp_path, database, request):
    stage.in_state("eligible")
    stand = Event.objects.order_by("-seq").values_list("seq", "hash").first()
    connection.close()
    file = tmp_path / "backup"
    done = command("backup", str(file))
    assert done.exit_code == 0, done.output
    with pytest.MonkeyPatch.context() as owner:
        owner.setenv("EQUIPOISE_DATABASE", database)
        with schema.connected(database):
            done = command("restore", str(file))
            assert done.exit_code == 0, done.output
            connection.close()
    # The role may go on where it was, and no further.
    assert Event.objects.order_by("-seq").values_list("seq", "hash").first() == stand
    stage.in_state("eligible")
    assert findings()["rights"]["mend"] is False
    connection.close()
    name = database.partition("?")[0].rpartition("/")[2]
    request.getfixturevalue("cluster").sql(f'DROP DATABASE "{name}_before_1"')


# --- what else doctor finds ---------------------------------------------------------------------------------------------


def test_doctor_finds_missing_triggers_on_either_database(stage, database):
    with connection.cursor() as cursor:
        if database.startswith("sqlite"):
            cursor.execute("DROP TRIGGER records_event_refuses_update")
        else:
            cursor.execute("ALTER TABLE records_event DISABLE TRIGGER records_event_refuses_change")
    found = findings()["triggers"]
    assert found["mend"] is True
    assert "records_event_refuses" in found["words"]


def test_doctor_finds_another_key(stage, database, monkeypatch):
    assert findings()["key"]["mend"] is False
    monkeypatch.setenv("EQUIPOISE_KEY", "7a" * 32)
    secrets.opened.cache_clear()  # as in a process of its own
    assert findings()["key"]["mend"] is True


def test_doctor_finds_a_key_file_that_others_may_read(database, monkeypatch, tmp_path):
    monkeypatch.delenv("EQUIPOISE_KEY")
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    assert findings()["key_file"]["how"] == "absent"
    (home / "key").write_text("5e" * 32)
    (home / "key").chmod(0o644)
    assert findings()["key_file"]["how"] == "open"
    (home / "key").chmod(0o600)
    assert findings()["key_file"]["how"] == "ok"


def test_doctor_finds_a_worker_that_does_not_work(stage, database):
    from django_tasks_db.models import DBTaskResult

    from equipoise.server.records.actions.send_letter import send_letter

    send_letter.enqueue(1)
    assert findings()["worker"]["mend"] is False
    DBTaskResult.objects.update(enqueued_at=datetime.now(UTC) - timedelta(hours=1))
    found = findings()["worker"]
    assert found["mend"] is True
    assert "60 minutes" in found["words"]


def test_doctor_finds_verifications_that_are_absent_old_or_bad(stage, database):
    from equipoise.server.records.actions.note_verification import note_verification

    assert findings()["verification"]["how"] == "never"
    note_verification(stage.study.id, "worker")
    assert findings()["verification"]["how"] == "ok"
    old = (datetime.now(UTC) - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    Verification.objects.update(at=old)
    assert findings()["verification"]["how"] == "long_ago"
    Verification.objects.update(problems='[{"code": "conduct.cut-off", "params": {"seq": 1}}]')
    assert findings()["verification"]["how"] == "failed"


def test_doctor_asks_for_backups_where_it_is_no_demonstration(stage, database, monkeypatch, tmp_path):
    assert findings()["backup"]["how"] == "none"
    monkeypatch.setenv("EQUIPOISE_HOSTS", "trial.example.org")
    found = findings()
    assert found["backup"]["how"] == "never"
    assert found["mail"]["how"] == "nobody"
    assert found["settings"]["mend"] is True
    assert command("backup", str(tmp_path / "backup")).exit_code == 0
    assert findings()["backup"]["how"] == "ok"
    kept = tmp_path / "home" / "last-backup.json"
    last = json.loads(kept.read_text())
    last["at"] = "2026-01-01T00:00:00.000000Z"
    kept.write_text(json.dumps(last))
    assert findings()["backup"]["how"] == "long_ago"


@pytest.mark.parametrize(
    ("settings", "how"),
    [
        ({}, "ok"),
        ({"EQUIPOISE_URL": "http://elsewhere.example.org"}, "url-not-among-hosts"),
        ({"EQUIPOISE_HTTPS": "on", "EQUIPOISE_PROXIES": "1"}, "url-without-https"),
        ({"EQUIPOISE_HTTPS": "on", "EQUIPOISE_PROXIES": "x"}, "bad-setting"),
    ],
)
def test_doctor_finds_settings_that_do_not_fit_together(monkeypatch, settings, how):
    from equipoise.server.doctor.machine import settings as look

    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert how in [finding.how for finding in look()]


def test_doctor_finds_a_database_that_does_not_answer(database, tmp_path: Path):
    with schema.connected(f"postgres://postgres@/nowhere?host={tmp_path}"):
        found = findings()
    assert found["database"]["how"] == "database-unreachable"
    with schema.connected(f"sqlite:///{tmp_path}/nothing.sqlite3"):
        assert findings()["database"]["how"] == "no-database"
    assert not (tmp_path / "nothing.sqlite3").exists()


def test_doctor_finds_a_clock_that_jumped_and_a_last_event_ahead(stage, database, monkeypatch):
    import time

    from equipoise.server.records.models import Study

    Study.objects.update(at="2999-01-01T00:00:00.000000Z")
    assert findings()["clock"]["how"] == "behind"
    truth = time.time
    monkeypatch.setattr(time, "time", lambda: truth() + 3600)
    assert findings()["clock"]["how"] == "jumped"


@pytest.mark.enable_socket
def test_doctor_asks_the_mail_server(stage, database, monkeypatch):
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink
    from django.test import override_settings

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        monkeypatch.setenv("EQUIPOISE_MAIL", f"smtp://127.0.0.1:{port}")
        smtp = "django.core.mail.backends.smtp.EmailBackend"
        with override_settings(EMAIL_BACKEND=smtp, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
            assert findings()["mail"]["how"] == "ok"
            controller.stop()
            assert findings()["mail"]["how"] == "silent"
    finally:
        if controller.server is not None:
            controller.stop()
