"""Backups of both databases: whole while being written, refused when they do not hold, and then nothing is touched."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections
from typer.testing import CliRunner

from equipoise.cli.main import app
from equipoise.conduct import commands as c
from equipoise.core import canonical
from equipoise.server.backup import manifest as manifests
from equipoise.server.records.models import Event, Study
from equipoise.server.records.verification import verify_study

pytestmark = pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed")


def command(*arguments: str):
    return CliRunner().invoke(app, ["--language", "en", *arguments])


@pytest.fixture
def made(stage, tmp_path: Path) -> Path:
    """A backup of a study with two participants."""
    stage.in_state("eligible")
    stage.in_state("allocated")
    connection.close()
    file = tmp_path / "backup"
    done = command("backup", str(file))
    assert done.exit_code == 0, done.output
    return file


def held() -> tuple[int, str]:
    """Where the history of the installation's database stands; nothing stays connected."""
    last = Event.objects.order_by("-seq").values_list("seq", "hash").first()
    connection.close()
    return last


def name_in(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


def databases(address: str, cluster) -> set[str]:
    if address.startswith("sqlite"):
        return {path.name for path in Path(address.removeprefix("sqlite:///")).parent.iterdir() if path.is_file()}
    import psycopg

    with psycopg.connect(host=str(cluster.folder), user="postgres", dbname="postgres") as opened:
        return {name for (name,) in opened.execute("SELECT datname FROM pg_database").fetchall()}


@pytest.fixture
def before(database: str, request: pytest.FixtureRequest, stage, made: Path):
    """What there is before a restore; calling it asserts that a refusal has changed nothing of it."""
    stage.in_state("eligible")
    stand = held()
    cluster = request.getfixturevalue("cluster") if database.startswith("postgres") else None
    own = name_in(database)
    kept = {name for name in databases(database, cluster) if cluster is None or name.startswith(own)}

    def unchanged() -> None:
        now = {name for name in databases(database, cluster) if cluster is None or name.startswith(own)}
        assert now == kept
        assert held() == stand
        assert verify_study(stage.study.id).found.problems == ()
        connection.close()

    return unchanged


def test_what_was_backed_up_comes_back_and_the_old_database_is_kept(made, stage, database, request):
    backed_up = held()
    stage.in_state("eligible")
    assert held() != backed_up
    done = command("restore", str(made))
    assert done.exit_code == 0, done.output
    assert held() == backed_up
    assert backed_up[1] in done.output
    assert "is kept" in done.output
    assert verify_study(stage.study.id).found.problems == ()
    # The secret still opens: the trial goes on.
    number = stage.in_state("eligible")
    stage.must(c.Allocate(participant=number, on="2026-03-02"))
    assert verify_study(stage.study.id).found.problems == ()
    connection.close()
    if database.startswith("postgres"):
        cluster = request.getfixturevalue("cluster")
        own = name_in(database)
        kept = {name for name in databases(database, cluster) if name.startswith(own)}
        assert kept == {own, f"{own}_before_1"}
        cluster.sql(f'DROP DATABASE "{own}_before_1"')


def test_the_restored_database_refuses_changes_as_before(made, database, request):
    assert command("restore", str(made)).exit_code == 0
    from django.db import DatabaseError

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE records_event SET at = ''")
    connection.close()
    if database.startswith("postgres"):
        own = name_in(database)
        request.getfixturevalue("cluster").sql(f'DROP DATABASE "{own}_before_1"')


def test_a_backup_says_what_is_in_it_and_is_for_nobody_else_to_read(made, stage):
    with made.open("rb") as opened:
        assert opened.readline() == b"equipoise backup 1\n"
        said = json.loads(opened.readline())
    assert said["studies"] == {stage.study.id: dict(zip(("seq", "head"), held(), strict=True))}
    assert made.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in made.parent.glob("backup*")] == ["backup"]


def test_a_backup_is_never_written_over(made):
    content = made.read_bytes()
    done = command("backup", str(made))
    assert done.exit_code == 1
    assert "already" in done.output
    assert made.read_bytes() == content


