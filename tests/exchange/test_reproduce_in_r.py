"""R itself recomputes the report and agrees; a value that was tampered with makes it disagree. Needs Rscript."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from equipoise.analysis.analyse import analyse
from equipoise.analysis.methods import REGISTRY
from equipoise.dataset.build import build
from equipoise.dataset.model import Dataset
from equipoise.exchange.r.figures import pattern_of
from equipoise.exchange.r.read import Recomputation, read_recomputation
from equipoise.exchange.r.write import write_reproduction
from equipoise.exchange.tables.importing import import_trial
from equipoise.simulate.trial import simulate_trial
from equipoise.stats.cox import NoMaximumError
from equipoise.stats.interval_censored_cox import fit_interval_cox
from equipoise.study.model.endpoints import Analysis
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "src" / "equipoise" / "exchange" / "r" / "script"
RSCRIPT = shutil.which("Rscript")
pytestmark = pytest.mark.skipif(
    RSCRIPT is None, reason="R IS NOT INSTALLED: no figure was recomputed (Debian: r-base-core r-cran-survival)"
)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    study = read_study(ROOT / "studies" / "nct07328711")
    return build(simulate_trial(study, "half", 60, 3).events)


@pytest.fixture(scope="module")
def written(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What R is given of the reference study."""
    return write_reproduction(analyse(dataset), dataset, tmp_path_factory.mktemp("reference")).folder


def with_every_method(dataset: Dataset) -> Dataset:
    """Return the reference study's dataset with analyses of every method and summary, plain, stratified and adjusted."""
    plan = dataset.study.endpoints
    of = {estimand.id: estimand for estimand in plan.estimands}
    estimands = [
        of["primary"].model_copy(update={"id": "rr", "summary": "risk_ratio"}),
        of["primary"].model_copy(update={"id": "or", "summary": "odds_ratio"}),
        of["anti_hbs_titre_week_72"].model_copy(update={"id": "mean", "summary": "mean_difference"}),
        of["reversion_seen"].model_copy(update={"id": "hr", "summary": "hazard_ratio"}),
    ]
    both = {"strata": ("anti_hbs_entry", "consolidation")}
    one = {"strata": ("consolidation",)}
    wanted: list[tuple[str, str, dict[str, Any]]] = [
        *((estimand, "wald", {}) for estimand in ("primary", "rr", "or")),
        *((estimand, "miettinen_nurminen", {}) for estimand in ("rr", "or")),
        *((estimand, "mantel_haenszel", strata) for estimand in ("primary", "rr", "or") for strata in (both, {})),
        *(("or", "cmh", strata) for strata in (both, {})),
        ("primary", "miettinen_nurminen", {"strata": ("centre",), "confidence": Decimal("0.9")}),
        ("primary", "logistic", {"adjust": ("bmi", "sex", "consolidation")}),
        ("or", "logistic", {"adjust": ("bmi", "alt")}),
        ("or", "fisher", {"confidence": Decimal("0.99")}),
        ("primary", "re_randomisation", {"draws": 20, "seed": 1, **one}),
        ("primary", "multiple_imputation", {"missing": "imputed", "adjust": ("age", "alt"), "draws": 10, "seed": 4}),
        ("mean", "difference_in_means", {"missing": "excluded"}),
        ("mean", "censored_normal", {"missing": "excluded", "adjust": ("age",)}),
        *(("hr", method, {"missing": "censored", **strata}) for method in ("cox", "log_rank") for strata in (one, {})),
        ("reversion_hazard", "interval_cox", {"missing": "censored", "adjust": ("age",)}),
    ]
    analyses = [
        Analysis(
            id=f"{place}_{method}",
            label=method,
            estimand=estimand,
            role="supportive",
            method=method,
            reading="sustained" if estimand in ("primary", "rr", "or") else "",
            **more,
        )
        for place, (estimand, method, more) in enumerate(wanted)
    ]
    changes = {"estimands": (*plan.estimands, *estimands), "analyses": (*plan.analyses[:1], *analyses)}
    endpoints = plan.model_copy(update=changes)
    parts = {name: getattr(dataset.study, name) for name in Study.model_fields}
    return replace(dataset, study=Study(**{**parts, "endpoints": endpoints}))


