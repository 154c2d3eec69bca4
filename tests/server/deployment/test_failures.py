"""A full disk, a database that goes away, a clock that jumps: the write is refused in words, what was there stays."""

from __future__ import annotations

import os
import runpy
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from equipoise.conduct import commands as c
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.words import say
from equipoise.server import schema
from equipoise.server.records.actions.allocate import allocate
from equipoise.server.records.models import Event
from equipoise.server.records.verification import verify_study
from equipoise.server.records.writing import Asker

_HERE = Path(__file__).parents[1]
_CLUSTER = runpy.run_path(str(_HERE / "cluster.py"))


def stand() -> tuple[int, str]:
    return Event.objects.order_by("-seq").values_list("seq", "hash").first()


def holds(study: str) -> None:
    assert verify_study(study).found.problems == ()


# --- a full disk --------------------------------------------------------------------------------------------------------


def test_a_full_disk_refuses_the_write_and_what_was_there_stays(stage, database):
    if not database.startswith("sqlite"):
        pytest.skip("a database is given no more pages: SQLite alone")
    number = stage.in_state("eligible")
    before = stand()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")

    def fill() -> None:
        for _ in range(1000):  # until the last page is full
            stage.in_state("eligible")

    with pytest.raises(OperationalError) as refused:
        fill()
    assert schema.unreachable(refused.value).code == "server.disk-full"
    assert "no room left" in say(schema.unreachable(refused.value), "en")
    full = stand()
    assert full[0] >= before[0]
    holds(stage.study.id)
    connection.close()  # the limit is the connection's: there is room again
    stage.must(c.Allocate(participant=number, on="2026-03-02"), key="after the flood")
    assert stand()[0] > full[0]
    holds(stage.study.id)


_LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
from equipoise.cli.main import app
app(["--language", "en", *sys.argv[1:]])
"""


def test_a_command_that_finds_no_room_says_so_without_a_traceback(database, tmp_path):
    if not database.startswith("sqlite"):
        pytest.skip("a file may not grow: SQLite alone")
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, "migrate"],
        env={**os.environ, "EQUIPOISE_DATABASE": f"sqlite:///{tmp_path}/new.sqlite3"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Nothing was changed" in done.stdout


# --- a database that goes away --------------------------------------------------------------------------------------------


@pytest.fixture
def own_cluster() -> Iterator[object]:
    """A PostgreSQL of this test's own, durable, to be stopped and started."""
    with _CLUSTER["durable_cluster"]() as cluster:
        if cluster is None:
            pytest.skip(_CLUSTER["MISSING"])
        yield cluster


@pytest.fixture
def own(own_cluster, monkeypatch) -> Iterator[tuple[object, object, str]]:
    """That cluster, the reference study in a database of it, and its address."""
    own_cluster.sql("CREATE DATABASE away")
    address = own_cluster.address("away")
    monkeypatch.setenv("EQUIPOISE_DATABASE", address)
    with schema.connected(address):
        call_command("migrate", verbosity=0)
        yield own_cluster, runpy.run_path(str(_HERE / "stage.py"))["Stage"](), address


def test_a_database_that_is_killed_loses_nothing_and_the_same_request_is_answered_later(own):
    cluster, stage, _ = own
    number = stage.in_state("eligible")
    study, asker = stage.study.id, Asker(by="simulator@01", role="simulator")
    before = stand()
    cluster.stop("immediate")
    with pytest.raises((OperationalError, InterfaceError)) as gone:
        allocate(study, number, "2026-03-02", asker, "the same key", version=stage.study.version)
    assert "does not answer" in say(schema.unreachable(gone.value), "en")
    with pytest.raises(ProblemsError), schema.answering():
        Event.objects.count()
    cluster.start()
    connection.close()
    assert stand() == before
    holds(study)
    first = allocate(study, number, "2026-03-02", asker, "the same key", version=stage.study.version)
    again = allocate(study, number, "2026-03-02", asker, "the same key", version=stage.study.version)
    assert not isinstance(first, Problem)
    assert first.event == again.event
    holds(study)


