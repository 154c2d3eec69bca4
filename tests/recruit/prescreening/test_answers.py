"""Answers as people give them: ages, dates, weights, heights, results. Oracle: the calendar and the units' definitions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.core.dates import PartialDate, completed_years
from equipoise.core.problem import Problem
from equipoise.core.words import say
from equipoise.criteria.facts import Observation, Provenance
from equipoise.recruit.prescreening import Answers, StudySheet, outcome_of, read_answers
from equipoise.recruit.prescreening.answers import canonical, in_words, observation_of
from equipoise.recruit.prescreening.sheet import statuses_of
from equipoise.recruit.prescreening.spans import Span, about, born_at_age
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[3]
SHEET = StudySheet(read_study(ROOT / "studies" / "nct07328711"))
TODAY = date(2026, 3, 10)


def value(name: str, text: str) -> object:
    read = observation_of(SHEET, name, text, TODAY)
    return read.value if isinstance(read, Observation) else read.code.rpartition(".")[2]


def status(criterion: str, **answers: str) -> str:
    return statuses_of(SHEET, Answers(answers).facts(SHEET, TODAY))[criterion].value


@pytest.mark.parametrize(("age", "wanted"), [("17", "fail"), ("18", "pass"), ("60", "pass"), ("61", "fail")])
@pytest.mark.parametrize("spelled", ["age {}", "{} years old", "{}岁", "年龄：{}"])
def test_an_age_is_enough(age: str, wanted: str, spelled: str) -> None:
    assert status("I1", birth_date=spelled.format(age)) == wanted


@pytest.mark.parametrize("text", ["age about 60", "age 60ish", "age sixty", "大约60岁", "age 60-61", "about 1966"])
def test_about_60_is_not_60(text: str) -> None:
    assert value("birth_date", text) == "age-not-a-number"


@settings(deadline=None)
@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 110))
def test_an_age_is_every_birthday_that_gives_it_and_no_other(today: date, years: int) -> None:
    born = born_at_age(years, today)
    assert completed_years(born.first, today) == completed_years(born.last, today) == years
    before, after = date.fromordinal(born.first.toordinal() - 1), date.fromordinal(born.last.toordinal() + 1)
    assert completed_years(before, today) == years + 1
    assert completed_years(after, today) in (years - 1, -1) or after > today


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2019", "2019"),
        ("2019-03", "2019-03"),
        ("2019/3/4", "2019-03-04"),
        ("2019.03.04", "2019-03-04"),
        ("2019年", "2019"),
        ("2019年3月", "2019-03"),
        ("2019年3月4日", "2019-03-04"),
        ("２０１９年３月４号", "2019-03-04"),
        ("March 2019", "2019-03"),
        ("4 Mar 2019", "2019-03-04"),
        ("Mar 4, 2019", "2019-03-04"),
        ("03/2019", "2019-03"),
        ("25/12/2019", "2019-12-25"),
        ("12/25/2019", "2019-12-25"),
        ("04/04/2019", "2019-04-04"),
        ("about 2019", "about 2019"),
        ("ca. 2019", "about 2019"),
        ("大约2019年", "about 2019"),
        ("2019年左右", "about 2019"),
        ("around March 2019", "about 2019-03"),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(text: str, wanted: str) -> None:
    assert canonical(SHEET, "first_documented_positive", text, TODAY) == wanted
    assert canonical(SHEET, "first_documented_positive", wanted, TODAY) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("03/04/2019", "date-two-ways"),
        ("2019-02-30", "date-not-there"),
        ("2019-13", "date-not-there"),
        ("2027", "date-to-come"),
        ("1850", "date-too-long-ago"),
        ("long ago", "date-not-read"),
        ("19", "date-not-read"),
        ("", "answer-missing"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_the_reason(text: str, wanted: str) -> None:
    assert value("first_documented_positive", text) == wanted


def test_about_a_year_decides_only_what_a_year_more_or_less_leaves_decided() -> None:
    assert status("I2", first_documented_positive="about 2019") == "pass"
    assert status("I2", first_documented_positive="2025") == "unknown"
    assert status("I2", first_documented_positive="about 2024") == "unknown"
    assert status("I2", first_documented_positive="2024") == "pass"
    assert about(PartialDate(2019)) == Span.between(date(2018, 1, 1), date(2020, 12, 31))
    assert about(PartialDate(2019, 3)) == Span.between(date(2019, 2, 1), date(2019, 4, 30))


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("weight", "68", "68"),
        ("weight", "68.5 kg", "68.5"),
        ("weight", "68,5 公斤", "68.5"),
        ("weight", "136斤", "68"),
        ("weight", "136 jin", "68"),
        ("weight", "150 lb", "68.0388555"),
        ("height", "172", "172"),
        ("height", "1.72 m", "172"),
        ("height", "1米72", "172"),
        ("height", "1米7", "170"),
        ("height", "5 ft 7 in", "170.18"),
        ("height", "5'7\"", "170.18"),
        ("height", "5 ft", "152.4"),
        ("height", "67 in", "170.18"),
        ("weight", "70 stones of gold", "unit-not-read"),
        ("weight", "68 cm", "unit-not-read"),
        ("weight", "about 70", "number-not-read"),
        ("weight", "-70", "number-not-read"),
        ("height", "5 ft 13 in", "inches"),
    ],
)
def test_a_measure_comes_in_the_unit_of_its_person(name: str, text: str, wanted: str) -> None:
    found = value(name, text)
    assert (str(found.normalize()) if isinstance(found, Decimal) else found) in (
        wanted,
        str(Decimal(wanted).normalize()) if wanted[0].isdigit() else wanted,
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<10", "<10"),
        ("＜10 IU/mL", "<10"),
        ("not detected", "<10"),
        ("未检出", "<10"),
        ("TND", "<10"),
        ("20 IU/L", "0.02"),
        ("<LLOQ 20", "<20"),
        ("<LLOQ", "limit-not-printed"),
        ("500 copies/mL", "copies"),
        ("0.3 S/CO", "an-index"),
        ("2.7 log IU/mL", "a-logarithm"),
        ("3 U/L", "another-unit"),
        ("negative", "result-only-a-word"),
        ("阴性", "result-only-a-word"),
        ("low", "result-not-read"),
        ("-5", "result-not-read"),
        ("3 or 4", "result-not-read"),
    ],
)
def test_a_result_keeps_its_comparator_and_a_wrong_unit_is_refused_with_the_reason(text: str, wanted: str) -> None:
    assert str(value("hbv_dna", text)) == wanted


def test_below_20_leaves_the_threshold_of_10_open_and_says_what_helps() -> None:
    outcome = outcome_of(SHEET, Answers({"hbeag": "negative", "hbv_dna": "<20"}), TODAY, "en")
    (line,) = (line for line in outcome.lines if line.id == "I4")
    assert line.standing == "open"
    assert "limit is 10 IU/mL or lower" in line.helps[0]


def test_forged_and_odd_fields_are_refused_and_the_others_kept() -> None:
    fields = [
        ("answer-hbeag", "negative"),
        ("answer-consent_date", "1900-01-01"),
        ("answer-willing_and_compliant", "yes"),
        ("answer-nonsense", "x"),
        ("answer-malignancy", "maybe"),
        ("answer-weight", "9" * 500),
        ("answer-height", "170"),
        ("answer-height", "180"),
        ("csrfmiddlewaretoken", "x"),
    ]
    answers, problems = read_answers(SHEET, fields, TODAY)
    assert answers.given == {"hbeag": "negative"}
    assert sorted(problem.code.rpartition(".")[2] for problem in problems) == [
        "answered-twice", "no-such-choice", "no-such-question", "no-such-question", "no-such-question", "too-long",
    ]  # fmt: skip
    assert all(say(problem, language) for problem in problems for language in ("en", "zh-hans"))


def test_why_there_is_no_answer_stays_apart() -> None:
    facts = Answers({"hbeag": "unknown", "anti_hiv": "declined"}).facts(SHEET, TODAY)
    assert facts["hbeag"][0].provenance is Provenance.UNKNOWN
    assert facts["anti_hiv"][0].provenance is Provenance.DECLINED
    assert "anti_hcv" not in facts


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_answer_is_shown_in_words(language: str) -> None:
    for name, text in {
        "birth_date": "age 40",
        "first_documented_positive": "about 2019-03",
        "hbsag": "not detected; 2026-03-01",
        "malignancy": "no",
        "clearance_regimen": "spontaneous",
        "hbeag": "unknown",
    }.items():
        shown = in_words(SHEET, name, text, language)
        assert shown
        assert shown != text
        assert any("一" <= sign <= "鿿" for sign in shown) == (language == "zh-hans")


@settings(deadline=None)
@given(st.sampled_from(sorted(SHEET.asked)), st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_in_words(name: str, text: str) -> None:
    read = observation_of(SHEET, name, text, TODAY)
    if isinstance(read, Problem):
        assert all(say(read, language) for language in ("en", "zh-hans"))
    else:
        again = canonical(SHEET, name, text, TODAY)
        assert observation_of(SHEET, name, again, TODAY) == read
        assert in_words(SHEET, name, again, "en")
