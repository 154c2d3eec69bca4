"""What a page says follows from the study; the oracle of each figure is the folder, read and counted by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from equipoise.core.words import LANGUAGES
from equipoise.plan.calendar import days_by_arm
from equipoise.recruit.listed import listing_of
from equipoise.recruit.page.model import StudyPage
from equipoise.recruit.page.page import page_of
from equipoise.recruit.plain.reading_level import level_of
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[3]
FOLDERS = ("studies/nct07328711", "examples/actg320", "examples/blinded")
TODAY = date(2026, 7, 1)


def page(folder: str, language: str = "en", study: Study | None = None) -> StudyPage:
    """Return a study's page."""
    declared = study or read_study(ROOT / folder)
    return page_of(listing_of(declared, language), declared, language, today=TODAY)


def changed(study: Study, **parts: object) -> Study:
    """Return a study with other parts."""
    return Study(**{**{name: getattr(study, name) for name in type(study).model_fields}, **parts})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_page_of_every_study_says_everything_in_every_language(folder: str, language: str) -> None:
    made, study = page(folder, language), read_study(ROOT / folder)
    assert made.taking_part is not None
    assert len(made.taking_part.groups) == len(study.arms)
    assert made.eligibility.count == len(study.eligibility)
    assert all(each.plain and each.text for each in made.eligibility.inclusion + made.eligibility.exclusion)
    assert len(made.faqs) == 5
    assert all(faq.question and all(faq.answer) for faq in made.faqs + made.own_faqs)
    assert [tag.text for tag in made.tags].count("") == 0
    assert all(name and what for name, what in made.steps)
    coming = {days.visit for arm in study.arms for days in days_by_arm(study)[arm]}
    assert {visit.id for visit in made.taking_part.visits} == coming


def test_the_reference_study_as_its_listing_shows_it() -> None:
    """Oracle: the reference study's page (`reference-study.md`): tags, groups, doses, visits, dates, contact."""
    made = page("studies/nct07328711")
    assert [tag.text for tag in made.tags] == ["Recruiting", "18-60 years", "All", "Phase 0 (early phase 1)"]
    assert made.phase_meaning.startswith("First tests")
    assert not made.closed
    part = made.taking_part
    assert part is not None
    assert [(group.chance, group.dots) for group in part.groups] == [("1 in 2", (True, False))] * 2
    assert [len(group.given) for group in part.groups] == [1, 1]
    assert part.groups[0].given[0].startswith("7 times: Human hepatitis B immunoglobulin (HBIG), 400 IU")
    assert [visit.id for visit in part.visits if visit.groups] == ["week 16", "week 20"]
    assert [visit.id for visit in part.visits if visit.doses] == [
        "baseline", "week 4", "week 8", "week 12", "week 16", "week 20", "week 24",
    ]  # fmt: skip
    assert sum(visit.sample for visit in part.visits) == 9
    assert "at 9 visits" in part.samples
    assert part.length == "about 17 months (72 weeks) from the start to the last visit."
    assert part.costs.startswith("The registry does not say")
    assert part.extra
    assert [(one.value, "listing" in one.source) for one in made.starts] == [
        ("2026-02-01", True),
        ("2026-01-01", False),
    ]
    assert [initials for _, initials in made.contacts] == ["BF"]
    assert [faq.id for faq in made.own_faqs] == ["no_hbig", "blood_product", "returns", "leave", "data", "vaccine"]
    assert made.languages == ("en", "zh-hans")


def test_what_is_assumed_has_its_reason() -> None:
    """Oracle: the parts of the folder with `assumed: true`."""
    made, study = page("studies/nct07328711"), read_study(ROOT / "studies/nct07328711")
    assert list(made.noted) == [
        "criteria", "allocation", "arms", "doses", "visits", "specimens", "information", "sites",
    ]  # fmt: skip
    assert [note.number for note in made.notes] == list(range(1, 9))
    told = " ".join(reason for note in made.notes for _, reason in note.reasons)
    for thing in (*study.identity.arms, *study.schedule.visits, *study.schedule.doses, *study.identity.sites):
        assert not thing.assumed or " ".join(thing.reason.split()) in told, thing.id
    assert all(faq.reason for faq in made.own_faqs)
    assert not page("examples/blinded").noted.keys() - {"information", "allocation"}


def test_the_registrys_words_and_their_translation() -> None:
    study = read_study(ROOT / "studies/nct07328711")
    english, chinese = (listing_of(study, language) for language in ("en", "zh-hans"))
    made = page_of(chinese, study, "zh-hans", today=TODAY, original=english)
    assert made.registry_original == (" ".join(study.identity.registry[0].overview.split()),)
    assert made.registry_text[0].startswith("（译文")
    assert made.eligibility.is_translated
    assert [each.original for each in made.eligibility.inclusion] == [
        criterion.text for criterion in study.eligibility if criterion.kind == "inclusion"
    ]
    assert not page("studies/nct07328711").registry_original


def test_three_unequal_groups() -> None:
    """Oracle: 4:2:2 is 1 in 2 and 1 in 4 and 1 in 4."""
    study = read_study(ROOT / "studies/nct07328711")
    hbig, control = study.identity.arms
    arms = (
        hbig.model_copy(update={"ratio": 4}),
        control.model_copy(update={"ratio": 2}),
        control.model_copy(update={"id": "third", "label": "Third", "ratio": 2}),
    )
    made = page("", study=changed(study, identity=study.identity.model_copy(update={"arms": arms})))
    assert made.taking_part is not None
    assert [group.chance for group in made.taking_part.groups] == ["1 in 2", "1 in 4", "1 in 4"]
    uneven = tuple(arm.model_copy(update={"ratio": ratio}) for arm, ratio in zip((hbig, control), (2, 1), strict=True))
    made = page("", study=changed(study, identity=study.identity.model_copy(update={"arms": uneven})))
    assert made.taking_part is not None
    assert [group.chance for group in made.taking_part.groups] == ["2 in 3", "1 in 3"]


def test_a_blinded_study_says_so_and_its_groups_look_alike() -> None:
    part = page("examples/blinded").taking_part
    assert part is not None
    assert part.secrecy.startswith("Neither you nor your doctor")
    assert len({(group.given, group.visits) for group in part.groups}) == 1
    assert not any(dose.groups for visit in part.visits for dose in visit.doses)
    assert part.doses == ("Study tablets (46), by mouth",)


def test_a_study_that_is_over_says_so() -> None:
    made = page("examples/actg320")
    assert made.closed == "This study has ended. Nobody can take part any more."
    assert made.taking_part is not None
    assert not made.taking_part.secrecy
    assert not any(group.given for group in made.taking_part.groups)
    assert [tag.text for group in made.centres for _, tag in group.centres] == ["closed"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_as_easy_to_read_as_an_overview_must_be(language: str) -> None:
    """Oracle: the reading level that overviews are held to, Flesch-Kincaid 8 and its Chinese companion."""
    made = page("studies/nct07328711", language)
    hard = {
        faq.id: level.value
        for faq in made.own_faqs + made.faqs
        if not (level := level_of(" ".join(faq.answer), language)).is_within
    }
    assert not hard
