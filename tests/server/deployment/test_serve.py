"""`equipoise serve`: real processes, real signals, and refusals in words."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from typer.testing import CliRunner

from equipoise.cli.main import app


def command(*arguments: str):
    connection.close()
    return CliRunner().invoke(app, ["--language", "en", *arguments])


@pytest.mark.enable_socket
def test_the_site_answers_in_both_languages_and_ctrl_c_ends_every_process(stage, running, proc):
    site = running("--port", "0")
    assert json.loads(site.get("/health").text)["well"] is True
    english, chinese = site.get("/en/"), site.get("/zh-hans/")
    assert english.status == chinese.status == 200
    assert 'lang="en"' in english.text
    assert 'lang="zh-' in chinese.text
    below = site.below()
    assert len(below) >= 4  # granian, two of its workers, our worker
    assert site.end(signal.SIGINT) == 0
    proc.until(lambda: not any(map(proc.alive, below)), "every process has ended")
    assert [line for line in site.lines() if line["level"] != "INFO"] == []


@pytest.mark.enable_socket
def test_sigterm_ends_it_and_a_worker_that_died_is_started_again(database, running, proc):
    site = running("--port", "0", EQUIPOISE_PROCESSES="1")
    site.up()

    def worker() -> int:
        for pid in site.below():
            if b"equipoise.server.working" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        return 0

    first = proc.until(worker, "there is a worker")
    os.kill(first, signal.SIGKILL)
    second = proc.until(lambda: (pid := worker()) not in (0, first) and pid, "there is another worker")
    assert site.get("/health").status == 200
    below = site.below()
    assert site.end(signal.SIGTERM) == 0
    proc.until(lambda: not any(map(proc.alive, below)), "every process has ended")
    assert not proc.alive(second)


@pytest.mark.enable_socket
def test_nothing_is_left_when_it_is_killed_outright(database, running, proc):
    site = running("--port", "0", EQUIPOISE_PROCESSES="1")
    site.up()
    below = site.below()
    site.end(signal.SIGKILL)
    proc.until(lambda: not any(map(proc.alive, below)), "every process has ended")


@pytest.mark.enable_socket
def test_without_settings_it_serves_what_is_in_var_at_the_next_free_port(database, running, tmp_path, monkeypatch):
    if not database.startswith("sqlite"):
        pytest.skip("without settings the database is SQLite")
    (tmp_path / "var").mkdir()
    (tmp_path / "equipoise.sqlite3").rename(tmp_path / "var" / "equipoise.sqlite3")
    for name in [name for name in os.environ if name.startswith("EQUIPOISE_")]:
        monkeypatch.delenv(name)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        except OSError:
            pass  # somebody else has it: all the better
        site = running(EQUIPOISE_PROCESSES="1")
        host, port = site.up().split(":")
    assert host == "127.0.0.1"
    assert 8000 < int(port) < 8100
    assert site.get("/health").status == 200
    assert (tmp_path / "var" / "key").stat().st_mode & 0o777 == 0o600
    assert site.end() == 0


@pytest.mark.enable_socket
def test_a_port_that_is_taken_is_told(database):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = command("serve", "--port", str(taken.getsockname()[1]))
    assert done.exit_code == 1
    assert "is taken by another program" in done.output


def test_where_there_is_no_database_it_says_how_to_get_one(database, tmp_path, monkeypatch):
    from equipoise.server import schema

    with schema.connected(f"sqlite:///{tmp_path}/nothing.sqlite3"):
        done = command("serve")
    assert done.exit_code == 1
    assert "make demo" in done.output
    assert "equipoise migrate" in done.output
    assert not (tmp_path / "nothing.sqlite3").exists()


def test_a_database_that_does_not_answer_is_told(database, tmp_path):
    from equipoise.server import schema

    with schema.connected(f"postgres://postgres@/nowhere?host={tmp_path}"):
        done = command("serve")
    assert done.exit_code == 1
    assert "does not answer" in done.output


def test_a_newer_database_is_refused(database):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('records', '9999_later', CURRENT_TIMESTAMP)"
        )
    for each in ("serve", "migrate"):
        done = command(each)
        assert done.exit_code == 1
        assert "newer version" in done.output
        assert "records.9999_later" in done.output


def test_an_older_database_is_migrated_only_where_it_is_embedded(database):
    from equipoise.core.problem import ProblemsError
    from equipoise.server import schema
    from equipoise.server.serving import site

    call_command("migrate", "records", "0002_unchangeable", verbosity=0)
    assert schema.schema().missing
    if database.startswith("sqlite"):
        site.prepare("127.0.0.1")
    else:
        with pytest.raises(ProblemsError) as refused:
            site.prepare("127.0.0.1")
        assert [problem.code for problem in refused.value.problems] == ["server.not-migrated"]
        assert command("migrate").exit_code == 0
    assert schema.schema().missing == ()
    assert "already" in command("migrate").output


@pytest.mark.parametrize(
    ("host", "settings", "words"),
    [
        ("::", {}, "without HTTPS"),
        ("127.0.0.1", {"EQUIPOISE_HOSTS": "trial.example.org"}, "without HTTPS"),
        ("127.0.0.1", {"EQUIPOISE_HTTPS": "on"}, "EQUIPOISE_PROXIES is 0"),
        (
            "127.0.0.1",
            {"EQUIPOISE_HOSTS": "trial.example.org", "EQUIPOISE_HTTPS": "on", "EQUIPOISE_PROXIES": "1"}
            | {"EQUIPOISE_SECOND_FACTOR": "off"},
            "EQUIPOISE_SECOND_FACTOR is off",
        ),
        ("::", {"EQUIPOISE_SECOND_FACTOR": "off"}, "EQUIPOISE_SECOND_FACTOR is off"),
        ("127.0.0.1", {"EQUIPOISE_PROXIES": "many"}, "cannot be “many”"),
    ],
)
def test_what_does_not_fit_together_is_refused(database, monkeypatch, host, settings, words):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    if "PROXIES" not in "".join(settings):
        monkeypatch.delenv("EQUIPOISE_PROXIES", raising=False)
    if "EQUIPOISE_PROXIES" in settings and settings["EQUIPOISE_PROXIES"] == "many":
        monkeypatch.setenv("EQUIPOISE_HTTPS", "on")
    done = command("serve", "--host", host)
    assert done.exit_code == 1
    assert words in done.output


def test_a_demonstration_on_loopback_may_do_without_a_second_factor(monkeypatch):
    from equipoise.server.serving.refusals import incoherent

    monkeypatch.setenv("EQUIPOISE_SECOND_FACTOR", "off")
    assert incoherent("127.0.0.1") == []


def test_a_file_that_is_no_database_is_told(database, tmp_path):
    from equipoise.server import schema

    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"nothing of the kind " * 100)
    with schema.connected(f"sqlite:///{broken}"):
        done = command("serve")
    assert done.exit_code == 1
    assert "not a database" in done.output


def test_the_embedded_database_keeps_its_journal_beside(database):
    if not database.startswith("sqlite"):
        pytest.skip("SQLite alone")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("delete",)
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as opened:
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("delete",)
