"""The page of a listing alone: what a registry does not say is said to be unsaid, and nothing is made up."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from equipoise.core.words import LANGUAGES
from equipoise.recruit.page import facts
from equipoise.recruit.page.motif import HEIGHT, WIDTH, motif_of
from equipoise.recruit.page.page import page_of
from equipoise.study.listing import ListedCentre, ListedContact, Listing, Status

TODAY = date(2026, 7, 1)
BARE = Listing(number="NCT90000001", title="A study")


def with_facts(**changes: object) -> Listing:
    """Return a bare listing with some facts."""
    return BARE.model_copy(update=changes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_listing_that_says_nothing(language: str) -> None:
    made = page_of(BARE, None, language, today=TODAY)
    assert made.taking_part is None
    assert made.eligibility.count == 0
    assert not made.eligibility.as_written
    assert not made.centres
    assert not made.contacts
    assert not made.languages
    assert not made.own_faqs
    assert not made.notes
    assert not made.registry_text
    assert made.closed
    assert len(made.faqs) == 5
    unsaid = {"en": "The registry does not say.", "zh-hans": "注册信息没有说明。"}[language]
    assert [faq.id for faq in made.faqs if unsaid in faq.answer[-1]] == ["how-long", "paid"]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_has_words(status: Status, language: str) -> None:
    made = page_of(with_facts(status=status), None, language, today=TODAY)
    assert made.status_said
    can = (Status.RECRUITING, Status.NOT_YET_RECRUITING, Status.BY_INVITATION)
    assert bool(made.closed) == (status not in can)


@pytest.mark.parametrize(
    ("status", "day", "stale"),
    [
        (Status.RECRUITING, "2026-06-30", False),
        (Status.RECRUITING, "2025-12-31", False),
        (Status.RECRUITING, "2025-12-29", True),
        (Status.RECRUITING, "2019", True),
        (Status.RECRUITING, "2019-03", True),
        (Status.RECRUITING, "", False),
        (Status.RECRUITING, "some day", False),
        (Status.UNKNOWN, "2019-03", True),
        (Status.COMPLETED, "2019-03", False),
        (Status.WITHDRAWN, "2019-03", False),
    ],
)
def test_an_old_status_shows_its_date(status: Status, day: str, stale: bool) -> None:
    made = page_of(with_facts(status=status, status_date=day), None, "en", today=TODAY)
    assert made.stale is stale
    assert made.tags[0].text.endswith("(as of 2019)") is (stale and day.startswith("2019"))


@pytest.mark.parametrize(
    ("youngest", "oldest", "said"),
    [
        ("18", "60", "18-60 years"),
        ("18", None, "18 years and older"),
        (None, "17", "up to 17 years"),
        ("0.5", "5", "6 months to 5 years"),
        (None, None, "No age limit given"),
    ],
)
def test_ages_in_words(youngest: str | None, oldest: str | None, said: str) -> None:
    ages = {"youngest": youngest and Decimal(youngest), "oldest": oldest and Decimal(oldest)}
    assert facts.ages_said(with_facts(**ages), "en") == said


@pytest.mark.parametrize(
    ("phase", "key"),
    [
        ("Phase 0 (early phase 1)", "p0"),
        ("Early phase 1", "p0"),
        ("0 期（早期 1 期）", "p0"),
        ("Phase 1", "p1"),
        ("Phase 1/Phase 2", "p1"),
        ("Phase 2 / 3", "p2"),
        ("3 期", "p3"),
        ("Phase 4", "p4"),
        ("", None),
        ("Not applicable", None),
    ],
)
def test_what_a_phase_means(phase: str, key: str | None) -> None:
    meant = facts.phase_meaning(phase, "en")
    assert meant == (facts.text(facts.ROOM, f"phases.{key}", "en") if key else "")


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Bo Feng", "BF"), ("Maria José de la Cruz", "MC"), ("冯波", "冯波"), ("欧阳小明", "小明"),
        ("Anna Smith, MD", "AS"), ("Central Contact", "CC"), ("", "?"), ("  ", "?"), ("X", "X"),
    ],
)  # fmt: skip
def test_initials(name: str, initials: str) -> None:
    assert facts.initials(name) == initials


def test_two_hundred_centres_by_country() -> None:
    countries = ("Germany", "China", "", "France")
    centres = tuple(
        ListedCentre(name=f"Hospital {n}", country=countries[n % 4], status=(Status.RECRUITING, None, Status.COMPLETED)[n % 3])
        for n in range(200)
    )  # fmt: skip
    made = page_of(with_facts(status=Status.RECRUITING, centres=centres), None, "en", today=TODAY)
    assert [(group.country, len(group.centres)) for group in made.centres] == [(each, 50) for each in countries]
    assert sum(group.recruiting for group in made.centres) == sum(n % 3 < 2 for n in range(200))
    over = page_of(with_facts(status=Status.COMPLETED, centres=centres), None, "en", today=TODAY)
    assert {tag.text for group in over.centres for _, tag in group.centres} == {"closed"}
    assert not any(group.recruiting for group in over.centres)


def test_criteria_as_a_registry_has_them() -> None:
    told = with_facts(inclusion=("One of\n– this\n– that", "Two"), exclusion=(), criteria="All of it")
    made = page_of(told, None, "en", today=TODAY).eligibility
    assert [(each.text, each.below) for each in made.inclusion] == [("One of", ("this", "that")), ("Two", ())]
    assert (made.is_plain, made.as_written) == (False, "")
    assert page_of(with_facts(criteria="All of it"), None, "en", today=TODAY).eligibility.as_written == "All of it"


def test_a_description_that_repeats_the_summary_is_said_once() -> None:
    told = with_facts(summary="One.\n\nTwo.", description="One.\n\nTwo.")
    assert page_of(told, None, "en", today=TODAY).registry_text == ("One.", "Two.")


def test_a_motif_is_the_same_every_time_and_differs_between_studies() -> None:
    motifs = {motif_of(f"NCT{number:08}") for number in range(200)}
    assert len(motifs) == 200
    assert motif_of("NCT07328711") == motif_of("NCT07328711")
    for motif in motifs:
        assert 0 < motif.left[0] < WIDTH / 2 < motif.right[0] < WIDTH
        assert 0 < motif.left[1] == motif.right[1] < HEIGHT


def test_records_of_the_registry(request: pytest.FixtureRequest) -> None:
    """Every record that lies beside the project makes a page in both languages."""
    folder = Path(str(request.config.getoption("records", default=None) or "/nowhere"))
    files = sorted(folder.glob("*.json"))
    if not files:
        pytest.skip("no records: `pytest --records DIR`")
    from equipoise.exchange.ctgov.record import listing_of_record

    for file in files:
        listing = listing_of_record(json.loads(file.read_text(encoding="utf-8")), file.name).listing
        for language in LANGUAGES:
            made = page_of(listing, None, language, today=TODAY)
            assert made.tags, file.name
            assert made.eligibility.count or made.eligibility.as_written, file.name


def test_contacts_keep_their_order() -> None:
    contacts = (ListedContact(name="Bo Feng"), ListedContact(name="Anna Smith"))
    made = page_of(with_facts(contacts=contacts), None, "en", today=TODAY)
    assert [initials for _, initials in made.contacts] == ["BF", "AS"]
