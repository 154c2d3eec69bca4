"""The second factor: set up before anything else, real codes, each once, nothing of it readable in the database."""

from __future__ import annotations

import base64
import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from equipoise.core.problem import ProblemsError
from equipoise.server.accounts.second_factor import is_required
from equipoise.server.records.actions.open_study import open_study
from equipoise.study.model.study import Study

PASSWORD = "correct horse battery staple"  # noqa: S105 - of the tests' own accounts
SET_UP = "/en/account/second-factor/set-up/"
CODES = "/en/account/second-factor/recovery-codes/"


@pytest.fixture
def enrolled(visitor, anna):
    """Let Anna set up her second factor and log out again."""
    somebody = visitor()
    somebody.log_in("anna")
    answer = somebody.set_up()
    assert (answer.status_code, answer["Location"]) == (302, CODES)
    return somebody


def _codes(somebody):
    return [
        first + second
        for first, second in re.findall(r"<code>(\d{4}) (\d{4})</code>", somebody.get(CODES).content.decode())
    ]


def test_whoever_has_none_is_sent_to_set_one_up_before_anything_else(visitor, anna):
    somebody = visitor()
    somebody.log_in("anna")
    for path in (
        "/en/studies/",
        "/en/account/second-factor/",
        "/en/account/password/change/",
        CODES,
        "/en/studies/x/participants/",
    ):
        assert somebody.get(path)["Location"] == SET_UP, path
    part = somebody.client.get("/en/studies/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, SET_UP)
    assert somebody.get(SET_UP).status_code == 200
    assert somebody.client.post("/en/account/logout/").status_code == 302


def test_the_first_code_sets_it_up_and_a_wrong_one_does_not(visitor, anna):
    somebody = visitor()
    somebody.log_in("anna")
    somebody.get(SET_UP)
    refused = somebody.client.post(SET_UP, {"code": "000000"})
    assert "This code is not right" in refused.content.decode()
    assert not Authenticator.objects.exists()
    assert somebody.set_up().status_code == 302
    assert {each.type for each in Authenticator.objects.all()} == {"totp", "recovery_codes"}
    assert somebody.is_in()


def test_the_next_log_in_asks_for_a_code(visitor, enrolled):
    enrolled.client.logout()
    answer = enrolled.log_in("anna")
    assert answer["Location"] == "/en/account/second-factor/code/"
    assert not enrolled.is_in()
    assert "This code is not right" in enrolled.give("000000").content.decode()
    assert not enrolled.is_in()
    assert enrolled.give(enrolled.code(1))["Location"] == "/en/studies/"
    assert enrolled.is_in()


def test_a_code_serves_once(visitor, enrolled):
    enrolled.client.logout()
    enrolled.log_in("anna")
    enrolled.give(enrolled.first)  # which set it up
    assert not enrolled.is_in()
    code = enrolled.code(1)
    enrolled.give(code)
    assert enrolled.is_in()
    watcher = visitor("198.51.100.9")
    watcher.log_in("anna")
    assert "it has been used" in watcher.give(code).content.decode()
    assert not watcher.is_in()


def test_a_recovery_code_serves_once(visitor, enrolled):
    codes = _codes(enrolled)
    assert len(set(codes)) == 10
    somebody = visitor("198.51.100.9")
    somebody.log_in("anna")
    somebody.give(codes[3])
    assert somebody.is_in()
    again = visitor("198.51.100.10")
    again.log_in("anna")
    again.give(codes[3])
    assert not again.is_in()
    again.give(codes[4])
    assert again.is_in()
    left = _codes(enrolled)
    assert left == [code for code in codes if code not in (codes[3], codes[4])]


def test_new_recovery_codes_end_the_old_ones(enrolled):
    old = _codes(enrolled)
    assert enrolled.client.post(f"{CODES}new/").status_code == 302
    assert not set(old) & set(_codes(enrolled))
    saved = enrolled.get(f"{CODES}download/")
    assert saved["Content-Type"].startswith("text/plain")
    assert all(code in saved.content.decode() for code in _codes(enrolled))


def test_nothing_of_it_can_be_read_in_the_database(enrolled):
    for each in Authenticator.objects.all():
        kept = str(each.data)
        assert enrolled.secret not in kept
        for code in _codes(enrolled):
            assert code not in kept
        encrypted = each.data.get("secret") or each.data.get("seed")
        assert base64.urlsafe_b64decode(encrypted)[0] == 0x80  # Fernet's version


def test_a_secret_that_is_being_set_up_cannot_be_read_in_the_session(visitor, anna):
    somebody = visitor()
    somebody.log_in("anna")
    page = somebody.get(SET_UP).content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)[1]
    session = Session.objects.get(session_key=somebody.client.session.session_key)
    assert secret not in str(session.get_decoded())
    assert "mfa.totp.secret" in session.get_decoded()
    somebody.set_up()
    assert "mfa.totp.secret" not in somebody.client.session


