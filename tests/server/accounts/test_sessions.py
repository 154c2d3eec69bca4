"""A session ends: half an hour after the last request, twelve hours after the log-in, with the password, with a role."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.usefixtures("one_factor")
PASSWORD = "correct horse battery staple"  # noqa: S105 - of the tests' own accounts


@pytest.fixture
def inside(visitor, anna, passing):
    """Let Anna in."""
    somebody = visitor()
    somebody.log_in("anna")
    return somebody


def test_it_ends_after_half_an_hour_without_a_request(inside, passing):
    for _ in range(5):
        passing.go(minutes=29)
        assert inside.is_in()
    passing.go(minutes=30)
    answer = inside.get("/en/account/second-factor/")
    assert answer["Location"] == "/en/account/login/?ended=idle&next=%2Fen%2Faccount%2Fsecond-factor%2F"
    assert "nothing was done for half an hour" in inside.get(answer["Location"]).content.decode()
    chinese = answer["Location"].replace("/en/", "/zh-hans/", 1)
    assert "半小时内没有操作" in inside.get(chinese).content.decode()
    assert not inside.is_in()


def test_it_ends_twelve_hours_after_the_log_in_whatever_is_done(inside, passing):
    for _ in range(12 * 3 - 1):
        passing.go(minutes=20)
        assert inside.is_in()
    passing.go(minutes=20)
    answer = inside.get("/en/account/second-factor/")
    assert answer["Location"].startswith("/en/account/login/?ended=whole")
    assert "lasts twelve hours" in inside.get(answer["Location"]).content.decode()


def test_what_is_sent_after_the_end_is_not_done(inside, passing, anna):
    passing.go(minutes=31)
    sent = {"oldpassword": PASSWORD, "password1": "another long secret", "password2": "another long secret"}
    answer = inside.client.post("/en/account/password/change/", sent)
    assert answer["Location"] == "/en/account/login/?ended=idle"
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_a_part_of_a_page_sends_the_whole_page_to_the_log_in(inside, passing):
    passing.go(minutes=31)
    answer = inside.client.get("/en/studies/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/en/account/login/?ended=idle")


def test_the_last_request_is_noted_once_a_minute_at_most(inside, passing, monkeypatch):
    from django.contrib.sessions.backends.db import SessionStore

    written = []
    kept = SessionStore.save
    monkeypatch.setattr(SessionStore, "save", lambda self, *a, **k: (written.append(1), kept(self, *a, **k)))
    for _ in range(5):
        passing.go(seconds=11)
        assert inside.is_in()
    assert written == []
    passing.go(seconds=11)
    assert inside.is_in()
    assert written == [1]


def test_a_session_that_does_not_say_when_it_began_is_over(inside):
    session = inside.client.session
    del session["equipoise_began"]
    session.save()
    assert not inside.is_in()


def test_a_new_password_ends_the_sessions_of_other_devices(inside, visitor):
    other = visitor("198.51.100.3")
    other.log_in("anna")
    assert other.is_in()
    before = inside.client.session.session_key
    sent = {"oldpassword": PASSWORD, "password1": "another long secret", "password2": "another long secret"}
    assert inside.client.post("/en/account/password/change/", sent).status_code == 302
    assert inside.is_in()
    assert inside.client.session.session_key != before
    assert not other.is_in()
    other.log_in("anna")
    assert not other.is_in()
    other.log_in("anna", "another long secret")
    assert other.is_in()


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", "short", "at least 12"),
        ("password1234", "password1234", "too common"),
        ("482910573829105", "482910573829105", "entirely numeric"),
        ("anna@example.org", "anna@example.org", "too similar"),
        ("another long secret", "another long secrot", "not the same"),
    ],
)
def test_a_weak_password_is_refused(inside, anna, password, again, words):
    sent = {"oldpassword": PASSWORD, "password1": password, "password2": again}
    assert words in inside.client.post("/en/account/password/change/", sent).content.decode()
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_a_closed_account_is_out_at_once_and_stays_out(inside, anna):
    from equipoise.server.accounts.actions.close_account import close_account

    close_account("anna", by="the tests")
    assert not inside.is_in()
    anna.refresh_from_db()
    anna.is_active = True
    anna.save()
    assert not inside.is_in()


def test_an_ended_role_finds_no_study(stage, visitor):
    from equipoise.server.accounts.actions.end_role import end_role

    stage.account("investigator")
    study = f"/en/studies/{stage.study.id}/participants/"
    somebody = visitor()
    somebody.log_in("investigator-01")
    assert somebody.get(study).status_code == 200
    end_role("investigator-01", stage.study.id, by="the tests")
    assert somebody.get(study).status_code == 404
    assert somebody.is_in()