def run(folder: Path) -> tuple[subprocess.CompletedProcess[str], Recomputation]:
    made = subprocess.run(
        [str(RSCRIPT), "--vanilla", str(folder / "reproduce.R")], capture_output=True, text=True, check=False, cwd="/"
    )
    found = read_recomputation(folder)
    assert found is not None, made.stderr
    return made, found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def change(path: Path, edit: Callable[[dict[str, str]], bool]) -> None:
    """Edit the first row that `edit` changes."""
    table = rows(path)
    assert any(edit(row) for row in table)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


def test_r_agrees_with_every_figure_of_the_reference_study(written: Path) -> None:
    made, found = run(written)
    assert made.returncode == 0, made.stdout[-3000:]
    assert found.differs == found.not_compared == []
    due = [row for row in rows(written / "figures.csv") if row["kind"] == "recomputed"]
    assert found.figures == len(due) > 3000
    assert found.largest < 1e-6
    compared = rows(written / "recomputed.csv")
    assert {row["key"] for row in compared} == {row["key"] for row in due}
    assert all(row["r"] and row["how"] and row["verdict"] == "agrees" for row in compared)
    # What the parts say that they recompute is what they do.
    lines = (line for part in SCRIPT.rglob("*.R") for line in part.read_text(encoding="utf-8").splitlines())
    covers = {name for line in lines if line.startswith("#: ") for name in line.removeprefix("#: ").split()}
    assert {pattern_of(row["key"]) for row in compared} <= covers
    assert f"{len(due)} figures compared" in made.stdout
    assert json.loads((written / "recomputed.json").read_text())["r"].count(".") == 2


def test_r_agrees_on_every_method_and_summary(dataset: Dataset, tmp_path: Path) -> None:
    more = with_every_method(dataset)
    results = analyse(more)
    methods = {each.method for each in (*results.analyses, *dataset.study.endpoints.analyses)}
    assert methods == set(REGISTRY)
    made, found = run(write_reproduction(results, more, tmp_path).folder)
    assert made.returncode == 0, made.stdout[-3000:]
    assert found.largest < 1e-6
    estimates = [row for row in rows(tmp_path / "reproduce" / "recomputed.csv") if row["key"].endswith("].estimate")]
    assert len(estimates) >= 20


def test_r_agrees_with_a_published_trial(tmp_path: Path) -> None:
    dataset = build(import_trial(ROOT / "examples" / "actg320").events)
    made, found = run(write_reproduction(analyse(dataset), dataset, tmp_path).folder)
    assert made.returncode == 0
    assert found.figures > 1900
    assert found.largest < 1e-10


def fail_a_success(row: dict[str, str]) -> bool:
    if row["estimand"] != "week_72" or row["reading"] != "sustained" or row["status"] != "success":
        return False
    row["status"] = "failure"
    return True


def mask_a_sample(row: dict[str, str]) -> bool:
    if row["variable"] != "hbsag" or row["visit"] != "week 48":
        return False
    row["masked"] = "false" if row["masked"] == "true" else "true"
    return True


def nudge_the_power(row: dict[str, str]) -> bool:
    if row["key"] != "power[0].fisher":
        return False
    row["value"] = repr(float(row["value"]) + 1e-7)
    return True


