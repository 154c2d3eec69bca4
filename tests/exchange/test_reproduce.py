"""What R is given: every reported number has its place, every column is described, and the bytes are the same twice."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from equipoise.analysis.analyse import analyse
from equipoise.analysis.details import Imputed, ReRandomised
from equipoise.analysis.results import Results
from equipoise.dataset.build import build
from equipoise.dataset.model import Dataset
from equipoise.exchange.r.figures import INPUTS, NOT_RECOMPUTED, figures, kind_of, pattern_of
from equipoise.exchange.r.write import write_reproduction
from equipoise.exchange.tables.importing import import_trial
from equipoise.simulate.trial import simulate_trial
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "src" / "equipoise" / "exchange" / "r" / "script"
Found = tuple[Results, Dataset]


@pytest.fixture(scope="module")
def reference() -> Found:
    study = read_study(ROOT / "studies" / "nct07328711")
    dataset = build(simulate_trial(study, "half", 40, 11).events)
    return analyse(dataset), dataset


@pytest.fixture(scope="module")
def actg() -> Found:
    dataset = build(import_trial(ROOT / "examples" / "actg320").events)
    return analyse(dataset), dataset


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number of plain JSON with its path; written apart from the code that it checks."""
    if isinstance(value, dict):
        for name in value:
            yield from numbers(value[name], f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for place in range(len(value)):
            yield from numbers(value[place], f"{path}[{place}]")
    elif type(value) in (int, float):
        yield path, value
    elif value in ("Infinity", "-Infinity"):
        yield path, float(value)


def covered() -> set[str]:
    """What the parts of the script say that they recompute."""
    lines = (line for part in SCRIPT.rglob("*.R") for line in part.read_text(encoding="utf-8").splitlines())
    return {name for line in lines if line.startswith("#: ") for name in line.removeprefix("#: ").split()}


def test_every_number_of_the_results_is_a_figure_with_its_value(reference: Found, actg: Found) -> None:
    for results, _ in (reference, actg):
        expected = dict(numbers(json.loads(json.dumps(results.as_json()))))
        found = {each.key: float(each.value) for each in figures(results)}
        assert found == expected
        assert len(found) > 2000


def test_every_figure_is_recomputed_or_an_input_or_named(reference: Found, actg: Found) -> None:
    known = covered()
    for results, _ in (reference, actg):
        left = {pattern_of(each.key) for each in figures(results) if each.kind == "recomputed"} - known
        assert not left, f"neither recomputed, nor an input, nor named: {sorted(left)}"
    # Nothing that somebody calculated hides among the inputs.
    assert kind_of("analyses[3].estimate") == ("recomputed", "")
    assert kind_of("analyses[3].detail.statistics[7]") == ("recomputed", "")
    assert kind_of("something.new[4]") == ("recomputed", "")
    assert len(NOT_RECOMPUTED) <= 5


def test_no_rule_about_inputs_is_left_over(reference: Found, actg: Found) -> None:
    patterns = {pattern_of(each.key) for results, _ in (reference, actg) for each in figures(results)}
    for rule in (*INPUTS, *NOT_RECOMPUTED):
        assert any(re.fullmatch(rule, pattern) for pattern in patterns), rule


def test_what_is_written_is_described(reference: Found, tmp_path: Path) -> None:
    results, dataset = reference
    written = write_reproduction(results, dataset, tmp_path)
    readme = (written.folder / "README.md").read_text(encoding="utf-8")
    declared = {*dataset.study.variables, *(f"{name}_sign" for name in dataset.study.variables)}
    for path in written.folder.glob("*.csv"):
        assert path.name in readme
        with path.open(encoding="utf-8", newline="") as file:
            for column in next(csv.reader(file)):
                if column in declared or column.startswith("stratum_"):
                    continue
                assert re.search(rf"[|`, ]{column}[|`, ]", readme), f"{path.name}: {column}"
    for name in re.findall(r"(\w+\.csv)", readme):
        assert (written.folder / name).is_file() or name == "recomputed.csv", name
    assert written.script.is_file()
    for part in re.findall(r'source_part\("(\w+\.R)"\)', written.script.read_text(encoding="utf-8")):
        assert (written.folder / "R" / part).is_file()


def test_the_tables_hold_everybody_and_no_figure(reference: Found, tmp_path: Path) -> None:
    results, dataset = reference
    folder = write_reproduction(results, dataset, tmp_path).folder
    people = rows(folder / "participants.csv")
    assert len(people) == dataset.tables["participants"].height
    analysed = {row["participant"] for row in people if row["arm"]}
    outcomes = rows(folder / "outcomes.csv")
    seen = {(row["estimand"], row["reading"]) for row in outcomes}
    assert len(outcomes) == len(seen) * len(analysed)
    assert {each.estimand.id for each in results.analyses} == {estimand for estimand, _ in seen}
    imputed = rows(folder / "imputed.csv")
    found = [each.detail for each in results.analyses if isinstance(each.detail, Imputed)]
    assert len(imputed) == sum(each.draws * len(each.people) for each in found) > 0
    allocations = rows(folder / "rerandomised.csv")
    drawn = next(each.detail for each in results.analyses if isinstance(each.detail, ReRandomised))
    assert [row["arms"] for row in allocations] == list(drawn.arms)
    in_order = sorted((row for row in people if row["arm"]), key=lambda row: int(row["place"]))
    assert [row["participant"] for row in in_order] == list(drawn.people)
    # The script must not be able to echo: no reported estimate stands in what it works from.
    given = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.csv") if path.name != "figures.csv")
    assert repr(results.primary.p) not in given
    assert repr(results.primary.low) not in given


def test_only_the_comparison_opens_the_figures() -> None:
    opens = [path.name for path in SCRIPT.rglob("*.R") if 'read_table("figures.csv")' in path.read_text("utf-8")]
    assert opens == ["compare.R"]


def test_the_same_results_give_the_same_bytes(reference: Found, tmp_path: Path) -> None:
    made = []
    for name in "ab":
        (tmp_path / name / "reproduce").mkdir(parents=True)
        (tmp_path / name / "reproduce" / "recomputed.csv").write_text("of an earlier run")
        folder = write_reproduction(*reference, tmp_path / name).folder
        made.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert made[0] == made[1]
    assert not any(path.name == "recomputed.csv" for path in made[0])
