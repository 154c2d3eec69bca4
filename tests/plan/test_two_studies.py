"""The two study folders that ship: what the registry says, what is assumed, and both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from equipoise.core.problem import Severity
from equipoise.study.model.base import Stated
from equipoise.study.model.study import Study
from equipoise.study.reader import check_folder, read_study
from equipoise.study.words import leaves, wanted_words

ROOT = Path(__file__).parents[2]
FOLDERS = {"reference": ROOT / "studies" / "nct07328711", "blinded": ROOT / "examples" / "blinded"}
STUDY = read_study(FOLDERS["reference"])


def parts(part: BaseModel) -> Iterator[BaseModel]:
    yield part
    for name in type(part).model_fields:
        value = getattr(part, name)
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, BaseModel):
                yield from parts(inner)


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_the_folder_passes_its_check(folder: Path) -> None:
    assert [problem for problem in check_folder(folder).problems if problem.severity is Severity.ERROR] == []


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_chinese_says_everything_that_english_says(folder: Path) -> None:
    study = read_study(folder)
    have = dict(leaves(study.words["zh-hans"]))
    # An address on the web and a person's name are the same in both.
    same = {("contact", "name")} | {("sites", site.id, "address") for site in study.identity.sites}
    missing = [one.path for one in wanted_words(study) if one.text and one.path not in have and one.path not in same]
    assert missing == []


def test_what_is_assumed_has_a_reason_and_what_is_stated_may_have_a_source() -> None:
    stated = [part for part in parts(STUDY) if isinstance(part, Stated)]
    assert all(part.reason for part in stated if part.assumed)
    assert sum(part.assumed for part in stated) > 50


def test_the_sources_disagree_on_the_start_and_both_stand() -> None:
    starts = {stated.value: stated.source for stated in STUDY.identity.dates if stated.kind == "start"}
    assert set(starts) == {"2026-02-01", "2026-01-01"}
    assert all(starts.values())


def test_the_criteria_are_the_registrys_word_for_word() -> None:
    """Copied from the public record of NCT07328711 a second time, by hand."""
    text = {criterion.id: criterion.text for criterion in STUDY.eligibility}
    assert list(text) == ["I1", "I2", "I3", "I4", "I5", "E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8"]
    assert text["I2"] == "Documented HBsAg and/or HBV DNA positivity for over 6 months."
    assert text["I3"] == ("Achieved HBsAg seroclearance (<0.05 IU/mL) following a PegIFNα-based treatment regimen.")
    assert text["E2"] == "Individuals with spontaneous or Nucleos(t)ide analogue-induced HBsAg seroclearance."
    assert text["E4"] == (
        "Severe concurrent physical or mental illnesses other than hepatitis B, including uncontrolled primary renal, "
        "cardiac, pulmonary, vascular, neurological, digestive, or severe metabolic diseases (e.g., uncontrolled "
        "hyperthyroidism, severe diabetic complications, adrenal disorders), immunodeficiency diseases, or severe "
        "infections; active or suspected malignancy, or a history of malignancy."
    )
    assert text["E5"] == (
        "Use of corticosteroids, immunosuppressants, or chemotherapeutic agents within the 6 months prior to "
        "enrollment or at present."
    )
    assert text["E7"] == "Body Mass Index (BMI) > 28 kg/m²."


def test_the_dose_says_that_it_is_not_public() -> None:
    dose = STUDY.schedule.doses[0]
    assert dose.assumed
    assert "not public" in dose.reason


def test_every_criterion_is_failed_by_an_example() -> None:
    failed = {id_ for example in STUDY.examples for id_, status in example.because.items() if status == "fail"}
    assert failed == {criterion.id for criterion in STUDY.eligibility}


def test_the_pooling_order_names_every_stratum_once() -> None:
    (primary,) = [analysis for analysis in STUDY.endpoints.analyses if analysis.role == "primary"]
    levels = {factor.id: [level.id for level in factor.levels] for factor in STUDY.identity.factors}
    first, second = (levels[factor] for factor in primary.strata)
    assert list(primary.pooling) == [f"{one}×{two}" for one in first for two in second]


def test_the_blinded_study_is_blind() -> None:
    study: Study = read_study(FOLDERS["blinded"])
    assert study.is_blinded
    assert [product.kit for product in study.identity.products] == [True]
    assert all(set(dose.arms) == set(study.arms) for dose in study.schedule.doses)
    assert not any(item.arms for form in study.codebook.forms for item in form.items)
