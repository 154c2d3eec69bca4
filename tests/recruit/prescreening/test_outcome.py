"""What the answers come to. Oracle: `criteria.verdict` on the same facts, and the study folder's own example people."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.core.dates import PartialDate
from equipoise.criteria.facts import MISSING_WORDS, Observation, Provenance, parse_cell
from equipoise.criteria.truth import Standard
from equipoise.criteria.verdict import Status, Verdict, assess
from equipoise.plan.questions import questions_of
from equipoise.recruit.prescreening import Answers, Outcome, Sheet, StudySheet, outcome_of
from equipoise.recruit.prescreening import Verdict as Told
from equipoise.recruit.prescreening.answers import observation_of
from equipoise.recruit.prescreening.outcome import Standing
from equipoise.study.model.study import Example
from equipoise.study.reader import read_study
from equipoise.study.rules import codebook_of, rules_of

ROOT = Path(__file__).parents[3]
STUDY = read_study(ROOT / "studies" / "nct07328711")
BLINDED = read_study(ROOT / "examples" / "blinded")
SHEETS = {"reference": StudySheet(STUDY), "blinded": StudySheet(BLINDED)}
SHEET = SHEETS["reference"]
TODAY = date(2026, 3, 10)
AGREEING = {
    Verdict.ELIGIBLE: Told.MAY_FIT,
    Verdict.NEEDS_JUDGEMENT: Told.MAY_FIT,
    Verdict.CANNOT_TELL_YET: Told.CANNOT_TELL,
    Verdict.NOT_ELIGIBLE: Told.DOES_NOT_FIT,
}
FITTING = {
    "clearance_regimen": "peginterferon", "birth_date": "age 40", "decompensated_cirrhosis": "no",
    "other_liver_disease": "no", "hbsag": "<0.05", "hbeag": "negative", "hbv_dna": "not detected",
    "anti_hav_igm": "negative", "anti_hcv": "negative", "anti_hdv": "negative", "anti_hev_igm": "negative",
    "anti_hiv": "negative", "severe_illness": "no", "malignancy": "no", "first_documented_positive": "2009",
    "ever_immunosuppressant": "no", "weight": "150 lb", "height": "5 ft 7 in",
}  # fmt: skip
TEXTS = {
    "yes_no": ("yes", "no"),
    "date": ("2026-02", "2025-09", "about 2025", "2019", "1986-03-12", "age 17", "age 40", "age 61"),
    "number": ("14", "40", "68", "95 kg", "150 lb", "5 ft 7 in", "172"),
    "laboratory": ("<0.05", "0.05", "<20", "not detected", "3", "<LLOQ 5", ">1000", "40 mIU/mL"),
}


def texts_of(sheet: Sheet, name: str) -> tuple[str, ...]:
    """Return answers that can be given to a question, with and without a value."""
    variable = sheet.asked[name]
    offered = tuple(code.value for code in variable.codes) or TEXTS[variable.kind]
    able = [text for text in offered if isinstance(observation_of(sheet, name, text, TODAY), Observation)]
    return (*able, "unknown", "declined")


def said(sheet: Sheet) -> st.SearchStrategy[Answers]:
    """Draw any answers to any of the questions."""
    each = {name: st.sampled_from(texts_of(sheet, name)) for name in sheet.asked}
    return st.fixed_dictionaries({}, optional=each).map(Answers)


def verdict_of_rules(sheet: Sheet, answers: Answers) -> Verdict:
    return assess(sheet.criteria, answers.facts(sheet, TODAY), standard=Standard.STATED).verdict


@pytest.mark.parametrize("which", SHEETS)
def test_the_verdict_is_that_of_the_criteria_on_what_was_stated(which: str) -> None:
    sheet = SHEETS[which]

    @given(said(sheet))
    @settings(max_examples=200, deadline=None)
    def agrees(answers: Answers) -> None:
        outcome = outcome_of(sheet, answers, TODAY, "en")
        assert outcome.verdict is AGREEING[verdict_of_rules(sheet, answers)]
        assert [line.id for line in outcome.lines] == [rule.id for rule in sheet.criteria]

    agrees()


@settings(deadline=None)
@given(said(SHEET), st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(answers: Answers, shuffler: object) -> None:
    names = list(answers.given)
    shuffler.shuffle(names)  # type: ignore[attr-defined]
    turned = Answers({name: answers.given[name] for name in names})
    assert outcome_of(SHEET, turned, TODAY, "en").verdict is outcome_of(SHEET, answers, TODAY, "en").verdict
    assert SHEET.next(turned.facts(SHEET, TODAY)) == SHEET.next(answers.facts(SHEET, TODAY))


@settings(deadline=None)
@given(said(SHEET), st.data())
def test_not_knowing_is_never_a_no_and_never_a_yes(answers: Answers, data: st.DataObject) -> None:
    # "Do not know" decides nothing that silence leaves undecided.
    name = data.draw(st.sampled_from(sorted(SHEET.asked)))
    silent = answers.without(name)
    for missing in ("unknown", "declined"):
        one = outcome_of(SHEET, silent.saying(name, missing), TODAY, "en")
        other = outcome_of(SHEET, silent, TODAY, "en")
        assert one.verdict is other.verdict
        assert [line.id for line in one.fitting] == [line.id for line in other.fitting]
        assert [line.id for line in one.against] == [line.id for line in other.against]


@pytest.mark.parametrize("which", SHEETS)
def test_every_path_ends_and_the_number_that_is_promised_is_kept(which: str) -> None:
    sheet = SHEETS[which]

    @given(st.data())
    @settings(max_examples=60, deadline=None)
    def ends(data: st.DataObject) -> None:
        answers = Answers()
        promised = len(sheet.left(answers.facts(sheet, TODAY)))
        while (name := sheet.next(answers.facts(sheet, TODAY))) is not None:
            assert name not in answers
            left = sheet.left(answers.facts(sheet, TODAY))
            assert name in left
            assert len(left) <= promised
            promised = len(left) - 1
            answers = answers.saying(name, data.draw(st.sampled_from(texts_of(sheet, name))))
        assert not sheet.left(answers.facts(sheet, TODAY)), "nothing is left that is never asked"
        outcome = outcome_of(sheet, answers, TODAY, "zh-hans")
        if outcome.verdict is Told.CANNOT_TELL:
            assert outcome.needs
        if outcome.verdict is Told.DOES_NOT_FIT:
            assert all(line.helps for line in outcome.against)

    ends()


def _answers_of(example: Example) -> tuple[Answers, date] | None:
    """Return an example's person as a patient would answer; None where no day of consent is known."""
    consent = PartialDate.parse(example.person.get("consent_date", ""))
    if consent is None or not consent.is_complete:
        return None
    given = {
        name: text.strip()
        for name, text in example.person.items()
        if name in SHEET.asked and text.strip() and text.strip() not in MISSING_WORDS
    }
    missing = {
        name: text.strip()
        for name, text in example.person.items()
        if name in SHEET.asked and text.strip() in MISSING_WORDS and text.strip()
    }
    return Answers(given | missing), consent.earliest


