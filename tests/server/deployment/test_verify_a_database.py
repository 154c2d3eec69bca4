"""`equipoise verify` and `equipoise anchor` on a database: read-only, in words, naming the first bad event."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from django.db import connection
from typer.testing import CliRunner

from equipoise.cli.main import app
from equipoise.server.records.models import Event

TRIGGERS = ("records_event_refuses_update", "records_event_refuses_delete", "records_event_goes_on")


def command(*arguments: str, language: str = "en"):
    return CliRunner().invoke(app, ["--language", language, *arguments])


@pytest.fixture
def filled(stage, database: str) -> str:
    """The address of a database in which two participants have come to different states."""
    stage.in_state("eligible")
    stage.in_state("allocated")
    connection.close()
    return database


@pytest.fixture
def copy(filled: str, tmp_path: Path) -> Path:
    """A copy of the SQLite database whose triggers were dropped."""
    if not filled.startswith("sqlite"):
        pytest.skip("a file is copied: SQLite alone")
    made = tmp_path / "copy"
    shutil.copyfile(filled.removeprefix("sqlite:///"), made)
    with sqlite3.connect(made) as opened:
        for name in TRIGGERS:
            opened.execute(f"DROP TRIGGER {name}")
    opened.close()
    return made


def edit(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as opened:
        assert opened.execute(statement).rowcount == 1
    opened.close()


def test_a_database_that_holds_is_told_in_words_and_as_json(filled, stage):
    last = Event.objects.order_by("-seq").first()
    connection.close()
    done = command("verify", filled)
    assert done.exit_code == 0, done.output
    assert f"Study {stage.study.id}" in done.stdout
    assert f"{last.seq:,} events" in done.stdout
    assert last.hash in done.stdout
    told = json.loads(command("verify", filled, "--json").stdout)["studies"]
    assert [(each["study"], each["events"], each["head"], each["problems"]) for each in told] == [
        (stage.study.id, last.seq, last.hash, [])
    ]
    assert told[0]["rows"] > 2


def test_a_verification_writes_nothing(filled):
    if filled.startswith("sqlite"):
        path = Path(filled.removeprefix("sqlite:///"))
        before = hashlib.sha256(path.read_bytes()).hexdigest()
        path.chmod(0o444)
        assert command("verify", str(path)).exit_code == 0
        assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    else:
        from equipoise.server.looking import looking_at

        with looking_at(filled), connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            assert cursor.fetchone() == ("on",)


def test_an_edited_row_in_a_copy_without_triggers_is_named(copy):
    assert command("verify", str(copy)).exit_code == 0
    edit(copy, 'UPDATE records_event SET data = replace(data, \'"on":"2026\', \'"on":"2025\') WHERE seq = 5')
    done = command("verify", str(copy))
    assert done.exit_code == 1
    assert "5" in done.stdout
    problem = json.loads(command("verify", str(copy), "--json").stdout)["studies"][0]["problems"][0]
    assert problem["params"]["seq"] == 5


@pytest.mark.parametrize("data", ["{", "", "[]", "\ud83d".encode("utf-16", "surrogatepass").hex()])
def test_an_event_that_is_no_longer_json_is_named_and_not_a_traceback(copy, data):
    with sqlite3.connect(copy) as opened:
        opened.execute("UPDATE records_event SET data = ? WHERE seq = 7", [data])
    opened.close()
    done = command("verify", str(copy), "--json")
    assert done.exit_code == 1, done.output
    assert json.loads(done.stdout)["studies"][0]["problems"][0]["params"]["seq"] == 7


def test_a_projection_that_was_edited_is_named(copy):
    edit(copy, "UPDATE records_participant SET state = 'completed' WHERE participant = '01-0001'")
    done = command("verify", str(copy))
    assert done.exit_code == 1
    assert "01-0001" in done.stdout


def test_an_anchor_is_accepted_later_and_says_where_it_stands(filled, stage):
    line = command("anchor", filled).stdout
    kept = json.loads(command("anchor", filled, "--json").stdout)["anchors"][0]
    assert kept["head"] in line
    assert str(kept["event"]) in line
    assert stage.study.id in line
    stage.in_state("eligible")
    connection.close()
    done = command("verify", filled, "--head", kept["head"])
    assert done.exit_code == 0, done.output
    assert f"that of event {kept['event']}" in done.stdout


def test_a_head_that_the_database_has_not_shows_that_events_are_missing(copy):
    head = json.loads(command("anchor", str(copy), "--json").stdout)["anchors"][0]["head"]
    with sqlite3.connect(copy) as opened:
        opened.execute("DELETE FROM records_event WHERE seq = (SELECT max(seq) FROM records_event)")
    opened.close()
    done = command("verify", str(copy), "--head", head)
    assert done.exit_code == 1
    assert "cut off" in done.output or "missing" in done.output or "anew" in done.output


def test_a_file_that_is_no_database_of_equipoise_is_refused_in_words(tmp_path):
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as opened:
        opened.execute("CREATE TABLE something (name text)")
    opened.close()
    done = command("verify", str(other))
    assert done.exit_code == 1
    assert "not one of Equipoise" in done.output
    other.write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    assert command("verify", str(other)).exit_code == 1
    assert command("verify", str(tmp_path / "nothing")).exit_code == 2


def test_a_database_that_does_not_answer_is_told_in_words(tmp_path):
    done = command("verify", f"postgres://somebody:secret-word@/nowhere?host={tmp_path}")
    assert done.exit_code == 1
    assert "does not answer" in done.output
    assert "secret-word" not in done.output


def test_a_truncated_database_is_told_in_words(filled, tmp_path):
    if not filled.startswith("sqlite"):
        pytest.skip("a file is cut: SQLite alone")
    content = Path(filled.removeprefix("sqlite:///")).read_bytes()
    cut = tmp_path / "cut.sqlite3"
    cut.write_bytes(content[: len(content) // 2])
    done = command("verify", str(cut))
    assert done.exit_code == 1
    assert "mistake" in done.output


def test_a_database_that_lacks_a_table_is_told_in_words_and_never_mended(copy):
    with sqlite3.connect(copy) as opened:
        opened.execute("DROP TABLE records_item")
    opened.close()
    before = hashlib.sha256(copy.read_bytes()).hexdigest()
    done = command("verify", str(copy))
    assert done.exit_code == 1
    assert "records_item" in done.output
    assert "migrate a copy" in done.output
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == before


def test_with_several_studies_a_head_is_looked_for_in_each(filled, stage):
    another = type(stage)("examples/blinded")
    connection.close()
    kept = {each["study"]: each for each in json.loads(command("anchor", filled, "--json").stdout)["anchors"]}
    assert set(kept) == {another.study.id, stage.study.id}
    for study in kept:
        told = json.loads(command("verify", filled, "--head", kept[study]["head"], "--json").stdout)["studies"]
        assert {each["study"]: each["head_seq"] for each in told if "head_seq" in each} == {study: kept[study]["event"]}
    done = command("verify", filled, "--head", "0" * 63 + "1")
    assert done.exit_code == 1
    assert "none of the histories" in done.output
