"""Simulate, analyse, run, verify, demo, as somebody types them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from equipoise.cli.console import Voice
from equipoise.cli.main import app
from equipoise.core.problem import Place, Problem
from equipoise.dataset import store
from equipoise.exchange.history import read_history, write_history

ROOT = Path(__file__).parents[2]
BLINDED = ROOT / "examples" / "blinded"
ASKED = ("simulate", BLINDED, "--truth", "helps", "--participants", 8, "--seed", 4)
Command = Callable[..., Result]


def command(*arguments: object, language: str = "en", home: Path | None = None) -> Result:
    told = CliRunner().invoke(
        app, ["--language", language, *map(str, arguments)], env={"EQUIPOISE_HOME": str(home) if home else ""}
    )
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dataset and its history."""
    folder = tmp_path_factory.mktemp("played")
    told = command(*ASKED, "--out", folder / "dataset", "--history", folder / "kept" / "history.jsonl")
    assert told.exit_code == 0, told.output
    assert "Played 8 allocated participants" in told.stdout
    return folder


# --- simulate ---


def test_the_same_seed_gives_the_same_bytes(played: Path, tmp_path: Path) -> None:
    assert command(*ASKED, "--out", tmp_path / "d", "--history", tmp_path / "h.jsonl").exit_code == 0
    assert files(tmp_path / "d") == files(played / "dataset")
    assert (tmp_path / "h.jsonl").read_bytes() == (played / "kept" / "history.jsonl").read_bytes()
    other = (*ASKED[:-1], 5)
    assert command(*other, "--out", tmp_path / "other").exit_code == 0
    assert files(tmp_path / "other") != files(played / "dataset")


def test_many_trials_do_not_depend_on_how_many_are_played_at_a_time(tmp_path: Path) -> None:
    asked = (*ASKED[:5], 4, *ASKED[6:], "--trials", 3)
    for jobs in (1, 2):
        out, histories = tmp_path / f"out-{jobs}", tmp_path / f"histories-{jobs}"
        told = command(*asked, "--jobs", jobs, "--out", out, "--history", histories)
        assert told.exit_code == 0
        assert sorted(path.name for path in out.iterdir()) == ["trial-0001", "trial-0002", "trial-0003"]
    assert files(tmp_path / "out-1") == files(tmp_path / "out-2")
    assert files(tmp_path / "histories-1") == files(tmp_path / "histories-2")
    hashes = {store.read(path).hash for path in (tmp_path / "out-1").iterdir()}
    assert len(hashes) == 3
    second = read_history(tmp_path / "histories-1" / "trial-0002.jsonl")
    assert store.verify_dataset(tmp_path / "out-1" / "trial-0002", second)


@pytest.mark.parametrize("trials", [1, 2])
def test_a_full_folder_is_refused_before_anything_is_played(played: Path, tmp_path: Path, trials: int) -> None:
    before = files(played)
    told = command(*ASKED, "--out", played / "dataset", "--trials", trials)
    assert told.exit_code == 1
    assert "already holds something" in told.stdout
    told = command(
        *ASKED, "--out", tmp_path / "new", "--history", played / "kept" / "history.jsonl", "--trials", trials
    )
    assert told.exit_code == 1
    assert files(played) == before
    assert not (tmp_path / "new").exists()


# --- analyse ---


def test_a_dataset_is_analysed_into_a_page_and_numbers(played: Path, tmp_path: Path) -> None:
    told = command("analyse", played / "dataset", "--out", tmp_path / "report")
    assert told.exit_code == 0
    names = ["report.en.pdf", "report.html", "report.zh-hans.pdf", "results.json"]
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == names
    numbers = json.loads((tmp_path / "report" / "results.json").read_text(encoding="utf-8"))
    assert numbers["dataset"]["hash"] == store.read(played / "dataset").hash
    assert "Migraine days at least halved" in told.stdout
    assert "Evening tablets" in told.stdout


def test_the_finding_is_told_in_the_language_that_is_asked_for(played: Path, tmp_path: Path) -> None:
    told = command("analyse", played / "dataset", "--out", tmp_path / "report", language="zh-hans")
    assert told.exit_code == 0
    assert "报告：" in told.stdout
    assert "第 12 周" in told.stdout


# --- verify ---


def test_a_whole_history_verifies(played: Path) -> None:
    told = command("verify", played / "kept" / "history.jsonl")
    assert told.exit_code == 0
    assert "The history holds" in told.stdout
    assert "Every allocation was replayed" in told.stdout


def test_a_history_verifies_for_a_program(played: Path) -> None:
    path = played / "kept" / "history.jsonl"
    told = command("verify", path, "--json")
    found = json.loads(told.stdout)  # JSON alone: progress went elsewhere
    events = read_history(path)
    assert found == {
        "events": len(events), "head": events[-1].hash, "allocations": "verified", "allocated": 8, "problems": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("last", "told"), [("allocation_revealed", "not yet verifiable"), ("allocated", "There are no allocations")]
)
def test_allocations_that_cannot_be_verified_are_no_mistake(played: Path, tmp_path: Path, last: str, told: str) -> None:
    events = read_history(played / "kept" / "history.jsonl")
    first = next(number for number, event in enumerate(events) if event.type == last)
    write_history(tmp_path / "history.jsonl", events[:first])
    found = command("verify", tmp_path / "history.jsonl")
    assert found.exit_code == 0
    assert told in found.stdout


