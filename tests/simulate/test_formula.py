"""Formulas: arithmetic over arrays, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.core.problem import ProblemsError
from equipoise.simulate.formula import Formula, Scope


def value(text: str, **names: Any) -> Any:
    return Formula(text).value(Scope(names, (3,), np.random.default_rng(1)))


def test_arithmetic_goes_over_people() -> None:
    assert value("2 * a + b ** 2 - 1", a=np.array([1.0, 2.0, 3.0]), b=2).tolist() == [5.0, 7.0, 9.0]


def test_conditions_choose_between_numbers_and_texts() -> None:
    centre = np.array(["01", "02", "01"])
    assert value(
        'where(centre == "01" and not flag, 0.8, 0.5)', centre=centre, flag=np.array([False, False, True])
    ).tolist() == [0.8, 0.5, 0.5]
    assert value('where(centre == "02", "yes", "")', centre=centre).tolist() == ["", "yes", ""]


def test_comparisons_chain() -> None:
    assert value("1 < a <= 3", a=np.array([1, 2, 3])).tolist() == [False, True, True]


def test_chance_draws_with_its_share() -> None:
    scope = Scope({}, (20_000,), np.random.default_rng(3))
    assert np.mean(Formula("chance(0.25)").value(scope)) == pytest.approx(0.25, abs=0.012)


@pytest.mark.parametrize(
    "text", ["__import__('os')", "a.b", "a[0]", "lambda: 1", "open('x')", "1 +", "f'{a}'", "a if b else c", "(" * 5000]
)
def test_anything_else_is_refused_with_a_problem(text: str) -> None:
    with pytest.raises(ProblemsError) as found:
        Formula(text)
    assert found.value.problems[0].code == "simulate.bad-formula"


def test_a_name_that_is_not_there_is_named() -> None:
    with pytest.raises(ProblemsError) as found:
        value("rise * since", rise=1)
    assert found.value.problems[0].params["name"] == "since"
