"""A dataset as a folder: the same history gives the same bytes, and a folder that was touched is refused by name."""

import json
from pathlib import Path

import polars as pl
import pytest

from equipoise.core.problem import ProblemsError
from equipoise.core.words import LANGUAGES, say
from equipoise.dataset.columns import TABLES
from equipoise.dataset.encode import encode_table
from equipoise.dataset.model import Dataset
from equipoise.dataset.store import read, verify_dataset, write


@pytest.fixture
def told(story):
    told = story()
    told.declare()
    for number, arm in enumerate(("active", "control", "active"), 1):
        who = told.person(f"01-{number:04d}", arm)
        told.sample(who, 336, "<0.05")
    return told


@pytest.fixture
def folder(told, tmp_path):
    write(told.dataset(), tmp_path / "dataset")
    return tmp_path / "dataset"


def _codes(folder, events=None):
    with pytest.raises(ProblemsError) as refused:
        verify_dataset(folder, events)
    for problem in refused.value.problems:
        assert all(say(problem, language) for language in LANGUAGES)
    return [(problem.code, str(problem.place)) for problem in refused.value.problems]


def test_what_is_read_is_what_was_written(told, folder):
    dataset, found = told.dataset(), read(folder)
    assert list(found.tables) == list(TABLES)
    assert all(found.tables[name].equals(frame) for name, frame in dataset.tables.items())
    assert all(found.tables[name].schema == frame.schema for name, frame in dataset.tables.items())
    assert found.study == dataset.study
    assert found.header == dataset.header
    assert found.hash == dataset.hash


def test_the_same_history_gives_the_same_bytes(told, folder, tmp_path):
    write(told.dataset(), tmp_path / "again")
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert len(files) == len(TABLES) + 3
    assert all((folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files)


def test_the_manifest_knows_no_clock_and_no_path(folder):
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert set(manifest) == {
        "format", "study", "version", "content_hash", "history_head", "events", "origin", "truth", "seed",
        "declarations", "left_out", "sealed", "files", "tables",
    }  # fmt: skip
    assert manifest["tables"]["allocation"]["rows"] == 3
    assert str(folder) not in json.dumps(manifest)


@pytest.mark.parametrize("name", ["tables/labs.parquet", "study/study.json", "study/content_hash"])
def test_a_changed_byte_is_refused(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    assert _codes(folder) == [("dataset.changed-file", name)]


def test_everything_wrong_is_said_at_once(folder):
    (folder / "tables/doses.parquet").unlink()
    (folder / "tables/labs.parquet").write_bytes(b"")
    (folder / "tables/notes.txt").write_text("mine")
    assert set(_codes(folder)) == {
        ("dataset.changed-file", "tables/labs.parquet"),
        ("dataset.missing-file", "tables/doses.parquet"),
        ("dataset.extra-file", "tables/notes.txt"),
    }


def test_a_wrong_row_count_is_refused(told, tmp_path):
    dataset = told.dataset()
    files = dataset.files
    files["tables/labs.parquet"] = encode_table(dataset.tables["labs"].head(1))
    stored = Dataset(dataset.header, dataset.study, dataset.tables, files)
    write(stored, tmp_path / "dataset")
    assert _codes(tmp_path / "dataset") == [("dataset.row-count", "tables/labs.parquet")]


def test_other_columns_are_refused(told, tmp_path):
    dataset = told.dataset()
    changed = {**dataset.tables, "labs": dataset.tables["labs"].drop("masked")}
    write(Dataset(dataset.header, dataset.study, changed), tmp_path / "dataset")
    assert _codes(tmp_path / "dataset") == [("dataset.other-columns", "tables/labs.parquet")]


def test_a_changed_manifest_is_refused(folder):
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes() + b"\n")
    assert _codes(folder) == [("dataset.bad-manifest", "manifest.json")]
    path.write_bytes(b"{")
    assert _codes(folder) == [("dataset.bad-manifest", "manifest.json")]
    path.unlink()
    assert _codes(folder) == [("dataset.no-manifest", "manifest.json")]


def test_a_replay_gives_the_dataset_again(told, folder):
    assert verify_dataset(folder, told.events).tables["allocation"].height == 3


def test_another_history_is_noticed(told, folder):
    told.sample("01-0001", 504, "0.3")
    codes = dict(_codes(folder, told.events))
    assert set(codes) == {"dataset.other-header", "dataset.other-rows"}


def test_nobodys_files_are_overwritten(told, folder):
    write(told.dataset(), folder)
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(ProblemsError) as refused:
        write(told.dataset(), folder)
    assert [problem.code for problem in refused.value.problems] == ["dataset.folder-taken"]
    assert (folder / "thesis.txt").read_text() == "mine"


def test_dates_and_numbers_have_their_types(folder):
    labs = read(folder).tables["labs"]
    assert isinstance(labs.schema["on"], pl.Date)
    assert labs.schema["value"] == pl.Float64
    assert Path(folder, "tables", "labs.parquet").stat().st_size > 0
