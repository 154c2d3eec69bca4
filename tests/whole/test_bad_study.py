"""Study folders with faults: every command that reads one names all of them, with file and line, and writes nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "examples" / "blinded", tmp_path / "study"))


def edit(folder: Path, name: str, old: str, new: str) -> int:
    """Change a file; return the line."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_all_faults_are_told_at_once_by_every_command(
    command: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    faults = {
        ("eligibility.yaml", edit(folder, "eligibility.yaml", "alt > 120", "alt_high > 120")),
        ("schedule.yaml", edit(folder, "schedule.yaml", "forms: [diary, tablets]", "forms: [diary, tablet]")),
        ("endpoints.yaml", edit(folder, "endpoints.yaml", "method: fisher", "method: fischer")),
        ("study.yaml", edit(folder, "study.yaml", "enrolment: 32", "enrolment: many")),
    }
    checked = command("study", "check", folder)
    assert checked.exit_code == 1
    assert "4 mistakes" in checked.stdout
    for file, line in faults:
        below = checked.stdout.split(f"{file}\n", 1)[1]
        assert re.match(rf"\s+{line}:\d+ mistake", below), (file, line)
    out = tmp_path / "out"
    told = command("simulate", folder, "--truth", "helps", "--participants", 4, "--seed", 1, "--out", out)
    assert told.exit_code == 1
    assert told.stdout.count("mistake") == 4
    for file, line in faults:
        assert f" {file}:{line}:" in told.stdout
    assert not out.exists()


def test_a_truth_that_is_not_declared(command: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    told = command("simulate", folder, "--truth", "wonder", "--participants", 4, "--seed", 1, "--out", tmp_path / "out")
    assert told.exit_code == 1
    assert "wonder" in told.stdout
    assert "helps" in told.stdout  # what there is
    assert not (tmp_path / "out").exists()


def test_a_yaml_bomb_is_refused(command: Callable[..., Any], folder: Path) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    (folder / "variables.yaml").write_text(bomb, encoding="utf-8")
    told = command("study", "check", folder)
    assert told.exit_code == 1
    assert "variables.yaml" in told.stdout


@pytest.mark.parametrize("gone", ["study.yaml", "eligibility.yaml", "words/en.yaml"])
def test_a_missing_file(command: Callable[..., Any], folder: Path, gone: str) -> None:
    (folder / gone).unlink()
    told = command("study", "check", folder)
    assert told.exit_code == 1
    assert gone in told.stdout


def test_a_file_that_is_a_link_to_elsewhere(command: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("a: secret\n", encoding="utf-8")
    (folder / "scenarios.yaml").unlink()
    (folder / "scenarios.yaml").symlink_to(tmp_path / "secret.yaml")
    told = command("study", "check", folder)
    assert told.exit_code == 1
    assert "scenarios.yaml" in told.stdout
    assert "a: secret" not in told.stdout
