"""ACTG 320 from its table to its printed numbers on the command line; and no disease in the code."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from equipoise.conduct.verify import Allocations, verify_events
from equipoise.dataset import store
from equipoise.exchange.history import read_history

ROOT = Path(__file__).parents[2]
ACTG = ROOT / "examples" / "actg320"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ACTG, tmp_path / "trial"))


def test_the_published_numbers_are_found_again(command: Callable[..., Any], tmp_path: Path) -> None:
    told = command("run", ACTG, "--out", tmp_path / "out")
    assert told.exit_code == 0, told.stdout
    rows = [line.split() for line in told.stdout.splitlines()]
    found = {(row[0], row[1]): row[2:4] for row in rows if len(row) == 5}
    for quantity, printed in (("estimate", "0.50"), ("low", "0.33"), ("high", "0.76")):
        assert found["primary", quantity] == [printed, printed]
    for line in ("63  63", "33  33"):
        assert line in re.sub(r" +", "  ", told.stdout)

    folder = tmp_path / "out"
    events = read_history(folder / "history.jsonl")
    assert verify_events(events).allocations is Allocations.IMPORTED
    dataset = store.verify_dataset(folder / "dataset", events)
    assert (dataset.header.origin, dataset.tables["allocation"].height) == ("imported", 1151)
    results = json.loads((folder / "report" / "results.json").read_text(encoding="utf-8"))
    primary = next(each for each in results["analyses"] if each["role"] == "primary")
    assert {arm["arm"]: arm["events"] for arm in primary["arms"]} == {"indinavir": 33, "control": 63}
    assert [round(primary[name], 2) for name in ("estimate", "low", "high")] == [0.50, 0.33, 0.76]


def test_a_changed_byte_that_changes_the_result_is_a_disagreement(
    command: Callable[..., Any], copied: Path, tmp_path: Path
) -> None:
    table = copied / "data" / "actg320.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    column = lines[0].split(",").index("aids_or_death")
    at = next(number for number, line in enumerate(lines) if line.split(",")[column] == "1")
    cells = lines[at].split(",")
    lines[at] = ",".join([*cells[:column], "0", *cells[column + 1 :]])
    changed = ("\n".join(lines) + "\n").encode()
    assert sum(old != new for old, new in zip(table.read_bytes(), changed, strict=True)) == 1
    table.write_bytes(changed)
    told = command("run", copied, "--out", tmp_path / "out")
    assert told.exit_code == 1
    assert "differs" in told.stdout
    assert "published numbers differ" in told.stdout


def test_a_table_that_lacks_a_column_is_told_with_its_file_and_line(
    command: Callable[..., Any], copied: Path, tmp_path: Path
) -> None:
    table = copied / "data" / "actg320.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("karnof", "karnov", 1), encoding="utf-8")
    told = command("run", copied, "--out", tmp_path / "out")
    assert told.exit_code == 1
    assert re.search(r"import\.yaml:\d+", told.stdout)
    assert "karnof" in told.stdout
    assert not (tmp_path / "out").exists()


# What one trial's disease or product is called stands in its folder, never in the code.
OF_ONE_STUDY = re.compile(
    r"\b(hiv|aids|hepatitis|hbv|hbig|hbsag|hbeag|anti[-_ ]?hbs|indinavir|zidovudine|cd4|peg-?interferon|pegifn\w*|migraine|"
    r"nct\d+|actg)\b|乙肝|乙型肝炎|艾滋|偏头痛",
    re.IGNORECASE,
)
# The demonstration plays the study that ships with Equipoise, by its folder.
NAMES_THE_SHIPPED_STUDY = {"cli/demo.py"}


def test_no_line_of_code_knows_a_disease() -> None:
    source = ROOT / "src" / "equipoise"
    found = []
    for path in sorted(source.rglob("*")):
        if path.suffix not in (".py", ".j2", ".css") or str(path.relative_to(source)) in NAMES_THE_SHIPPED_STUDY:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if OF_ONE_STUDY.search(line):
                found.append(f"{path.relative_to(source)}:{number}: {line.strip()}")
    assert found == []


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "src" / "equipoise").glob("*/words/*.yaml")),
    ids=lambda path: f"{path.parts[-3]}-{path.stem}",
)
def test_no_rooms_words_know_a_disease(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if OF_ONE_STUDY.search(line)] == []
