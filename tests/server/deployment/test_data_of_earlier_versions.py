"""Data that an earlier version has written are carried on: restored, migrated, verified, and written to."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.db import connection
from typer.testing import CliRunner

from equipoise.cli.main import app
from equipoise.conduct.commands import Allocate
from equipoise.core.problem import Problem
from equipoise.server.accounts.models import User
from equipoise.server.records.access import verify_access
from equipoise.server.records.actions.log_access import log_access
from equipoise.server.records.models import Participant
from equipoise.server.records.secrets import opened
from equipoise.server.records.verification import verify_study
from equipoise.server.records.writing import Asker, writing
from equipoise.server.recruit.actions.follow_enquiry import follow_enquiry
from equipoise.server.recruit.contacts import fingerprint
from equipoise.server.recruit.contacts import opened as opened_address
from equipoise.server.recruit.finding import Search, find
from equipoise.server.recruit.models import Enquiry, EnquiryState, Mail, SavedSearch, SharedNotes
from equipoise.server.recruit.said import said_of

DATA = Path(__file__).parents[1] / "data"
VERSIONS = sorted(path.name for path in DATA.iterdir() if path.is_dir() and not path.name.startswith("_"))
KEY = "0a" * 32
STUDY = "demo-migraine"


def test_the_first_version_is_kept():
    assert VERSIONS[0] == "0.1.0"


def the_public_side_is_carried_on() -> None:
    """Assert that what stands apart opens, is found, and goes on."""
    assert [hit.row.number for hit in find(Search(text="migraine")).hits] == [STUDY]
    enquiry = Enquiry.objects.get(study=STUDY)
    assert said_of(enquiry).message == "Kept since 0.2.0."
    assert not isinstance(follow_enquiry(enquiry, EnquiryState.READ), Problem)
    assert opened_address(SavedSearch.objects.get().address) == "ada@example.org"
    assert fingerprint("ada@example.org") == SavedSearch.objects.get().address_of
    assert SharedNotes.objects.count() == 1
    assert {mail.purpose for mail in Mail.objects.all()} >= {"search-confirm"}


@pytest.mark.skipif(shutil.which("pg_restore") is None, reason="pg_restore is not installed")
@pytest.mark.parametrize("version", VERSIONS)
def test_what_an_earlier_version_wrote_is_carried_on(version, database, tmp_path, monkeypatch):
    kind = "sqlite" if database.startswith("sqlite") else "postgresql"
    backup = tmp_path / "backup"
    backup.write_bytes(gzip.decompress((DATA / version / f"{kind}.backup.gz").read_bytes()))
    monkeypatch.setenv("EQUIPOISE_KEY", KEY)
    opened.cache_clear()
    connection.close()
    try:
        done = CliRunner().invoke(app, ["--language", "en", "restore", str(backup)])
        assert done.exit_code == 0, done.output
        call_command("migrate", verbosity=0, check_unapplied=True)
        found = verify_study(STUDY)
        assert found.found.problems == ()
        assert found.found.allocated == 3
        assert found.accesses == 1
        if version != "0.1.0":
            the_public_side_is_carried_on()
        assert check_password("kept since the first version", User.objects.get(username="keeper").password)
        # It goes on: the secret opens, the chain grows, a read is logged.
        waiting = Participant.objects.get(state="eligible")
        with writing(STUDY) as written:
            given = written.do(
                Allocate(participant=waiting.participant, on="2026-03-02"),
                Asker(by="simulator", role="simulator"),
                "carried on",
                at="2026-09-02T08:00:00.000000Z",
            )
        assert not isinstance(given, Problem), given
        assert given[0].data["slot"] == 4
        log_access(STUDY, Asker(by="keeper", role="monitor"), "read", waiting.participant)
        assert verify_study(STUDY).found.problems == ()
        assert verify_access(STUDY) is None
    finally:
        opened.cache_clear()
