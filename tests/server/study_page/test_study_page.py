"""The page of a study through the site, on both databases: what stands on it, and the one address that it has."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from equipoise.cli.words_drafting import drafts_of
from equipoise.core.words import LANGUAGES
from equipoise.recruit.plain.overview import Overview
from equipoise.server.recruit.actions.decide_words import approve_words
from equipoise.server.recruit.actions.keep_listing import keep_listing
from equipoise.server.recruit.actions.list_study import list_study
from equipoise.server.recruit.actions.load_words import load_words
from equipoise.server.recruit.wording import overview_in
from equipoise.server.web.study_page.overview import byline
from equipoise.study.listing import ListedCentre, ListedContact, Listing, Status

NUMBER = "NCT07328711"


def told(client: Client, address: str) -> str:
    """Return what a page says, without markup."""
    response = client.get(address)
    assert response.status_code == 200, address
    return text_of(response.content.decode())


def text_of(page: str) -> str:
    """Return the words of a page, one space between them."""
    for mark, sign in (("&#x27;", "'"), ("&quot;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        page = re.sub(r"<[^>]+>", " ", page) if mark == "&#x27;" else page
        page = page.replace(mark, sign)
    return " ".join(page.split())


@pytest.fixture
def listed(stage: Any) -> str:
    """List the reference study for anybody."""
    list_study(stage.study.id, shown=True)
    return NUMBER


def keep(**facts: Any) -> str:
    """Show a listing of a registry."""
    listing = Listing(**{"number": "NCT90000001", "title": "A study of somebody else's", **facts})
    keep_listing({"en": listing}, shown=True)
    return listing.number


def test_the_page_keeps_the_labels_of_the_listing(listed: str) -> None:
    """Oracle: the last section of `reference-study.md`."""
    page = told(Client(), f"/en/studies/{NUMBER}/")
    for label in (
        "Recruiting", "18-60 years", "All", "Phase 0", "Overview", "Eligibility", "Inclusion criteria",
        "Exclusion criteria", "Study details", "Condition", "Registry number", "Sponsor",
        "Get in touch with the nearest study centre", "Primary Contact", "Other languages supported",
        "FAQs: Learn more about clinical trials", "What is a clinical trial?", "Why should I take part?",
        "How long does it take?", "Do I get compensated?", "How safe are clinical trials?",
        "What if I get no HBIG?", "Is HBIG a blood product?", "What if hepatitis B comes back?", "May I leave?",
        "Who sees my data?", "What about the vaccine?", "1 February 2026", "1 January 2026", "Bo Feng",
    ):  # fmt: skip
        assert label in page, label
    assert "Hepaititis" not in page
    assert "{{" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_criterion_stands_in_two_readings(stage: Any, listed: str, language: str) -> None:
    page = told(Client(), f"/{language}/studies/{NUMBER}/")
    for criterion in stage.study.eligibility:
        words = stage.study.words[language].get("criteria", {}).get(criterion.id, {})
        assert " ".join((words.get("plain") or criterion.plain).split()) in page, criterion.id
        # The registry's own words stand on every page; on a Chinese one beside their translation.
        assert " ".join(criterion.text.split()) in page, criterion.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_that_it_is_a_demonstration_and_what_is_assumed(stage: Any, listed: str, language: str) -> None:
    response = Client().get(f"/{language}/studies/{NUMBER}/")
    page, said = response.content.decode(), text_of(response.content.decode())
    demonstration = {"en": "It is not run by the sponsor", "zh-hans": "并非由申办方开展"}[language]
    assert demonstration in said
    marks = set(re.findall(r'href="#(assumed-[a-z]+)"', page))
    assert marks >= {"assumed-arms", "assumed-visits", "assumed-doses", "assumed-sites", "assumed-allocation"}
    for mark in marks:
        assert f'id="{mark}"' in page, "a mark leads to its reason"
    assert "title=" not in page.split("<main")[1].split('id="notes"')[0], "a reason in a title is not read on a phone"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", ["nct07328711", "Nct07328711", "NCT07328711"])
def test_one_address(listed: str, language: str, asked: str) -> None:
    """The study's id and other letters lead to the number; the question stays."""
    response = Client().get(f"/{language}/studies/{asked}/?print")
    if asked == NUMBER:
        assert response.status_code == 200
    else:
        assert (response.status_code, response["Location"]) == (302, f"/{language}/studies/{NUMBER}/?print")


