"""`analyse --reproduce`: with R, without, with one that fails, and with one that disagrees."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from equipoise.cli.main import app
from equipoise.dataset import store
from equipoise.dataset.build import build
from equipoise.simulate.trial import simulate_trial
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]
FOUND = {
    "figures": 321,
    "largest": 2.5e-9,
    "where": "analyses[0].low",
    "r": "4.9.9",
    "survival": "3.5.3",
    "differs": [],
    "not_compared": [],
}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blinded") / "dataset"
    store.write(build(simulate_trial(read_study(ROOT / "examples" / "blinded"), "helps", 10, 4).events), folder)
    return folder


def analyse(dataset: Path, out: Path, *more: str, path: Path, language: str = "en") -> Result:
    arguments = ["--language", language, "analyse", str(dataset), "--out", str(out), "--reproduce", *more]
    told = CliRunner().invoke(app, arguments, env={"PATH": str(path)})
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told


def fake_r(folder: Path, found: object, status: int = 0) -> Path:
    """An Rscript that writes what it is told; so that the command is tried where there is no R."""
    folder.mkdir()
    (folder / "found.json").write_text(json.dumps(found), encoding="utf-8")
    copy = (
        f'/bin/cat "{folder}/found.json" > "$(/usr/bin/dirname "$2")/recomputed.json"'
        if found
        else "echo no such package >&2"
    )
    (folder / "Rscript").write_text(f"#!/bin/sh\n{copy}\nexit {status}\n", encoding="utf-8")
    (folder / "Rscript").chmod(0o755)
    return folder


def test_without_r_it_says_how_to_run_it(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    told = analyse(dataset, tmp_path / "out", path=tmp_path / "nothing")
    assert told.exit_code == 0
    assert f"Rscript {tmp_path / 'out' / 'reproduce' / 'reproduce.R'}" in told.stdout
    assert (tmp_path / "out" / "report.html").is_file()
    assert not (tmp_path / "out" / "reproduce" / "recomputed.json").exists()


def test_with_no_run_r_is_left_alone(dataset: Path, tmp_path: Path) -> None:
    told = analyse(dataset, tmp_path / "out", "--no-run", path=fake_r(tmp_path / "bin", FOUND))
    assert told.exit_code == 0
    assert "Rscript" in told.stdout
    assert not (tmp_path / "out" / "reproduce" / "recomputed.json").exists()
    assert "4.9.9" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_agreement_is_told_and_stands_in_the_report(dataset: Path, tmp_path: Path) -> None:
    told = analyse(dataset, tmp_path / "out", path=fake_r(tmp_path / "bin", FOUND))
    assert told.exit_code == 0
    assert "Recomputed in R 4.9.9: 321 figures agree, to 2.5e-09 at most (analyses[0].low)." in told.stdout
    assert "4.9.9" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    chinese = analyse(dataset, tmp_path / "zh", path=tmp_path / "bin", language="zh-hans")
    assert "已用 R 4.9.9 复算" in chinese.stdout


def test_disagreement_is_loud_and_an_error(dataset: Path, tmp_path: Path) -> None:
    found = {**FOUND, "differs": ["analyses[0].p", "flow.allocated"], "largest": 0.5}
    told = analyse(dataset, tmp_path / "out", path=fake_r(tmp_path / "bin", found, 1))
    assert told.exit_code == 1
    assert "DISAGREES: 2 of 321 figures differ (analyses[0].p, flow.allocated)" in told.stderr
    # The report is written all the same, and says it.
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "4.9.9" in page


def test_what_was_not_compared_is_named(dataset: Path, tmp_path: Path) -> None:
    found = {**FOUND, "not_compared": ["analyses[1].curves[0].low[0]", "analyses[1].curves[0].low[1]"]}
    told = analyse(dataset, tmp_path / "out", path=fake_r(tmp_path / "bin", found))
    assert told.exit_code == 0
    assert "Not recomputed in R: analyses[].curves[].low[] (2 figures)." in told.stdout


@pytest.mark.parametrize(("found", "said"), [(None, "no such package"), ({"figures": 3}, "recomputed.json")])
def test_an_r_that_fails_is_a_problem(dataset: Path, tmp_path: Path, found: object, said: str) -> None:
    told = analyse(dataset, tmp_path / "out", path=fake_r(tmp_path / "bin", found, 2))
    assert told.exit_code == 1
    assert said in told.output


def test_no_run_belongs_to_reproduce(dataset: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["analyse", str(dataset), "--out", str(tmp_path), "--no-run"], env=dict(os.environ))
    assert told.exit_code == 2