def test_checking_a_backup_changes_nothing(made, before):
    done = command("restore", str(made), "--check")
    assert done.exit_code == 0, done.output
    assert "nothing was changed" in done.output
    before()


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.5, 0.999999])
def test_a_truncated_backup_is_refused(made, before, share):
    content = made.read_bytes()
    made.write_bytes(content[: int(len(content) * share)])
    done = command("restore", str(made))
    assert done.exit_code == 1
    assert "cut off" in done.output or "no backup" in done.output
    assert "Nothing was changed" in done.output
    before()


@pytest.mark.parametrize("place", ["manifest", "seal", "first", "middle", "last"])
def test_a_flipped_byte_is_refused(made, before, place):
    content = bytearray(made.read_bytes())
    second = content.index(b"\n") + 1
    third = content.index(b"\n", second) + 1
    fourth = content.index(b"\n", third) + 1
    where = {
        "manifest": content.index(b'"size":', second) + 7,
        "seal": third + 5,
        "first": fourth,
        "middle": (fourth + len(content)) // 2,
        "last": len(content) - 1,
    }[place]
    content[where] ^= 1
    made.write_bytes(bytes(content))
    done = command("restore", str(made))
    assert done.exit_code == 1
    assert "not as it was made" in done.output
    before()


def test_a_backup_of_another_key_is_refused(made, before, monkeypatch):
    with monkeypatch.context() as other:
        other.setenv("EQUIPOISE_KEY", "7a" * 32)
        done = command("restore", str(made))
    assert done.exit_code == 1
    assert "another key" in done.output
    before()


def sealed_anew(file: Path, **changes: object) -> None:
    """Change the manifest and seal it as the installation would."""
    with file.open("rb") as opened:
        manifest = manifests.read_manifest(opened)
        contents = opened.read()
    from dataclasses import replace

    file.write_bytes(replace(manifest, **changes).sealed() + contents)


def test_a_backup_of_a_newer_version_is_refused(made, before):
    sealed_anew(made, equipoise="99.0.0")
    done = command("restore", str(made))
    assert done.exit_code == 1
    assert "newer version" in done.output
    assert "99.0.0" in done.output
    before()


def test_a_backup_of_a_newer_form_is_refused(made, before):
    made.write_bytes(made.read_bytes().replace(b"equipoise backup 1\n", b"equipoise backup 2\n", 1))
    done = command("restore", str(made))
    assert done.exit_code == 1
    assert "newer version" in done.output
    before()


def test_a_backup_with_migrations_that_are_not_known_here_is_refused(stage, database, tmp_path):
    stage.in_state("eligible")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('records', '9999_later', CURRENT_TIMESTAMP)"
        )
    connection.close()
    file = tmp_path / "backup"
    assert command("backup", str(file)).exit_code == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
    stand = held()
    done = command("restore", str(file))
    assert done.exit_code == 1
    assert "newer" in done.output
    assert "9999_later" in done.output
    assert held() == stand


def test_a_backup_whose_history_was_forged_is_refused_though_its_seal_holds(made, before, database):
    if not database.startswith("sqlite"):
        pytest.skip("the contents are edited as a file: SQLite alone")
    with made.open("rb") as opened:
        manifest = manifests.read_manifest(opened)
        contents = made.parent / "contents"
        contents.write_bytes(opened.read())
    with closing(sqlite3.connect(contents)) as forged, forged:
        forged.execute("DROP TRIGGER records_event_refuses_update")
        forged.execute("UPDATE records_event SET data = replace(data, '2026', '2025') WHERE seq = 5")
    from dataclasses import replace
    from hashlib import sha256

    content = contents.read_bytes()
    contents.unlink()
    made.write_bytes(replace(manifest, size=len(content), sha256=sha256(content).hexdigest()).sealed() + content)
    done = command("restore", str(made))
    assert done.exit_code == 1
    assert "5" in done.output
    before()