def test_what_nobody_shows_has_no_address(stage: Any) -> None:
    list_study(stage.study.id, shown=False)
    for asked in (NUMBER, "nct07328711", "nct", "%", "nct0732871_", ""):
        assert Client().get(f"/en/studies/{asked}/").status_code in (302, 404)
        assert NUMBER not in Client().get(f"/en/studies/{asked}/").get("Location", "")
    assert Client().post("/en/studies/nct07328711/").status_code == 404


def test_only_reading_is_possible(listed: str) -> None:
    assert Client().post(f"/en/studies/{NUMBER}/").status_code == 405
    assert Client().head(f"/en/studies/{NUMBER}/").status_code == 200


@pytest.mark.parametrize("printed", [False, True])
def test_the_print_view_unfolds_everything(listed: str, printed: bool) -> None:
    page = Client().get(f"/en/studies/{NUMBER}/{'?print' if printed else ''}").content.decode()
    body = page.split('id="overview"')[1].split('class="share"')[0]
    folds = re.findall(r"<details[^>]*>", body)
    assert len(folds) > 10
    assert all((" open" in fold) is printed for fold in folds)


def test_a_study_that_takes_nobody_in_says_so_on_top_and_why(database: str) -> None:
    number = keep(status=Status.WITHDRAWN, why_stopped="No money", status_date="2019-03")
    page = told(Client(), f"/en/studies/{number}/")
    assert "This study was withdrawn. Nobody can take part. The reason given: “No money”." in page
    assert page.index("This study was withdrawn") < page.index("A study of somebody else's", page.index("Skip") + 200)
    assert "Get in touch" not in page
    assert "Could this study be for me?" not in page


def test_an_old_status_shows_its_day(database: str) -> None:
    number = keep(status=Status.RECRUITING, status_date="2019-03-01")
    page = told(Client(), f"/en/studies/{number}/")
    assert "“Recruiting” was last confirmed on 1 March 2019" in page
    assert "Recruiting (as of 2019)" in page


def test_a_status_that_nobody_confirms_any_more_tells_the_last_one(database: str) -> None:
    number = keep(status=Status.UNKNOWN, last_known=Status.RECRUITING, status_date="2019-03")
    page = told(Client(), f"/en/studies/{number}/")
    assert "Before that it was: Recruiting." in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_listing_without_anything_says_so_and_leaves_nothing_blank(database: str, language: str) -> None:
    number = keep()
    response = Client().get(f"/{language}/studies/{number}/")
    page = response.content.decode()
    for empty in re.findall(
        r"<(dd|p|h1|h2|h3|li|dt|a|summary)(?:\s[^>]*)?>\s*</\1>", page.split("<main")[1].split('id="notes"')[0]
    ):
        raise AssertionError(f"an empty <{empty}>")
    unsaid = {"en": "The registry does not say.", "zh-hans": "注册信息没有说明。"}[language]
    assert text_of(page).count(unsaid) >= 8


def test_a_listing_in_another_language_says_which(database: str) -> None:
    number = keep(inclusion=("Adults",), summary="What it is about.", conditions=("Asthma",))
    page = Client().get(f"/zh-hans/studies/{number}/").content.decode()
    assert 'class="of-study" lang="en"' in page
    assert "只有英语内容" in text_of(page)
    assert 'lang="en"' not in Client().get(f"/en/studies/{number}/").content.decode().split("<main")[1].split("<h2")[0]


def test_texts_of_others_are_never_markup(database: str) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="x">{{ secret }}'
    number = keep(
        title=evil, official_title=evil, summary=evil, description=evil, conditions=(evil,), interventions=(evil,),
        phase=evil, sponsor=evil, inclusion=(evil,), exclusion=(f"{evil}\n– {evil}",), criteria=evil, why_stopped=evil,
        status=Status.TERMINATED, contacts=(ListedContact(name=evil, role=evil, organisation=evil),),
        centres=(ListedCentre(name=evil, city=evil, country=evil),), demonstration=evil,
    )  # fmt: skip
    for language in LANGUAGES:
        for address in (f"/{language}/studies/{number}/", f"/{language}/studies/{number}/?print"):
            page = Client().get(address).content.decode()
            assert "<script>alert" not in page
            assert "<img" not in page


