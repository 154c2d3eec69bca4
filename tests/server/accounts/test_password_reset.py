"""A lost password: the mail goes through a real mail server, its link is followed, and works once."""

from __future__ import annotations

import re
import socket
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings
from django_tasks_db.models import DBTaskResult

PASSWORD = "correct horse battery staple"  # noqa: S105 - of the tests' own accounts
NEW = "another long secret"
ASK = "/en/account/password/reset/"


class _Box:
    """Keeps what the mail server is given."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - as aiosmtpd calls it
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 kept"


@pytest.fixture
def post(queue):
    """Run a mail server on loopback; return a function that lets the worker send and gives what has arrived."""
    box = _Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    sending = override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port
    )

    def arrived():
        queue()
        mails, box.mails = box.mails, []
        return mails

    with sending:
        yield arrived
    server.stop()


def _link(mail):
    link = re.search(r"http\S+/key/\S+", mail.get_content())[0]
    assert link.startswith("http://127.0.0.1:8000/")  # the setting's address, not the request's
    return urlsplit(link).path


def _follow(somebody, path, password=NEW, again=""):
    shown = somebody.get(path)
    if shown.status_code != 302:
        return shown
    assert path.rpartition("-")[2].rstrip("/") not in shown["Location"]  # the key does not stay in the address
    return somebody.client.post(shown["Location"], {"password1": password, "password2": again or password})


@pytest.mark.enable_socket
@pytest.mark.usefixtures("one_factor")
def test_the_link_of_the_mail_sets_a_new_password_once(visitor, anna, post):
    lost = visitor()
    other = visitor("198.51.100.3")
    other.log_in("anna")
    assert lost.client.post(ASK, {"email": "Anna@Example.org"})["Location"] == f"{ASK}done/"
    ((to, mail),) = post()
    assert to == ["anna@example.org"]
    assert mail["Subject"] == "Equipoise: set your password"
    assert not re.search(r"hepatitis|HBV|trial|study", mail.get_content() + mail["Subject"], re.IGNORECASE)
    path = _link(mail)
    assert "not the same" in _follow(lost, path, again="something else entirely").content.decode()
    assert _follow(lost, path)["Location"] == f"{ASK}key/done/"
    assert not lost.is_in()  # the second factor would be passed by otherwise
    assert not other.is_in()
    lost.log_in("anna", PASSWORD)
    assert not lost.is_in()
    lost.log_in("anna", NEW)
    assert lost.is_in()
    again = visitor("198.51.100.4")
    used = _follow(again, path, "a third long secret")
    assert "has been used already" in used.content.decode()
    anna.refresh_from_db()
    assert anna.check_password(NEW)
    ((to, notice),) = post()
    assert to == ["anna@example.org"]
    assert notice["Subject"] == "Equipoise: your password was changed"


@pytest.mark.enable_socket
def test_a_mail_is_written_in_the_language_of_its_reader(visitor, database, post):
    from equipoise.server.accounts.actions.open_account import open_account

    open_account("bao", "bao@example.org", "zh-hans", by="the tests", password=PASSWORD)
    visitor().client.post(ASK, {"email": "bao@example.org"})
    ((_, mail),) = post()
    assert mail["Subject"] == "Equipoise：设定您的密码"
    assert "24 小时内有效" in mail.get_content()
    assert not re.search(r"肝炎|乙肝|试验|研究", mail.get_content() + mail["Subject"])
    assert _link(mail).startswith("/zh-hans/")


@pytest.mark.enable_socket
def test_an_address_that_is_nobodys_gets_the_same_answer_and_no_mail(visitor, anna, post):
    known = visitor().client.post(ASK, {"email": "anna@example.org"})
    tasks = DBTaskResult.objects.count()
    unknown = visitor().client.post(ASK, {"email": "nobody@example.org"})
    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
    assert DBTaskResult.objects.count() == tasks + 1  # and it takes the same time
    assert [to for to, _ in post()] == [["anna@example.org"]]


@pytest.mark.enable_socket
def test_the_first_link_of_an_account_works_once_and_a_lost_one_can_be_asked_for(visitor, database, post):
    from equipoise.server.accounts.actions.open_account import open_account

    opened = open_account("bert", "bert@example.org", "en", by="the tests")
    assert not opened.account.has_usable_password()
    visitor().client.post(ASK, {"email": "bert@example.org"})
    ((_, mail),) = post()
    assert _follow(visitor(), urlsplit(opened.link).path).status_code == 302
    opened.account.refresh_from_db()
    assert opened.account.check_password(NEW)
    assert "has been used already" in _follow(visitor(), _link(mail)).content.decode()


def test_a_link_is_good_for_a_day(visitor, anna, monkeypatch):
    from datetime import datetime, timedelta

    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    from equipoise.server.accounts.links import password_link

    path = urlsplit(password_link(anna)).path
    for hours, status in ((23, 302), (25, 200)):
        later = datetime.now() + timedelta(hours=hours)  # noqa: DTZ005 - as Django counts
        monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _self, later=later: later)
        assert visitor().get(path).status_code == status


@pytest.mark.parametrize("key", ["x", "1-x", "1-abc-def", "zzzz-d0wn2k-2f3a"])
def test_a_made_up_link_opens_nothing(visitor, anna, key):
    answer = visitor().get(f"/en/account/password/reset/key/{key}/")
    assert answer.status_code in (200, 404)
    assert "password1" not in answer.content.decode()


def test_a_flood_of_requests_makes_three_mails(visitor, anna):
    for number in range(6):
        visitor(f"198.51.100.{number}").client.post(ASK, {"email": "anna@example.org"})
    assert DBTaskResult.objects.count() == 3


def test_what_is_queued_holds_no_link(visitor, anna):
    visitor().client.post(ASK, {"email": "anna@example.org"})
    assert DBTaskResult.objects.get().args_kwargs == {"args": [anna.pk], "kwargs": {}}


def test_a_closed_account_gets_no_link(visitor, anna, queue):
    from equipoise.server.accounts.actions.close_account import close_account
    from equipoise.server.accounts.links import password_link

    path = urlsplit(password_link(anna)).path
    close_account("anna", by="the tests")
    visitor().client.post(ASK, {"email": "anna@example.org"})
    assert DBTaskResult.objects.get().args_kwargs["args"] == [None]
    assert "has been used already" in visitor().get(path).content.decode()
