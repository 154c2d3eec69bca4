"""What the deterministic writer writes passes the checker, for every study folder and for listings of others."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from equipoise.recruit.plain.checker import check_overview
from equipoise.recruit.plain.drafts import draft_text, read_draft
from equipoise.recruit.plain.sources import sources_of, sources_of_listing
from equipoise.recruit.plain.writer import write_overview, write_overview_of_listing
from equipoise.study.listing import ListedCentre, Listing, Status
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[3]
FOLDERS = ("studies/nct07328711", "examples/actg320", "examples/blinded", "src/equipoise/study/template")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_it_passes_the_checker(folder: str, language: str) -> None:
    study = read_study(ROOT / folder)
    overview = write_overview(study, language, on="2026-11-30")
    assert check_overview(overview, sources_of(study, language)) == ()
    assert (overview.author, overview.model) == ("automatic", "")
    assert len(overview.sentences) >= 10
    assert read_draft(draft_text(overview), "drafts/x.yaml", language) == overview


def test_it_is_the_same_each_time() -> None:
    study = read_study(ROOT / "examples/blinded")
    assert write_overview(study, "en") == write_overview(study, "en")


def test_it_says_what_the_reference_study_says() -> None:
    text = write_overview(read_study(ROOT / "studies/nct07328711"), "en").plain_text
    for said in ("132 people", "6 centres", "1 in 2", "11 visits", "9 visits", "72 weeks", "know your group"):
        assert said in text
    # Nobody joins a demonstration.
    assert "join" not in text


def test_it_speaks_of_a_finished_study_as_finished() -> None:
    text = write_overview(read_study(ROOT / "examples/actg320"), "en").plain_text
    assert "compared" in text
    assert "can take part" not in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_listing_of_somebody_elses_study(language: str) -> None:
    listing = Listing(
        number="NCT00000001",
        title="A Study of Something",
        conditions=("Asthma",),
        interventions=("Inhaler A", "Placebo <b>x</b>"),
        enrolment=240,
        status=Status.RECRUITING,
        youngest=Decimal(18),
        centres=(ListedCentre(name="A"), ListedCentre(name="B")),
        sponsor="Example University",
    )
    overview = write_overview_of_listing(listing, language, on="2026-11-30")
    assert check_overview(overview, sources_of_listing(listing)) == ()
    assert "240" in overview.plain_text
    assert "<b>" not in overview.plain_text  # what no patient may read is left out


def test_a_listing_that_says_almost_nothing() -> None:
    listing = Listing(number="NCT00000002", title="X", conditions=("Gout",))
    overview = write_overview_of_listing(listing, "en")
    assert check_overview(overview, sources_of_listing(listing)) == ()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_draft_of_the_reference_study_passes_and_says_who_made_it(language: str) -> None:
    folder = ROOT / "studies/nct07328711"
    draft = read_draft((folder / "drafts" / f"{language}.yaml").read_text(encoding="utf-8"), "x", language)
    assert check_overview(draft, sources_of(read_study(folder), language)) == ()
    assert (draft.author, draft.model, draft.drafted_on) == ("ai", "Claude (Anthropic)", "2026-11-30")
    assert draft.checked_by == ""
