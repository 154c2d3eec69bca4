"""`equipoise study check`, `show` and `new`."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from equipoise.cli.main import app

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "studies" / "nct07328711"


def run(*arguments: object, width: int = 80) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": str(width)})


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The beginner's folder with a mistake in three files, two of them in one."""
    folder = tmp_path / "broken"
    assert run("study", "new", folder).exit_code == 0
    replace(folder / "eligibility.yaml", "kind: inclusion", "kind: inclusive")
    replace(folder / "schedule.yaml", "kind: baseline", "kind: base")
    replace(folder / "schedule.yaml", "kind: screening", "kind: scren")
    replace(folder / "study.yaml", "blinding:", "blindness:")
    return folder


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_sound_study_passes_with_its_blind_spots_as_notes() -> None:
    result = run("--language", "en", "study", "check", STUDY)
    assert result.exit_code == 0
    assert "13 criteria" in result.stdout
    assert "examples were put to the criteria" in result.stdout
    assert "masking window" in result.stdout
    assert re.fullmatch(r"no mistakes, \d+ notes\.", result.stdout.rstrip().splitlines()[-1])


def test_every_mistake_is_told_by_file_and_line(broken: Path) -> None:
    result = run("--language", "en", "study", "check", broken)
    assert result.exit_code == 1
    blocks = result.stdout.strip().split("\n\n")
    files = [block.splitlines()[0] for block in blocks[:-1]]
    assert files == ["study.yaml", "eligibility.yaml", "schedule.yaml"]
    assert blocks[2].count("mistake") == 2
    lines = [int(line.split(":")[0]) for line in blocks[2].splitlines() if "mistake" in line]
    assert lines == sorted(lines)
    assert "mend the mistakes, then check again" in blocks[-1]


def test_mistakes_come_before_notes(broken: Path) -> None:
    (broken / "minutes.txt").write_text("what we talked about", encoding="utf-8")
    lines = run("--language", "en", "study", "check", broken).stdout.splitlines()
    marks = [word for line in lines[:-1] for word in ("mistake", "note") if f" {word} " in line]
    assert "note" in marks
    assert marks == sorted(marks)


def test_a_program_reads_the_same_mistakes(broken: Path) -> None:
    result = run("--language", "zh-hans", "study", "check", broken, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["study"] is None
    assert found["mistakes"] == sum(problem["severity"] == "error" for problem in found["problems"])
    assert all(problem["place"]["line"] for problem in found["problems"])
    assert all(problem["words"] for problem in found["problems"])


def test_the_folders_own_examples_are_run(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(STUDY, folder)
    replace(folder / "examples.yaml", "verdict: eligible", "verdict: not eligible")
    result = run("study", "check", folder, "--json")
    assert result.exit_code == 1
    assert "study.example-verdict" in {problem["code"] for problem in json.loads(result.stdout)["problems"]}


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    for command in ("check", "show"):
        result = run("--language", "en", "study", command, tmp_path / "none")
        assert result.exit_code == 1
        assert "There is no folder none" in " ".join(result.stdout.split())


def test_a_new_study_passes_its_check_and_says_what_to_type(tmp_path: Path) -> None:
    folder = tmp_path / "my study"
    result = run("--language", "en", "study", "new", folder, width=200)
    assert result.exit_code == 0
    assert [line.strip() for line in result.stdout.splitlines()[-2:]] == [
        f"equipoise study check '{folder}'",
        f"equipoise study show '{folder}'",
    ]
    assert run("study", "check", folder).exit_code == 0
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    again = run("--language", "en", "study", "new", folder)
    assert again.exit_code == 1
    assert "is not empty" in again.stdout
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", ["Arms", "Inclusion", "Exclusion", "Visits", "Endpoints", "What is assumed, and why", "◌\u00a0assumed"]),
        ("zh-hans", ["组别", "纳入标准", "排除标准", "访视", "终点", "◌\u00a0假定"]),
    ],
)
def test_a_study_is_shown_in_words(language: str, wanted: list[str]) -> None:
    result = run("--language", language, "study", "show", STUDY)
    assert result.exit_code == 0
    for words in [*wanted, "bmi > 28", "kg/m²", "●"]:
        assert words in result.stdout, words
    assert "…" not in result.stdout.replace(" … ", "")  # a window has one; nothing is cut off
    assert all(cell_len(line) <= 80 for line in result.stdout.splitlines())


def test_criteria_stand_with_words_rule_and_sentence() -> None:
    lines = [line.strip() for line in run("--language", "en", "study", "show", STUDY, width=200).stdout.splitlines()]
    start = lines.index("E7  Body Mass Index (BMI) > 28 kg/m².")
    assert lines[start + 1 : start + 3] == ["bmi > 28", "Read as: Body mass index is above 28 kg/m²."]


def test_the_study_for_a_program() -> None:
    found = json.loads(run("study", "show", STUDY, "--json").stdout)
    assert found["id"] == "nct07328711"
    assert len(found["criteria"]) == 13
    assert found["assumptions"]
    assert len(found["content_hash"]) == 64


@pytest.mark.parametrize(("language", "title"), [("en", "## Protocol synopsis"), ("zh-hans", "## ")])
def test_the_study_on_paper_is_markdown_alone(language: str, title: str) -> None:
    result = run("--language", language, "study", "show", STUDY, "--print")
    assert result.exit_code == 0
    assert result.stdout.startswith("# ")
    assert title in result.stdout
    assert result.stdout.count("\n## ") == 4
    # Lines are the document's own: nothing is wrapped for the terminal.
    assert max(map(len, result.stdout.splitlines())) > 200


def test_print_and_json_exclude_each_other() -> None:
    assert run("study", "show", STUDY, "--print", "--json").exit_code == 2


@pytest.mark.parametrize("folder", ["blinded", "actg320"])
def test_other_studies_are_shown_too(folder: str) -> None:
    assert run("study", "show", ROOT / "examples" / folder).exit_code == 0


def test_help_imports_nothing_heavy() -> None:
    heavy = ("polars", "pydantic", "yaml", "numpy", "pint", "scipy")
    code = (
        "import sys; import equipoise.cli.study, equipoise.cli.screen;"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
