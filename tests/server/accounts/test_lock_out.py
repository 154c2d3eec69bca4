"""Too many wrong passwords close one account to one address, and nothing else to anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import RequestFactory
from django.utils import timezone

from equipoise.server.accounts.addressing import address_of

pytestmark = pytest.mark.usefixtures("one_factor")
PASSWORD = "correct horse battery staple"  # noqa: S105 - of the tests' own accounts
LIMIT = 5


def _try(somebody, name="anna", times=LIMIT):
    return [somebody.log_in(name, "wrong").status_code for _ in range(times)]


def test_after_five_wrong_passwords_the_right_one_no_longer_helps_from_there(visitor, anna):
    attacker = visitor("198.51.100.1")
    assert _try(attacker) == [200, 200, 200, 200, 429]
    answer = attacker.log_in("anna")
    assert answer.status_code == 429
    assert "Nobody else is locked out" in answer.content.decode()
    assert not attacker.is_in()


def test_the_owner_gets_in_from_elsewhere_and_others_from_the_same_address(visitor, anna):
    from equipoise.server.accounts.actions.open_account import open_account

    open_account("bert", "bert@example.org", "en", by="the tests", password=PASSWORD)
    _try(visitor("198.51.100.1"))
    owner = visitor("203.0.113.20")
    owner.log_in("anna")
    assert owner.is_in()
    neighbour = visitor("198.51.100.1")
    neighbour.log_in("bert")
    assert neighbour.is_in()
    again = visitor("198.51.100.1")
    again.log_in("anna")
    assert not again.is_in()


def test_all_names_of_an_account_are_counted_as_one(visitor, anna):
    attacker = visitor("198.51.100.1")
    for name in ("anna", "ANNA", "anna@example.org", " anna ", "Anna@example.ORG"):
        last = attacker.log_in(name, "wrong")
    assert last.status_code == 429
    assert set(AccessAttempt.objects.values_list("username", flat=True)) == {"anna"}


def test_a_name_that_is_nobodys_is_locked_alike_and_not_kept(visitor, database):
    attacker = visitor("198.51.100.1")
    assert _try(attacker, "my secret password") == [200, 200, 200, 200, 429]
    kept = repr(list(AccessAttempt.objects.values()))
    assert "my secret password" not in kept
    assert "wrong" not in kept


def test_the_lock_opens_after_a_quarter_of_an_hour_whatever_was_tried_meanwhile(visitor, anna):
    attacker = visitor("198.51.100.1")
    _try(attacker)
    before = AccessAttempt.objects.get().attempt_time
    _try(attacker, times=3)
    assert AccessAttempt.objects.get().attempt_time == before
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert attacker.log_in("anna").status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    attacker.log_in("anna")
    assert attacker.is_in()


def test_one_address_may_not_try_many_names(visitor, anna):
    attacker = visitor("198.51.100.1")
    pages = [attacker.log_in(f"name{number}", "wrong").content.decode() for number in range(21)]
    assert "too many tries" not in pages[19]
    assert "too many tries" in pages[20]
    elsewhere = visitor("203.0.113.30")
    elsewhere.log_in("anna")
    assert elsewhere.is_in()


@pytest.mark.parametrize(
    ("proxies", "stated", "found"),
    [
        ("0", "198.51.100.1", "203.0.113.7"),  # nobody stands in front: what the client states is its invention
        ("1", "198.51.100.1", "198.51.100.1"),
        ("1", "127.0.0.1, 198.51.100.1", "198.51.100.1"),  # the first entry is forged
        ("2", "127.0.0.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("2", "198.51.100.1", "203.0.113.7"),  # it came past the proxies
        ("1", "198.51.100.1:4711", "198.51.100.1"),
        ("1", "rubbish", "203.0.113.7"),
        ("1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("1", "[2001:db8:1:2:ffff::1]:443", "2001:db8:1:2::"),
        ("1", "::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
def test_only_what_ones_own_proxies_state_is_believed(monkeypatch, proxies, stated, found):
    monkeypatch.setenv("EQUIPOISE_PROXIES", proxies)
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=stated)
    assert address_of(request) == found


def test_a_forged_header_does_not_escape_the_lock(visitor, anna, monkeypatch):
    monkeypatch.setenv("EQUIPOISE_PROXIES", "1")
    for number in range(LIMIT):
        attacker = visitor("10.0.0.1", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 198.51.100.1")
        last = attacker.log_in("anna", "wrong")
    assert last.status_code == 429
    owner = visitor("10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.20")
    owner.log_in("anna")
    assert owner.is_in()


def test_the_password_again_is_counted_too(anna):
    from equipoise.server.accounts.confirming import confirm_password

    def asking():
        request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.7")
        request.user = anna
        return request

    assert confirm_password(asking(), PASSWORD) is None
    assert confirm_password(asking(), "").code == "server.accounts.no-password"
    codes = [confirm_password(asking(), "wrong").code for _ in range(LIMIT)]
    assert codes[0] == "server.accounts.wrong-password"
    assert codes[-1] == "server.accounts.locked-out"
    assert confirm_password(asking(), PASSWORD).code == "server.accounts.locked-out"


def test_changing_the_password_is_no_way_to_guess_it(visitor, anna):
    somebody = visitor()
    somebody.log_in("anna")
    new = {"password1": "another long secret", "password2": "another long secret"}
    for _ in range(LIMIT):
        last = somebody.client.post("/en/account/password/change/", {"oldpassword": "wrong", **new})
    assert last.status_code == 429
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)
