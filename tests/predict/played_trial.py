"""A played trial of the reference study, and ways to change what stands in its tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from equipoise.dataset.build import build
from equipoise.dataset.model import Dataset
from equipoise.dataset.rulebook import study_from
from equipoise.simulate.trial import simulate_trial
from equipoise.study.reader import read_study

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "studies" / "nct07328711"
Change = Callable[..., Dataset]


@pytest.fixture(scope="session")
def played() -> Dataset:
    """A trial under the truth "half"; few resamples, so that a test does not wait."""
    study = read_study(REFERENCE)
    return changed(build(simulate_trial(study, "half", 132, 7).events), resamples=100, imputations=5)


@pytest.fixture(scope="session")
def told(played: Dataset) -> Dataset:
    """The same people with outcomes that follow from anti-HBs, consolidation and the arm, every tenth missing."""
    people = played.tables["allocation"].select("participant", "arm").sort("participant")
    book = played.tables["participants"].select("participant", "anti_hbs", "consolidation_weeks")
    joined = people.join(book, on="participant", how="left")
    rng = np.random.default_rng(11)
    odds = (
        1.2
        - 1.1 * np.log10(joined["anti_hbs"].fill_null(1.0).to_numpy())
        - 0.03 * joined["consolidation_weeks"].to_numpy()
        - 0.8 * (joined["arm"] == "hbig").to_numpy()
    )
    failed = rng.random(len(odds)) < 1 / (1 + np.exp(-odds))
    status = np.where(failed, "failure", "success").astype(object)
    status[::10] = "missing"
    return with_outcomes(played, dict(zip(joined["participant"], status, strict=True)))


def changed(dataset: Dataset, *, tables: dict[str, pl.DataFrame] | None = None, **prediction: Any) -> Dataset:
    """Return a dataset with other tables, or with keys of its declared prediction changed (None takes one out)."""
    content = dict(dataset.study.content)
    if prediction:
        declared = {**content["prediction"], **prediction}
        content["prediction"] = {key: value for key, value in declared.items() if value is not None}
    study = study_from(content)
    header = replace(dataset.header, content_hash=study.content_hash)
    return Dataset(header, study, {**dataset.tables, **(tables or {})})


def with_outcomes(dataset: Dataset, status: dict[str, str]) -> Dataset:
    """Return a dataset in which the target's outcome of these people is another; nobody has failed before."""
    endpoints = dataset.tables["endpoints"]
    mine = (pl.col("endpoint") == "sustained_week_48") & pl.col("participant").is_in(list(status))
    said = pl.col("participant").replace_strict(status, default=None, return_dtype=pl.String)
    frame = endpoints.with_columns(status=pl.when(mine).then(said).otherwise(pl.col("status")))
    empty = dataset.tables["intercurrent"].clear()
    return changed(dataset, tables={"endpoints": frame, "intercurrent": empty})


def with_labs(dataset: Dataset, variable: str, **columns: pl.Expr) -> Dataset:
    """Return a dataset in which columns of a laboratory variable's rows are other ones."""
    labs = dataset.tables["labs"]
    mine = pl.col("variable") == variable
    made = {name: pl.when(mine).then(value).otherwise(pl.col(name)) for name, value in columns.items()}
    return changed(dataset, tables={"labs": labs.with_columns(**made)})
