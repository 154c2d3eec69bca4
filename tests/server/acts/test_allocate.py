"""Allocate: the facts, the button, one allocation however often it is asked for, and a page that proves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from equipoise.conduct import commands as c
from equipoise.conduct.permissions import ORIGIN_OF, Role
from equipoise.server.records.models import Access, Event, Participant
from equipoise.server.records.verification import verify_study

Fields = Callable[[Any], dict[str, str]]
LANGUAGES = ("en", "zh-hans")


def of(stage: Any, number: str, page: str = "allocate", language: str = "en") -> str:
    return f"/{language}/studies/{stage.study.id}/participants/{number}/{page}/"


def arms_in(text: str, stage: Any) -> list[str]:
    """Return the arms that a page names, but for those words of the study that everybody knows."""
    identity = stage.study.identity
    for known in (identity.title, identity.short_title, *(product.label for product in identity.products)):
        text = text.replace(known, "")
    return [arm.label for arm in stage.study.arms.values() if arm.label in text]


def allocations(stage: Any) -> list[Event]:
    return list(Event.objects.filter(study=stage.study.id, type="allocated").order_by("seq"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_confirmation_shows_the_facts_that_matter_and_one_button(stage, visitor, unsafe_page, language):
    stage.allocated()
    number = stage.decided()
    page = visitor(stage.account("coordinator")).get(of(stage, number, language=language))
    assert page.status_code == 200
    text = page.content.decode()
    assert unsafe_page(text) == []
    said = {
        "en": (
            "2 March 2026",
            "version 1.0",
            "eligible, decided on",
            "1 of 132",
            "1 September 2026",
            "cannot be undone",
        ),
        "zh-hans": ("2026年3月2日", "第 1.0 版", "符合入选条件", "1 人，计划 132 人", "2026年9月1日", "不能撤销"),
    }[language]
    for words in (number, *said):
        assert words in text
    assert text.count('<button class="act"') == 1
    assert allocations(stage)[1:] == []


def test_the_confirmation_is_logged_and_names_no_arm_of_an_open_study_either(stage, visitor):
    number = stage.decided()
    text = visitor(stage.account("coordinator")).get(of(stage, number)).content.decode()
    assert list(Access.objects.values_list("act", "what")) == [("read", f"{number} before allocation")]
    for arm in stage.study.arms.values():
        assert arm.label not in text


def test_a_double_click_a_reload_and_a_retry_give_one_allocation(stage, visitor, hidden: Fields):
    number = stage.decided()
    client = visitor(stage.account("coordinator"))
    sent = hidden(client.get(of(stage, number)))
    answers = [client.post(of(stage, number), sent) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {of(stage, number, "allocation")}
    (event,) = allocations(stage)
    assert (event.stream, event.key, event.by) == (number, sent["key"], "coordinator-01")
    page = client.get(answers[0]["Location"]).content.decode()
    assert stage.study.arms[event_data(event)["arm"]].label in page
    assert verify_study(stage.study.id).found.problems == ()


def event_data(event: Event) -> Any:
    import json

    return json.loads(event.data)


def test_a_retry_after_midnight_is_still_the_same_allocation(stage, visitor, hidden: Fields, clock):
    number = stage.decided()
    clock(datetime(2026, 9, 2, 15, 50, tzinfo=UTC))
    client = visitor(stage.account("coordinator"))
    sent = hidden(client.get(of(stage, number)))
    assert client.post(of(stage, number), sent).status_code == 302
    clock(datetime(2026, 9, 2, 16, 10, tzinfo=UTC))  # the third has begun in China
    assert client.post(of(stage, number), sent).status_code == 302
    assert len(allocations(stage)) == 1


def test_a_page_that_was_open_over_midnight_is_refused_in_words(stage, visitor, hidden: Fields, clock):
    number = stage.decided()
    clock(datetime(2026, 9, 2, 15, 50, tzinfo=UTC))
    client = visitor(stage.account("coordinator"))
    sent = hidden(client.get(of(stage, number)))
    clock(datetime(2026, 9, 2, 16, 10, tzinfo=UTC))
    answer = client.post(of(stage, number), sent)
    assert answer.status_code == 409
    assert "at the centre it is 2026-09-03 now" in answer.content.decode()
    assert allocations(stage) == []


def test_another_study_version_is_refused_in_words_and_nothing_is_drawn(stage, visitor, hidden: Fields):
    number = stage.decided()
    client = visitor(stage.account("coordinator"))
    sent = hidden(client.get(of(stage, number)))
    assert sent["version"] == stage.study.version
    for version in ("0.9", ""):
        answer = client.post(of(stage, number), {**sent, "version": version})
        assert answer.status_code in (400, 409)
        text = answer.content.decode()
        assert "Nothing was drawn" in text
        assert 'name="key"' not in text
        assert "Look at the facts again" in text
    assert (
        "You have version 0.9 before you" in client.post(of(stage, number), {**sent, "version": "0.9"}).content.decode()
    )
    assert allocations(stage) == []


@pytest.mark.parametrize("wrong", [{"key": ""}, {"key": "1"}, {"key": "x" * 300}, {"on": ""}, {"on": "2026-13-40"}])
def test_a_form_that_is_not_ours_draws_nothing(stage, visitor, hidden: Fields, wrong):
    number = stage.decided()
    client = visitor(stage.account("coordinator"))
    answer = client.post(of(stage, number), {**hidden(client.get(of(stage, number))), **wrong})
    assert answer.status_code in (400, 409)
    assert allocations(stage) == []


def test_somebody_elses_key_gives_nobody_a_second_allocation(stage, visitor, hidden: Fields):
    first, second = stage.decided(), stage.decided()
    client = visitor(stage.account("coordinator"))
    sent = hidden(client.get(of(stage, first)))
    client.post(of(stage, first), sent)
    answer = client.post(of(stage, second), sent)
    assert answer.status_code == 409
    assert len(allocations(stage)) == 1
    again = client.post(of(stage, first), {**sent, "key": "7b2f6f0e-6f55-4f0e-9a55-0a4c1a2b3c4d"})
    assert again.status_code == 409
    assert "is allocated" in again.content.decode()
    assert len(allocations(stage)) == 1


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("consented", "Decide eligibility first"),
        ("not_eligible", "while the participant"),
        ("cannot_tell_yet", "while the participant"),
        ("withdrawn", "is allocated"),
    ],
)
def test_whoever_cannot_be_allocated_now_is_told_why_and_shown_no_button(stage, visitor, state, words):
    number = stage.in_state(state)
    before = len(allocations(stage))
    text = visitor(stage.account("investigator")).get(of(stage, number)).content.decode()
    assert words in text or "cannot be allocated now" in text
    assert 'name="key"' not in text
    assert len(allocations(stage)) == before


def test_a_frozen_study_a_changed_value_and_a_full_enrolment_are_told_in_words(stage, visitor):
    number = stage.decided()
    client = visitor(stage.account("coordinator"))
    assert 'name="key"' in client.get(of(stage, number)).content.decode()
    stage.must(
        c.CorrectItem(
            participant=number,
            visit="screening",
            form="laboratory",
            on="2026-03-02",
            entry=c.Entry(item="hbv_dna", value="2000"),
            reason="read again",
        )
    )
    text = client.get(of(stage, number)).content.decode()
    assert "is not eligible on 2026-09-01" in text
    assert 'name="key"' not in text
    other = stage.decided()
    stage.must(c.Freeze())
    text = client.get(of(stage, other)).content.decode()
    assert "cannot be allocated now" in text
    assert 'name="key"' not in text


def test_the_result_can_be_printed_and_checked(stage, visitor, hidden: Fields, unsafe_page):
    number = stage.decided()
    client = visitor(stage.account("coordinator"))
    client.post(of(stage, number), hidden(client.get(of(stage, number))))
    (event,) = allocations(stage)
    stage.decided()  # the history goes on
    for language in LANGUAGES:
        text = client.get(of(stage, number, "allocation", language)).content.decode()
        assert unsafe_page(text) == []
        plain = text.replace("</span> <span>", "")
        assert event.hash in plain
        assert Event.objects.order_by("-seq").first().hash in plain
        assert f"http://127.0.0.1:8000/{language}/studies/{stage.study.id}/verification/?head={event.hash}" in text
        for words in (number, "coordinator-01", str(event.seq), stage.study.version):
            assert words in text
    checked = client.get(f"/en/studies/{stage.study.id}/verification/?head={event.hash}").content.decode()
    assert f"It stands at event {event.seq} of this history" in checked


def test_who_is_not_allocated_has_no_result_page(stage, visitor):
    number = stage.decided()
    assert visitor(stage.account("coordinator")).get(of(stage, number, "allocation")).status_code == 404


def test_each_role_finds_what_it_may(stage, visitor):
    allocated, eligible = stage.allocated(), stage.decided()
    found = {}
    for role in (role for role in Role if role not in ORIGIN_OF):
        client = visitor(stage.account(role.value))
        found[role.value] = (
            client.get(of(stage, eligible)).status_code,
            client.post(of(stage, eligible)).status_code,
            client.get(of(stage, allocated, "allocation")).status_code,
        )
    reads = (403, 403, 200)
    assert found == {
        "coordinator": (200, 400, 200),
        "investigator": (200, 400, 200),
        "pharmacist": reads,
        "monitor": reads,
        "data_manager": reads,
        "statistician_blinded": reads,
        "statistician_unblinded": reads,
        "sponsor": (404, 404, 404),
        "administrator": (404, 404, 404),
    }
    assert len(allocations(stage)) == 1


def test_a_sealed_arm_is_in_no_page_and_in_no_log(blinded, visitor, hidden: Fields, caplog):
    caplog.set_level("DEBUG")
    client = visitor(blinded.account("coordinator"))
    seen = b""
    for _ in range(4):
        number = blinded.decided()
        asked = client.get(of(blinded, number))
        answer = client.post(of(blinded, number), hidden(asked), follow=True)
        assert answer.status_code == 200
        assert b"Sealed" in answer.content
        assert b"assigns a numbered kit" in answer.content
        seen += asked.content + answer.content + client.get(of(blinded, number, "allocation", "zh-hans")).content
    for person in Participant.objects.exclude(arm=""):
        assert person.arm.encode() not in seen  # not even sealed
    logged = caplog.text + "".join(Access.objects.values_list("what", flat=True))
    for arm in blinded.study.arms:
        assert f">{arm}<".encode() not in seen
        assert arm not in logged
    assert arms_in(seen.decode(), blinded) == []


def test_the_unblinded_statistician_reads_the_arm_and_is_told_to_keep_it_apart(blinded, visitor):
    number = blinded.allocated()
    text = visitor(blinded.account("statistician_unblinded")).get(of(blinded, number, "allocation")).content.decode()
    assert len(arms_in(text, blinded)) == 1
    assert "for the unblinded alone" in text
    for role in ("monitor", "data_manager", "statistician_blinded", "investigator", "pharmacist"):
        text = visitor(blinded.account(role)).get(of(blinded, number, "allocation")).content.decode()
        assert "Sealed" in text
        assert arms_in(text, blinded) == []