def test_whatever_is_changed_makes_r_disagree(written: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(written, tmp_path / "reproduce")
    change(folder / "outcomes.csv", fail_a_success)
    change(folder / "labs.csv", mask_a_sample)
    change(folder / "figures.csv", nudge_the_power)
    with (folder / "figures.csv").open("a", encoding="utf-8") as file:
        file.write("analyses[0].invented,primary,0.5,recomputed,\n")
    made, found = run(folder)
    assert made.returncode == 1
    assert "DIFFERENT" in made.stdout
    week_72 = next(row["index"] for row in rows(folder / "analyses.csv") if row["id"] == "week_72")
    expected = {f"analyses[{week_72}]": 5, "masking": 1, "curves": 1, "power[0].fisher": 1, "analyses[0].invented": 1}
    for start, least in expected.items():
        assert sum(key.startswith(start) for key in found.differs) >= least, start
    # Nothing else is drawn into it.
    estimand = {row["index"] for row in rows(folder / "analyses.csv") if row["estimand"] == "week_72"}
    strange = [key for key in found.differs if not key.startswith(tuple(expected))]
    assert all(key.split("]")[0].removeprefix("analyses[") in estimand for key in strange)


RUNAWAY = """
source(file.path("{parts}", "intervals.R"))
arm <- rep(0:1, 30)
level <- rep(0:2, each = 20)
had <- level > {without} & seq_along(arm) %% 3 == 0
t <- list(left = ifelse(had, 28, 84), right = ifelse(had, ifelse(arm == 1, 56, 84), Inf))
x <- cbind(arm, scale(cbind(level == 1, level == 2), scale = FALSE))
null <- maximise_hazards(x, t, 0)
cat(runs_away(hazard_model(x, t), null$value, x, sum(had)))
"""


@pytest.mark.parametrize(("without", "runs_away"), [(-1, False), (0, True), (1, True)])
def test_r_finds_by_itself_that_a_level_without_events_has_no_hazard_ratio(without: int, *, runs_away: bool) -> None:
    level = np.repeat([0, 1, 2], 20)
    arm = np.tile([0, 1], 30)
    had = (level > without) & ((np.arange(60) + 1) % 3 == 0)
    left, right = np.where(had, 28, 84), np.where(had, np.where(arm == 1, 56, 84), np.inf)
    x = np.column_stack([arm, level == 1, level == 2])
    if runs_away:
        with pytest.raises(NoMaximumError):
            fit_interval_cox(x, left, right)
    else:
        assert np.isfinite(fit_interval_cox(x, left, right).coef).all()
    code = RUNAWAY.replace("{parts}", str(SCRIPT / "R")).replace("{without}", str(without))
    told = subprocess.run([str(RSCRIPT), "--vanilla", "-e", code], capture_output=True, text=True, check=False)
    assert told.stdout == str(runs_away).upper(), told.stderr


def everybody_succeeds(table: pl.DataFrame, treated: list[str]) -> pl.DataFrame:
    same = {"status": "success", "measured": "success", "reason": "", "measured_reason": ""}
    binary = pl.col("status").is_in(["success", "failure", "missing"]) & (pl.col("reading") != "")
    return table.with_columns(
        pl.when(binary).then(pl.lit(to)).otherwise(pl.col(name)).alias(name) for name, to in same.items()
    )


def nobody_of_an_arm_is_seen(table: pl.DataFrame, treated: list[str]) -> pl.DataFrame:
    lost = pl.col("participant").is_in(treated)
    gone = ["time", "value", "left", "right", "measured_time", "measured_value", "measured_left", "measured_right"]
    return table.with_columns(
        pl.when(lost).then(pl.lit("missing")).otherwise(pl.col("status")).alias("status"),
        pl.when(lost).then(pl.lit("missing")).otherwise(pl.col("measured")).alias("measured"),
        *(pl.when(lost).then(None).otherwise(pl.col(name)).alias(name) for name in gone),
    )


@pytest.mark.parametrize("made", [everybody_succeeds, nobody_of_an_arm_is_seen])
def test_r_agrees_where_there_is_nothing_to_estimate(dataset: Dataset, made: Any, tmp_path: Path) -> None:
    arms = dataset.tables["allocation"]
    treated = arms.filter(pl.col("arm") == "hbig")["participant"].to_list()
    nothing = dataset.tables["intercurrent"].clear()
    outcomes = made(dataset.tables["endpoints"], treated)
    changed = replace(dataset, tables={**dataset.tables, "endpoints": outcomes, "intercurrent": nothing})
    results = analyse(changed)
    fisher = results.analysis("fisher")
    if made is everybody_succeeds:
        assert (fisher.estimate, fisher.p, fisher.note) == (None, 1.0, "no_information")
    else:
        assert results.primary.arms[0].missing == results.primary.arms[0].n
        assert results.analysis("interval_cox").estimate is None
    ran, found = run(write_reproduction(results, changed, tmp_path).folder)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]
    assert found.differs == found.not_compared == []
