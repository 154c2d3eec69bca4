"""A value below zero is refused where none can be: tables write -1 for "missing", and -1 is less than every limit."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from equipoise.core.problem import Problem, ProblemsError
from equipoise.criteria.engines.table import prepare
from equipoise.criteria.facts import Kind, Observation, VariableType, parse_cell

HBSAG = VariableType("hbsag", Kind.LABORATORY, "IU/mL", limit=Decimal("0.05"))
WEIGHT = VariableType("weight", Kind.NUMBER, "kg")
EXCESS = VariableType("base_excess", Kind.LABORATORY, "mmol/L", signed=True)
CODEBOOK = {each.name: each for each in (HBSAG, WEIGHT, EXCESS)}


@pytest.mark.parametrize(("variable", "text"), [(HBSAG, "-1"), (HBSAG, "<-1"), (WEIGHT, "-0.5")])
def test_a_cell_below_zero_is_refused_with_what_to_do(variable: VariableType, text: str) -> None:
    refused = parse_cell(variable, text)
    assert isinstance(refused, Problem)
    assert refused.code == "criteria.negative"


def test_a_variable_that_may_be_negative_takes_it_and_zero_is_always_taken() -> None:
    assert isinstance(parse_cell(EXCESS, "-2.5"), Observation)
    assert isinstance(parse_cell(HBSAG, "0"), Observation)


@pytest.mark.parametrize("cells", [["-1", "0.03"], [-1.0, 0.03]], ids=["text", "typed"])
def test_both_engines_refuse_alike(cells: list[object]) -> None:
    frame = pl.DataFrame({"person": ["a", "b"], "hbsag": cells, "base_excess": cells})
    with pytest.raises(ProblemsError) as caught:
        prepare(frame, CODEBOOK)
    assert [(each.code, each.params["variable"]) for each in caught.value.problems] == [("criteria.negative", "hbsag")]
