"""A third trial, carried by doing what the how-to page says, step by step: the page cannot go stale."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from equipoise.dataset import store
from equipoise.exchange.history import read_history

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "carry-your-own-trial.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)```", PAGE, re.DOTALL))
COMMANDS = re.findall(r"^    (equipoise .+)$", PAGE, re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reader's folder, with every file as the page prints it."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        path = tmp_path / "my-trial" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "my-trial"


def typed(command: Callable[..., Any]) -> list[Any]:
    """Type the page's commands in their order."""
    return [command(*shlex.split(line)[1:]) for line in COMMANDS]


def test_the_page_prints_every_file_of_its_list_and_two_commands() -> None:
    listed = re.findall(r"^      ([\w/-]+\.\w+)\s", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(FILES)
    assert [shlex.split(line)[1] for line in COMMANDS] == ["study", "run"]


@pytest.mark.usefixtures("folder")
def test_doing_what_the_page_says_carries_the_trial(command: Callable[..., Any], tmp_path: Path) -> None:
    checked, run = typed(command)
    assert checked.exit_code == 0, checked.stdout
    assert run.exit_code == 0, run.stdout
    out = tmp_path / "my-report"
    assert (out / "report" / "report.html").is_file()
    assert "83 %" in run.stdout
    assert "differs" not in run.stdout
    results = json.loads((out / "report" / "results.json").read_text(encoding="utf-8"))
    arms = {arm["arm"]: arm for arm in next(a for a in results["analyses"] if a["id"] == "primary")["arms"]}
    assert [(arms[name]["successes"], arms[name]["n"]) for name in ("new", "usual")] == [(5, 6), (3, 6)]
    store.verify_dataset(out / "dataset", read_history(out / "history.jsonl"))


@pytest.mark.usefixtures("folder")
def test_every_number_leads_back_to_a_line_of_the_tables(command: Callable[..., Any], tmp_path: Path) -> None:
    typed(command)
    events = read_history(tmp_path / "my-report" / "history.jsonl")
    results = json.loads((tmp_path / "my-report" / "report" / "results.json").read_text(encoding="utf-8"))
    for row in results["endpoints"]:
        event = events[row["seq"] - 1]
        assert event.stream == row["participant"]
        assert re.match(r"data/(people|visits)\.csv, line \d+", event.key), event.key


def test_what_the_page_says_of_a_mistake_is_what_is_told(command: Callable[..., Any], folder: Path) -> None:
    people = folder / "data" / "people.csv"
    people.write_text(people.read_text(encoding="utf-8").replace("A1,North,1,", "A1,North,3,"), encoding="utf-8")
    checked, run = typed(command)
    assert (checked.exit_code, run.exit_code) == (0, 1)
    assert 'does not say what "3" means' in run.stdout
    assert "data/people.csv:2" in run.stdout
    assert 'does not say what "3" means' in PAGE


def test_a_published_number_that_is_not_found_fails(command: Callable[..., Any], folder: Path) -> None:
    published = folder / "published.yaml"
    text = published.read_text(encoding="utf-8")
    assert 'printed: "5"' in text
    published.write_text(text.replace('printed: "5"', 'printed: "4"'), encoding="utf-8")
    assert typed(command)[-1].exit_code == 1


def test_the_readers_folder_is_left_as_it_was(command: Callable[..., Any], folder: Path) -> None:
    typed(command)
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(FILES)
    for name, text in FILES.items():
        assert (folder / name).read_text(encoding="utf-8") == text