@pytest.mark.parametrize("example", STUDY.examples, ids=lambda one: one.id)
def test_the_folders_own_people_get_agreeing_verdicts(example: Example) -> None:
    found = _answers_of(example)
    if found is None:
        pytest.skip("today always stands in for the day of consent; this person has none")
    answers, today = found
    book = codebook_of(STUDY)
    judged = {variable.name for variable in STUDY.codebook.variables if variable.kind == "judgement"}
    facts = {name: (parse_cell(book[name], text),) for name, text in example.person.items() if name not in judged}
    wanted = assess(rules_of(STUDY).criteria, facts, standard=Standard.STATED)
    outcome = outcome_of(SHEET, answers, today, "en")
    assert outcome.verdict is AGREEING[wanted.verdict]
    # What only the investigator can say is nobody's to answer here; all else is as the folder declares.
    for line in outcome.lines:
        declared = example.because.get(line.id)
        if declared in ("pass", "fail") and line.standing is not Standing.FOR_THE_TEAM:
            assert (declared == "fail") == (line.standing is Standing.DOES_NOT_FIT), line


def line_of(outcome: Outcome, criterion: str) -> object:
    return next(line for line in outcome.lines if line.id == criterion)


def test_whoever_fits_is_told_so_without_a_promise() -> None:
    outcome = outcome_of(SHEET, Answers(FITTING), TODAY, "en")
    assert outcome.verdict is Told.MAY_FIT
    assert [line.id for line in outcome.judged] == ["I5", "E8"]
    assert not outcome.needs