def test_who_guesses_codes_is_stopped_wherever_they_come_from(visitor, enrolled):
    for number in range(5):
        attacker = visitor(f"198.51.100.{number}")
        attacker.log_in("anna")
        attacker.give("000000")
    attacker = visitor("198.51.100.99")
    attacker.log_in("anna")
    assert "too many wrong codes" in attacker.give(enrolled.code(1)).content.decode()
    assert not attacker.is_in()
    # Whoever is in stays in.
    assert enrolled.is_in()


def test_a_session_of_the_password_alone_ends_when_a_second_factor_is_set_up_elsewhere(visitor, anna):
    thief = visitor("198.51.100.9")
    thief.log_in("anna")
    assert thief.get(SET_UP).status_code == 200
    owner = visitor()
    owner.log_in("anna")
    owner.set_up()
    assert owner.is_in()
    turned_away = thief.get("/en/studies/")
    assert turned_away["Location"] == "/en/account/login/?ended=factor&next=%2Fen%2Fstudies%2F"
    assert not thief.is_in()


def test_another_phone_means_taking_one_away_and_setting_another_up_at_once(visitor, enrolled):
    remove = "/en/account/second-factor/remove/"
    assert enrolled.get(remove).status_code == 200
    enrolled.client.post(remove)
    assert not Authenticator.objects.exists()
    assert enrolled.get("/en/studies/")["Location"] == SET_UP
    enrolled.set_up()
    assert enrolled.is_in()


def test_what_concerns_it_needs_the_password_again_after_a_while(visitor, enrolled, passing):
    passing.go(minutes=11)
    for path in ("/en/account/second-factor/remove/", CODES, f"{CODES}new/", f"{CODES}download/"):
        answer = enrolled.get(path)
        assert answer["Location"].startswith("/en/account/reauthenticate/?next="), path
    again = enrolled.get(CODES)["Location"]
    assert "This is not your password" in enrolled.client.post(again, {"password": "wrong"}).content.decode()
    assert enrolled.get(CODES).status_code == 302
    assert enrolled.client.post(again, {"password": PASSWORD})["Location"] == CODES
    assert enrolled.get(CODES).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "hosts", "code"),
    [
        ("off", "trial.example.org", "server.second-factor-off"),
        ("off", "127.0.0.1,trial.example.org", "server.second-factor-off"),
        ("sometimes", "127.0.0.1", "server.bad-setting"),
    ],
)
def test_without_it_no_site_starts_that_others_can_reach(monkeypatch, wanted, hosts, code):
    monkeypatch.setenv("EQUIPOISE_SECOND_FACTOR", wanted)
    monkeypatch.setenv("EQUIPOISE_HOSTS", hosts)
    with pytest.raises(ProblemsError) as refused:
        is_required()
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_demonstration_on_loopback_may_do_without(visitor, anna, monkeypatch):
    assert is_required()
    monkeypatch.setenv("EQUIPOISE_SECOND_FACTOR", "off")
    assert not is_required()
    somebody = visitor()
    somebody.log_in("anna")
    assert somebody.is_in()


def test_a_demonstration_asks_for_no_second_factor_and_a_real_study_does(stage, monkeypatch):
    monkeypatch.delenv("EQUIPOISE_SECOND_FACTOR")
    assert not is_required()  # the study of the stage was played
    monkeypatch.setenv("EQUIPOISE_HOSTS", "trials.example.org")
    assert is_required()
    monkeypatch.delenv("EQUIPOISE_HOSTS")
    identity = {**stage.study.content["identity"], "id": "real"}
    open_study(Study.model_validate({**stage.study.content, "identity": identity}), "somebody")
    assert is_required()
