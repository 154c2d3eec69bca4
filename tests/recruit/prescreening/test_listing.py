"""Somebody else's study: the registry's ages and sex are checked, its text is left to people. Oracle: the calendar."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from equipoise.recruit.prescreening import Answers, ListingSheet, Verdict, outcome_of
from equipoise.study.listing import Listing

TODAY = date(2026, 3, 10)
LISTING = Listing(
    number="NCT00000001", title="A study of others", youngest=Decimal(18), oldest=Decimal(60), sex="female",
    inclusion=("Chronic hepatitis B",), exclusion=("Pregnancy", "Cirrhosis"),
)  # fmt: skip


def verdict(listing: Listing, **answers: str) -> Verdict:
    return outcome_of(ListingSheet(listing), Answers(answers), TODAY, "en").verdict


@pytest.mark.parametrize(
    ("born", "fits"),
    [
        ("age 17", False), ("age 18", True), ("age 60", True), ("age 61", False),
        ("2008-03-10", True), ("2008-03-11", False), ("1965-03-11", True), ("1965-03-10", False), ("2008", None),
    ],
)  # fmt: skip
def test_the_ages_of_the_registry_are_whole_years(born: str, fits: bool | None) -> None:
    outcome = outcome_of(ListingSheet(LISTING), Answers({"birth_date": born, "sex": "female"}), TODAY, "en")
    assert outcome.verdict is (Verdict.DOES_NOT_FIT if fits is False else Verdict.CANNOT_TELL)
    assert bool(outcome.open) == (fits is None)


def test_limits_in_months_are_kept_to_the_month() -> None:
    infants = LISTING.model_copy(update={"youngest": Decimal("0.5"), "oldest": Decimal("1.5"), "sex": "all"})
    assert verdict(infants, birth_date="2025-09-10") is Verdict.CANNOT_TELL
    assert verdict(infants, birth_date="2025-09-11") is Verdict.DOES_NOT_FIT
    assert verdict(infants, birth_date="2024-08-11") is Verdict.CANNOT_TELL
    assert verdict(infants, birth_date="2024-08-10") is Verdict.DOES_NOT_FIT


def test_it_is_never_said_to_fit_for_its_text_is_not_judged() -> None:
    outcome = outcome_of(ListingSheet(LISTING), Answers({"birth_date": "age 40", "sex": "female"}), TODAY, "en")
    assert outcome.verdict is Verdict.CANNOT_TELL
    assert [text for _, text in outcome.unread] == ["Chronic hepatitis B", "Pregnancy", "Cirrhosis"]


def test_the_other_sex_settles_it() -> None:
    assert verdict(LISTING, sex="male") is Verdict.DOES_NOT_FIT


def test_only_what_the_registry_limits_is_asked() -> None:
    assert list(ListingSheet(LISTING).asked) == ["birth_date", "sex"]
    assert list(ListingSheet(LISTING.model_copy(update={"sex": "all"})).asked) == ["birth_date"]
    free = LISTING.model_copy(update={"sex": "all", "youngest": None, "oldest": None})
    assert not ListingSheet(free).asked
    assert verdict(free) is Verdict.CANNOT_TELL


def test_questions_end_with_the_first_that_settles_it() -> None:
    sheet = ListingSheet(LISTING)
    assert sheet.next(Answers().facts(sheet, TODAY)) == "birth_date"
    assert sheet.next(Answers({"birth_date": "age 12"}).facts(sheet, TODAY)) is None
    assert sheet.next(Answers({"birth_date": "unknown"}).facts(sheet, TODAY)) == "sex"
    assert not sheet.left(Answers({"birth_date": "age 12"}).facts(sheet, TODAY))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_limits_are_said_in_words(language: str) -> None:
    sheet = ListingSheet(LISTING)
    for name in sheet.asked:
        assert sheet.ask(name, language)
        assert sheet.why(name, language)
        assert sheet.label(name, language)
    assert "18" in sheet.plain("youngest", language)
    assert "60" in sheet.plain("oldest", language)
