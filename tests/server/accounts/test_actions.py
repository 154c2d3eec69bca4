"""Accounts are opened, given roles, closed and renewed by an administrator; each act is on record."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, transaction

from equipoise.conduct.permissions import OF_A_CENTRE, ORIGIN_OF, Role
from equipoise.core.problem import Problem
from equipoise.server.accounts.actions.close_account import close_account
from equipoise.server.accounts.actions.end_role import end_role
from equipoise.server.accounts.actions.grant_role import grant_role
from equipoise.server.accounts.actions.introduce import introduce
from equipoise.server.accounts.actions.open_account import open_account
from equipoise.server.accounts.actions.renew_account import renew_account
from equipoise.server.accounts.models import Membership, User
from equipoise.server.accounts.people import who_must_know
from equipoise.server.accounts.recording import WHOLE_SITE
from equipoise.server.records.access import verify_access
from equipoise.server.records.models import Access

BY = "the tests"


def _on_record(study=WHOLE_SITE):
    return list(Access.objects.filter(study=study).order_by("number").values_list("by", "role", "act", "what"))


def _code(found):
    assert isinstance(found, Problem), found
    return found.code.rpartition(".")[2]


def test_an_account_is_opened_with_a_link_and_a_verified_address(database):
    opened = open_account("chen", " Chen@Example.org ", "zh-hans", by=BY)
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/zh-hans/account/password/reset/key/\w+-\w+-\w+/", opened.link)
    assert (opened.account.email, opened.account.language) == ("chen@example.org", "zh-hans")
    assert not opened.account.has_usable_password()
    address = EmailAddress.objects.get(user=opened.account)
    assert (address.email, address.verified, address.primary) == ("chen@example.org", True, True)
    assert _on_record() == [(BY, "administrator", "account_opened", "chen")]


@pytest.mark.parametrize(
    ("name", "email", "language", "code"),
    [
        ("Chen", "c@example.org", "en", "bad-name"),
        ("c", "c@example.org", "en", "bad-name"),
        ("c@example.org", "c@example.org", "en", "bad-name"),
        ("陈", "c@example.org", "en", "bad-name"),
        ("chen", "example.org", "en", "bad-email"),
        ("chen", "", "en", "bad-email"),
        ("chen", "c@example.org", "fr", "bad-language"),
        ("anna", "c@example.org", "en", "name-taken"),
        ("chen", "ANNA@example.org", "en", "email-taken"),
    ],
)
def test_what_is_no_account_is_refused(anna, name, email, language, code):
    before = _on_record()
    assert _code(open_account(name, email, language, by=BY)) == code
    assert User.objects.count() == 1
    assert _on_record() == before


def test_a_role_is_granted_of_a_centre_exactly_where_the_role_is_of_one(stage, anna):
    study = stage.study.id
    for role in Role:
        name = f"person-{role.value.replace('_', '-')}"
        open_account(name, f"{name}@example.org", "en", by=BY)
        if role in ORIGIN_OF:
            assert _code(grant_role(name, study, role.value, by=BY)) == "unknown-role"
            continue
        wrong, right = ("", "01") if role in OF_A_CENTRE else ("01", "")
        assert _code(grant_role(name, study, role.value, wrong, by=BY)) in ("site-needed", "no-site-wanted")
        granted = grant_role(name, study, role.value, right, by=BY)
        assert (granted.role, granted.site, granted.until) == (role.value, right, None)
        assert _on_record(study)[-1] == (BY, "administrator", "role_granted", f"{name} {role.value} {right}".strip())
    assert verify_access(study) is None


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("anna", "nct07328711", "king", ""), "unknown-role"),
        (("anna", "nct07328711", "investigator", "99"), "no-such-site"),
        (("anna", "another", "monitor", ""), "no-such-study"),
        (("nobody", "nct07328711", "monitor", ""), "no-such-account"),
    ],
)
def test_what_is_no_role_is_refused(stage, anna, asked, code):
    assert _code(grant_role(*asked, by=BY)) == code
    assert not Membership.objects.exists()


def test_nobody_is_two_things_in_one_study_and_what_they_were_stays(stage, anna):
    study = stage.study.id
    grant_role("anna", study, "coordinator", "01", by=BY)
    assert _code(grant_role("anna", study, "monitor", by=BY)) == "has-a-role"
    ended = end_role("anna", study, by=BY)
    assert ended.until is not None
    assert _code(end_role("anna", study, by=BY)) == "has-no-role"
    grant_role("anna", study, "monitor", by=BY)
    assert [(held.role, held.until is None) for held in Membership.objects.order_by("since")] == [
        ("coordinator", False),
        ("monitor", True),
    ]
    assert [line[2] for line in _on_record(study)] == ["role_granted", "role_ended", "role_granted"]


def test_the_database_refuses_a_second_role_and_a_role_of_nowhere(stage, anna):
    from datetime import UTC, datetime

    since, study = datetime(2026, 1, 1, tzinfo=UTC), stage.study.id
    Membership.objects.create(user=anna, study=study, role="monitor", since=since)
    for wrong in (
        {"role": "sponsor", "study": study},
        {"role": "investigator", "study": "other"},
        {"role": "monitor", "study": "other", "site": "01"},
        {"role": "simulator", "study": "other"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Membership.objects.create(user=anna, since=since, **wrong)


def test_a_closed_account_has_no_roles_and_no_password_and_its_name_stays_taken(stage, anna):
    grant_role("anna", stage.study.id, "monitor", by=BY)
    closed = close_account("anna", by=BY)
    assert not closed.is_active
    assert not closed.has_usable_password()
    assert not Membership.objects.filter(until=None).exists()
    assert [line[2:] for line in _on_record()] == [("account_opened", "anna"), ("account_closed", "anna")]
    assert _on_record(stage.study.id)[-1][2] == "role_ended"
    assert _code(close_account("anna", by=BY)) == "account-closed"
    assert _code(grant_role("anna", stage.study.id, "monitor", by=BY)) == "account-closed"
    assert _code(open_account("anna", "again@example.org", "en", by=BY)) == "name-taken"


def test_whoever_lost_everything_begins_anew(visitor, anna):
    somebody = visitor()
    somebody.log_in("anna")
    somebody.set_up()
    assert somebody.is_in()
    renewed = renew_account("anna", by=BY)
    assert "/password/reset/key/" in renewed.link
    assert not somebody.is_in()
    assert not Authenticator.objects.exists()
    somebody.log_in("anna")
    assert not somebody.is_in()
    assert _on_record()[-1][2:] == ("account_renewed", "anna")


def test_a_refused_role_opens_no_account(stage):
    refused = introduce("chen", email="c@example.org", study=stage.study.id, role="investigator", by=BY)
    assert _code(refused) == "site-needed"
    assert not User.objects.exists()
    assert _on_record() == []
    link = introduce("chen", email="c@example.org", study=stage.study.id, role="investigator", site="01", by=BY)
    assert "/password/reset/key/" in link
    assert _code(introduce("chen", study=stage.study.id, by=BY)) == "study-and-role"


def test_an_act_that_cannot_be_recorded_is_not_done(database, monkeypatch):
    from equipoise.server.accounts import recording

    def broken(*_given):
        raise DatabaseError

    monkeypatch.setattr(recording, "log_access", broken)
    with pytest.raises(DatabaseError):
        open_account("chen", "c@example.org", "en", by=BY)
    assert not User.objects.exists()


def test_an_unblinding_is_told_to_the_sponsor_and_the_monitor_of_now(stage):
    study = stage.study.id
    for role in Role:
        if role not in ORIGIN_OF:
            stage.account(role.value)
    stage.account("sponsor", name="of-another-study", study="other")
    stage.account("monitor", name="left")
    stage.account("monitor", name="closed")
    end_role("left", study, by=BY)
    close_account("closed", by=BY)
    assert [user.username for user in who_must_know(study)] == ["monitor-all", "sponsor-all"]
