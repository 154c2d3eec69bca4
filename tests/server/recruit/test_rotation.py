"""Changing the installation's key: everything encrypted is encrypted anew, and the old key can be thrown away."""

from __future__ import annotations

import pytest
from django.apps import apps

from equipoise.core.problem import ProblemsError
from equipoise.server import keys, rotation
from equipoise.server.recruit.models import Enquiry, Mail

OLD, NEW = "5e" * 32, "7a" * 32


@pytest.fixture
def filled(stage):
    """Something of every kind, under the old key."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from equipoise.server.recruit.actions.submit_enquiry import Submission, submit_enquiry
    from equipoise.server.recruit.said import Said

    user = stage.account("coordinator")
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    assert Authenticator.objects.count() == 2
    said = Said("Fang", "Wang", "wang.fang@example.org", "13900000000", "en")
    return submit_enquiry(Submission("k", stage.study.id, stage.study.id, "01", "en", said))


def rotate():
    return {each.kind: each for each in rotation.rotate()}


def test_after_a_rotation_the_old_key_is_needed_by_nothing(filled, stage, monkeypatch):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import decrypt

    from equipoise.server.records.secrets import secret_of
    from equipoise.server.recruit.contacts import fingerprint
    from equipoise.server.recruit.enquiries import by_code, by_token
    from equipoise.server.recruit.said import said_of

    said = said_of(filled)
    monkeypatch.setenv("EQUIPOISE_KEY", NEW)
    monkeypatch.setenv("EQUIPOISE_KEY_BEFORE", OLD)
    # The site runs on meanwhile: what is found by a digest is found under both keys.
    assert by_code(filled.receipt, said.code) is not None
    done = rotate()
    assert {each.renewed for each in done.values() if each.count} >= {1, 2}
    assert not any(each.unreadable for each in done.values())
    assert not any(each.renewed for each in rotate().values()), "a second time there is nothing to do"
    monkeypatch.delenv("EQUIPOISE_KEY_BEFORE")
    row = Enquiry.objects.get()
    assert said_of(row) == said
    assert row.of_email == fingerprint("wang.fang@example.org")
    assert by_code(row.receipt, said.code) == row
    assert by_token(said.token) == row
    assert secret_of(stage.study.id) is not None
    for kept in Authenticator.objects.all():
        assert decrypt(kept.data.get("secret") or kept.data["seed"])
    from equipoise.server.recruit.message import message_of

    assert all(message_of(mail).to for mail in Mail.objects.all())


def test_a_rotation_that_was_broken_off_goes_on(filled, monkeypatch):
    monkeypatch.setenv("EQUIPOISE_KEY", NEW)
    monkeypatch.setenv("EQUIPOISE_KEY_BEFORE", OLD)
    begun = rotation.rotate()
    first = next(begun)
    begun.close()
    assert first.renewed == 1
    done = rotate()
    assert done[first.kind].renewed == 0
    assert sum(each.renewed for each in done.values()) >= 3


def test_what_no_key_opens_is_counted_and_left(filled, monkeypatch):
    before = Enquiry.objects.values().get()
    monkeypatch.setenv("EQUIPOISE_KEY", NEW)
    done = rotate()
    assert done["recruit_enquiry"].unreadable == 1
    assert Enquiry.objects.values().get() == before
    with pytest.raises(ProblemsError):
        keys.decrypt("contacts", before["content"])


def test_every_column_that_holds_something_encrypted_is_rotated(filled):
    """Oracle: every text in the database that begins as everything encrypted does."""
    declared = {(kind.model._meta.db_table, name) for kind in rotation.kinds() for name in kind.fields}
    found = set()
    for model in apps.get_models():
        for row in model._default_manager.values():
            found |= {(model._meta.db_table, name) for name, value in row.items() if keys.MARK in str(value)}
    assert found <= declared | {("mfa_authenticator", "data")}
    assert found
