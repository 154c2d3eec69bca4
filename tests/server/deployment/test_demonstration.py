"""The demonstration's site: trials that are running today, accounts that get in, and no harm to what was there."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

EQUIPOISE = Path(sys.executable).with_name("equipoise")
ROOT = Path(__file__).parents[3]
ASKED = ("demo", "--no-serve", "--study", "examples/blinded", "--truth", "helps", "--participants", "8", "--seed", "2")


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EQUIPOISE_", "DJANGO_"))}
    return subprocess.run(
        [EQUIPOISE, "--language", "en", *arguments],
        cwd=ROOT, env={**kept, "EQUIPOISE_HOME": str(home), "COLUMNS": "120"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Play a small demonstration; return its home and what it said."""
    home = tmp_path_factory.mktemp("demonstration")
    done = _run(home, *ASKED)
    assert done.returncode == 0, done.stderr + done.stdout
    return home, done.stdout


def _rows(file: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(file)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_the_trial_is_in_full_swing_and_dated_up_to_today(played):
    home, _ = played
    file = home / "equipoise.sqlite3"
    [(last,)] = _rows(file, "SELECT max(at) FROM records_event WHERE type <> 'version_published'")
    assert datetime.now(UTC) - datetime.fromisoformat(str(last)) < timedelta(days=21)
    states = dict(_rows(file, "SELECT state, count(*) FROM records_participant GROUP BY state"))
    assert states["allocated"] > 0
    [(allocated,)] = _rows(file, "SELECT count(*) FROM records_participant WHERE slot IS NOT NULL")
    assert 0 < int(str(allocated)) < 8
    [(visits,)] = _rows(file, "SELECT count(DISTINCT at || stream) FROM records_event")
    assert int(str(visits)) > 10
    assert _run(home, "verify", str(file)).returncode == 0


def test_an_account_of_every_role_is_shown_and_gets_in(played, monkeypatch):
    home, said = played
    logins = dict(re.findall(r"^([a-z]+[a-z-]*(?:-\d\d)?) +(\S{16}) ", said, re.MULTILINE))
    names = {"coordinator-01", "investigator-01", "pharmacist-01", "monitor", "data-manager", "statistician-blinded"}
    assert names | {"statistician-unblinded", "sponsor", "administrator"} == logins.keys()
    hashes = dict(_rows(home / "equipoise.sqlite3", "SELECT username, password FROM accounts_user"))
    from django.contrib.auth.hashers import check_password

    assert all(check_password(password, str(hashes[name])) for name, password in logins.items())
    assert (home / "key").stat().st_mode & 0o777 == 0o600


def test_playing_again_puts_the_last_demonstration_aside(played, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    for name in ("equipoise.sqlite3", "key"):
        shutil.copy(played[0] / name, home / name)
    before = (home / "equipoise.sqlite3").read_bytes()
    done = _run(home, *ASKED)
    assert done.returncode == 0, done.stderr + done.stdout
    assert (home / "equipoise.before.sqlite3").read_bytes() == before


def test_a_database_that_holds_a_real_study_is_left_as_it_is(tmp_path):
    for arguments in (("migrate",), ("open", "examples/blinded", "--by", "somebody")):
        done = _run(tmp_path, *arguments)
        assert done.returncode == 0, done.stderr + done.stdout
    before = (tmp_path / "equipoise.sqlite3").read_bytes()
    done = _run(tmp_path, *ASKED)
    assert done.returncode == 1
    assert "not played by the simulator" in done.stdout + done.stderr
    assert (tmp_path / "equipoise.sqlite3").read_bytes() == before
