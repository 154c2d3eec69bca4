"""Whole trials, carried once a session through every room; each test looks at them from another side."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from equipoise.analysis.analyse import analyse
from equipoise.analysis.results import Results
from equipoise.cli.main import app
from equipoise.conduct.events import Event
from equipoise.dataset import store
from equipoise.dataset.build import build
from equipoise.dataset.model import Dataset
from equipoise.exchange.history import read_history, write_history
from equipoise.report.write import Written, write_report
from equipoise.simulate.trial import simulate_trial
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]
Command = Callable[..., Result]


@dataclass(frozen=True)
class Trial:
    """A trial with everything that was made of it; the folder holds history.jsonl, dataset and report."""

    folder: Path
    events: tuple[Event, ...]
    dataset: Dataset
    results: Results
    written: Written

    @property
    def history(self) -> Path:
        return self.folder / "history.jsonl"


def carried(folder: Path, study: Study, truth: str, participants: int, seed: int) -> Trial:
    """Carry a trial from the study to the report, its history through a file."""
    played = simulate_trial(study, truth, participants, seed)
    write_history(folder / "history.jsonl", played.events)
    events = read_history(folder / "history.jsonl")
    dataset = build(events)
    store.write(dataset, folder / "dataset")
    results = analyse(store.read(folder / "dataset"))
    return Trial(folder, events, dataset, results, write_report(results, dataset, folder / "report"))


@pytest.fixture(scope="session")
def reference() -> Study:
    return read_study(ROOT / "studies" / "nct07328711")


@pytest.fixture(scope="session")
def blinded() -> Study:
    return read_study(ROOT / "examples" / "blinded")


@pytest.fixture(scope="session")
def trial(reference: Study, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """The reference study, 26 participants, hazard ratio one half."""
    return carried(tmp_path_factory.mktemp("trial"), reference, "half", 26, 11)


@pytest.fixture(scope="session")
def masked_trial(blinded: Study, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """The double-blind study, to the reveal."""
    return carried(tmp_path_factory.mktemp("blinded"), blinded, "helps", 24, 5)


@pytest.fixture(scope="session")
def scene() -> Any:
    """A stage on which single commands are given (`tests/conduct/scene.py`)."""
    return runpy.run_path(str(ROOT / "tests" / "conduct" / "scene.py"))["Scene"]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Run `equipoise` in English with a home of its own; whatever it finds, it may not end in a traceback."""

    def run(*arguments: object, language: str = "en") -> Result:
        asked = ["--language", language, *map(str, arguments)]
        result = CliRunner().invoke(app, asked, env={"EQUIPOISE_HOME": str(tmp_path / "home")})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
