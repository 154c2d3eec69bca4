"""Hostile tables and study folders: a Problem with its place, never a traceback, and never a long wait."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli.main import app

STUDY = Path(__file__).parents[2] / "studies" / "nct07328711"


def _screen(folder: Path, header: str) -> Result:
    table = folder / "people.csv"
    table.write_text(f"person,{header}\nA,9\n", encoding="utf-8")
    return CliRunner().invoke(app, ["screen", str(STUDY), str(table), "--json"])


def _altered(folder: Path, file: str, old: str, new: str) -> Path:
    """Copy the reference study with one passage changed."""
    copy = folder / "study"
    shutil.copytree(STUDY, copy)
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    "unit",
    [
        "kg**9**9**9", "9**9**9", "1e999999999 g", "(" * 30 + "kg", "a" * 20_000, "kg*" * 5000 + "kg",
        "kg;", "kg!", "{kg}", "kg±1", "+kg", "kg\u200b", "kgg", "斤", "lambda: kg", "kg.__class__", "cm", "1/0 kg",
    ],
    ids=lambda unit: unit[:12],
)  # fmt: skip
def test_a_unit_that_is_none_is_refused_at_its_column(tmp_path: Path, unit: str) -> None:
    result = _screen(tmp_path, f"weight [{unit}]")
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)["problems"]
    assert problem["code"] == "core.bad-unit"
    assert problem["place"] == {"file": "people.csv", "line": 1}


@pytest.mark.parametrize("unit", ["g", "mg", "lb", "[IU/mL]", "kg"])
def test_units_are_converted_or_refused_as_their_kind_says(tmp_path: Path, unit: str) -> None:
    result = _screen(tmp_path, f"weight [{unit}]")
    assert result.exit_code == (1 if "IU" in unit else 0)


@pytest.mark.parametrize("name", ["''", "'I 1'", "../I1", "\u04061", "!!binary aGVsbG8=", "!!python/name:os.system x"])
def test_a_criterion_that_cannot_be_named_is_a_mistake_on_its_line(tmp_path: Path, name: str) -> None:
    folder = _altered(tmp_path, "eligibility.yaml", "id: I1", f"id: {name}")
    result = CliRunner().invoke(app, ["study", "check", str(folder), "--json"])
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    places = [problem["place"] for problem in json.loads(result.stdout)["problems"]]
    assert {"file": "eligibility.yaml", "line": 3} in [
        {"file": place["file"], "line": place.get("line")} for place in places if place
    ]


def test_a_criterion_about_a_later_visit_is_noted_as_undecidable(tmp_path: Path) -> None:
    folder = _altered(tmp_path, "eligibility.yaml", "rule: bmi > 28", 'rule: hbsag.at("week 12") > 1')
    (folder / "examples.yaml").write_text("[]\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["study", "check", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    notes = [problem for problem in json.loads(result.stdout)["problems"] if "undecidable" in problem["code"]]
    assert [note["params"] for note in notes] == [{"criterion": "E7", "variables": "hbsag (week 12)"}]
