"""The checklists: complete, linked to what is there, and never done where nothing is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from equipoise.core.words import LANGUAGES, words
from equipoise.report import view
from equipoise.report.checklists.fill import asked, checklist_section
from equipoise.report.names import Names

CONSORT = [
    "1a",
    "1b",
    "2",
    "3",
    "4",
    "5a",
    "5b",
    "6",
    "7",
    "8",
    "9",
    "10",
    "11",
    "12a",
    "12b",
    "13",
    "14",
    "15",
    "16a",
    "16b",
    "17a",
    "17b",
    "18",
    "19",
    "20a",
    "20b",
    "21a",
    "21b",
    "21c",
    "21d",
    "22a",
    "22b",
    "23a",
    "23b",
    "24a",
    "24b",
    "25",
    "26",
    "27",
    "28",
    "29",
    "30",
]
TRIPOD = [
    "1",
    "2",
    "3a",
    "3b",
    "3c",
    "4",
    "5a",
    "5b",
    "6a",
    "6b",
    "6c",
    "7",
    "8a",
    "8b",
    "8c",
    "9a",
    "9b",
    "9c",
    "10",
    "11",
    "12a",
    "12b",
    "12c",
    "12d",
    "12e",
    "12f",
    "12g",
    "13",
    "14",
    "15",
    "16",
    "17",
    "18a",
    "18b",
    "18c",
    "18d",
    "18e",
    "18f",
    "19",
    "20a",
    "20b",
    "20c",
    "21",
    "22",
    "23a",
    "23b",
    "24",
    "25",
    "26",
    "27a",
    "27b",
    "27c",
]


def items_of(section: view.Section) -> dict[str, view.Item]:
    made = next(part.checklist for part in section.parts if part.checklist)
    return {item.number: item for item in made.items}


@pytest.fixture(scope="module")
def names(late: Any) -> Names:
    return Names(late.study, late.results, "en")


@pytest.fixture(scope="module")
def whole(views: dict[str, view.View]) -> view.View:
    return views["en"]


def test_every_item_of_both_statements_is_asked_and_has_words() -> None:
    for name, numbers in (("consort", CONSORT), ("tripod", TRIPOD)):
        assert [each.item for each in asked(name)] == numbers
        for language in LANGUAGES:
            said = words("report", language)["checklists"][name]["items"]
            assert list(said) == numbers
            assert all(item["title"] and item["lacks"] for item in said.values())


def test_whole_numbers_are_thirty_and_twenty_seven() -> None:
    for name, number in (("consort", 30), ("tripod", 27)):
        assert {int(each.item.rstrip("abcdefg")) for each in asked(name)} == set(range(1, number + 1))


def test_every_link_finds_its_section(whole: view.View) -> None:
    anchors = {view.TOP, *view.anchors_of(whole.sections)}
    found = items_of(whole.sections[-1])
    links = [target for item in found.values() for _, target in item.links]
    assert len(links) > 30
    assert set(links) <= anchors


def test_what_a_file_needs_is_an_anchor_or_a_fact_that_exists(whole: view.View) -> None:
    """A name that nothing answers to would leave its item missing for ever."""
    prediction_only = {"model", "carries", "performance", "coefficients"}
    anchors = {view.TOP, *view.anchors_of(whole.sections)} | prediction_only
    for name in ("consort", "tripod"):
        for each in asked(name):
            for need in each.needs:
                kind, _, target = need.partition(".")
                assert kind in ("section", "fact")
                assert kind == "fact" or target in anchors, need


def test_the_reference_study_leaves_to_the_authors_what_only_they_know(whole: view.View) -> None:
    found = items_of(whole.sections[-1])
    for number in ("5a", "5b", "6", "8", "19", "29"):
        assert found[number].state == "missing"
        assert found[number].text.startswith("Not in this report: ")
        assert found[number].text.endswith("; to be written by the authors.")
    for number in ("9", "11", "12a", "14", "17b", "22a", "25", "26", "27"):
        assert found[number].state == "done", number
        assert found[number].links or found[number].text
    assert found["2"].state == "part"
    assert "NCT07328711" in found["2"].text
    assert found["20a"].text == "Open label: nobody was blinded."


def test_an_item_without_content_is_never_done(names: Names) -> None:
    """With no section at all only facts and the first page can show anything."""
    for name in ("consort", "tripod"):
        for number, item in items_of(checklist_section(names, name, ())).items():
            needs = next(each.needs for each in asked(name) if each.item == number)
            if item.state == "done":
                assert item.links or item.text
                assert all(need.startswith("fact.") or need == "section.top" for need in needs)
            if not needs:
                assert item.state == "missing"
            if item.state == "missing":
                assert not item.links
            if item.state != "done":
                assert "Not in this report" in item.text


def test_an_item_with_a_part_of_its_content_is_not_done(names: Names) -> None:
    only = (view.Section("primary", "P", (view.text("x"),)),)
    item = items_of(checklist_section(names, "consort", only))["26"]
    assert item.state == "part"
    assert item.links == (("P", "primary"),)
    assert "results of each outcome" in item.text


def test_imported_trials_do_not_claim_our_concealment(late: Any) -> None:
    results = replace(late.results, dataset=replace(late.results.dataset, origin="imported"))
    item = items_of(checklist_section(Names(late.study, results, "en"), "consort", ()))["18"]
    assert item.state == "missing"


def test_a_trial_that_is_not_full_does_not_say_why_it_ended(late: Any) -> None:
    names = Names(late.study, late.results, "en")
    assert late.results.flow.allocated < late.results.enrolment
    assert items_of(checklist_section(names, "consort", ()))["23b"].state == "missing"
    full = replace(late.results, enrolment=late.results.flow.allocated)
    item = items_of(checklist_section(Names(late.study, full, "en"), "consort", ()))["23b"]
    assert item.state == "done"
    assert item.text == "20 of 20 planned people were allocated."


def test_the_count_above_the_list_is_the_lists(whole: view.View) -> None:
    section = whole.sections[-1]
    states = [item.state for item in items_of(section).values()]
    said = section.parts[0].text
    assert f"{states.count('done')} of 42 items are in this report" in said
    assert f"{states.count('missing')} are left to the authors" in said


def test_both_languages_come_to_the_same_states(views: dict[str, view.View]) -> None:
    found = [items_of(views[language].sections[-1]) for language in LANGUAGES]
    assert [item.state for item in found[0].values()] == [item.state for item in found[1].values()]
    assert [[target for _, target in i.links] for i in found[0].values()] == [
        [target for _, target in i.links] for i in found[1].values()
    ]
    assert not any(item.title == found[1][number].title for number, item in found[0].items())
