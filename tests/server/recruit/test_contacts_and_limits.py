"""Contacts at rest, a former key, limits, and what may stand in a mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from equipoise.core.problem import ProblemsError
from equipoise.server import keys
from equipoise.server.recruit import contacts, letters
from equipoise.server.recruit.actions.count_attempt import forget_attempts
from equipoise.server.recruit.actions.write_mail import write_mail
from equipoise.server.recruit.limits import LIMITS, within
from equipoise.server.recruit.models import Attempt, Mail

NEW, OLD = "7a" * 32, "5e" * 32
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def test_what_was_sealed_is_opened_and_shows_nothing():
    token = contacts.sealed("王芳 wang.fang@example.org")
    assert "wang" not in token
    assert contacts.opened(token) == "王芳 wang.fang@example.org"
    assert contacts.sealed("x") != contacts.sealed("x")


def test_a_former_key_opens_and_does_not_close(monkeypatch):
    token, found = contacts.sealed("a@example.org"), contacts.fingerprint("a@example.org")
    monkeypatch.setenv("EQUIPOISE_KEY", NEW)
    with pytest.raises(ProblemsError, match="other-key"):
        contacts.opened(token)
    monkeypatch.setenv("EQUIPOISE_KEY_BEFORE", f"{'11' * 32}, {OLD}")
    assert contacts.opened(token) == "a@example.org"
    assert keys.is_of_former_key(contacts.PURPOSE, token)
    assert not keys.is_of_former_key(contacts.PURPOSE, contacts.sealed("b"))
    assert contacts.fingerprint("a@example.org") != found
    assert found in contacts.fingerprints("a@example.org")


def test_former_keys_may_lie_in_a_file(monkeypatch, tmp_path):
    token = contacts.sealed("a@example.org")
    monkeypatch.setenv("EQUIPOISE_KEY", NEW)
    monkeypatch.setenv("EQUIPOISE_HOME", str(tmp_path))
    (tmp_path / "key.before").write_text(f"{OLD}\n")
    assert contacts.opened(token) == "a@example.org"
    (tmp_path / "key.before").write_text("nonsense")
    with pytest.raises(ProblemsError, match="bad-key"):
        keys.former_keys()


def test_an_address_is_found_again_however_it_is_written():
    assert contacts.fingerprint(" A@Example.org ") == contacts.fingerprint("a@example.org")
    assert contacts.fingerprint("a@example.org") != contacts.fingerprint("b@example.org")


def request_from(address: str):
    return RequestFactory().get("/", REMOTE_ADDR=address)


def test_limits_hold_by_address_and_by_key_and_end_with_their_window(database, monkeypatch):
    monkeypatch.setitem(LIMITS, "enquiry", type(LIMITS["enquiry"])())
    limits = LIMITS["enquiry"]
    tries = [within(request_from("192.0.2.1"), "enquiry", now=lambda: NOW) for _ in range(limits.by_address.times + 1)]
    assert tries == [True] * limits.by_address.times + [False]
    assert within(request_from("192.0.2.2"), "enquiry", now=lambda: NOW)
    assert within(request_from("192.0.2.1"), "another", now=lambda: NOW)
    tries = [
        within(request_from(f"198.51.100.{each}"), "enquiry", "a@example.org", now=lambda: NOW) for each in range(21)
    ]
    assert tries == [True] * 20 + [False]
    assert within(request_from("192.0.2.1"), "enquiry", "a@example.org", now=lambda: NOW + timedelta(hours=1))


def test_counts_keep_nobody_s_address_and_are_forgotten(database):
    within(request_from("192.0.2.1"), "enquiry", "a@example.org", now=lambda: NOW)
    assert all(len(row.of) == 64 and row.of[:3] != "192" for row in Attempt.objects.all())
    assert forget_attempts(int(NOW.timestamp())) == 0
    assert forget_attempts(int((NOW + timedelta(days=2)).timestamp())) == 2


def mail(**changed):
    given = {"key": "k", "purpose": "test", "to": "a@example.org", "subject": "s", "body": "b", "language": "en"}
    return write_mail(**(given | changed))


def test_a_mail_is_written_once_a_key_and_says_nothing_at_rest(database):
    first, again = mail(body="secret words"), mail(body="others")
    assert first.pk == again.pk
    kept = Mail.objects.get()
    assert "secret" not in kept.content
    assert "secret words" in contacts.opened(kept.content)


@pytest.mark.parametrize("line", ["a\nBcc: b@example.org", "a\rb", "a\u2028b", "a\x85b", "a\0b"])
def test_no_header_can_be_forged(database, line):
    for where in ({"subject": line}, {"to": f"{line}@example.org"}, {"headers": {"X": line}}, {"headers": {line: "x"}}):
        with pytest.raises(ProblemsError):
            mail(**where)
    with pytest.raises(ProblemsError):
        mail(subject="{name}", fill={"name": line})
    assert not Mail.objects.exists()


@pytest.mark.parametrize("body", ["Dear {NAME},", "{{name}}", "Dear {first_name}", "}}"])
def test_an_unfilled_placeholder_stops_the_mail(database, body):
    kept = mail(body=body)
    assert (kept.state, kept.problem) == ("stopped", "server.recruit.unfilled")
    assert mail(key="other", subject=body).state == "stopped"


def test_what_a_person_typed_is_no_placeholder(database):
    kept = mail(body="> {message}", fill={"message": "I saw {NAME} and {{x}} {message}"})
    assert kept.state == "waiting"
    assert "> I saw {NAME} and {{x}} {message}" in contacts.opened(kept.content)


@pytest.mark.parametrize("text", ["", "nobody", "a@", "a b@example.org", "<a@example.org>", "a@example.org, b@x.org"])
def test_an_address_that_is_none_is_refused(text):
    with pytest.raises(ProblemsError, match="no-address"):
        letters.check_address(text)
