"""The data dictionary of a dataset: what each column of each table is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

from equipoise.core.words import text
from equipoise.dataset.columns import TABLES
from equipoise.study.words import code_label, label, level_label

if TYPE_CHECKING:
    import polars as pl

    from equipoise.dataset.model import Dataset
    from equipoise.study.model.study import Study


@dataclass(frozen=True, slots=True)
class Described:
    """A column in words."""

    table: str
    column: str
    kind: str
    label: str
    unit: str = ""
    codes: str = ""


HEADER = tuple(field.name for field in fields(Described))


def describe(dataset: Dataset, language: str) -> Iterator[Described]:
    """Yield every column of a dataset, in the order of its tables."""
    for name, frame in dataset.tables.items():
        for column, dtype in frame.schema.items():
            kind = text("exchange", f"kinds.{kind_of(dtype)}", language)
            if column in TABLES[name]:
                codes = _arms(dataset.study, language) if column == "arm" else ""
                yield Described(name, column, kind, text("exchange", f"columns.{column}", language), "", codes)
            else:
                label_, unit, codes = _declared(dataset.study, column, language)
                yield Described(name, column, kind, label_, unit, codes)


def kind_of(dtype: pl.DataType) -> str:
    """Return what a column holds, in one word."""
    import polars as pl

    if dtype == pl.Date:
        return "date"
    if dtype == pl.Boolean:
        return "flag"
    return ("whole" if dtype.is_integer() else "number") if dtype.is_numeric() else "text"


def _arms(study: Study, language: str) -> str:
    return "; ".join(f"{arm}={label(study, 'arms', arm, language)}" for arm in study.arms)


def _declared(study: Study, column: str, language: str) -> tuple[str, str, str]:
    """Return label, unit and codes of a column that the study gives a table."""
    if column == "centre":
        levels = [f"{site}={level_label(study, column, site, language)}" for site in study.sites]
        return text("exchange", "columns.site", language), "", "; ".join(levels)
    for factor in study.identity.factors:
        if factor.id == column:
            levels = [f"{level.id}={level_label(study, column, level.id, language)}" for level in factor.levels]
            return label(study, "factors", column, language), "", "; ".join(levels)
    name = column if column in study.variables else column.removesuffix("_text")
    variable = study.variables[name]
    if name != column:
        written = text("exchange", "as_written", language, label=label(study, "variables", name, language))
        return written, variable.unit, ""
    codes = [f"{code.value}={code_label(study, name, code.value, language)}" for code in variable.codes]
    return label(study, "variables", name, language), variable.unit, "; ".join(codes)


def rows(dataset: Dataset, language: str) -> list[tuple[str, ...]]:
    """Return the dictionary as rows below `HEADER`."""
    return [astuple(described) for described in describe(dataset, language)]
