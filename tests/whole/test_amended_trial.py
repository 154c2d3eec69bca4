"""A trial whose protocol is amended under way: people enrolled under both versions, one history, one dataset, one report."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from equipoise.analysis.analyse import analyse
from equipoise.analysis.results import Results
from equipoise.conduct import commands as c
from equipoise.conduct.events import Event
from equipoise.conduct.ledger import Ledger
from equipoise.conduct.verify import Allocations, verify_events
from equipoise.core.problem import Problem
from equipoise.core.words import LANGUAGES
from equipoise.dataset.build import build
from equipoise.dataset.model import Dataset
from equipoise.exchange.history import read_history, write_history
from equipoise.report.names import Names
from equipoise.report.write import make_view
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study
from equipoise.study.versions import changes

ROOT = Path(__file__).parents[2]
WEEK_48 = "2027-02-21"  # day 356 of people allocated on 2 March 2026: 20 days late, in the new window alone
NOW = {"at": "2027-06-01T08:00:00.000000Z"}


@pytest.fixture(scope="session")
def amended(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Version 1.1: the week-48 window is a week longer, the primary confidence is 90 %, an analysis is added."""
    folder = tmp_path_factory.mktemp("amended") / "study"
    original = ROOT / "studies" / "nct07328711"
    shutil.copytree(original, folder)
    frozen = folder / "versions" / "1.0"
    shutil.copytree(original, frozen)
    (frozen / "HASH").write_text(read_study(original).content_hash + "\n", encoding="utf-8")

    edit(folder / "study.yaml", '\nversion: "1.0"', '\nversion: "1.1"')
    with (folder / "study.yaml").open("a", encoding="utf-8") as file:
        file.write('\namendments:\n  - {version: "1.1", date: "2026-09-01", why: People come late to week 48.}\n')
    with (folder / "words" / "zh-hans.yaml").open("a", encoding="utf-8") as file:
        file.write('\namendments:\n  "1.1": {why: 第 48 周访视常有延迟。}\n')
    week = "    day: 336\n    before: 14\n    after: "
    edit(folder / "schedule.yaml", week + "14", week + "28")
    edit(folder / "endpoints.yaml", '    confidence: "0.95"', '    confidence: "0.90"')
    added = """  - id: wald
    label: Wald difference
    estimand: primary
    role: companion
    method: wald
    reading: sustained
    missing: failure
    assumed: true
    reason: Added late.
"""
    edit(folder / "endpoints.yaml", "  - id: unstratified\n", added + "  - id: unstratified\n")
    words = "  wald:\n    label: Wald 率差\n    reason: 后加。\n"
    edit(folder / "words" / "zh-hans.yaml", "  unstratified:\n    label", words + "  unstratified:\n    label")
    return read_study(folder)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


@dataclass(frozen=True)
class Amended:
    """The trial, played."""

    events: Sequence[Event]
    dataset: Dataset
    results: Results
    before: tuple[str, ...]
    after: tuple[str, ...]