def test_a_backup_of_the_other_kind_of_database_is_refused(made, before, database):
    other = "postgresql" if database.startswith("sqlite") else "sqlite"
    sealed_anew(made, database=other)
    done = command("restore", str(made))
    assert done.exit_code == 1
    assert other in done.output
    before()


def test_an_older_backup_is_migrated_forward(stage, database, tmp_path, request):
    stage.in_state("allocated")
    stand = held()
    call_command("migrate", "records", "0002_unchangeable", verbosity=0)
    connection.close()
    file = tmp_path / "backup"
    assert command("backup", str(file)).exit_code == 0
    call_command("migrate", verbosity=0)
    connection.close()
    done = command("restore", str(file))
    assert done.exit_code == 0, done.output
    assert "brought to this version" in done.output
    assert held() == stand
    if database.startswith("postgres"):
        own = name_in(database)
        request.getfixturevalue("cluster").sql(f'DROP DATABASE "{own}_before_1"')


def test_a_restore_is_refused_while_the_site_is_running(made, before):
    from equipoise.server.serving.use import in_use

    with in_use():
        done = command("restore", str(made))
    assert done.exit_code == 1
    assert "is running" in done.output
    before()


def test_a_restore_is_refused_while_others_are_connected(made, before, database):
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            done = command("restore", str(made))
    else:
        import psycopg

        with psycopg.connect(database):
            done = command("restore", str(made))
    assert done.exit_code == 1
    assert "connected" in done.output or "writing" in done.output
    before()


def test_a_backup_is_restored_where_there_is_no_database(made, database, tmp_path, monkeypatch, request):
    stand = held()
    if database.startswith("sqlite"):
        address = f"sqlite:///{tmp_path}/elsewhere.sqlite3"
    else:
        own = name_in(database)
        address = database.replace(own, f"{own}_elsewhere")
    monkeypatch.setenv("EQUIPOISE_DATABASE", address)
    from equipoise.server import schema

    with schema.connected(address):
        done = command("restore", str(made))
        assert done.exit_code == 0, done.output
        assert held() == stand
    if database.startswith("postgres"):
        request.getfixturevalue("cluster").sql(f'DROP DATABASE "{own}_elsewhere"')


def test_a_backup_made_while_others_write_holds_and_is_of_one_moment(stage, tmp_path):
    stop = threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        try:
            while not stop.is_set():
                stage.in_state("eligible")
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connections.close_all()

    stage.in_state("eligible")
    first = Study.objects.get().seq
    connection.close()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            done = command("backup", str(tmp_path / f"backup-{number}"))
            assert done.exit_code == 0, done.output
    finally:
        stop.set()
        writer.join()
    assert not failures
    last = held()[0]
    seqs = []
    for number in range(3):
        file = tmp_path / f"backup-{number}"
        assert command("restore", str(file), "--check").exit_code == 0
        with file.open("rb") as opened:
            seqs.append(manifests.read_manifest(opened).studies[stage.study.id][0])
    assert first <= seqs[0] <= seqs[1] <= seqs[2] <= last
    assert seqs[2] > first


def test_the_contents_of_a_sqlite_backup_can_be_taken_out_by_hand(made, database, tmp_path, stage):
    if not database.startswith("sqlite"):
        pytest.skip("SQLite alone")
    out = tmp_path / "by-hand.sqlite3"
    with out.open("wb") as opened:
        subprocess.run(["tail", "-n", "+4", str(made)], stdout=opened, check=True)
    done = command("verify", str(out))
    assert done.exit_code == 0, done.output


def test_a_full_disk_during_a_backup_leaves_nothing_behind(stage, tmp_path, database):
    stage.in_state("eligible")
    connection.close()
    file = tmp_path / "backups" / "backup"
    file.parent.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, "backup", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert list(file.parent.iterdir()) == []


_LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
from equipoise.cli.main import app
app(["--language", "en", *sys.argv[1:]])
"""


def test_the_manifest_is_canonical(made):
    text = made.read_bytes().split(b"\n", 2)[1]
    assert canonical.dumps(canonical.loads(text)) == text
