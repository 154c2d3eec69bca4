"""Words for patients in the database: nothing unapproved is read, every version stays, and a page is shown or hidden.

The oracle is the issue: "Nothing is shown to patients until a named person has approved it"; in a demonstration, and
only there, the draft.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from equipoise.core.problem import Problem
from equipoise.recruit.plain.overview import Overview, Sentence
from equipoise.recruit.plain.writer import write_overview
from equipoise.server.recruit.actions.decide_words import approve_words, withdraw_words
from equipoise.server.recruit.actions.keep_words import keep_words
from equipoise.server.recruit.actions.list_study import list_study
from equipoise.server.recruit.actions.load_words import load_words
from equipoise.server.recruit.actions.show_page import show_page
from equipoise.server.recruit.models import Listed, PageChange, WordsDecision, WordsVersion
from equipoise.server.recruit.publishing import page_of, refresh_listings
from equipoise.server.recruit.shown import shown
from equipoise.server.recruit.wording import overview_of, standing_of

AT = "2026-11-30T08:00:00.000000Z"


def _now() -> str:
    return AT


def _real(study: Any) -> Any:
    """Return the study as one that is no demonstration."""
    return _amended(study, demonstration="")


def _amended(study: Any, **changes: Any) -> Any:
    content = {**study.content, "identity": {**study.content["identity"], **changes}}
    return type(study).model_validate(content)


def _draft(study: Any, language: str = "en") -> Overview:
    return replace(write_overview(study, language, on="2026-11-30"), author="ai", model="A model")


def test_nobody_reads_a_draft_but_in_a_demonstration(stage):
    study = stage.study
    load_words(study.id, [_draft(study)], "administrator", now=_now)
    assert overview_of(study.id, _real(study), "en") is None
    shown_there = overview_of(study.id, study, "en")
    assert shown_there is not None
    assert (shown_there.author, shown_there.model, shown_there.checked_by) == ("ai", "A model", "")
    assert overview_of(study.id, study, "zh-hans") is None


def test_what_a_named_person_has_approved_is_read_everywhere(stage):
    study = stage.study
    load_words(study.id, [_draft(study)], "administrator", now=_now)
    assert approve_words(study, "en", 1, name="Dr Wang Fang", by="w.fang", now=_now) == ()
    for one in (study, _real(study)):
        overview = overview_of(study.id, one, "en")
        assert overview is not None
        assert (overview.checked_by, overview.checked_on) == ("Dr Wang Fang", "2026-11-30")


def test_a_newer_draft_does_not_take_the_place_of_approved_words(stage):
    study = stage.study
    load_words(study.id, [_draft(study)], "administrator", now=_now)
    approve_words(study, "en", 1, name="Dr Wang Fang", by="w.fang", now=_now)
    mine = Overview("en", ((Sentence("It is up to you.", ("information.voluntary#1",)),),), "person", writer="l.wei")
    kept = keep_words(study.id, mine, "l.wei", base=1, now=_now)
    assert isinstance(kept, WordsVersion)
    assert (kept.number, WordsVersion.objects.count()) == (2, 2)
    overview = overview_of(study.id, study, "en")
    assert overview is not None
    assert overview.author == "ai"
    assert standing_of(study.id, study, "en").waits
    approve_words(study, "en", 2, name="Dr Wang Fang", by="w.fang", now=_now)
    overview = overview_of(study.id, study, "en")
    assert overview is not None
    assert overview.plain_text == "It is up to you."


def test_words_that_are_taken_back_are_read_by_nobody_in_a_demonstration_neither(stage):
    study = stage.study
    load_words(study.id, [_draft(study)], "administrator", now=_now)
    approve_words(study, "en", 1, name="Dr Wang Fang", by="w.fang", now=_now)
    assert withdraw_words(study.id, "en", by="w.fang", now=_now) is None
    assert overview_of(study.id, study, "en") is None
    again = withdraw_words(study.id, "en", by="w.fang", now=_now)
    assert isinstance(again, Problem)
    assert again.code == "server.recruit.no-words-shown"
    # Both decisions are kept, with who made them and when.
    assert list(WordsDecision.objects.order_by("id").values_list("approves", "by", "at")) == [
        (True, "w.fang", AT),
        (False, "w.fang", AT),
    ]


def test_an_approval_ends_when_the_study_says_something_else(stage):
    study = stage.study
    load_words(study.id, [_draft(study)], "administrator", now=_now)
    approve_words(study, "en", 1, name="Dr Wang Fang", by="w.fang", now=_now)
    amended = _amended(study, enrolment=150)
    assert overview_of(study.id, amended, "en") is None
    assert standing_of(study.id, amended, "en").is_outdated
    # The words say 132 people, and the study no longer does: they cannot be approved again as they are.
    found = approve_words(amended, "en", 1, name="Dr Wang Fang", by="w.fang", now=_now)
    assert [problem.code for problem in found] == ["recruit.plain.number"]


def test_words_that_fail_the_check_are_kept_and_not_approved(stage):
    study = stage.study
    bad = Overview("en", ((Sentence("It will cure you.", ("condition",)),),), "person", writer="l.wei")
    assert isinstance(keep_words(study.id, bad, "l.wei", now=_now), WordsVersion)
    found = approve_words(study, "en", 1, name="Dr Wang Fang", by="w.fang", now=_now)
    assert "recruit.plain.promise" in {problem.code for problem in found}
    assert overview_of(study.id, _real(study), "en") is None


def test_who_writes_at_the_same_time_overwrites_nobody(stage):
    study = stage.study
    load_words(study.id, [_draft(study)], "administrator", now=_now)
    mine, theirs = (
        Overview("en", ((Sentence(text, ("information.voluntary#1",)),),), "person", writer=who)
        for text, who in (("It is your choice.", "a"), ("It is up to you.", "b"))
    )
    assert isinstance(keep_words(study.id, mine, "a", base=1, now=_now), WordsVersion)
    late = keep_words(study.id, theirs, "b", base=1, now=_now)
    assert isinstance(late, Problem)
    assert late.params == {"number": 2, "by": "a"}
    found = approve_words(study, "en", 1, name="Dr Wang Fang", by="w.fang", now=_now)
    assert [problem.code for problem in found] == ["server.recruit.words-changed-since"]


def test_loading_a_folder_again_changes_nothing(stage):
    study = stage.study
    drafts = [_draft(study, language) for language in ("en", "zh-hans")]
    assert len(load_words(study.id, drafts, "administrator", now=_now)) == 2
    assert load_words(study.id, drafts, "administrator", now=_now) == ()
    # Words written by rule are for a study that has none yet.
    assert load_words(study.id, [write_overview(study, "en", on="2026-12-01")], "administrator", now=_now) == ()


def test_a_page_is_shown_and_hidden_and_both_are_kept(stage):
    study = stage.study
    assert page_of(study.id).number == ""
    show_page(study.id, shown=True, by="s.ponsor", now=_now)
    page = page_of(study.id)
    assert (page.shown, page.change.by, page.change.at) == (True, "s.ponsor", AT)
    assert shown(page.number) is not None
    show_page(study.id, shown=False, by="a.dmin", now=_now)
    assert shown(page.number) is None
    assert shown(page.number, hidden_too=True) is not None
    assert list(PageChange.objects.order_by("id").values_list("shown", "by")) == [(True, "s.ponsor"), (False, "a.dmin")]


def test_listings_follow_the_study(stage):
    study = stage.study
    list_study(study.id, shown=True, now=_now)
    assert refresh_listings(now=_now) == ()
    Listed.objects.filter(study=study.id).update(hash="0" * 64)  # as if the version in force had said something else
    assert refresh_listings(now=_now) == (study.id,)
    assert Listed.objects.get(study=study.id).shown


def test_a_study_whose_records_are_away_keeps_its_listing(stage):
    list_study(stage.study.id, shown=True, now=_now)
    Listed.objects.filter(study=stage.study.id).update(study="gone")
    assert refresh_listings(now=_now) == ()


@pytest.mark.parametrize("author", ["robot", ""])
def test_the_database_refuses_words_by_nobody(stage, author: Any):
    from django.db import IntegrityError

    overview = replace(_draft(stage.study), author=author)
    with pytest.raises((IntegrityError, AssertionError)):
        assert not isinstance(keep_words(stage.study.id, overview, "x", now=_now), Problem)