def test_a_dataset_verifies_with_and_without_its_history(played: Path) -> None:
    alone = command("verify", played / "dataset")
    assert alone.exit_code == 0
    assert "every byte as its manifest says" in alone.stdout
    assert "A replay" not in alone.stdout
    both = command("verify", played / "dataset", "--history", played / "kept" / "history.jsonl")
    assert both.exit_code == 0
    assert "gives exactly this dataset" in both.stdout
    read = json.loads(command("verify", played / "dataset", "--json").stdout)
    assert (read["dataset"], read["problems"]) == (store.read(played / "dataset").hash, [])


def test_a_tampered_history_fails_for_people_and_programs(played: Path, tmp_path: Path) -> None:
    lines = (played / "kept" / "history.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "h.jsonl").write_bytes(b"".join([*lines[:20], *lines[21:]]))
    told = command("verify", tmp_path / "h.jsonl")
    assert (told.exit_code, "Event 21 is missing" in told.stdout) == (1, True)
    asked = command("verify", tmp_path / "h.jsonl", "--json")
    assert asked.exit_code == 1
    found = json.loads(asked.stdout)
    assert [problem["code"] for problem in found["problems"]] == ["conduct.missing-row"]
    beside = command("verify", played / "dataset", "--history", tmp_path / "h.jsonl", "--json")
    assert beside.exit_code == 1
    assert json.loads(beside.stdout)["problems"][0]["code"] == "conduct.missing-row"


def test_a_touched_dataset_fails_for_a_program(played: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(played / "dataset", tmp_path / "dataset")
    (folder / "tables" / "labs.parquet").unlink()
    told = command("verify", folder, "--json")
    assert told.exit_code == 1
    found = json.loads(told.stdout)["problems"][0]
    assert (found["code"], found["place"]["file"]) == ("dataset.missing-file", "tables/labs.parquet")
    assert "labs.parquet" in found["words"]


def test_progress_goes_to_the_other_stream(played: Path) -> None:
    told = command("verify", played / "kept" / "history.jsonl")
    assert "100 %" in told.stderr
    assert "%" not in told.stdout


# --- run, demo ---


def test_a_published_trial_lies_in_the_home_unless_told_otherwise(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "carry-your-own-trial.md").read_text(encoding="utf-8")
    folder = tmp_path / "ulcer"
    for name, text in re.findall(r"\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)```", page, re.DOTALL):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    told = command("run", folder, home=tmp_path / "home")
    assert told.exit_code == 0, told.stdout
    assert (tmp_path / "home" / "ulcer" / "report" / "report.html").is_file()
    assert "agree" in told.stdout


def test_a_trial_without_printed_numbers_is_reported_all_the_same(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "actg320", tmp_path / "actg320")
    (tmp_path / "actg320" / "published.yaml").unlink()
    told = command("run", tmp_path / "actg320", "--out", tmp_path / "out")
    assert told.exit_code == 0
    assert "nothing was compared" in told.stdout
    assert (tmp_path / "out" / "report" / "report.html").exists()


def test_a_line_number_stays_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    """ ":100:" is the name of a pictogram to the library that prints."""
    Voice("en").problems([Problem("exchange.no-person", {"column": "id"}, Place("people.csv", 100, 1))])
    assert "people.csv:100:1" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_path_that_the_system_refuses_is_told_in_words(played: Path, tmp_path: Path, language: str) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    told = command("analyse", played / "dataset", "--out", tmp_path / "taken" / "report", language=language)
    assert told.exit_code == 1
    assert str(tmp_path / "taken" / "report") in told.stdout
    new = command("study", "new", tmp_path / "taken" / "study", language=language)
    assert new.exit_code == 1
    assert str(tmp_path / "taken") in new.stdout


def test_the_demonstration_goes_through_and_catches_the_forger(tmp_path: Path) -> None:
    asked = ("demo", "--no-site", "--study", BLINDED, "--truth", "helps", "--participants", 6, "--seed", 2)
    told = command(*asked, home=tmp_path)
    assert told.exit_code == 0, told.output
    demo = tmp_path / "demo"
    assert {path.name for path in demo.iterdir()} == {"history.jsonl", "dataset", "report", "forged"}
    assert "6 allocations replayed from the revealed secret" in told.stdout
    guilty = [line for line in told.stdout.splitlines() if line.strip().startswith("→")]
    assert len(guilty) == 2
    assert all("vent " in line for line in guilty)
    assert command("verify", demo / "history.jsonl").exit_code == 0
    assert command("verify", demo / "dataset", "--history", demo / "history.jsonl").exit_code == 0
    for name in ("edited-row", "slot-given-twice"):
        assert command("verify", demo / "forged" / f"{name}.jsonl").exit_code == 1
    again = command(*asked, home=tmp_path)  # the demonstration replaces its own
    assert again.exit_code == 0
    assert again.stdout == told.stdout


def test_the_demonstration_speaks_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    told: Any = command("demo", "--no-site", "--participants", 4, "--seed", 1, language="zh-hans", home=tmp_path)
    assert told.exit_code == 0, told.output
    assert "HBIG 免疫组" in told.stdout
    assert "没有预测模型" in told.stdout  # four people carry none, and the demonstration goes on
    assert told.stdout.count("→") == 2