def play(stage: Any, amended: Study) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Allocate four under each version, see everybody at week 48, and reveal."""
    first = tuple(stage.allocated() for _ in range(4))
    stage.must(c.PublishVersion(reason="People come late to week 48."), study=amended)
    second = tuple(stage.allocated() for _ in range(4))
    for number in (*first, *second):
        stage.must(c.RecordVisit(participant=number, visit="week 48", on=WEEK_48), **NOW)
        value = "0.4" if number == first[0] else "<0.05"
        entries = (c.Entry(item="hbsag", value=value),)
        entered = c.EnterItems(participant=number, visit="week 48", form="laboratory", on=WEEK_48, entries=entries)
        stage.must(entered, **NOW)
    for event in [event for event in stage.ledger.events if event.type == "query_opened"]:
        query = {"participant": event.stream, "query": event.data["query"]}
        stage.must(c.AnswerQuery(**query, words="Checked against the source."), **NOW)
        stage.must(c.CloseQuery(**query), **NOW)
    for command in (c.Freeze(), c.Lock(reason="the end"), c.RevealAllocation()):
        stage.must(command, **NOW)
    return first, second


@pytest.fixture(scope="session")
def played(scene: Any, amended: Study, tmp_path_factory: pytest.TempPathFactory) -> Amended:
    stage = scene()
    before, after = play(stage, amended)
    file = tmp_path_factory.mktemp("amended") / "history.jsonl"
    write_history(file, stage.ledger.events)
    events = read_history(file)
    dataset = build(events)
    return Amended(events, dataset, analyse(dataset), before, after)


def test_each_event_carries_the_version_in_force(played: Amended) -> None:
    published = [event.seq for event in played.events if event.type == "version_published"]
    assert len(published) == 2
    for event in played.events:
        assert event.version == ("1.0" if event.seq < published[1] else "1.1")
    allocated = {event.stream: event.version for event in played.events if event.type == "allocated"}
    assert {allocated[number] for number in played.before} == {"1.0"}
    assert {allocated[number] for number in played.after} == {"1.1"}


def test_the_amended_history_verifies_and_replays_without_the_folder(played: Amended, reference: Study) -> None:
    found = verify_events(played.events)
    assert (found.problems, found.allocations, found.version) == ((), Allocations.VERIFIED, "1.1")
    assert Ledger.replayed(reference, played.events).head == played.events[-1].hash


def test_the_dataset_stands_under_the_version_that_was_published_last(played: Amended, amended: Study) -> None:
    assert (played.dataset.header.version, played.dataset.header.content_hash) == ("1.1", amended.content_hash)
    visits = played.dataset.tables["visits"].filter(visit="week 48").select("participant", "day", "in_window").rows()
    assert {row[1:] for row in visits} == {(356, True)}
    outcomes = played.dataset.tables["endpoints"].filter(endpoint="sustained_week_48", reading="negative_at_visit")
    found = dict(outcomes.select("participant", "status").rows())
    assert found.pop(played.before[0]) == "failure"
    assert set(found.values()) == {"success"}


def test_under_the_first_version_alone_the_same_visits_are_late(scene: Any) -> None:
    stage = scene()
    number = stage.allocated()
    stage.must(c.RecordVisit(participant=number, visit="week 48", on=WEEK_48), **NOW)
    visits = build(stage.ledger.events).tables["visits"].filter(visit="week 48")
    assert visits["in_window"].to_list() == [False]


def test_what_was_declared_after_the_first_allocation_is_marked_post_hoc(played: Amended) -> None:
    post_hoc = {analysis.id: analysis.post_hoc for analysis in played.results.analyses}
    assert [name for name, late in post_hoc.items() if late] == ["primary", "wald"]
    assert played.results.declared_before is True


def test_the_report_marks_it_in_both_languages(played: Amended) -> None:
    for language in LANGUAGES:
        names = Names(played.dataset.study, played.results, language)
        mark = names.say("post_hoc")
        page = make_view(names, played.dataset)
        section = next(each for each in page.sections if each.id == "analyses")
        rows = [row.cells[0] for part in section.parts if part.table for row in part.table.rows]
        assert sum(mark in cell for cell in rows) == 2
        assert any(mark in value for each in page.sections for part in each.parts for _, value, _ in part.facts)


def test_declaring_again_does_not_make_it_earlier(scene: Any, amended: Study) -> None:
    stage = scene()
    stage.allocated()
    stage.must(c.PublishVersion(reason="later"), study=amended)
    committed = stage.do(c.CommitDeclarations())
    if not isinstance(committed, Problem):
        declared = build(stage.ledger.events).header.declarations
        assert declared is not None
        assert declared.seq < committed[0].seq


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": "1.0"}, "conduct.same-version"),
        ({"blinding": "double_blind"}, "conduct.blinding-amended"),
        ({"id": "other"}, "conduct.other-study"),
    ],
)
def test_what_an_amendment_may_not_change(scene: Any, amended: Study, change: dict[str, str], code: str) -> None:
    stage = scene()
    stage.allocated()
    identity = amended.identity.model_copy(update=change)
    refused = stage.do(c.PublishVersion(reason="why"), study=amended.model_copy(update={"identity": identity}))
    assert isinstance(refused, Problem)
    assert refused.code == code


def test_an_amendment_has_a_reason(scene: Any, amended: Study) -> None:
    refused = scene().do(c.PublishVersion(), study=amended)
    assert isinstance(refused, Problem)


def test_the_differences_of_two_versions_can_be_said(reference: Study, amended: Study) -> None:
    where = {change.where for change in changes(reference, amended)}
    assert any("week 48" in place and "after" in place for place in where)
    assert any("primary" in place and "confidence" in place for place in where)
