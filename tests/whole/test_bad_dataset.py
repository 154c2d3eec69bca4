"""Datasets that were touched: each file is named, all at once, and nothing that is there is overwritten."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from equipoise.core import canonical

LABS = "tables/labs.parquet"
STUDY = "study/study.json"


@pytest.fixture
def folder(trial: Any, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trial.folder / "dataset", tmp_path / "dataset"))


@pytest.fixture
def refused(command: Callable[..., Any], folder: Path) -> Callable[[], str]:
    """Verify and analyse the dataset: both must refuse it in the same words, and leave it as it is."""

    def run() -> str:
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        told = command("verify", folder)
        analysed = command("analyse", folder, "--out", folder.parent / "report")
        assert (told.exit_code, analysed.exit_code) == (1, 1)
        assert told.stdout == analysed.stdout
        assert "Traceback" not in told.output
        assert not (folder.parent / "report").exists()
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
        return str(told.stdout)

    return run


def restated(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what the manifest says, as somebody would who knows how it is written."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_bytes(canonical.dumps(manifest))


def replaced(folder: Path, name: str, data: bytes) -> None:
    """Replace a file, and its hash in the manifest with it."""
    (folder / name).write_bytes(data)

    def state(manifest: dict[str, Any]) -> None:
        if name in manifest["files"]:
            manifest["files"][name] = canonical.digest(data)
        else:
            manifest["tables"][Path(name).stem]["sha256"] = canonical.digest(data)

    restated(folder, state)


def test_every_fault_is_named_at_once(folder: Path, refused: Callable[[], str]) -> None:
    labs = bytearray((folder / LABS).read_bytes())
    labs[len(labs) // 2] ^= 1
    (folder / LABS).write_bytes(bytes(labs))
    (folder / "tables" / "doses.parquet").unlink()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    told = refused()
    assert told.count("mistake") == 3
    assert f"{LABS}: The file {LABS} was changed" in told
    assert "tables/doses.parquet, which the manifest names, is missing" in told
    assert "notes.txt does not belong to the dataset" in told


def test_wrong_counts_in_the_manifest(folder: Path, refused: Callable[[], str]) -> None:
    def count(manifest: dict[str, Any]) -> None:
        manifest["tables"]["labs"]["rows"] += 1
        manifest["tables"]["visits"]["rows"] = 0

    restated(folder, count)
    told = refused()
    assert told.count("mistake") == 2
    assert "tables/labs.parquet" in told
    assert "tables/visits.parquet" in told


def test_a_table_of_another_study_does_not_fit(folder: Path, refused: Callable[[], str], masked_trial: Any) -> None:
    replaced(folder, "tables/allocation.parquet", masked_trial.dataset.files["tables/allocation.parquet"])
    restated(
        folder, lambda manifest: manifest["tables"]["allocation"].update(rows=masked_trial.dataset.tables["allocation"].height)
    )  # fmt: skip
    assert "tables/allocation.parquet" in refused()


@pytest.mark.parametrize("data", [b"", b"junk", b"PAR1" * 40], ids=["empty", "junk", "pretended"])
def test_a_file_that_is_no_table_though_its_hash_is_right(
    folder: Path, refused: Callable[[], str], data: bytes
) -> None:
    replaced(folder, LABS, data)
    assert f"The file {LABS} has the hash that the manifest states" in refused()


@pytest.mark.parametrize(
    "data", [b"", b"{", b"{}", b"[]", b"[" * 100_000], ids=["empty", "cut", "no-study", "list", "deep"]
)
def test_a_study_that_is_none_though_its_hash_is_right(folder: Path, refused: Callable[[], str], data: bytes) -> None:
    replaced(folder, STUDY, data)
    assert f"The file {STUDY} has the hash that the manifest states" in refused()


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["tables"]["labs"].pop("sha256"),
        lambda m: m.update(tables=list(m["tables"])),
        lambda m: m.update(files=3),
        lambda m: m["files"].update({"../../secret": "0" * 64}),
        lambda m: m.update(declarations={"hash": 1}),
        lambda m: m["tables"].pop("doses"),
        lambda m: m.update(origin="invented"),
        lambda m: m.update(format=2),
        lambda m: m.update(added="here"),
        lambda m: m.pop("seed"),
        lambda m: m.update(events="many"),
    ],
    ids=["no-hash", "list", "number", "outside", "declarations", "table", "origin", "format", "more", "less", "text"],
)
def test_a_manifest_that_is_none(folder: Path, refused: Callable[[], str], change: Callable[[Any], object]) -> None:
    restated(folder, change)
    assert "manifest.json: The manifest is not one that Equipoise writes" in refused()


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[]", b"[" * 300_000, b'{"format": 1}'])
def test_a_manifest_of_garbage(folder: Path, refused: Callable[[], str], data: bytes) -> None:
    (folder / "manifest.json").write_bytes(data)
    assert "manifest.json" in refused()


def test_a_folder_that_is_no_dataset(folder: Path, refused: Callable[[], str]) -> None:
    (folder / "manifest.json").unlink()
    assert "has no manifest.json" in refused()


def test_an_origin_that_was_restated_does_not_follow_from_the_history(
    folder: Path, command: Callable[..., Any], trial: Any
) -> None:
    restated(folder, lambda manifest: manifest.update(origin="conducted"))
    told = command("verify", folder, "--history", trial.history)
    assert told.exit_code == 1
    assert "origin" in told.stdout


def test_a_simulation_overwrites_nothing(command: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    study = Path(__file__).parents[2] / "examples" / "blinded"
    asked = ("simulate", study, "--truth", "helps", "--participants", 4, "--seed", 1)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    told = command(*asked, "--out", folder)
    assert told.exit_code == 1
    assert "nothing is overwritten" in told.stdout
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    (tmp_path / "mine.jsonl").write_text("mine", encoding="utf-8")
    told = command(*asked, "--out", tmp_path / "new", "--history", tmp_path / "mine.jsonl")
    assert told.exit_code == 1
    assert (tmp_path / "mine.jsonl").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "new").exists()