@pytest.mark.enable_socket
def test_the_worker_waits_for_a_database_that_is_away_and_goes_on(own, proc, tmp_path):
    from equipoise.server.records.actions.send_letter import send_letter
    from equipoise.server.records.models import Letter

    def write() -> int:
        kept = Letter.objects.create(
            study="x",
            written_at="2026-03-02T08:00:00.000000Z",
            to="a@example.org",
            language="en",
            subject="s",
            body="b",
        )
        send_letter.enqueue(kept.pk)
        return kept.pk

    cluster, _, address = own
    log = (tmp_path / "log").open("w")
    with log:
        worker = subprocess.Popen(
            [sys.executable, "-c", "from equipoise.cli.main import app; app()", "work"],
            env={**os.environ, "EQUIPOISE_DATABASE": address}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        first = write()
        proc.until(lambda: Letter.objects.get(pk=first).sent_at, "the first letter is out")
        connection.close()
        cluster.stop("immediate")
        proc.until(lambda: "does not answer" in (tmp_path / "log").read_text(), "the worker tells of it")
        cluster.start()
        second = write()
        proc.until(lambda: Letter.objects.get(pk=second).sent_at, "the second letter is out")
        assert worker.poll() is None
    finally:
        worker.terminate()
        assert worker.wait(60) == 0


# --- a clock that jumps -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [-3600, 3600, 86400 * 365])
def test_a_clock_that_jumps_is_not_believed(stage, database, monkeypatch, jump):
    number = stage.in_state("eligible")
    before = stand()
    truth = time.time
    asker = Asker(by="simulator@01", role="simulator")
    with monkeypatch.context() as jumped:
        jumped.setattr(time, "time", lambda: truth() + jump)
        with pytest.raises(ProblemsError) as refused:
            allocate(stage.study.id, number, "2026-03-02", asker, "k", version=stage.study.version)
        assert [problem.code for problem in refused.value.problems] == ["server.clock-jumped"]
        assert f"{jump}" in say(refused.value.problems[0], "en")
    assert stand() == before
    assert not isinstance(
        allocate(stage.study.id, number, "2026-03-02", asker, "k", version=stage.study.version), Problem
    )
    holds(stage.study.id)


def test_a_clock_that_was_set_back_before_the_start_is_not_believed_either(stage, database):
    number = stage.in_state("eligible")
    before = stand()
    refused = stage.do(c.Allocate(participant=number, on="2026-03-02"), at="2020-01-01T00:00:00.000000Z")
    assert isinstance(refused, Problem)
    assert refused.code == "server.records.clock-behind"
    assert stand() == before
    holds(stage.study.id)


# --- a database that may not be written to --------------------------------------------------------------------------------------


def test_a_disk_that_became_read_only_refuses_the_write(stage, database):
    number = stage.in_state("eligible")
    before = stand()
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA query_only = on" if database.startswith("sqlite") else "SET default_transaction_read_only = on"
        )
    with pytest.raises(DatabaseError):
        stage.must(c.Allocate(participant=number, on="2026-03-02"))
    connection.close()
    assert stand() == before
    holds(stage.study.id)


def _other(database: str):
    """Connect past Django, as another program does."""
    if database.startswith("sqlite"):
        return sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    where = connection.get_connection_params()
    return psycopg.connect(host=where["host"], user=where["user"], dbname=where["dbname"], autocommit=True)


def test_a_locked_database_refuses_the_write_after_its_patience(stage, database):
    number = stage.in_state("eligible")
    before = stand()
    on_sqlite = database.startswith("sqlite")
    with connection.cursor() as cursor:
        if not on_sqlite:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("20s",)
        cursor.execute("PRAGMA busy_timeout = 50" if on_sqlite else "SET lock_timeout = 50")
    with closing(_other(database)) as other:
        other.execute("BEGIN EXCLUSIVE" if on_sqlite else "BEGIN")
        if not on_sqlite:
            other.execute("SELECT 1 FROM records_study FOR UPDATE")
        with pytest.raises(OperationalError, match="lock"):
            stage.must(c.Allocate(participant=number, on="2026-03-02"), key="k")
        other.execute("ROLLBACK")
    stage.must(c.Allocate(participant=number, on="2026-03-02"), key="k")
    assert stand()[0] > before[0]
    holds(stage.study.id)
