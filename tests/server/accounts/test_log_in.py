"""Logging in: by name or mail, with the right password, from a page of ours, into a new session, to our own pages."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, identify_hasher
from django.contrib.sessions.models import Session

pytestmark = pytest.mark.usefixtures("one_factor")
COSTS = (Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.time_cost)  # before the tests make it quick
PASSWORD = "correct horse battery staple"  # noqa: S105 - of the tests' own accounts


@pytest.mark.parametrize("name", ["anna", "ANNA", "anna@example.org", "Anna@Example.org"])
def test_who_gives_name_or_mail_and_the_password_is_in(visitor, anna, name):
    somebody = visitor()
    assert not somebody.is_in()
    answer = somebody.log_in(name)
    assert (answer.status_code, answer["Location"]) == (302, "/en/studies/")
    assert somebody.is_in()


def test_a_wrong_password_an_unknown_name_and_a_closed_account_get_one_answer(visitor, anna):
    from equipoise.server.accounts.actions.close_account import close_account
    from equipoise.server.accounts.actions.open_account import open_account

    open_account("bert", "bert@example.org", "en", by="the tests", password=PASSWORD)
    bert = visitor()
    bert.log_in("bert")
    assert bert.is_in()
    close_account("bert", by="the tests")
    assert not bert.is_in()
    answers = []
    for number, (name, password) in enumerate((("anna", "wrong"), ("nobody", "wrong"), ("bert", PASSWORD))):
        somebody = visitor(f"203.0.113.{number}")
        answer = somebody.log_in(name, password)
        assert answer.status_code == 200
        assert not somebody.is_in()
        page = answer.content.decode().replace(name, "NAME")
        answers.append(page[page.index("<h2 id=") :].partition("csrfmiddlewaretoken")[0])
    assert "do not belong together" in answers[0]
    assert len(set(answers)) == 1


def test_passwords_are_kept_as_argon2id(anna):
    assert anna.password.startswith("argon2$argon2id$")
    assert identify_hasher(anna.password).algorithm == "argon2"
    assert PASSWORD not in anna.password
    # OWASP's least: 19 MiB and two passes.
    assert COSTS >= (19 * 1024, 2)
    assert COSTS[1] >= 2


def test_the_session_that_was_there_before_the_log_in_is_worth_nothing_after_it(visitor, anna):
    somebody = visitor()
    somebody.get("/en/account/login/")
    session = somebody.client.session
    session["planted"] = "by an attacker"
    session.save()
    planted = session.session_key
    somebody.log_in("anna")
    assert somebody.client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
    attacker = visitor("198.51.100.9")
    attacker.client.cookies["sessionid"] = planted
    assert not attacker.is_in()


def test_a_form_from_elsewhere_is_refused(visitor, anna):
    somebody = visitor(enforce_csrf_checks=True)
    answer = somebody.log_in("anna")
    assert answer.status_code == 403
    assert not somebody.is_in()
    page = somebody.get("/en/account/login/").content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert somebody.log_in("anna", csrfmiddlewaretoken=token).status_code == 302
    assert somebody.client.post("/en/account/logout/").status_code == 403
    assert somebody.is_in()


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "https:///evil.example",
        "/\\evil.example",
        "http://127.0.0.1:9999/",  # another server of the same machine
        "javascript:alert(1)",
    ],
)
def test_the_log_in_leads_nowhere_else(visitor, anna, address):
    assert visitor().log_in("anna", next=address)["Location"] == "/en/studies/"
    somebody = visitor()
    somebody.log_in("anna")
    for page in ("login", "logout"):
        answer = somebody.client.post(f"/en/account/{page}/", {"next": address})
        assert "evil" not in answer["Location"]
        assert answer["Location"].startswith("/en/")


def test_the_log_in_leads_back_to_where_somebody_wanted_to_go(visitor, anna):
    somebody = visitor()
    turned_away = somebody.get("/en/account/password/change/")
    assert turned_away["Location"] == "/en/account/login/?next=/en/account/password/change/"
    answer = somebody.client.post(turned_away["Location"], {"login": "anna", "password": PASSWORD})
    assert answer["Location"] == "/en/account/password/change/"


def test_nobody_signs_up(visitor, anna):
    for path in ("signup/", "email/", "login/code/", "confirm-email/x/", "password/set/", "inactive/"):
        assert visitor().get(f"/en/account/{path}").status_code == 404, path
    from equipoise.server.accounts.adapter import Accounts

    assert not Accounts().is_open_for_signup(None)


def test_logging_out_takes_a_click_and_ends_the_session(visitor, anna):
    somebody = visitor()
    somebody.log_in("anna")
    key = somebody.client.session.session_key
    assert somebody.get("/en/account/logout/").status_code == 200
    assert somebody.is_in()
    assert somebody.client.post("/en/account/logout/")["Location"] == "/en/account/login/"
    assert not somebody.is_in()
    assert not Session.objects.filter(session_key=key).exists()
