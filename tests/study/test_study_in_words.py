"""What the other rooms take from a study: its rules, its words, its summary, its documents, its versions."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel
from small_study import small_study, write

from equipoise.core.dates import PartialDate
from equipoise.core.problem import Problem, ProblemsError, Severity
from equipoise.core.words import say as say_problem
from equipoise.criteria.facts import Kind, Observation, parse_cell
from equipoise.criteria.verdict import Verdict, assess
from equipoise.study.documents import render_documents
from equipoise.study.faults import NOTES, faults_page
from equipoise.study.masking import masked_visits
from equipoise.study.methods import METHODS
from equipoise.study.model.endpoints import Endpoints
from equipoise.study.model.study import Example, Identity, Study
from equipoise.study.new import write_new
from equipoise.study.reader import check_folder, read_study
from equipoise.study.rules import anchored, codebook_of, rules_of
from equipoise.study.summary import summarise
from equipoise.study.versions import changes, number_of, say_change
from equipoise.study.words import code_label, label, labels_of, level_label, say

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "studies" / "nct07328711"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return read_study(write(tmp_path_factory.mktemp("small"), small_study()))


@pytest.fixture(scope="module")
def reference() -> Study:
    return read_study(REFERENCE)


# --- rules ---------------------------------------------------------------------------------------------------


def test_the_codebook_has_the_variables_the_allocation_and_the_parts_of_reversions(study: Study) -> None:
    codebook = codebook_of(study)
    assert {"vitamin_d", "age", "allocation_date", "relapse.confirmed", "relapse.unrepeated", "relapse.blip"} <= set(
        codebook
    )
    assert codebook["relapse.first_positive"].kind is Kind.DATE
    assert codebook["age"].rule == "years_between(birth_date, consent_date)"
    assert codebook_of(study, derived=False)["age"].rule is None


def test_every_rule_is_read_once_and_kept_for_equal_studies(study: Study) -> None:
    rules = rules_of(study)
    assert [criterion.id for criterion in rules.criteria] == ["I1", "I2", "I3", "E1", "E2"]
    assert [criterion.id for criterion in rules.judge_again] == ["I2"]
    assert set(rules.factors["level_at_entry"]) == {"very_low", "low"}
    assert set(rules.withhold) == {"drops_every_4_weeks"}
    assert set(rules.checks) == {"calcium_high"}
    assert set(rules.positive) == {"relapse"}
    assert set(rules.decisive) == {"enough_at_week_12"}
    assert rules.readings["enough_at_week_12"]["enough"].variables == ("vitamin_d",)
    assert rules.derived["age"].kind is Kind.NUMBER
    assert rules_of(Study.model_validate(study.content)) is rules


def test_rules_that_cannot_be_read_are_refused(study: Study) -> None:
    broken = study.model_copy(update={"eligibility": (study.eligibility[0].model_copy(update={"rule": "18 <= agee"}),)})
    broken.__dict__.pop("content", None)
    broken.__dict__.pop("content_hash", None)
    with pytest.raises(ProblemsError):
        rules_of(broken)


def test_on_the_day_of_allocation_that_day_stands_for_the_anchor(study: Study) -> None:
    codebook = codebook_of(study)
    person = {"consent_date": "2026-11-10", "low_shown_on": "2026-05-20", "vitamin_d": "31"}
    facts = {}
    for name, value in person.items():
        cell = parse_cell(codebook[name], value)
        assert isinstance(cell, Observation)
        facts[name] = (cell,)
    again = rules_of(study).judge_again
    assert assess(again, facts).verdict is Verdict.ELIGIBLE
    later = anchored(study, facts, date(2026, 11, 20))
    assert assess(again, later).verdict is Verdict.ELIGIBLE
    assert later["consent_date"][0].value == PartialDate(2026, 11, 20)
    assert assess(again, anchored(study, facts, date(2026, 11, 21))).verdict is Verdict.NOT_ELIGIBLE
    assert facts["consent_date"][0].value == PartialDate(2026, 11, 10)


# --- words ---------------------------------------------------------------------------------------------------


def test_words_come_from_the_language_then_from_the_main_language(study: Study) -> None:
    assert label(study, "arms", "drops", "zh-hans") == "维生素 D 滴剂"
    assert label(study, "arms", "drops", "en") == "Vitamin D drops"
    assert say(study, "zh-hans", "registry", "none", "overview") == ""
    assert say(study, "fr", "title") == "Vitamin D drops in winter"
    assert label(study, "visits", "week 99", "en") == "week 99"
    assert code_label(study, "sex", "male", "zh-hans") == "男"
    assert level_label(study, "level_at_entry", "low", "zh-hans") == "25 nmol/L 或以上"
    assert level_label(study, "centre", "02", "zh-hans") == "示例第二医院"
    assert labels_of(study, "zh-hans")["sex:female"] == "女"
    assert labels_of(study, "en")["relapse.confirmed"] == "Low again, confirmed"


# --- blind spots ---------------------------------------------------------------------------------------------


def test_the_reference_study_is_masked_from_week_4_to_36_and_not_at_week_48(reference: Study) -> None:
    hbig, control = masked_visits(reference, "hbig"), masked_visits(reference, "control")
    assert [visit.visit for visit in hbig if "hbsag" in visit.variables] == [f"week {n}" for n in (4, 8, 12, 24, 36)]
    assert control == ()
    assert hbig[-1].until == 168 + 125


def test_with_doses_to_week_44_week_48_is_masked_and_the_check_says_so_louder(tmp_path: Path) -> None:
    folder = tmp_path / "late"
    shutil.copytree(REFERENCE, folder)
    text = (folder / "schedule.yaml").read_text("utf-8")
    added = "".join(
        f"  - {{id: week {n}, label: Week {n}, kind: dose_only, day: {7 * n}, arms: [hbig]}}\n" for n in (44,)
    )
    text = text.replace("  - id: week 48\n", added + "  - id: week 48\n").replace(
        "week 20, week 24]", "week 20, week 24, week 44]"
    )
    text = re.sub(r"(id: week 48\n.*?before: )14", r"\g<1>7", text, flags=re.DOTALL, count=1)
    (folder / "schedule.yaml").write_text(text, "utf-8")
    chinese = folder / "words" / "zh-hans.yaml"
    chinese.write_text(
        chinese.read_text("utf-8").replace("visits:\n", "visits:\n  week 44: {label: 第 44 周}\n", 1), "utf-8"
    )
    checked = check_folder(folder)
    assert checked.errors == ()
    louder = [problem for problem in checked.notes if problem.code == "study.blind-spot-decisive"]
    assert {str(problem.params["visit"]) for problem in louder} == {"week 48"}
    assert {str(problem.params["arm"]) for problem in louder} == {"hbig"}


# --- summary and documents -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_summary_says_everything_in_its_language(reference: Study, language: str) -> None:
    said = summarise(reference, language)
    assert [criterion.id for criterion in said.criteria] == [criterion.id for criterion in reference.eligibility]
    assert all(criterion.sentence and criterion.rule and criterion.plain for criterion in said.criteria)
    assert [arm.standing.assumed for arm in said.arms] == [True, True]
    assert len({value for kind, value, _ in said.dates}) == 3
    weeks = {visit.id: visit for visit in said.calendar}
    assert weeks["week 36"].masked
    assert not weeks["week 48"].masked
    assert len([visit for visit in said.calendar if visit.doses]) == 7
    assert said.assumptions
    assert all(assumption.reason for assumption in said.assumptions)
    chinese = [text for text in (said.title, said.blinding, said.arms[0].label) if re.search("[一-龥]", text)]
    assert len(chinese) == (3 if language == "zh-hans" else 0)


def test_everything_assumed_is_in_the_summary(reference: Study) -> None:
    written = "".join(path.read_text("utf-8") for path in REFERENCE.glob("*.yaml") if path.name != "scenarios.yaml")
    said = summarise(reference, "en").assumptions
    assert sum(len(assumption.things) for assumption in said) == len(re.findall(r"(?<!`)assumed: true", written))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_documents_hold_the_criteria_word_for_word_and_mark_what_is_assumed(
    reference: Study, language: str
) -> None:
    page = render_documents(reference, language)
    for criterion in reference.eligibility:
        assert " ".join(say(reference, language, "criteria", criterion.id, "text").split()) in page
    marks = page.count("*[assumed: ") if language == "en" else page.count("*[假定：")
    assert marks > 20
    assert page.count("\n## ") == 4
    assert "{" not in page
    assert reference.content_hash[:12] in page


def test_documents_of_a_study_without_assumptions_say_none(study: Study) -> None:
    plain = re.sub(r"\n\s*assumed: true\n\s*reason: [^\n]*", "", small_study()["schedule.yaml"])
    assert "assumed" not in plain
    bare = study.model_copy(
        update={
            "identity": study.identity.model_copy(
                update={"sponsor": study.identity.sponsor.model_copy(update={"assumed": False})}
            ),
            "schedule": study.schedule.model_copy(update={"doses": ()}),
        }
    )
    for key in ("content", "content_hash", "arms"):
        bare.__dict__.pop(key, None)
    assert render_documents(bare, "en").endswith("## What is assumed, and why\n\nnone\n")


# --- a newcomer's folder -------------------------------------------------------------------------------------


def test_a_new_folder_passes_the_check_without_a_word(tmp_path: Path) -> None:
    names = write_new(tmp_path / "mine")
    assert not isinstance(names, Problem)
    assert {"study.yaml", "variables.yaml", "words/zh-hans.yaml", "examples.yaml"} <= set(names)
    assert check_folder(tmp_path / "mine").problems == ()


def test_a_new_folder_is_never_written_over_anything(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    refused = write_new(tmp_path)
    assert isinstance(refused, Problem)
    assert refused.code == "study.folder-in-use"
    assert "nothing is ever written over" in say_problem(refused, "en")
    assert "绝不覆盖" in say_problem(refused, "zh-hans")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt"]
    assert isinstance(write_new(tmp_path / "mine.txt"), Problem)


# --- versions ------------------------------------------------------------------------------------------------


def test_changes_between_versions_are_said_part_by_part(study: Study, tmp_path: Path) -> None:
    files = small_study()
    files["study.yaml"] = files["study.yaml"].replace("enrolment: 60", "enrolment: 80")
    files["eligibility.yaml"] = files["eligibility.yaml"].replace("Aged 18 to 75 years", "Aged 18 to 80 years")
    files["schedule.yaml"] = files["schedule.yaml"].replace(
        "visits: [baseline, week 4, week 8]", "visits: [baseline, week 4]"
    )
    found = changes(study, read_study(write(tmp_path, files)))
    said = [say_change(change, "en") for change in found]
    assert 'identity › enrolment: "60" became "80".' in said
    assert any("eligibility › I1 › text" in each and "80 years" in each for each in said)
    assert 'schedule › doses › drops_every_4_weeks › visits › 3: "week 8" was taken out.' in said
    assert len(said) == 3
    assert say_change(found[0], "zh-hans") != said[0]
    assert changes(study, study) == ()


def test_versions_are_ordered_as_numbers() -> None:
    one_ten, one_nine = number_of("1.10"), number_of("1.9")
    assert one_ten is not None
    assert one_nine is not None
    assert one_ten > one_nine
    assert number_of("1.0-draft") is None


def test_an_amended_study_with_its_sealed_first_version_passes(tmp_path: Path) -> None:
    folder = write(tmp_path / "study", small_study())
    first = read_study(folder)
    write(folder / "versions" / "1.0", {**small_study(), "HASH": first.content_hash + "\n"})
    assert check_folder(folder).problems == ()
    files = small_study()
    files["study.yaml"] = (
        files["study.yaml"]
        .replace('version: "1.0"  ', 'version: "1.1"  ', 1)
        .replace("enrolment: 60", "enrolment: 80")
        .replace("amendments: []", 'amendments: [{version: "1.1", date: "2027-01-15", why: More people.}]')
    )
    files["words/zh-hans.yaml"] += 'amendments:\n  "1.1": {why: 增加人数。}\n'
    checked = check_folder(write(folder, files))
    assert [say_problem(problem, "en") for problem in checked.problems] == []


# --- the pages -----------------------------------------------------------------------------------------------


def test_the_page_of_faults_is_current() -> None:
    assert (ROOT / "docs" / "reference" / "faults.md").read_text("utf-8") == faults_page()
    assert "研究文件夹的错误" in faults_page("zh-hans")


def test_the_notes_of_the_page_are_the_notes_of_the_code() -> None:
    folder = ROOT / "src" / "equipoise" / "study"
    texts = "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    noted = set(re.findall(r'look\.note\(\s*"([a-z-]+)"', texts)) | {"unknown-file", "unknown-file-close"}
    assert noted == NOTES
    assert Severity.NOTE.value == "note"


def _keys(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[str]:
    if model in seen:
        return set()
    seen.add(model)
    found = set(model.model_fields)
    for field in model.model_fields.values():
        for inner in re.findall(r"equipoise\.study\.model\.\w+\.\w+", str(field.annotation)):
            module, _, name = inner.rpartition(".")
            kind = getattr(__import__(module, fromlist=[name]), name)
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= _keys(kind, seen)
    return found


def test_the_page_on_the_study_folder_names_every_key_and_every_method() -> None:
    page = (ROOT / "docs" / "reference" / "study-folder.md").read_text("utf-8")
    named = set(re.findall(r"`([\w.]+)`", page)) | {"assumed"}
    seen: set[type[BaseModel]] = set()
    for part in (Identity, Endpoints, Example, *(Study.model_fields[f].annotation for f in ("codebook", "schedule"))):
        assert isinstance(part, type)
        assert issubclass(part, BaseModel)
        assert _keys(part, seen) - named == set()
    assert {"variable", "judge", "contradiction"} <= named
    for method in METHODS:
        assert f"| `{method}` |" in page