def test_two_hundred_centres_are_folded_by_country(database: str) -> None:
    centres = tuple(
        ListedCentre(name=f"Hospital {n}", city=f"City {n}", country=("Chile", "Peru")[n % 2]) for n in range(200)
    )
    number = keep(status=Status.RECRUITING, centres=centres)
    page = Client().get(f"/en/studies/{number}/").content.decode()
    assert text_of(page).count("Hospital ") == 200
    assert "Chile · 100 centres · 100 recruiting" in text_of(page)


@pytest.mark.parametrize("folder", ["examples/blinded", "examples/actg320"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_studies_of_this_site(database: str, folder: str, language: str) -> None:
    stage = runpy.run_path(str(Path(__file__).parents[1] / "stage.py"))["Stage"](folder)
    list_study(stage.study.id, shown=True)
    page = told(Client(), f"/{language}/studies/{stage.study.id}/")
    assert stage.study.id in page
    assert "{" not in page.split("/studies/")[0]


def test_the_share_link_names_no_disease(listed: str) -> None:
    for language in LANGUAGES:
        page = Client().get(f"/{language}/studies/{NUMBER}/").content.decode()
        link = re.search(r'href="(mailto:\?[^"]+)"', page)
        assert link is not None
        for word in ("hepatitis", "HBIG", "%E4%B9%99%E8%82%9D"):
            assert word.lower() not in link[1].lower()
        assert f"%2Fstudies%2F{NUMBER}" in link[1] or f"/studies/{NUMBER}" in link[1]


@pytest.mark.parametrize(
    ("language", "unchecked", "checked"),
    [
        ("en", "Drafted by AI, not yet checked by a doctor", "Drafted by AI, checked by Dr. Wei Lin on 2 July 2026"),
        ("zh-hans", "由 AI 起草，尚未经医生审核", "由 AI 起草，Dr. Wei Lin于 2026年7月2日审核"),
    ],
)
def test_the_overview_says_who_wrote_it_and_each_sentence_what_it_rests_on(
    stage: Any, listed: str, language: str, unchecked: str, checked: str
) -> None:
    address = f"/{language}/studies/{NUMBER}/"
    assert unchecked not in told(Client(), address), "before there is one, the page says so"
    folder = Path(__file__).parents[3] / "studies" / stage.study.id
    (version,) = (
        each
        for each in load_words(stage.study.id, drafts_of(folder, stage.study, "2026-07-01"), "administrator")
        if each.language == language
    )
    page = told(Client(), address)
    assert unchecked in page
    for paragraph in overview_in(version).texts:
        assert paragraph in page
    for sentence in overview_in(version).sentences:
        assert page.count(sentence.text) >= 2, "in its paragraph and with its sources"
    assert not approve_words(
        stage.study,
        language,
        version.number,
        name="Dr. Wei Lin",
        by="lin.wei",
        now=lambda: "2026-07-02T08:00:00.000000Z",
    )
    page = told(Client(), address)
    assert checked in page
    assert unchecked not in page


@pytest.mark.parametrize(
    ("overview", "said"),
    [
        ({"author": "automatic"}, "Written automatically from the study's own definition, not yet checked by a doctor"),
        ({"author": "person", "writer": "A. Chen"}, "Written by A. Chen, not yet checked by a doctor"),
        (
            {"author": "person", "writer": "A. Chen", "checked_by": "A. Chen", "checked_on": "2026-07-02"},
            "Written by A. Chen",
        ),
        (
            {"author": "person", "writer": "A. Chen", "checked_by": "W. Lin", "checked_on": "2026-07-02"},
            "Written by A. Chen, checked by W. Lin on 2 July 2026",
        ),
    ],
)
def test_who_wrote_it(overview: dict[str, str], said: str) -> None:
    assert byline(Overview("en", (), **overview), "en") == said


def test_the_policy_of_the_page_allows_nothing_inline_and_nothing_outside(listed: str) -> None:
    response = Client().get(f"/en/studies/{NUMBER}/")
    policy = response["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    page = response.content.decode()
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", page)
    assert not re.search(
        r'(?:src|href)="https?://(?!testserver)(?!clinicaltrials\.gov/study/)', page.split("</head>")[1]
    )
