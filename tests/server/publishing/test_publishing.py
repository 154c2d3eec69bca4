"""What the team does for its public page: preview, show, hide, write words with their level, approve, take back.

The oracle is the issue: "Publish, unpublish and preview; edit words with the reading level live"; nothing is shown to
patients until a named person has approved it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from equipoise.recruit.plain.overview import Overview, Sentence
from equipoise.recruit.plain.writer import write_overview
from equipoise.server.recruit.actions.load_words import load_words
from equipoise.server.recruit.actions.show_page import show_page
from equipoise.server.recruit.models import PageChange, WordsDecision, WordsVersion
from equipoise.server.recruit.publishing import page_of

LANGUAGES = ("en", "zh-hans")
NUMBER = "NCT07328711"
VOLUNTARY = "information.voluntary#1"
WORDS = "words/en/"
Visitor = Callable[..., Client]


def of(stage: Any, page: str = "", language: str = "en") -> str:
    return f"/{language}/studies/{stage.study.id}/page/{page}"


def public(language: str = "en") -> str:
    return f"/{language}/studies/{NUMBER}/"


def said(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def typed(*sentences: tuple[str, str], base: int = 0, **more: str) -> dict[str, str]:
    rows = {"rows": str(len(sentences)), "base": str(base)}
    for number, (text, sources) in enumerate(sentences, 1):
        rows |= {f"text-{number}": text, f"sources-{number}": sources, f"part-{number}": "1"}
    return {**rows, "name": "Dr Wang Fang", **more}


GOOD = ("Whether you take part is your own decision.", VOLUNTARY)
BAD = ("It will cure 900 people.", "facts.people")


@pytest.fixture
def sponsor(stage: Any, visitor: Visitor) -> Client:
    return visitor(stage.account("sponsor"))


@pytest.fixture
def draft(stage: Any) -> Overview:
    made = write_overview(stage.study, "en", on="2026-11-30")
    load_words(stage.study.id, [made], "administrator")
    return made


@pytest.mark.parametrize(
    ("role", "opens", "shows"),
    [
        ("sponsor", True, True),
        ("administrator", True, True),
        ("investigator", True, False),
        ("coordinator", False, False),
        ("monitor", False, False),
        ("data_manager", False, False),
        ("statistician_blinded", False, False),
    ],
)
def test_who_may_what(stage, visitor: Visitor, role: str, *, opens: bool, shows: bool):
    client = visitor(stage.account(role))
    assert client.get(of(stage)).status_code == (200 if opens else 404)
    assert client.get(of(stage, "shown/")).status_code == (200 if shows else 404)
    answer = client.post(of(stage, "shown/"), {"shown": "yes", "confirmed": "yes"})
    assert answer.status_code == (302 if shows else 404)
    assert page_of(stage.study.id).shown is shows
    assert ("Public page" in said(client.get(f"/en/studies/{stage.study.id}/results/"))) is opens


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_shown_and_hidden_with_who_and_when(stage, sponsor: Client, unsafe, language: str):
    assert sponsor.get(public(language)).status_code == 404
    asked = sponsor.get(of(stage, "shown/", language))
    assert unsafe(asked.content.decode()) == []
    assert sponsor.post(of(stage, "shown/", language), {"shown": "yes", "confirmed": "yes"}).status_code == 302
    assert Client().get(public(language)).status_code == 200
    page = said(sponsor.get(of(stage, "", language)))
    assert "sponsor-all" in page
    sponsor.post(of(stage, "shown/", language), {"shown": "no", "confirmed": "yes"})
    assert Client().get(public(language)).status_code == 404
    assert list(PageChange.objects.order_by("id").values_list("shown", "by")) == [
        (True, "sponsor-all"),
        (False, "sponsor-all"),
    ]


@pytest.mark.parametrize("sent", [{"shown": "yes"}, {"shown": "maybe", "confirmed": "yes"}, {}])
def test_nothing_is_shown_without_the_tick(stage, sponsor: Client, sent: dict[str, str]):
    answer = sponsor.post(of(stage, "shown/"), sent)
    assert answer.status_code == 400
    assert "The box is not ticked." in said(answer)
    assert not page_of(stage.study.id).shown


def test_two_people_show_it_at_once(stage, sponsor: Client):
    show_page(stage.study.id, shown=True, by="somebody")
    answer = sponsor.post(of(stage, "shown/"), {"shown": "yes", "confirmed": "yes"}, follow=True)
    assert "in the meantime" in said(answer)
    assert PageChange.objects.count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_preview_is_the_page_also_while_it_is_hidden(stage, sponsor: Client, unsafe, language: str):
    load_words(stage.study.id, [write_overview(stage.study, language)], "administrator")
    preview = sponsor.get(of(stage, "preview/", language))
    assert preview.status_code == 200
    assert unsafe(preview.content.decode()) == []
    assert {"en": "Preview.", "zh-hans": "预览。"}[language] in said(preview)
    assert Client().get(public(language)).status_code == 404
    show_page(stage.study.id, shown=True, by="somebody")
    # What stands in the page is what stands in the preview.
    headings = [
        re.findall(r"<h[12][^>]*>(.*?)</h[12]>", client.get(address).content.decode(), re.S)
        for client, address in ((sponsor, of(stage, "preview/", language)), (Client(), public(language)))
    ]
    assert headings[0] == headings[1]


def test_a_preview_writes_nothing(stage, sponsor: Client):
    assert sponsor.get(of(stage, "preview/")).status_code == 200
    assert page_of(stage.study.id).number == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("draft")
def test_the_words_are_there_to_be_changed_with_their_level_and_sources(stage, sponsor: Client, unsafe, language: str):
    answer = sponsor.get(of(stage, WORDS, language))
    assert answer.status_code == 200
    assert unsafe(answer.content.decode()) == []
    page = said(answer)
    assert "132 people are to take part." in page
    assert "facts.people" in page
    assert "Flesch-Kincaid" in page
    assert "132 people." in page  # what the source says


def test_the_level_comes_while_one_types(stage, sponsor: Client):
    fragment = sponsor.post(of(stage, f"{WORDS}findings/"), typed(GOOD, BAD), HTTP_HX_REQUEST="true")
    assert fragment.status_code == 200
    text = said(fragment)
    assert "<html" not in text
    for part in ("Flesch-Kincaid", "“will cure”", "“900”", 'href="#row-2"'):
        assert part in text
    assert WordsVersion.objects.count() == 0
    good = said(sponsor.post(of(stage, f"{WORDS}findings/"), typed(GOOD)))
    assert "The check finds nothing" in good


def test_without_javascript_the_button_checks_and_keeps_what_was_typed(stage, sponsor: Client):
    answer = sponsor.post(of(stage, WORDS), typed(GOOD, BAD, act="check"))
    assert answer.status_code == 200
    assert "It will cure 900 people." in said(answer)
    assert "“900”" in said(answer)
    assert WordsVersion.objects.count() == 0


def test_the_number_of_a_finding_is_that_of_its_row(stage, sponsor: Client):
    sent = typed(GOOD, ("", ""), BAD, act="check")
    sent |= {"part-1": "2", "part-3": "1"}  # the third row is the first sentence of the text
    text = said(sponsor.post(of(stage, WORDS), sent))
    assert "Sentence 3 says “900”" in text


def test_saving_is_a_new_version_that_nobody_reads(stage, sponsor: Client, draft: Overview):
    show_page(stage.study.id, shown=True, by="x")
    answer = sponsor.post(of(stage, WORDS), typed(GOOD, base=1, act="save"), follow=True)
    assert "Version 2 is saved" in said(answer)
    version = WordsVersion.objects.get(number=2)
    # No sentence of the automatic draft is left: the words are a person's.
    assert (version.author, version.writer, version.saved_by) == ("person", "Dr Wang Fang", "sponsor-all")
    assert WordsVersion.objects.count() == 2


def test_who_wrote_first_stays_on_record_while_a_sentence_is_left(stage, sponsor: Client):
    made = Overview("en", ((Sentence(*GOOD[:1], (VOLUNTARY,)),),), "ai", "A model", "2026-11-30")
    load_words(stage.study.id, [made], "administrator")
    sponsor.post(of(stage, WORDS), typed(GOOD, ("132 people take part.", "facts.people"), base=1, act="save"))
    version = WordsVersion.objects.get(number=2)
    assert (version.author, version.model, version.writer) == ("ai", "A model", "Dr Wang Fang")


@pytest.mark.parametrize(
    ("change", "status", "part"),
    [
        ({"name": ""}, 400, "Your name is missing."),
        ({"name": "a@b.org"}, 400, "does not look like a name"),
        ({"name": "x" * 81}, 400, "does not look like a name"),
        ({"name": "\u202eabc"}, 400, "does not look like a name"),
        ({"text-1": ""}, 400, "There is no sentence."),
        ({"rows": "lots"}, 400, "There is no sentence."),
        ({"rows": "9" * 30}, 400, "There is no sentence."),
        ({"base": "7"}, 409, "The words have changed in the meantime"),
    ],
)
def test_what_cannot_be_saved_is_said_and_kept(stage, sponsor: Client, change: dict[str, str], status: int, part: str):
    answer = sponsor.post(of(stage, WORDS), {**typed(GOOD, act="save"), **change})
    assert answer.status_code == status
    assert part in said(answer)
    if "text-1" not in change and "rows" not in change:
        assert GOOD[0] in said(answer)
    assert WordsVersion.objects.count() == 0


@pytest.mark.usefixtures("draft")
def test_saving_what_is_saved_already(stage, sponsor: Client):
    sponsor.post(of(stage, WORDS), typed(GOOD, base=1, act="save"))
    answer = sponsor.post(of(stage, WORDS), typed(GOOD, base=2, act="save"))
    assert "Nothing was changed." in said(answer)
    assert WordsVersion.objects.count() == 2


@pytest.mark.usefixtures("draft")
def test_two_people_write_at_once_and_nothing_is_lost(stage, sponsor: Client, visitor: Visitor):
    other = visitor(stage.account("investigator"))
    assert other.post(of(stage, WORDS), typed(GOOD, base=1, act="save")).status_code == 302
    mine = ("Taking part is up to you.", VOLUNTARY)
    answer = sponsor.post(of(stage, WORDS), typed(mine, base=1, act="save"))
    assert answer.status_code == 409
    assert "version 2 is by investigator-01" in said(answer)
    assert mine[0] in said(answer)
    base = re.search(r'name="base" value="(\d+)"', answer.content.decode())
    assert base is not None
    assert sponsor.post(of(stage, WORDS), typed(mine, base=int(base[1]), act="save")).status_code == 302
    assert WordsVersion.objects.count() == 3


@pytest.mark.usefixtures("draft")
def test_a_named_person_approves_and_the_page_names_them(stage, sponsor: Client):
    show_page(stage.study.id, shown=True, by="x")
    form = {"act": "approve", "base": "1", "name": "Dr Wang Fang", "confirmed": "yes"}
    answer = sponsor.post(of(stage, WORDS), form, follow=True)
    assert "checked by Dr Wang Fang" in said(answer)
    assert "Dr Wang Fang" in said(Client().get(public()))
    decision = WordsDecision.objects.get()
    assert (decision.by, decision.name, decision.approves) == ("sponsor-all", "Dr Wang Fang", True)
    # And takes it back.
    assert sponsor.post(of(stage, WORDS), {"act": "withdraw"}).status_code == 302
    assert "132 people are to take part." not in said(Client().get(public()))
    assert "Dr Wang Fang" not in said(Client().get(public()))


@pytest.mark.parametrize(
    ("form", "status", "part"),
    [
        ({"name": "Dr Wang Fang"}, 400, "You have not said that you read every sentence."),
        ({"confirmed": "yes"}, 400, "Your name is missing."),
        ({"confirmed": "yes", "name": "<b>Dr Wang</b>"}, 400, "does not look like a name"),
        ({"confirmed": "yes", "name": "Dr Wang Fang", "base": "9"}, 409, "The words have changed in the meantime"),
    ],
)
@pytest.mark.usefixtures("draft")
def test_nothing_is_approved_without_a_name_and_the_tick(
    stage, sponsor: Client, form: dict[str, str], status: int, part: str
):
    answer = sponsor.post(of(stage, WORDS), {"act": "approve", "base": "1", **form})
    assert answer.status_code == status
    assert part in said(answer)
    assert not WordsDecision.objects.exists()


@pytest.mark.usefixtures("draft")
def test_words_that_the_check_refuses_are_not_approved(stage, sponsor: Client):
    sponsor.post(of(stage, WORDS), typed(BAD, base=1, act="save"))
    form = {"act": "approve", "base": "2", "name": "Dr Wang Fang", "confirmed": "yes"}
    answer = sponsor.post(of(stage, WORDS), form)
    assert answer.status_code == 409
    assert "“900”" in said(answer)
    assert not WordsDecision.objects.exists()


@pytest.mark.parametrize("act", ["approve", "withdraw"])
@pytest.mark.usefixtures("draft")
def test_an_administrator_writes_and_does_not_approve(stage, visitor: Visitor, act: str):
    client = visitor(stage.account("administrator"))
    form = {"act": act, "base": "1", "name": "Dr Wang Fang", "confirmed": "yes"}
    answer = client.post(of(stage, WORDS), form)
    assert answer.status_code == 403
    assert "Your role does not approve words." in said(answer)
    assert not WordsDecision.objects.exists()
    assert client.post(of(stage, WORDS), typed(GOOD, base=1, act="save")).status_code == 302


@pytest.mark.usefixtures("draft")
def test_html_in_words_stays_text(stage, sponsor: Client):
    evil = ("<script>alert(1)</script> {{ settings.SECRET_KEY }}", "<img src=x onerror=alert(1)>")
    for act in ("check", "save"):
        page = sponsor.post(of(stage, WORDS), typed(evil, base=1, act=act), follow=True).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "{{ settings.SECRET_KEY }}" in html.unescape(page)  # as it was typed: no template ever reads it


@pytest.mark.parametrize("spoken", ["fr", "0", "EN"])
def test_a_language_that_the_study_does_not_speak(stage, sponsor: Client, spoken: str):
    assert sponsor.get(of(stage, f"words/{spoken}/")).status_code == 404
    assert sponsor.post(of(stage, f"words/{spoken}/findings/"), typed(GOOD)).status_code == 404


def test_a_great_deal_of_text_is_cut_not_swallowed(stage, sponsor: Client):
    sent = typed(*(("word " * 400, VOLUNTARY) for _ in range(80)), act="check")
    answer = sponsor.post(of(stage, WORDS), sent)
    assert answer.status_code == 200
    assert "the longest may have 300" in said(answer)
