"""What a disease is also called. The oracle is the list itself, and what a patient would type."""

from __future__ import annotations

import pytest

from equipoise.recruit.terms import alternatives
from equipoise.recruit.tokens import tokens_of


def is_said_by(asked: str, listed: str) -> bool:
    """Whether a study with these words is found by what is asked."""
    there = set(tokens_of(listed))
    return all(any(set(way) <= there for way in ways) for ways in alternatives(asked))


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ("乙肝", "Chronic Hepatitis B"),
        ("乙肝 疫苗", "A vaccine against hepatitis B"),
        ("慢乙肝", "Chronic hepatitis B in adults"),
        ("hepatitis B", "慢性乙型肝炎"),
        ("HBV", "Hepatitis B"),
        ("heart attack", "Acute Myocardial Infarction"),
        ("stroke", "缺血性脑卒中"),
        ("leukaemia", "Leukemia, Myeloid"),
        ("Crohn disease", "Crohn's Disease"),
        ("2型糖尿病", "Type 2 Diabetes"),
        ("high blood pressure men", "Hypertension in men"),
        ("新冠", "COVID-19"),
    ],
)
def test_another_name_finds_it(asked: str, listed: str) -> None:
    assert is_said_by(asked, listed)


@pytest.mark.parametrize(
    ("asked", "listed"), [("hepatitis B", "Hepatitis C"), ("肺癌", "Breast cancer"), ("lung cancer", "Asthma")]
)
def test_another_disease_does_not(asked: str, listed: str) -> None:
    assert not is_said_by(asked, listed)


def test_a_name_stands_for_one_thing_alone() -> None:
    assert alternatives("gouty") == ((("gouti",),),), "a name ends where its word ends"
    assert alternatives("") == alternatives(" — ") == ()
