"""A dataset's way out: what is written reads back, is counted, and is described column by column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from equipoise.core import words
from equipoise.core.problem import ProblemsError
from equipoise.dataset.build import build
from equipoise.dataset.columns import TABLES
from equipoise.dataset.model import Dataset
from equipoise.exchange.tables import export
from equipoise.exchange.tables.export import export_csv, export_xpt, sas_names
from equipoise.exchange.tables.importing import import_trial

ACTG = Path(__file__).parents[2] / "examples" / "actg320"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return build(import_trial(ACTG).events)


def test_csv_reads_back_as_the_tables(dataset: Dataset, tmp_path: Path) -> None:
    counts = export_csv(dataset, tmp_path / "out")
    assert counts == {name: frame.height for name, frame in dataset.tables.items()}
    for name, frame in dataset.tables.items():
        again = pl.read_csv(tmp_path / "out" / f"{name}.csv", schema=frame.schema)
        assert again.equals(frame), name


def test_sas_reads_back_as_the_tables(dataset: Dataset, tmp_path: Path) -> None:
    counts = export_xpt(dataset, tmp_path / "out", "zh-hans")
    assert counts["participants"] == 1151
    frame, meta = pyreadstat.read_xport(str(tmp_path / "out" / "participants.xpt"), output_format="polars")
    assert meta.column_names_to_labels["karnofsky"] == "Karnofsky 功能状态评分"
    own = dataset.tables["participants"]
    assert frame["cd4"].to_list() == own["cd4"].to_list()
    assert frame["allocated_on"].to_list() == own["allocated_on"].to_list()
    assert frame["sex"].to_list() == own["sex"].to_list()


def test_the_same_dataset_gives_the_same_bytes(dataset: Dataset, tmp_path: Path) -> None:
    for write in (export_csv, export_xpt):
        for copy in ("a", "b"):
            write(dataset, tmp_path / write.__name__ / copy)
        first, second = (
            {path.name: path.read_bytes() for path in (tmp_path / write.__name__ / copy).iterdir()} for copy in "ab"
        )
        assert first == second


def test_the_tables_say_of_which_history_they_are(dataset: Dataset, tmp_path: Path) -> None:
    for write in (export_csv, export_xpt):
        write(dataset, tmp_path / write.__name__)
        source = pl.read_csv(tmp_path / write.__name__ / "source.csv", infer_schema=False)
        said = dict(zip(source["name"], source["value"], strict=True))
        assert said["history_head"] == dataset.header.history_head
        assert said["dataset"] == dataset.hash
        assert int(said["events"]) == dataset.header.events


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_dictionary_describes_every_column(dataset: Dataset, tmp_path: Path, language: str) -> None:
    export_csv(dataset, tmp_path / "out", language)
    entries = pl.read_csv(tmp_path / "out" / "dictionary.csv")
    described = list(zip(entries["table"], entries["column"], strict=True))
    assert described == [(name, column) for name, frame in dataset.tables.items() for column in frame.columns]
    assert entries["label"].null_count() == 0
    by_column = {row["column"]: row for row in entries.iter_rows(named=True)}
    assert by_column["cd4"]["unit"] == "cells/µL"
    assert by_column["sex"]["codes"].startswith("male=")
    assert by_column["arm"]["codes"].startswith("indinavir=")
    assert by_column["cd4_stratum"]["codes"].startswith("up_to_50=")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_column_of_a_dataset_has_words(language: str) -> None:
    columns = {column for table in TABLES.values() for column in table}
    assert columns <= words.words("exchange", language)["columns"].keys()


def test_nothing_is_overwritten(dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ProblemsError, match=r"exchange\.folder-taken"):
        export_csv(dataset, tmp_path)


def test_a_file_that_does_not_read_back_fails(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = export._write_csv

    def losing(name: str, frame: pl.DataFrame, path: Path) -> None:
        write(name, frame.head(-1) if name == "visits" else frame, path)
        if name == "labs":
            write(name, frame.with_columns(pl.lit(None).alias("value")), path)
        if name == "items":
            write(name, frame.drop("day"), path)

    monkeypatch.setattr(export, "_write_csv", losing)
    with pytest.raises(ProblemsError) as caught:
        export_csv(dataset, tmp_path / "out")
    told: dict[str, Any] = {problem.code: problem.params["file"] for problem in caught.value.problems}
    assert told == {
        "exchange.export-rows": "visits.csv",
        "exchange.export-missing": "labs.csv",
        "exchange.export-columns": "items.csv",
    }
    for problem in caught.value.problems:
        for language in words.LANGUAGES:
            assert "{" not in words.say(problem, language)


def test_long_names_stay_apart() -> None:
    names = ["a" * 40, "a" * 41, "b", "a" * 32]
    made = list(sas_names(names))
    assert made == ["a" * 32, "a" * 27 + "_0002", "b", "a" * 27 + "_0004"]
