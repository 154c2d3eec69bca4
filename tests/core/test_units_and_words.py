"""Units convert exactly or not at all; words come in both languages; sealed values stay shut."""

import pickle
from decimal import Decimal

import pytest

from equipoise.core import ids, words
from equipoise.core.decimals import parse_decimal, plain
from equipoise.core.problem import Place, Problem
from equipoise.core.sealed import Sealed, Warrant
from equipoise.core.units import convert, is_unit


@pytest.mark.parametrize(
    ("value", "given", "wanted", "result"),
    [
        ("1.5", "kIU/mL", "IU/mL", "1500"),
        ("0.3", "mIU/mL", "IU/mL", "0.0003"),
        ("7", "IU/L", "mIU/mL", "7"),
        ("170", "cm", "m", "1.7"),
        ("120", "10^9/L", "10^12/L", "0.12"),
        ("1", "mg/dL", "g/L", "0.01"),
    ],
)
def test_units_convert_exactly(value: str, given: str, wanted: str, result: str) -> None:
    assert convert(Decimal(value), given, wanted) == Decimal(result)


@pytest.mark.parametrize(
    ("given", "wanted"), [("IU/mL", "ng/mL"), ("IU/mL", "copies/mL"), ("kg", "cm"), ("nonsense", "kg")]
)
def test_an_activity_is_no_mass_and_what_cannot_be_converted_is_said(given: str, wanted: str) -> None:
    refused = convert(Decimal(1), given, wanted)
    assert isinstance(refused, Problem)
    assert given in words.say(refused, "en")


def test_known_units() -> None:
    assert is_unit("10^9/L")
    assert is_unit("µmol/L")
    assert not is_unit("furlong per fortnight per nothing")
    assert not is_unit("")


def test_a_problem_says_where_what_and_how_to_mend_in_both_languages() -> None:
    problem = Problem("core.bad-result", {"text": "abc"}, Place("people.csv", 7, 3))
    assert words.say(problem, "en").startswith('people.csv:7:3: "abc" is not a laboratory result. Write')
    assert "不是检验结果" in words.say(problem, "zh-hans")
    with pytest.raises(words.MissingWordError):
        words.text("core", "problems.no-such.what", "en")


def test_a_sealed_value_never_prints_or_pickles_and_opens_with_a_warrant() -> None:
    sealed = Sealed("hbig")
    assert "hbig" not in f"{sealed!r} {sealed} {sealed:>20}"
    with pytest.raises(TypeError):
        pickle.dumps(sealed)
    with pytest.raises(TypeError):
        sealed.open("please")  # type: ignore[arg-type]
    assert sealed.open(Warrant("dr", "investigator", "emergency")) == "hbig"


def test_numbers_are_bounded_and_printed_plainly() -> None:
    assert parse_decimal("1e40") is None
    assert parse_decimal("1234567890123456") is None
    assert plain(Decimal("1.20E+3")) == "1200"
    assert plain(Decimal("0.0500")) == "0.05"


def test_participant_numbers() -> None:
    assert ids.participant_id("02", 14) == "02-0014"
    with pytest.raises(ValueError, match="participant number"):
        ids.participant_id("2", 14)
    assert not ids.is_name("__class__")
