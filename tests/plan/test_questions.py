"""The patient's questions, and which one comes next."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.core.dates import PartialDate
from equipoise.criteria.facts import Observation, Provenance, parse_cell
from equipoise.criteria.truth import Standard
from equipoise.criteria.verdict import Status, Verdict, assess
from equipoise.plan.plan import plan_of
from equipoise.plan.questions import expected_gain, next_question, questions_of
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study
from equipoise.study.rules import codebook_of, rules_of

ROOT = Path(__file__).parents[2]
STUDY = read_study(ROOT / "studies" / "nct07328711")
BLINDED = read_study(ROOT / "examples" / "blinded")
TODAY = {"consent_date": (Observation(PartialDate(2026, 3, 10), Provenance.PATIENT_STATED),)}
WELL = next(example.person for example in STUDY.examples if example.id == "all-well")


def answer(study: Study, name: str, text: str) -> tuple[Observation, ...]:
    read = parse_cell(codebook_of(study)[name], text)
    assert isinstance(read, Observation)
    return (read if read.value is None else replace(read, provenance=Provenance.PATIENT_STATED),)


def interview(study: Study, person: dict[str, str]) -> tuple[list[str], dict[str, tuple[Observation, ...]]]:
    facts: dict[str, tuple[Observation, ...]] = dict(TODAY)
    asked: list[str] = []
    while (question := next_question(study, facts)) is not None:
        assert question.name not in asked, "no question is asked twice"
        asked.append(question.name)
        facts[question.name] = answer(study, question.name, person.get(question.name, "unknown"))
    return asked, facts


def gains(facts: dict[str, tuple[Observation, ...]]) -> dict[str, Fraction]:
    assessment = assess(rules_of(STUDY).criteria, facts, standard=Standard.STATED, explained=False)
    undecided = tuple(
        rule for rule in rules_of(STUDY).criteria if assessment.criteria[rule.id].status is Status.UNKNOWN
    )
    return {
        question.name: expected_gain(STUDY, facts, question, undecided)
        for question in questions_of(STUDY)
        if question.name not in facts
    }


def test_judgement_is_never_asked_of_a_patient() -> None:
    assert {"willing_and_compliant", "otherwise_unsuitable"}.isdisjoint(q.name for q in questions_of(STUDY))


def test_a_question_comes_after_those_that_decide_whether_it_is_asked() -> None:
    names = [question.name for question in questions_of(STUDY)]
    assert names.index("ever_immunosuppressant") < names.index("immunosuppressant_now")
    assert names.index("immunosuppressant_now") < names.index("last_immunosuppressant")


def test_every_question_has_its_words_and_reason_in_both_languages() -> None:
    for study in (STUDY, BLINDED):
        for question in questions_of(study):
            words = [question.ask(study, language) for language in ("en", "zh-hans")]
            assert all(words), question.name
            assert words[0] != words[1], question.name
            assert all(question.why(study, language) for language in ("en", "zh-hans")), question.name


def test_choices_are_said_in_the_language_asked() -> None:
    regimen = next(question for question in questions_of(STUDY) if question.name == "clearance_regimen")
    assert regimen.choices(STUDY, "zh-hans")[2] == ("spontaneous", "未治疗，自行转阴")


def test_who_answers_everything_well_ends_with_judgement_alone() -> None:
    asked, facts = interview(STUDY, WELL)
    found = assess(rules_of(STUDY).criteria, facts, standard=Standard.STATED, explained=False)
    assert found.verdict is Verdict.NEEDS_JUDGEMENT
    assert {"immunosuppressant_now", "last_immunosuppressant"}.isdisjoint(asked)
    assert len(asked) == 18


def test_a_fail_ends_the_questions() -> None:
    asked, _ = interview(STUDY, {**WELL, "clearance_regimen": "spontaneous"})
    assert asked == ["clearance_regimen"]


def test_the_first_question_is_the_one_that_settles_most() -> None:
    first = next_question(STUDY, TODAY)
    assert first is not None
    found = gains(dict(TODAY))
    assert found[first.name] == max(found.values())
    assert first.name == "clearance_regimen"


def test_the_gain_of_an_answer_is_counted_by_hand() -> None:
    """Eleven criteria are open on a blank sheet (all but the two judgements)."""
    found = gains(dict(TODAY))
    # yes fails E1 and ends it (11), no settles E1 alone (1)
    assert found["decompensated_cirrhosis"] == Fraction(11 + 1, 2)
    # two of three regimens fail E2, the third passes it and leaves I3 open
    assert found["clearance_regimen"] == Fraction(11 + 11 + 1, 3)
    # one positive test fails E3, one negative settles nothing
    assert found["anti_hcv"] == Fraction(11, 2)
    # weight without height settles nothing
    assert found["weight"] == 0


def test_ties_go_to_the_declared_order() -> None:
    facts: dict[str, tuple[Observation, ...]] = dict(TODAY)
    for name in WELL:
        if name in codebook_of(STUDY) and not name.startswith("anti_h") and name != "consent_date":
            facts[name] = answer(STUDY, name, WELL[name])
    question = next_question(STUDY, facts)
    assert question is not None
    assert question.name == "anti_hav_igm"


def test_two_answers_that_only_settle_together_are_both_asked() -> None:
    facts: dict[str, tuple[Observation, ...]] = dict(TODAY)
    for name in WELL:
        if name not in ("consent_date", "weight", "height"):
            facts[name] = answer(STUDY, name, WELL[name])
    asked = []
    while (question := next_question(STUDY, facts)) is not None:
        asked.append(question.name)
        facts[question.name] = answer(STUDY, question.name, WELL[question.name])
    assert asked == ["weight", "height"]


def test_who_does_not_know_is_not_asked_again() -> None:
    facts = {**TODAY, "clearance_regimen": answer(STUDY, "clearance_regimen", "unknown")}
    question = next_question(STUDY, facts)
    assert question is not None
    assert question.name != "clearance_regimen"


def test_without_a_day_to_count_from_the_dates_come_late() -> None:
    question = next_question(STUDY, {})
    assert question is not None
    assert question.variable.kind != "date"


def test_a_man_is_not_asked_about_pregnancy() -> None:
    man = {"birth_date": "1990", "sex": "male", "migraine_days": "8", "preventive_now": "no"}
    woman = {**man, "sex": "female", "pregnant": "no"}
    assert "pregnant" not in interview(BLINDED, man)[0]
    assert "pregnant" in interview(BLINDED, woman)[0]


CELLS = {
    "yes_no": st.sampled_from(["yes", "no", "unknown", "declined"]),
    "laboratory": st.sampled_from(["<0.05", "<20", "<5", "0.2", "300", "not detected", "unknown"]),
    "number": st.sampled_from(["60", "90", "170", "unknown"]),
    "date": st.sampled_from(["1985", "2008", "2025-09", "2025-10-01", "2019-02-03", "declined"]),
}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_interview_ends_and_no_open_question_is_left_that_could_matter(data: st.DataObject) -> None:
    person = {}
    for question in questions_of(STUDY):
        cells = CELLS.get(question.variable.kind)
        if cells is None:
            cells = st.sampled_from([code.value for code in question.variable.codes] + ["unknown"])
        person[question.name] = data.draw(cells, label=question.name)
    asked, facts = interview(STUDY, person)
    found = assess(rules_of(STUDY).criteria, facts, standard=Standard.STATED, explained=False)
    assert set(asked) <= {question.name for question in plan_of(STUDY).questions}
    if found.verdict is Verdict.CANNOT_TELL_YET:
        undecided = [rule for rule in rules_of(STUDY).criteria if found.criteria[rule.id].status is Status.UNKNOWN]
        gated = {"immunosuppressant_now", "last_immunosuppressant"}
        left = {name for rule in undecided for name in rule.rule.variables} - set(facts) - gated
        assert not left, "what is left undecided rests on answers that were given"


@pytest.mark.parametrize("study", [STUDY, BLINDED], ids=["reference", "blinded"])
def test_a_plan_is_worked_out_once(study: Study) -> None:
    assert plan_of(study) is plan_of(Study.model_validate(study.model_dump()))
