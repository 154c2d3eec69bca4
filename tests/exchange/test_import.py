"""A published trial is carried over: ACTG 320, and the trial of the how-to page; every fault of a mapping is told."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from equipoise.analysis.analyse import analyse
from equipoise.analysis.published import compare_published, published_from
from equipoise.analysis.results import Results
from equipoise.conduct.ledger import Ledger
from equipoise.conduct.verify import verify_events
from equipoise.core import words
from equipoise.core.problem import ProblemsError
from equipoise.dataset.build import build
from equipoise.exchange.history import read_history, write_history
from equipoise.exchange.tables.importing import import_trial
from equipoise.exchange.tables.published import read_published
from equipoise.study.reader import check_folder

ROOT = Path(__file__).parents[2]
ACTG = ROOT / "examples" / "actg320"
PAGE = ROOT / "docs" / "how-to" / "carry-your-own-trial.md"


@pytest.fixture(scope="module")
def actg() -> Ledger:
    return import_trial(ACTG)


@pytest.fixture
def ulcer(tmp_path: Path) -> Path:
    """The trial of the how-to page, file by file as the page prints it."""
    files = re.findall(r"\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for name, text in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsError) as caught:
        import_trial(folder)
    for problem in caught.value.problems:
        for language in words.LANGUAGES:
            assert "{" not in words.say(problem, language)
    return [(problem.code, str(problem.place)) for problem in caught.value.problems]


def agreements(folder: Path, results: Results) -> list[tuple[str, str, str, bool]]:
    entries: Any = yaml.safe_load((folder / "published.yaml").read_text(encoding="utf-8"))
    found = compare_published(results, published_from(entries, folder / "published.yaml"))
    return [(one.published.quantity, one.published.printed, one.found, one.fails) for one in found]


def test_actg_320_gives_its_published_table(actg: Ledger) -> None:
    found = agreements(ACTG, analyse(build(actg.events)))
    assert [row[:3] for row in found] == [
        ("n", "579", "577"),
        ("n", "577", "574"),
        ("events", "63", "63"),
        ("events", "33", "33"),
        ("estimate", "0.50", "0.50"),
        ("low", "0.33", "0.33"),
        ("high", "0.76", "0.76"),
        ("estimate", "0.43", "0.43"),
        ("low", "0.19", "0.19"),
        ("high", "0.99", "0.99"),
        ("p", "0.001", "0.001"),
    ]
    assert not any(fails for *_, fails in found)


def test_actg_320_is_a_history_like_any_other(actg: Ledger, tmp_path: Path) -> None:
    assert {event.role for event in actg.events} == {"importer"}
    assert actg.events[0].data["origin"] == "imported"
    assert build(actg.events).header.origin == "imported"
    write_history(tmp_path / "history.jsonl", actg.events)
    events = read_history(tmp_path / "history.jsonl")
    assert events == tuple(actg.events)
    assert verify_events(events).problems == ()


def test_every_event_leads_back_to_its_row(actg: Ledger) -> None:
    lines = (ACTG / "data" / "actg320.csv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    ages = [event for event in actg.events if event.data.get("item") == "age_at_entry"]
    assert len(ages) == 1151
    for event in ages:
        file, line = event.key.split(", ")[:2]
        assert file == "data/actg320.csv"
        assert lines[int(line.removeprefix("line ")) - 1].split(",")[header.index("age")] == event.data["value"]
    allocated = [event for event in actg.events if event.type == "allocated"]
    assert {event.data["scheme"] for event in allocated} == {"imported"}
    assert all(event.key.startswith(event.data["source"] + ", ") for event in allocated)
    assert [event.data["slot"] for event in allocated] == list(range(1, 1152))


def test_an_import_gives_the_same_bytes_again(ulcer: Path) -> None:
    assert import_trial(ulcer).head == import_trial(ulcer).head


def test_the_trial_of_the_how_to_page_goes_through(ulcer: Path) -> None:
    assert check_folder(ulcer).errors == ()
    ledger = import_trial(ulcer)
    dataset = build(ledger.events)
    results = analyse(dataset)
    assert not any(fails for *_, fails in agreements(ulcer, results))
    by_id = {analysis.id: analysis for analysis in results.analyses}
    arms = {arm.arm: arm for arm in by_id["primary"].arms}
    assert (arms["new"].successes, arms["usual"].successes, arms["usual"].missing) == (5, 3, 1)
    events = {arm.arm: arm.events for arm in by_id["speed"].arms}
    assert events == {"new": 5, "usual": 3}
    assert by_id["speed"].estimate is not None


def test_dates_units_and_empty_cells_of_the_how_to_page(ulcer: Path) -> None:
    ledger = import_trial(ulcer)
    items = [event for event in ledger.events if event.type == "item_entered"]
    assert Counter(event.data["item"] for event in items)["age"] == 11  # one is NA
    days = {event.stream: event.data["value"] for event in items if event.data["item"] == "days_to_healing"}
    assert [days["01-0001"], days["01-0002"]] == ["40", "85"]
    first = next(event for event in ledger.events if event.type == "allocated")
    assert first.data["on"] == "2020-02-03"
    areas = build(ledger.events).tables["items"]
    assert areas.filter((areas["variable"] == "area") & (areas["participant"] == "01-0002"))["text"].to_list()


def test_a_date_gives_the_days_since_the_allocation(ulcer: Path) -> None:
    edit(ulcer, "import.yaml", "column: healed_day, otherwise: seen_until}", "column: last, since_allocation: true}")
    people = (ulcer / "data" / "people.csv").read_text(encoding="utf-8").splitlines()
    dated = [people[0] + ",last", *(line + ",2020-05-09" for line in people[1:])]
    (ulcer / "data" / "people.csv").write_text("\n".join(dated), encoding="utf-8")
    items = [event for event in import_trial(ulcer).events if event.data.get("item") == "days_to_healing"]
    assert items[0].data["value"] == "96"  # from 3 February 2020 to 9 May, over a leap day


def test_an_end_of_observation_without_a_window_leaves_the_calendar_to_the_curves(ulcer: Path) -> None:
    edit(ulcer, "schedule.yaml", "kind: follow_up, day: 120, before: 25, after: 60", "kind: unscheduled, day: 120")
    edit(
        ulcer,
        "schedule.yaml",
        "  - {id: end",
        "  - {id: week 14, label: Week 14, kind: follow_up, day: 98}\n  - {id: end",
    )
    edit(ulcer, "endpoints.yaml", "method: kaplan_meier", "method: kaplan_meier\n    at: [week 14]")
    assert ("exchange.map-visit", "import.yaml:18:14") in faults(ulcer)
    edit(ulcer, "import.yaml", "- visit: end", "- visit: unscheduled-1")
    course = next(found for found in analyse(build(import_trial(ulcer).events)).analyses if found.id == "course")
    assert [(arm.n, arm.events) for arm in course.arms] == [(6, 5), (6, 3)]


@pytest.mark.parametrize(("second", "faulty"), [("unscheduled-1", False), ("unscheduled", True)])
def test_a_second_row_of_a_visit_is_an_unscheduled_one(ulcer: Path, second: str, *, faulty: bool) -> None:
    edit(ulcer, "import.yaml", "{wk12: week 12}", f"{{wk12: week 12, extra: {second}}}")
    edit(ulcer, "data/visits.csv", "A2,wk12", "A1,extra,30/04/2020,10,1\nA2,wk12")
    if faulty:
        assert ("exchange.map-target", "import.yaml:29:59") in faults(ulcer)
    else:
        visits = build(import_trial(ulcer).events).tables["visits"]
        assert visits.filter(visits["visit"] == second)["participant"].to_list() == ["01-0001"]


@pytest.mark.parametrize(
    ("day", "column", "faulty"), [("03/02", "area", False), ("04/02", "area", True), ("03/02", "age", True)]
)
def test_two_tables_may_tell_of_one_visit(ulcer: Path, day: str, column: str, *, faulty: bool) -> None:
    edit(ulcer, "schedule.yaml", "forms: [entry]", "forms: [entry, examination]")
    edit(ulcer, "import.yaml", "{wk12: week 12}", "{wk12: week 12, wk0: baseline}")
    if column == "age":
        edit(ulcer, "import.yaml", "{variable: area, column: area_mm2, unit: mm²}", "{variable: age, column: area_mm2}")
        edit(ulcer, "schedule.yaml", "forms: [examination]", "forms: [entry, examination]")
    edit(ulcer, "data/visits.csv", "A1,wk12", f"A1,wk0,{day}/2020,61,0\nA1,wk12")
    if faulty:
        assert ("exchange.visit-twice", "data/visits.csv:2:1") in faults(ulcer)
        return
    dataset = build(import_trial(ulcer).events)
    items = dataset.tables["items"].rows(named=True)
    first = {row["variable"] for row in items if (row["participant"], row["visit"]) == ("01-0001", "baseline")}
    assert first == {"age", "sex", "ulcer_size", "area", "healed"}
    assert dataset.tables["visits"].filter(dataset.tables["visits"]["visit"] == "baseline").height == 12


def test_a_trial_without_printed_numbers_has_none_to_compare(ulcer: Path) -> None:
    assert len(read_published(ulcer)) == 3
    (ulcer / "published.yaml").unlink()
    assert read_published(ulcer) == ()


def test_faults_of_the_mapping_are_told_at_once(ulcer: Path) -> None:
    edit(ulcer, "import.yaml", "person: id", "person: ID")
    edit(ulcer, "import.yaml", 'North: "01"', 'North: "07"')
    edit(ulcer, "import.yaml", '"1": new', '"1": newer')
    edit(ulcer, "import.yaml", "{variable: age, column: age}", "{variable: agee, column: age}")
    edit(ulcer, "import.yaml", "{f: female, m: male}", "{f: femal, m: male}")
    edit(ulcer, "import.yaml", "- visit: end", "- visit: ende")
    edit(ulcer, "import.yaml", "{variable: area, column: area_mm2, unit: mm²}", "{variable: age, unit: mm}")
    assert faults(ulcer) == [
        ("exchange.map-column-close", "import.yaml:8:11"),
        ("exchange.map-target", "import.yaml:9:46"),
        ("exchange.map-target-close", "import.yaml:10:38"),
        ("exchange.map-variable-close", "import.yaml:15:22"),
        ("exchange.map-target-close", "import.yaml:16:52"),
        ("exchange.map-visit-close", "import.yaml:18:14"),
        ("exchange.map-cell", "import.yaml:32:9"),
        ("core.bad-unit", "import.yaml:32:31"),
        ("exchange.map-no-form", "import.yaml:32:20"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("format: 1\n", "format: 2\n", "study.not-in-list", "import.yaml:1:9"),
        ("  arm: {", "  arms: {", "study.unknown-key-close", "import.yaml:10:3"),
        ("data/people.csv", "data/peopel.csv", "exchange.file-unreadable", "data/peopel.csv"),
        ("data/people.csv", "../people.csv", "exchange.outside-folder", "import.yaml"),
        ('"2021-06-03"', "June 2021", "study.invalid-value", "import.yaml:3:14"),
        ('format: "%d/%m/%Y"}\n  visits', 'format: "%Q"}\n  visits', "study.invalid-value", "import.yaml:11:46"),
        ("{variable: sex,", "{variable: age,", "exchange.map-twice", "import.yaml:16:22"),
        (
            "randomised, format",
            "randomised, counts: days, format",
            "exchange.map-allocation-counted",
            "import.yaml:11:3",
        ),
    ],
)
def test_a_fault_of_the_mapping(ulcer: Path, old: str, new: str, code: str, place: str) -> None:
    edit(ulcer, "import.yaml", old, new)
    assert (code, place) in faults(ulcer)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("people.csv", "A2,North", "A1,North", ("exchange.person-twice", "data/people.csv:3:1")),
        ("people.csv", "A2,North", ",North", ("exchange.no-person", "data/people.csv:3:1")),
        ("people.csv", "A2,North", "A2,West", ("exchange.unmapped-value", "data/people.csv:3:2")),
        ("people.csv", "A2,North,2", "A2,North,", ("exchange.cell-empty", "data/people.csv:3:3")),
        ("people.csv", "05/02/2020", "2020-02-05", ("exchange.bad-day", "data/people.csv:3:4")),
        ("people.csv", "small,70", "small,seventy", ("criteria.bad-number", "data/people.csv:3:6")),
        ("people.csv", "small,70", ",70", ("exchange.no-level", "data/people.csv:3")),
        ("people.csv", "small,70", "smal,70", ("criteria.bad-code-close", "data/people.csv:3:5")),
        ("people.csv", "70,m,,85", "70,m,,85.5", ("exchange.bad-day", "data/people.csv:3:9")),
        ("people.csv", "70,m,,85", "70,m,85", ("exchange.row-length", "data/people.csv:3")),
        ("people.csv", "70,m,,85", "70,m,,20", ("exchange.visit-after-end", "data/visits.csv:3")),
        ("visits.csv", "A2,wk12", "A9,wk12", ("exchange.unknown-person", "data/visits.csv:3:1")),
        ("visits.csv", "A2,wk12", "A1,wk12", ("exchange.visit-twice", "data/visits.csv:3:1")),
        ("visits.csv", "A2,wk12", "A2,wk13", ("exchange.unmapped-value-close", "data/visits.csv:3:2")),
        ("visits.csv", "30/04/2020", "", ("exchange.visit-undated", "data/visits.csv:3")),
    ],
)
def test_a_fault_of_a_row(ulcer: Path, file: str, old: str, new: str, expected: tuple[str, str]) -> None:
    edit(ulcer, f"data/{file}", old, new)
    assert expected in faults(ulcer)


def test_a_broken_study_and_a_missing_mapping_are_told_together(ulcer: Path) -> None:
    edit(ulcer, "endpoints.yaml", "method: cox", "method: coxx")
    (ulcer / "import.yaml").unlink()
    assert [code for code, _ in faults(ulcer)] == ["study.unknown-reference-close", "study.file-missing"]
