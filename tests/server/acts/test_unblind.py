"""Unblind: a reason, the password, one event, letters to who must know; and the arm to nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from equipoise.conduct import commands as c
from equipoise.server.records.actions.send_letter import send_letter
from equipoise.server.records.models import Access, Event, Letter

Fields = Callable[[Any], dict[str, str]]
PASSWORD = "correct horse battery staple"  # noqa: S105 - of the tests' own accounts
REASON = "Severe rash; the treatment depends on it"


def of(stage: Any, number: str, page: str = "unblind", language: str = "en") -> str:
    return f"/{language}/studies/{stage.study.id}/participants/{number}/{page}/"


def filled(client: Any, address: str, hidden: Fields, **changed: str) -> dict[str, str]:
    form = {"reason": REASON, "password": PASSWORD, "confirmed": "yes", **hidden(client.get(address)), **changed}
    return {name: value for name, value in form.items() if value}


def unblindings() -> list[Event]:
    return list(Event.objects.filter(type="unblinded").order_by("seq"))


def arm_shown(page: Any) -> str:
    found = re.search(r'<p class="arm">([^<]*)</p>', page.content.decode())
    return found[1] if found else ""


@pytest.fixture
def number(blinded) -> str:
    return blinded.allocated()


@pytest.fixture
def people(blinded) -> None:
    for role in ("sponsor", "monitor", "data_manager", "administrator"):
        blinded.account(role)
    chinese = blinded.account("investigator", "01", name="chinese")
    chinese.language = "zh-hans"
    chinese.save()


@pytest.mark.usefixtures("people")
def test_the_arm_is_shown_to_who_gives_a_reason_and_the_password(blinded, visitor, hidden: Fields, number):
    client = visitor(blinded.account("investigator"))
    answer = client.post(of(blinded, number), filled(client, of(blinded, number), hidden))
    assert answer.status_code == 200
    assert arm_shown(answer) in {arm.label for arm in blinded.study.arms.values()}
    assert answer["Cache-Control"] == "no-store"
    (event,) = unblindings()
    assert (event.stream, event.by, json.loads(event.data)) == (number, "investigator-01", {"reason": REASON})
    assert list(Access.objects.values_list("act", "what")) == [("read", f"{number} arm, unblinded")]
    # The arm is where a page is read once, and not where papers are printed.
    paper = client.get(of(blinded, number, "allocation")).content.decode()
    assert '<p class="arm">Sealed</p>' in paper
    assert arm_shown(answer) not in paper.replace(blinded.study.identity.title, "").replace(
        blinded.study.identity.short_title, ""
    )


@pytest.mark.usefixtures("people")
def test_a_retry_with_the_same_key_shows_it_again_and_writes_nothing(blinded, visitor, hidden: Fields, number):
    client = visitor(blinded.account("investigator"))
    form = filled(client, of(blinded, number), hidden)
    first, second = (client.post(of(blinded, number), form) for _ in range(2))
    assert arm_shown(first) == arm_shown(second) != ""
    assert len(unblindings()) == 1
    letters = Letter.objects.count()
    assert letters == len(set(Letter.objects.values_list("to", flat=True))) > 1
    assert DBTaskResult.objects.filter(task_path__endswith="send_letter").count() == letters


@pytest.mark.usefixtures("people", "settings_of_mail")
def test_letters_go_to_who_must_know_in_their_language_and_name_no_arm_and_no_disease(
    blinded, visitor, hidden: Fields, number
):
    client = visitor(blinded.account("investigator"))
    client.post(of(blinded, number), filled(client, of(blinded, number), hidden))
    for letter in Letter.objects.all():
        send_letter.func(letter.pk)
    assert len(mail.outbox) == Letter.objects.exclude(sent_at="").count() == Letter.objects.count()
    assert {"sponsor-all@example.org", "monitor-all@example.org"} & {letter.to[0] for letter in mail.outbox}
    said = " ".join(f"{letter.subject} {letter.body}" for letter in mail.outbox)
    for word in ("tablet", "Tablet", "placebo", "Placebo", "migraine,", "Migraine", "headache", REASON):
        assert word not in said.replace("DEMO-MIGRAINE", "")
    assert number in said
    languages = {letter.to: letter.language for letter in Letter.objects.all()}
    if "chinese@example.org" in languages:
        assert "已揭盲" in Letter.objects.get(to="chinese@example.org").subject
    for letter in Letter.objects.filter(language="en"):
        assert "was unblinded" in letter.subject


@pytest.mark.usefixtures("people")
def test_a_mail_server_that_is_down_loses_nothing(blinded, visitor, hidden: Fields, number, broken_mail):
    client = visitor(blinded.account("investigator"))
    answer = client.post(of(blinded, number), filled(client, of(blinded, number), hidden))
    assert answer.status_code == 200
    assert arm_shown(answer)
    letter = Letter.objects.first()
    with pytest.raises(ConnectionRefusedError):
        send_letter.func(letter.pk)
    letter.refresh_from_db()
    assert letter.sent_at == ""
    broken_mail()  # it is up again
    send_letter.func(letter.pk)
    send_letter.func(letter.pk)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reason": ""}, "The reason is missing"),
        ({"reason": "   "}, "The reason is missing"),
        ({"reason": "x" * 1001}, "The reason has 1001 characters"),
        ({"password": ""}, "The password is missing"),
        ({"confirmed": ""}, "The box is not ticked"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(blinded, visitor, hidden: Fields, changed, words):
    client, number = visitor(blinded.account("pharmacist")), blinded.allocated()
    answer = client.post(of(blinded, number), filled(client, of(blinded, number), hidden, **changed))
    assert answer.status_code == 400
    text = answer.content.decode()
    assert words in text
    assert "Nothing was unblinded yet" in text
    if "reason" not in changed:
        assert REASON in text
    assert PASSWORD not in text
    assert unblindings() == []


def test_a_wrong_password_makes_no_event_and_counts_towards_the_lock_out(blinded, visitor, hidden: Fields, number):
    client = visitor(blinded.account("investigator"))
    form = filled(client, of(blinded, number), hidden, password=PASSWORD.upper())
    statuses = [client.post(of(blinded, number), form).status_code for _ in range(12)]
    assert statuses[0] == 403
    assert 429 in statuses
    # Locked out here: the right password does not help either, for a while.
    assert client.post(of(blinded, number), {**form, "password": PASSWORD}).status_code != 200
    assert unblindings() == []
    assert Letter.objects.count() == 0


def test_the_form_is_drawn_safely_in_both_languages(blinded, visitor, number, unsafe_page):
    client = visitor(blinded.account("investigator"))
    for language, words in (("en", "Why must the arm be known?"), ("zh-hans", "为什么必须知道组别？")):
        page = client.get(of(blinded, number, language=language))
        assert page.status_code == 200
        text = page.content.decode()
        assert words in text
        assert unsafe_page(text) == []


def test_each_role_finds_what_it_may_and_learns_no_arm(blinded, visitor, hidden: Fields, number):
    from equipoise.conduct.permissions import ORIGIN_OF, Role

    investigator = visitor(blinded.account("investigator", name="who"))
    arm = arm_shown(investigator.post(of(blinded, number), filled(investigator, of(blinded, number), hidden)))
    found = {}
    for role in (role for role in Role if role not in ORIGIN_OF):
        client = visitor(blinded.account(role.value))
        pages = [client.get(of(blinded, number)), client.post(of(blinded, number), {"reason": REASON})]
        found[role.value] = tuple(page.status_code for page in pages)
        for page in pages:
            assert arm_shown(page) == ""
            assert f">{arm}<" not in page.content.decode()
    assert found == {
        "coordinator": (403, 403),
        "investigator": (200, 400),
        "pharmacist": (200, 400),
        "monitor": (403, 403),
        "data_manager": (403, 403),
        "statistician_blinded": (403, 403),
        "statistician_unblinded": (403, 403),
        "sponsor": (404, 404),
        "administrator": (404, 404),
    }
    assert len(unblindings()) == 1


def test_another_centres_investigator_finds_nothing(blinded, visitor, number):
    other = visitor(blinded.account("investigator", "02"))
    assert other.get(of(blinded, number)).status_code == 404
    assert other.post(of(blinded, number), {"reason": REASON, "password": PASSWORD}).status_code == 404


def test_who_is_not_allocated_cannot_be_unblinded(blinded, visitor):
    waiting = blinded.decided()
    text = visitor(blinded.account("investigator")).get(of(blinded, waiting)).content.decode()
    assert "cannot be unblinded now" in text
    assert 'name="password"' not in text


def test_in_an_open_study_there_is_nothing_to_unblind(stage, visitor):
    number = stage.allocated()
    client = visitor(stage.account("investigator"))
    for answer in (client.get(of(stage, number)), client.post(of(stage, number), {"reason": REASON})):
        assert "There is nothing to unblind" in answer.content.decode()
    assert unblindings() == []


def test_after_the_reveal_there_is_nothing_to_unblind(blinded, visitor, number):
    for command in (c.Freeze(), c.Lock(), c.RevealAllocation()):
        blinded.must(command)
    page = visitor(blinded.account("investigator")).get(of(blinded, number))
    assert "There is nothing to unblind" in page.content.decode()