@pytest.mark.parametrize(
    ("answer", "criterion", "helps"),
    [
        ({"birth_date": "2008-06-01"}, "I1", "From 1 June 2026 on this would no longer speak against it"),
        ({"birth_date": "age 17"}, "I1", "From 10 March 2027 on"),
        ({"birth_date": "age 61"}, "I1", "Nothing that we know of changes this."),
        ({"first_documented_positive": "2025-12-31"}, "I2", "From 1 July 2026 on"),
        ({"hbsag": "0.08"}, "I3", "HBsAg, quantitative: a new result below 0.05 IU/mL would change this."),
        ({"hbeag": "positive"}, "I4", 'HBeAg: a new test with the result "negative" would change this.'),
        ({"last_immunosuppressant": "2026-01-05", "immunosuppressant_now": "no"}, "E5", "From 6 July 2026 on"),
        ({"last_immunosuppressant": "2026-01-05"}, "E5", "From 6 July 2026 on"),
        ({"weight": "95 kg", "height": "172"}, "E7", "Body mass index: 28 kg/m² or less would fit."),
        ({"malignancy": "yes"}, "E4", "Nothing that we know of changes this."),
    ],
)
def test_what_would_change_it_is_said(answer: dict[str, str], criterion: str, helps: str) -> None:
    outcome = outcome_of(SHEET, Answers(answer), TODAY, "en")
    assert outcome.verdict is Told.DOES_NOT_FIT
    (line,) = outcome.against
    assert line.id == criterion
    assert line.helps[0].startswith(helps)
    assert outcome.not_looked_at == sum(one.standing is Standing.NOT_LOOKED_AT for one in outcome.lines) > 0


def test_a_body_mass_index_of_exactly_28_fits() -> None:
    assert (
        line_of(outcome_of(SHEET, Answers({"weight": "80.92", "height": "170"}), TODAY, "en"), "E7").standing == "fits"
    )  # type: ignore[attr-defined]
    over = line_of(outcome_of(SHEET, Answers({"weight": "80.93", "height": "170"}), TODAY, "en"), "E7")
    assert over.standing == "does_not_fit"  # type: ignore[attr-defined]
    assert over.values == ("Body mass index: 28.003 kg/m²",)  # type: ignore[attr-defined]


def test_a_contradiction_is_shown() -> None:
    answers = Answers({"ever_immunosuppressant": "no", "immunosuppressant_now": "yes"})
    assert line_of(outcome_of(SHEET, answers, TODAY, "en"), "E5").contradiction  # type: ignore[attr-defined]


def test_no_question_of_judgement_is_on_the_sheet() -> None:
    assert set(SHEET.asked) == {question.name for question in questions_of(STUDY)}
    assert all(variable.kind != "judgement" for variable in SHEET.asked.values())
    statuses = list(assess(SHEET.criteria, {}, standard=Standard.STATED).criteria.values())
    assert Status.JUDGEMENT in {one.status for one in statuses}
    assert Provenance.PATIENT_STATED in {one.provenance for one in SHEET.given(TODAY)["consent_date"]}
