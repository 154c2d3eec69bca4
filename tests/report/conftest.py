"""A report to look at: a small trial of the reference study with doses so late that week 48 is masked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from equipoise.analysis.analyse import analyse
from equipoise.analysis.results import Results
from equipoise.core.words import LANGUAGES
from equipoise.dataset.build import build
from equipoise.dataset.model import Dataset
from equipoise.report.names import Names
from equipoise.report.view import View
from equipoise.report.write import Written, make_view, write_report
from equipoise.simulate.trial import simulate_trial
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Reported:
    """A trial's results, and its page."""

    dataset: Dataset
    results: Results
    written: Written

    @property
    def study(self) -> Study:
        return self.dataset.study


@pytest.fixture(scope="session")
def reference() -> Study:
    return read_study(ROOT / "studies" / "nct07328711")


@pytest.fixture(scope="session")
def late(reference: Study, tmp_path_factory: pytest.TempPathFactory) -> Reported:
    """Doses to week 44."""
    dataset = build(simulate_trial(reference, "late-dosing", 20, 3).events)
    results = analyse(dataset)
    return Reported(dataset, results, write_report(results, dataset, tmp_path_factory.mktemp("late")))


@pytest.fixture(scope="session")
def usual(reference: Study) -> tuple[Study, Results]:
    """Doses to week 24; the numbers alone."""
    dataset = build(simulate_trial(reference, "masking", 20, 3).events)
    return dataset.study, analyse(dataset)


@pytest.fixture(scope="session")
def page(late: Reported) -> str:
    return late.written.page.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def views(late: Reported) -> dict[str, View]:
    """The report of the late doses, a view a language."""
    return {each: make_view(Names(late.study, late.results, each), late.dataset) for each in LANGUAGES}
