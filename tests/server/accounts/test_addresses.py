"""Every address of accounts has its rule, and holds to it; every page reads well in both languages."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from equipoise.server.accounts import urls
from equipoise.server.accounts.urls import ADDRESSES, WITHOUT_SECOND_FACTOR, For
from equipoise.server.web.routes import OF_ACCOUNTS, LoggedIn, Public

_NAMED = {"account_reset_password_from_key": {"uidb36": "1", "key": "set-password"}}


def _path(name: str, language: str = "en") -> str:
    with override(language):
        return reverse(name, kwargs=_NAMED.get(name))


def test_every_address_has_a_rule_and_the_site_has_the_same():
    assert [pattern.name for pattern in urls.urlpatterns] == [each.name for each in ADDRESSES]
    for each in ADDRESSES:
        theirs = OF_ACCOUNTS[each.name]
        wanted = LoggedIn if each.rule in (For.LOGGED_IN, For.LOGGED_IN_JUST_NOW) else Public
        # The site's rule may only be looser where the page guards itself, as the tests below find.
        assert isinstance(theirs, wanted | Public), each.name


def test_these_and_no_other_addresses_of_accounts_are_there():
    # A new one needs a rule here, in `urls.ADDRESSES`, and a look at what it opens.
    assert {each.name: each.rule for each in ADDRESSES} == {
        "account_login": For.ANYBODY,
        "account_logout": For.ANYBODY,
        "account_reauthenticate": For.LOGGED_IN,
        "account_reset_password": For.ANYBODY,
        "account_reset_password_done": For.ANYBODY,
        "account_reset_password_from_key": For.ANYBODY,
        "account_reset_password_from_key_done": For.ANYBODY,
        "account_change_password": For.LOGGED_IN,
        "mfa_index": For.LOGGED_IN,
        "mfa_authenticate": For.PASSWORD_GIVEN,
        "mfa_activate_totp": For.LOGGED_IN_JUST_NOW,
        "mfa_deactivate_totp": For.LOGGED_IN_JUST_NOW,
        "mfa_view_recovery_codes": For.LOGGED_IN_JUST_NOW,
        "mfa_generate_recovery_codes": For.LOGGED_IN_JUST_NOW,
        "mfa_download_recovery_codes": For.LOGGED_IN_JUST_NOW,
    }


def test_whoever_is_not_logged_in_opens_what_is_for_anybody_and_nothing_else(visitor, database):
    for each in ADDRESSES:
        for method in ("get", "post"):
            answer = getattr(visitor().client, method)(_path(each.name))
            if each.rule is For.ANYBODY:
                assert answer.status_code in ((200, 302) if method == "get" else (200, 302, 405)), each.name
                assert "ended" not in answer.get("Location", ""), each.name
            else:
                assert answer.status_code == 302, each.name
                assert answer["Location"].startswith("/en/account/login/"), each.name


def test_whoever_is_logged_in_without_a_second_factor_opens_what_leads_to_one(visitor, anna):
    somebody = visitor()
    somebody.log_in("anna")
    for each in ADDRESSES:
        answer = somebody.get(_path(each.name))
        sent = answer.get("Location") == "/en/account/second-factor/set-up/"
        assert sent == (each.name not in WITHOUT_SECOND_FACTOR), each.name


def test_the_step_of_the_code_opens_by_the_password_alone(visitor, anna):
    somebody = visitor()
    somebody.log_in("anna")
    somebody.set_up()
    somebody.client.logout()
    somebody.log_in("anna")
    for each in ADDRESSES:
        answer = somebody.get(_path(each.name))
        if each.rule is For.PASSWORD_GIVEN:
            assert answer.status_code == 200
        elif each.rule is not For.ANYBODY:
            assert answer["Location"].startswith("/en/account/login/"), each.name


@pytest.mark.usefixtures("one_factor")
def test_every_page_is_whole_in_both_languages(visitor, anna):
    somebody = visitor()
    somebody.log_in("anna")
    somebody.set_up()
    stranger = visitor("198.51.100.1")
    waiting = visitor("198.51.100.2")
    waiting.log_in("anna")
    for each in ADDRESSES:
        who = {For.ANYBODY: stranger, For.PASSWORD_GIVEN: waiting}.get(each.rule, somebody)
        seen = {}
        for language in ("en", "zh-hans"):
            answer = who.get(_path(each.name, language))
            if answer.status_code == 302:  # logged out already, or set up already
                assert each.name in ("account_logout", "mfa_activate_totp")
                continue
            assert answer.status_code == 200, each.name
            text = answer.content.decode()
            if each.name == "mfa_download_recovery_codes":
                seen[language] = text
                continue
            main = text[text.index("<main") : text.index("</main>")]
            assert not re.search(r"\sstyle=|<style|onclick|<script", main), each.name
            seen[language] = re.sub(r"<[^>]*>|&[#\w]+;", " ", main)
            assert "<h1>" in main
        if "zh-hans" in seen:
            english = re.findall(r"[A-Za-z]{3,}", seen["zh-hans"])
            assert set(english) <= {"Equipoise", "anna", "example", "org", "testserver"} | _keys(english), each.name
            assert re.search(r"[一-鿿]", seen["zh-hans"])
            assert not re.search(r"[一-鿿]", seen["en"].replace("中文", ""))


def _keys(words):
    return {word for word in words if re.fullmatch(r"[A-Z2-7]{3,32}", word)}


@pytest.mark.usefixtures("one_factor")
def test_errors_stand_above_the_form_lead_to_the_field_and_keep_what_was_typed(visitor, anna):
    for language, words in (("en", "Type your password."), ("zh-hans", "请输入密码。")):
        answer = visitor().client.post(f"/{language}/account/login/", {"login": "anna", "password": ""})
        page = answer.content.decode()
        assert page.index('class="errors"') < page.index("<h1>")
        assert f'<a href="#id_password">{words}</a>' in page
        assert 'id="id_password"' in page
        assert 'value="anna"' in page
    answer = visitor().client.post("/zh-hans/account/login/", {"login": "anna", "password": "wrong"})
    assert "名称与密码不匹配。" in answer.content.decode()
    sent = {"oldpassword": "correct horse battery staple", "password1": "short", "password2": "shirt"}
    somebody = visitor()
    somebody.log_in("anna")
    page = somebody.client.post("/zh-hans/account/password/change/", sent).content.decode()
    assert "12" in page
    assert not re.search(r"[A-Za-z]{4,} [a-z]{3,} [a-z]{3,}", re.sub(r"<[^>]*>", " ", page[page.index("<main") :]))
