"""The rules of the sentences on played trials of every truth: each says what its own numbers say, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from equipoise.analysis.analyse import analyse
from equipoise.analysis.results import AnalysisResult, Results
from equipoise.core.words import LANGUAGES
from equipoise.dataset.build import build
from equipoise.report import masking, sentences
from equipoise.report.names import Names
from equipoise.simulate.trial import simulate_trial
from equipoise.study.model.study import Study

TRUTHS = ("none", "masking", "half", "quarter", "design", "late-dosing", "design-dropout", "uneven-dropout")
VERDICTS = {
    "benefit": ("This shows a benefit of", "优于"),
    "harm": ("did worse than", "劣于"),
    "nothing": ("This does not show a difference", "未显示差异"),
}
LATER = {
    "benefit": ("a benefit of", "更优"),
    "harm": ("does worse", "更差"),
    "nothing": ("no difference is shown", "未显示差异"),
}


@dataclass(frozen=True)
class Told:
    study: Study
    results: Results

    def names(self, language: str = "en") -> Names:
        return Names(self.study, self.results, language)


@pytest.fixture(scope="session")
def play(reference: Study) -> Callable[..., Told]:
    """Play a trial of a truth, with the primary analysis, its imputed companion and week 72 alone."""
    plan = reference.endpoints
    kept = tuple(
        each
        for each in plan.analyses
        if each.role == "primary"
        or (each.estimand == "primary" and each.missing == "imputed")
        or (each.estimand == "week_72" and each.role == "secondary")
    )
    assert [each.missing for each in kept] == ["failure", "imputed", "failure"]
    study = reference.model_copy(update={"endpoints": plan.model_copy(update={"analyses": kept})})

    @cache
    def played(truth: str, participants: int = 40, seed: int = 5) -> Told:
        dataset = build(simulate_trial(study, truth, participants, seed).events)
        return Told(dataset.study, analyse(dataset))

    return played


def numbers(sentence: str) -> list[str]:
    return re.findall(r"\d+\.\d+", sentence)


def test_every_declared_truth_is_played(reference: Study) -> None:
    assert reference.scenarios is not None
    assert {each.id for each in reference.scenarios.truths} == set(TRUTHS)


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_primary_sentence_says_what_the_declared_test_says(play: Any, truth: str) -> None:
    told = play(truth)
    found: AnalysisResult = told.results.primary
    assert found.p is not None
    assert found.estimate is not None
    verdict = "nothing" if found.p >= found.alpha else "benefit" if found.estimate > 0 else "harm"
    said = {language: sentences.primary_sentence(told.names(language)) for language in LANGUAGES}
    for place, language in enumerate(LANGUAGES):
        shown = said[language][1]
        assert VERDICTS[verdict][place] in shown
        assert sum(words[place] in shown for words in VERDICTS.values()) == 1
        assert f"{100 * abs(found.estimate):.1f}" in shown
    assert numbers(said["en"][1]) == numbers(said["zh-hans"][1])


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_imputed_companion_stands_in_the_same_sentence(play: Any, truth: str) -> None:
    told = play(truth)
    imputed = next(each for each in told.results.analyses if each.missing_as == "imputed")
    for language, words in zip(LANGUAGES, ("with missing outcomes imputed instead", "若改为填补缺失结局"), strict=True):
        shown = sentences.primary_sentence(told.names(language))[1]
        if not any(arm.missing for arm in told.results.primary.arms):
            assert words not in shown
            continue
        assert words in shown
        low, high = sentences.printed_interval(imputed)
        assert f"{sentences.printed_estimate(imputed)} (95 % CI {low} to {high})" in shown or language != "en"
        assert f"{sentences.printed_estimate(imputed)}（95% 置信区间 {low} 至 {high}）" in shown or language == "en"


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_masking_statement_follows_the_flags(play: Any, truth: str) -> None:
    told = play(truth)
    rows = [row for row in told.results.masking if row.masked]
    said = masking.masking_statement(told.names())
    # A truth in which nothing is hidden is still a trial whose samples are flagged: nobody at the desk knows the truth.
    assert rows
    assert said is not None
    for row in rows:
        assert told.names().visit(row.visit) in said
    decisive = [row for row in rows if (row.variable, row.visit) == ("hbsag", "week 48")]
    later = masking.later_statement(told.names())
    if truth == "late-dosing":
        assert sum(row.masked for row in decisive) > len(decisive)
        assert later is not None
        assert later in said
        assert "at Week 72, where nothing is masked" in later
    assert (later is not None) == bool(decisive)
    assert ("No result that decides the primary endpoint at Week 48 is masked." in said) != bool(decisive)


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_power_statement_is_the_designs_and_not_the_datas(play: Any, truth: str) -> None:
    said = sentences.power_statement(play(truth).names()) or ""
    assert "83 % for 75 % against 93 %" in said
    assert "63 % for 75 % against 93 %, with 8 % drop-out" in said
    chinese = sentences.power_statement(play(truth).names("zh-hans")) or ""
    assert "75 % 对 93 %时为 83 %" in chinese


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("truth", TRUTHS)
def test_no_sentence_shows_a_placeholder_or_a_missing_number(play: Any, truth: str, language: str) -> None:
    names = play(truth).names(language)
    for said in (
        *sentences.primary_sentence(names),
        masking.masking_statement(names),
        sentences.power_statement(names),
    ):
        assert said
        assert not re.search(r"[{}_]|None|nan|NaN", said), said


def test_a_false_benefit_at_week_48_is_taken_back_by_week_72(play: Any) -> None:
    """Under late dosing HBIG has no effect and hides HBsAg at week 48: some trials then show what is not there."""
    for seed in (22, 15, 27):
        told = play("late-dosing", 132, seed)
        if sentences.verdict_of(told.names(), told.results.primary) == "benefit":
            break
    else:
        pytest.fail("no trial with a false benefit among three")
    english, chinese = (masking.later_statement(told.names(language)) or "" for language in LANGUAGES)
    week_72 = next(each for each in told.results.analyses if each.estimand.id == "week_72")
    verdict = sentences.verdict_of(told.names(), week_72)
    assert english.startswith(
        "The difference at Week 48 rests on masked samples; at Week 72, where nothing is masked, "
    )
    assert "的差异依据的是掩蔽期内的样本" in chinese
    assert LATER[verdict][0] in english
    assert LATER[verdict][1] in chinese
    assert numbers(english) == numbers(chinese)


def altered(told: Told, primary: dict[str, Any], later: dict[str, Any]) -> Told:
    """Return results in which the primary analysis and the one of week 72 found other things."""
    analyses = tuple(
        replace(each, **(primary if each is told.results.primary else later if each.estimand.id == "week_72" else {}))
        for each in told.results.analyses
    )
    return Told(told.study, replace(told.results, analyses=analyses))


FOUND = {
    "benefit": {"estimate": 0.2, "low": 0.05, "high": 0.35, "p": 0.01, "note": ""},
    "harm": {"estimate": -0.2, "low": -0.35, "high": -0.05, "p": 0.01, "note": ""},
    "nothing": {"estimate": 0.01, "low": -0.1, "high": 0.12, "p": 0.9, "note": ""},
}


@pytest.mark.parametrize("later", FOUND)
@pytest.mark.parametrize("first", FOUND)
def test_what_the_later_visit_says_of_a_masked_one(play: Any, first: str, later: str) -> None:
    told = altered(play("late-dosing"), FOUND[first], FOUND[later])
    for place, language in enumerate(LANGUAGES):
        said = masking.later_statement(told.names(language)) or ""
        opening = (("The result at Week 48", "The difference at Week 48"), ("第 48 周的结果", "第 48 周的差异"))[place]
        assert said.startswith(opening[first != "nothing"])
        assert LATER[later][place] in said
        assert sum(words[place] in said for words in LATER.values()) == 1


def test_a_later_visit_without_an_estimate_says_why(play: Any) -> None:
    none = {"estimate": None, "low": None, "high": None, "p": None, "note": "empty_arm"}
    said = masking.later_statement(altered(play("late-dosing"), FOUND["benefit"], none).names()) or ""
    assert "there is no estimate: an arm has nobody to analyse" in said


def test_without_a_later_analysis_that_is_said_too(play: Any) -> None:
    told = play("late-dosing")
    alone = replace(told.results, analyses=(told.results.primary,))
    said = masking.later_statement(Names(told.study, alone, "en")) or ""
    assert said.endswith("and no later visit without masking was declared to hold it against.")


@pytest.mark.parametrize(
    ("first", "imputed", "said"),
    [
        ("benefit", "nothing", ("the test does not reject", "不再拒绝")),
        ("nothing", "benefit", ("the test rejects:", "检验拒绝")),
        ("benefit", "harm", ("in the other direction", "相反方向")),
        ("benefit", "benefit", None),
        ("nothing", "nothing", None),
    ],
)
def test_where_imputation_comes_to_another_conclusion_that_is_said(
    play: Any, first: str, imputed: str, said: tuple[str, str] | None
) -> None:
    told = play("masking")
    assert any(arm.missing for arm in told.results.primary.arms)
    analyses = tuple(
        replace(each, **FOUND[first])
        if each is told.results.primary
        else replace(each, **FOUND[imputed])
        if each.missing_as == "imputed"
        else each
        for each in told.results.analyses
    )
    for place, language in enumerate(LANGUAGES):
        names = Names(told.study, replace(told.results, analyses=analyses), language)
        found = sentences.primary_sentence(names)
        assert len(found) == (3 if said else 2)
        assert said is None or said[place] in found[2]


def test_imputation_without_an_estimate_says_why(play: Any) -> None:
    told = play("masking")
    none = {"estimate": None, "low": None, "high": None, "p": None, "note": "nobody_observed"}
    analyses = tuple(
        replace(each, **none) if each.missing_as == "imputed" else replace(each, **FOUND["nothing"])
        for each in told.results.analyses
    )
    names = Names(told.study, replace(told.results, analyses=analyses), "en")
    found = sentences.primary_sentence(names)
    assert len(found) == 2
    assert (
        "with missing outcomes imputed instead there is no estimate, because all outcomes of an arm are missing"
        in found[1]
    )


def test_a_finding_that_imputation_cannot_check_is_said_to_rest_on_the_counting(play: Any) -> None:
    told = play("masking")
    none = {"estimate": None, "low": None, "high": None, "p": None, "note": "nobody_observed"}
    analyses = tuple(
        replace(each, **none) if each.missing_as == "imputed" else replace(each, **FOUND["benefit"])
        for each in told.results.analyses
    )
    found = sentences.primary_sentence(Names(told.study, replace(told.results, analyses=analyses), "en"))
    assert found[2].startswith("The finding rests on counting missing outcomes as declared")


def test_a_masked_arm_that_looks_ahead_is_named_with_its_visit(play: Any) -> None:
    told = play("masking")
    curve = next(each for each in told.results.curves if each.variable == "hbsag")
    points = tuple(
        replace(point, n=20, share_masked=1.0, masked=20, share_below=1.0)
        if (point.arm, point.visit) == ("hbig", "week 24")
        else replace(point, n=20, masked=0, share_masked=0.0, share_below=0.8)
        for point in curve.points
    )
    names = Names(told.study, replace(told.results, curves=(replace(curve, points=points),)), "en")
    said = masking.separation(names) or ""
    assert said.startswith("At Week 24, where 100 % of the results in “HBIG immunisation” are masked, 100.0 %")
    assert "against 80.0 % in “No immunisation”: masking alone can make such a difference." in said
    level = tuple(replace(point, share_below=0.8) for point in points)
    same = Names(told.study, replace(told.results, curves=(replace(curve, points=level),)), "en")
    assert masking.separation(same) is None
