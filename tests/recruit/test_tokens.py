"""Tokens: the same for what a person asks and for what a study says. The oracle is what a reader takes for the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.recruit.tokens import tokens_of, tokens_of_listing
from equipoise.study.listing import ListedCentre, Listing


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vaccines", "vaccine"),
        ("Infected children", "infection children"),
        ("Sjögren", "Sjogren"),
        ("Ménière’s", "Meniere's"),
        ("IL-6", "il6"),
        ("COVID-19", "covid 19"),
        ("HBsAg", "ＨＢｓＡｇ"),
        ("β-thalassaemia", "beta thalassaemia"),
        ("TGF-β1", "TGF beta 1"),
        ("5 μg", "5 µg"),
        ("5 µg", "5 ug"),
        ("the treatment of asthma", "treatments for asthma"),
        ("Straße", "STRASSE"),
        ("Øresund", "oresund"),
        ("乙型肝炎，武汉", "乙型肝炎 武汉"),
    ],
)
def test_what_a_reader_takes_for_the_same_is_the_same(one: str, other: str) -> None:
    assert tokens_of(one) == tokens_of(other)


def test_han_characters_go_in_overlapping_pairs() -> None:
    assert tokens_of("乙型肝炎") == ["乙型", "型肝", "肝炎"]
    assert tokens_of("肝") == ["肝"]
    assert tokens_of("HBV感染者 at 武汉") == ["hbv", "感染", "染者", "武汉"]


def test_a_registry_number_stays_whole_and_hepatitis_a_keeps_its_letter() -> None:
    assert tokens_of("NCT07328711") == ["nct07328711"]
    assert tokens_of("Hepatitis A") == ["hepat", "a"]
    assert tokens_of("Ελληνικά")[0].startswith("ε")
    assert tokens_of("") == tokens_of("— … !") == tokens_of("of the") == []


@given(st.text(max_size=200))
def test_tokens_are_letters_and_digits_and_their_own_tokens(text: str) -> None:
    for token in tokens_of(text):
        assert token
        assert token == token.casefold()
        assert not set(token) & set(" '\"\\*:&|!()-.")


@given(st.lists(st.sampled_from(["hepatitis", "B", "乙肝", "IL-6", "β", "Köln"]), max_size=8))
def test_a_text_has_the_tokens_of_its_parts(parts: list[str]) -> None:
    assert tokens_of(" , ".join(parts)) == [token for part in parts for token in tokens_of(part)]


def test_a_listing_is_found_by_what_it_is_about_and_not_by_its_criteria() -> None:
    listing = Listing(
        number="NCT99000001",
        title="Asthma in children",
        conditions=("Asthma",),
        summary="An inhaler.",
        exclusion=("Hepatitis B",),
        centres=(ListedCentre(city="Wuhan", country="China"),) * 3,
    )
    head, body = tokens_of_listing({"en": listing, "zh-hans": listing.model_copy(update={"title": "哮喘"})})
    assert head == ("nct99000001", "asthma", "children", "哮喘")
    assert set(body) - set(head) == {"inhal", "wuhan", "china"}
    assert "hepat" not in body
