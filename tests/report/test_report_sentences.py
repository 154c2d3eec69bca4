"""The rules of the sentences that carry the answer: the declared test decides, and the direction that is better."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from equipoise.analysis.results import AnalysisResult, ArmResult, MaskingRow, Results
from equipoise.core.words import LANGUAGES
from equipoise.report import masking, sentences
from equipoise.report.names import Names
from equipoise.study.model.study import Study

Say = Callable[..., tuple[str, ...]]
BENEFIT, HARM, NOTHING = "This shows a benefit of", "did worse than", "This does not show a difference"
CHINESE = {BENEFIT: "优于", HARM: "劣于", NOTHING: "未显示差异"}


def told(usual: tuple[Study, Results], better: str = "", unit: str = "", language: str = "en", **found: Any) -> Names:
    """Return the names of results whose primary analysis found this, of an endpoint with that direction."""
    study, results = usual
    primary = replace(results.primary, **found)
    analyses = tuple(primary if each is results.primary else each for each in results.analyses)
    endpoints = tuple(
        each.model_copy(update={"better": better or each.better, "unit": unit})
        if each.id == primary.estimand.endpoint
        else each
        for each in study.endpoints.endpoints
    )
    plan = study.endpoints.model_copy(update={"endpoints": endpoints})
    return Names(study.model_copy(update={"endpoints": plan}), replace(results, analyses=analyses), language)


def arms(**values: Any) -> tuple[ArmResult, ArmResult]:
    """Return two arms of ten people who differ in nothing."""
    return ArmResult("hbig", 10, 0, **values), ArmResult("control", 10, 0, **values)


SHARES = arms(successes=5, failures=5, proportion=0.5)
EVENTS = arms(events=4)
MEANS = arms(mean=3.14159, sd=0.5)

CASES = [
    # summary, better, estimate, low, high, p, arms → what is said
    ("risk_difference", "higher", 0.18, 0.03, 0.32, 0.02, SHARES, BENEFIT),
    ("risk_difference", "higher", -0.18, -0.32, -0.03, 0.02, SHARES, HARM),
    ("risk_difference", "lower", -0.18, -0.32, -0.03, 0.02, SHARES, BENEFIT),
    ("risk_difference", "lower", 0.18, 0.03, 0.32, 0.02, SHARES, HARM),
    ("risk_difference", "higher", 0.18, -0.01, 0.35, 0.06, SHARES, NOTHING),
    ("risk_ratio", "higher", 1.4, 1.1, 1.9, 0.01, SHARES, BENEFIT),
    ("risk_ratio", "higher", 0.7, 0.5, 0.9, 0.01, SHARES, HARM),
    ("risk_ratio", "lower", 0.7, 0.5, 0.9, 0.01, SHARES, BENEFIT),
    ("odds_ratio", "higher", 2.2, 1.2, 4.0, 0.01, SHARES, BENEFIT),
    ("odds_ratio", "lower", 2.2, 1.2, 4.0, 0.01, SHARES, HARM),
    ("hazard_ratio", "lower", 0.5, 0.33, 0.76, 0.001, EVENTS, BENEFIT),
    ("hazard_ratio", "lower", 2.0, 1.3, 3.0, 0.001, EVENTS, HARM),
    ("hazard_ratio", "higher", 2.0, 1.3, 3.0, 0.001, EVENTS, BENEFIT),
    ("hazard_ratio", "higher", 0.5, 0.33, 0.76, 0.001, EVENTS, HARM),
    ("hazard_ratio", "lower", 0.8, 0.5, 1.3, 0.4, EVENTS, NOTHING),
    ("mean_difference", "higher", 1.5, 0.4, 2.6, 0.01, MEANS, BENEFIT),
    ("mean_difference", "lower", 1.5, 0.4, 2.6, 0.01, MEANS, HARM),
    ("mean_difference", "lower", -1.5, -2.6, -0.4, 0.01, MEANS, BENEFIT),
    ("mean_difference", "higher", 0.5, -0.4, 1.4, 0.3, MEANS, NOTHING),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}-{case[-1].split()[-1]}")
def test_the_answer_follows_the_test_and_the_direction_that_is_better(usual: Any, case: tuple[Any, ...]) -> None:
    summary, better, estimate, low, high, p, seen, said = case
    found = {"summary": summary, "estimate": estimate, "low": low, "high": high, "p": p, "arms": seen, "note": ""}
    sentence = sentences.primary_sentence(told(usual, better, **found))[1]
    assert said in sentence
    assert sum(each in sentence for each in CHINESE) == 1
    chinese = sentences.primary_sentence(told(usual, better, language="zh-hans", **found))[1]
    assert CHINESE[said] in chinese
    # The same numbers in both languages.
    assert re.findall(r"\d+\.\d+", sentence) == re.findall(r"\d+\.\d+", chinese)


def shown(usual: Any, language: str = "en", **found: Any) -> str:
    base = {
        "summary": "risk_difference",
        "estimate": 0.1,
        "low": -0.02,
        "high": 0.2,
        "p": 0.1,
        "arms": SHARES,
        "note": "",
    }
    return sentences.primary_sentence(told(usual, language=language, **{**base, **found}))[1]


def test_the_declared_alpha_rules_and_not_the_interval(usual: Any) -> None:
    assert NOTHING in shown(usual, p=0.05, alpha=0.05)
    assert BENEFIT in shown(usual, p=0.0499, alpha=0.05)
    assert BENEFIT in shown(usual, p=0.08, alpha=0.10)
    assert NOTHING in shown(usual, p=0.03, alpha=0.025)


@pytest.mark.parametrize("note", ["empty_arm", "no_maximum", "no_information"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_estimate_the_reason_stands_there(usual: Any, note: str, language: str) -> None:
    names = told(usual, language=language, estimate=None, low=None, high=None, p=None, note=note, arms=SHARES)
    sentence = sentences.primary_sentence(names)[1]
    assert names.term("notes", note) in sentence
    assert not any(each in sentence for each in (*CHINESE, *CHINESE.values()))


def test_a_difference_of_shares_is_printed_in_points_and_a_ratio_in_digits(usual: Any) -> None:
    assert "10.0 percentage points" in shown(usual)
    assert "every risk difference from −2.0 to 20.0 percentage points" in shown(usual)
    ratio = shown(usual, summary="risk_ratio", estimate=1.234, low=0.9, high=1.7)
    assert "the risk ratio is 1.23 (95 % confidence interval 0.90 to 1.70; p = 0.10)" in ratio


def test_a_mean_difference_carries_its_unit(usual: Any) -> None:
    found = {"summary": "mean_difference", "estimate": 1.5, "low": 0.4, "high": 2.6, "p": 0.01, "arms": MEANS}
    seen, shown_ = sentences.primary_sentence(told(usual, "higher", "mmHg", **found))
    assert "1.50 mmHg" in shown_
    assert "mean 3.14 mmHg (SD 0.50, n = 10)" in seen


def test_small_p_values_are_bounded_and_never_zero(usual: Any) -> None:
    assert "p <0.001" in shown(usual, p=1e-9)
    assert "p <0.001" in shown(usual, p=0.0)
    assert "p = 0.012" in shown(usual, p=0.0123)


def test_an_interval_without_an_end_is_said_so(usual: Any) -> None:
    assert "1.20 to ∞" in shown(usual, summary="odds_ratio", estimate=3.0, low=1.2, high=float("inf"), p=0.01)


@pytest.mark.parametrize("missing_as", ["failure", "excluded", "censored"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_missing_outcomes_are_said_with_what_they_count_as(usual: Any, missing_as: str, language: str) -> None:
    seen = (replace(SHARES[0], missing=2), replace(SHARES[1], missing=3))
    names = told(usual, language=language, arms=seen, missing_as=missing_as)
    assert names.say(f"answer.missing.{missing_as}", treatment=2, versus=3) in sentences.primary_sentence(names)[0]
    nobody = told(usual, language=language, arms=SHARES, missing_as=missing_as)
    assert sentences.primary_sentence(nobody)[0].rstrip("。.").endswith(("”", "%）"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_arm_without_a_known_outcome_shows_nothing_of_the_treatment(usual: Any, language: str) -> None:
    lost = (replace(SHARES[0], successes=0, failures=10, missing=10, proportion=0.0), SHARES[1])
    found = {"estimate": -0.5, "low": -0.8, "high": -0.2, "p": 0.001, "arms": lost}
    said = " ".join(sentences.primary_sentence(told(usual, language=language, **found, missing_as="failure")))
    assert {"en": "No outcome is known in", "zh-hans": "没有任何已知结局"}[language] in said
    assert HARM not in said
    assert CHINESE[HARM] not in said
    assert "rests on counting" not in said
    # Left out, ten missing people leave ten who are known.
    left = " ".join(sentences.primary_sentence(told(usual, **found, missing_as="excluded")))
    assert HARM in left


def test_what_was_seen_counts_shares_events_or_means(usual: Any) -> None:
    for seen, words in ((SHARES, "5 of 10 people (50.0 %)"), (EVENTS, "4 of 10 people (40.0 %)"), (MEANS, "mean 3.14")):
        assert sentences.primary_sentence(told(usual, arms=seen))[0].count(words) == 2


def test_a_decisive_result_that_is_masked_is_said(late: Any) -> None:
    said = masking.masking_statement(Names(late.study, late.results, "en"))
    assert said is not None
    hidden = [row for row in late.results.masking if (row.variable, row.visit) == ("hbsag", "week 48")]
    masked, total = sum(row.masked for row in hidden if row.masked), sum(row.n for row in hidden if row.masked)
    assert masked > 0
    assert f"{masked} of {total} decisive results at Week 48 are masked" in said
    assert "No result that decides" not in said
    chinese = masking.masking_statement(Names(late.study, late.results, "zh-hans")) or ""
    assert f"{total} 份决定性结果中有 {masked} 份" in chinese


def test_masking_that_spares_the_endpoint_is_said_too(usual: Any) -> None:
    said = masking.masking_statement(Names(*usual, "en"))
    assert said is not None
    assert "“HBIG immunisation”" in said
    assert said.endswith("No result that decides the primary endpoint at Week 48 is masked.")


def test_a_masked_anti_body_at_the_endpoints_visit_does_not_touch_the_endpoint(usual: Any) -> None:
    study, results = usual
    row = MaskingRow("anti_hbs", "hbig", "week 48", 10, 4)
    said = masking.masking_statement(Names(study, replace(results, masking=(row,)), "en")) or ""
    assert "4 of 10 results of" in said
    assert "No result that decides" in said


def test_without_masking_there_is_nothing_to_say(usual: Any) -> None:
    study, results = usual
    unmasked = tuple(replace(row, masked=0) for row in results.masking)
    assert masking.masking_statement(Names(study, replace(results, masking=unmasked), "en")) is None
    assert masking.masking_statement(Names(study, replace(results, masking=()), "en")) is None


def test_the_power_that_132_people_really_give(usual: Any) -> None:
    said = sentences.power_statement(Names(*usual, "en")) or ""
    assert said.startswith("With 132 people")
    # Reference figures of the study: exact power of both tests, and with 8 % drop-out counted as failure.
    assert "83 % for 75 % against 93 %;" in said
    assert "63 % for 75 % against 93 %, with 8 % drop-out" in said
    assert "by Fisher's test 77 % for the first" in said
    study, results = usual
    assert sentences.power_statement(Names(study, replace(results, power=()), "en")) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_data_come_from_is_said(usual: Any, language: str) -> None:
    study, results = usual
    said = {
        origin: sentences.standing(
            Names(study, replace(results, dataset=replace(results.dataset, origin=origin)), language)
        )
        for origin in ("simulated", "imported", "conducted")
    }
    assert "masking" in said["simulated"]
    assert "3" in said["simulated"]
    assert said["imported"]
    assert said["conducted"] == ""
    assert len(set(said.values())) == 3


def test_no_sentence_keeps_a_placeholder_or_a_bare_id(usual: Any) -> None:
    for language in LANGUAGES:
        names = Names(*usual, language)
        for sentence in (
            *sentences.primary_sentence(names),
            masking.masking_statement(names),
            sentences.power_statement(names),
        ):
            assert sentence
            assert not re.search(r"[{}_]|None|nan", sentence), sentence


def test_the_verdict_does_not_depend_on_the_language(usual: Any) -> None:
    names = [told(usual, language=language, p=0.01, estimate=0.2, arms=SHARES) for language in LANGUAGES]
    primary: list[AnalysisResult] = [each.results.primary for each in names]
    assert {sentences.verdict_of(name, found) for name, found in zip(names, primary, strict=True)} == {"benefit"}
