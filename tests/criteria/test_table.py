"""A table of people, as people write it, becomes typed columns or names its bad cells."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_rules import CODEBOOK, ELIGIBLE, criteria

from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.quantity import Comparator, Quantity
from equipoise.core.words import say
from equipoise.criteria.engines.doubles import ends_of, fifteen_digits, quantity_of
from equipoise.criteria.engines.polars import assess_frame
from equipoise.criteria.engines.table import headers, prepare
from equipoise.criteria.facts import Observation, cell_text, parse_cell
from equipoise.criteria.intervals import of_quantity
from equipoise.criteria.verdict import assess


def problems(frame: pl.DataFrame, **units: str) -> list[Problem]:
    with pytest.raises(ProblemsError) as raised:
        prepare(frame, CODEBOOK, units, file="people.csv")
    return list(raised.value.problems)


def test_results_become_intervals_of_doubles() -> None:
    cells = ["0.05", "<0.05", "≤10", "＜0.05", "5×10^2", ">1000", "未检出", "", "unknown"]
    typed = prepare(pl.DataFrame({"hbsag": cells}), CODEBOOK)
    low, high = typed["hbsag:low"].to_list(), typed["hbsag:high"].to_list()
    below = math.nextafter(0.05, 0)
    assert high == [0.05, below, 10.0, below, 500.0, math.inf, below, None, None]
    assert low[:2] == [0.05, -math.inf]
    assert low[5] == math.nextafter(1000, math.inf)


def test_a_header_unit_converts_exactly() -> None:
    names, units = headers(["person", "hbv_dna [kIU/mL]", "height [m]", "Notes (free)"])
    assert names == {"person": "person", "hbv_dna [kIU/mL]": "hbv_dna", "height [m]": "height"}
    frame = pl.DataFrame({"hbv_dna": ["0.01", "0.07", "<0.01"], "height": [1.7, 1.83, None]})
    typed = prepare(frame, CODEBOOK, units)
    assert typed["hbv_dna:low"].to_list()[:2] == [10.0, 70.0]
    assert typed["height"].to_list() == [170.0, 183.0, None]
    pounds = prepare(pl.DataFrame({"weight": ["178.4", "oops"][:1]}), CODEBOOK, {"weight": "lb"})
    assert pounds["weight"].to_list() == [float(Decimal("178.4") * Decimal("0.45359237"))]


def test_typed_columns_are_read_like_their_text() -> None:
    frame = pl.DataFrame(
        {
            "weight": [28.000000000000004, float("nan"), None],
            "hbeag": pl.Series(["negative", "Positive", "declined"], dtype=pl.Categorical),
            "malignancy": [True, False, None],
            "birth_date": [datetime(1985, 6, 17, 12, tzinfo=UTC), None, None],
            "hbsag": [{"comparator": "<", "value": 0.05}, {"comparator": None, "value": 3.0}, None],
            "height": pl.Series([Decimal("170.0"), None, None], dtype=pl.Decimal(10, 2)),
        }
    )
    typed = prepare(frame, CODEBOOK)
    assert typed["weight"].to_list() == [28.0, None, None]
    assert typed["hbeag"].to_list() == ["negative", "positive", None]
    assert typed["malignancy"].to_list() == ["yes", "no", None]
    assert typed["birth_date"].to_list() == [date(1985, 6, 17), None, None]
    assert typed["hbsag:high"].to_list() == [math.nextafter(0.05, 0), 3.0, None]
    assert typed["height"].to_list() == [170.0, None, None]
    assert [cell_text(value) for value in (0.1 + 0.2, True, None, {"comparator": "<", "value": 0.05})] == [
        "0.3", "yes", "", "<0.05"
    ]  # fmt: skip


def test_bad_cells_are_named_all_at_once() -> None:
    frame = pl.DataFrame({"person": ["a", "b"], "hbeag": ["negativ", "positive"], "birth_date": ["1985-02-30", "+123-01-01"],
                          "weight": ["80,5", "<80"], "hbv_dna": ["~3", "1" * 17]})  # fmt: skip
    found = problems(frame)
    assert [(p.code, p.place.line, p.place.column) for p in found if p.place] == [
        ("criteria.bad-code-close", 2, 2), ("criteria.bad-date", 2, 3), ("criteria.bad-number", 2, 4), ("core.bad-result", 2, 5),
        ("criteria.bad-date", 3, 3), ("criteria.bad-number", 3, 4), ("core.bad-result", 3, 5),
    ]  # fmt: skip
    assert say(found[0], "en").startswith("people.csv:2:2: ")


def test_a_thousand_bad_cells_are_counted_not_listed() -> None:
    found = problems(pl.DataFrame({"weight": ["x"] * 800, "hbeag": ["?"] * 800}))
    assert len(found) == 101
    assert found[-1].params == {"count": 1500}


def test_a_column_that_cannot_be_meant_is_refused() -> None:
    frame = pl.DataFrame(
        {"hbeag": [1], "weight": [True], "hbsag": [{"value": 1.0}], "height": [math.inf], "birth_date": [1985]}
    )
    codes = sorted(problem.code for problem in problems(frame))
    assert codes == ["criteria.bad-column"] * 4 + ["criteria.bad-number"]
    assert problems(pl.DataFrame({"weight": ["80"]}), weight="cm")[0].code == "core.bad-unit"


_decimals = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.integers(-20, 8),
)


@given(_decimals, st.sampled_from(Comparator))
def test_a_result_comes_back_from_its_doubles(value: Decimal, comparator: Comparator) -> None:
    quantity = Quantity(comparator, value, "IU/mL")
    assert quantity_of(*ends_of(of_quantity(quantity)), "IU/mL") == quantity


@given(st.lists(_decimals, min_size=1, max_size=20))
def test_a_double_is_read_as_its_fifteen_digits(values: list[Decimal]) -> None:
    exact = np.array([float(value) for value in values])
    assert (fifteen_digits(exact) == exact).all()
    near = np.nextafter(exact, np.inf)
    assert (fifteen_digits(near) == [float(format(value, ".15g")) for value in near]).all()


def test_both_engines_screen_the_reference_criteria_alike() -> None:
    people = [
        ELIGIBLE, {**ELIGIBLE, "weight": "80.93"}, {**ELIGIBLE, "hbv_dna": "<20"}, {**ELIGIBLE, "hbv_dna": "<5"},
        {**ELIGIBLE, "birth_date": "2008"}, {**ELIGIBLE, "willing_and_compliant": ""}, {**ELIGIBLE, "consent_date": ""},
        {**ELIGIBLE, "last_immunosuppressant": "2025-12"}, {**ELIGIBLE, "ever_immunosuppressant": ""},
        {**ELIGIBLE, "first_documented_positive": "2025-09-02"}, dict.fromkeys(ELIGIBLE, ""),
    ]  # fmt: skip
    rules = criteria()
    fast = assess_frame(rules, prepare(pl.DataFrame(people), CODEBOOK)).to_dicts()
    verdicts = []
    for person, row in zip(people, fast, strict=True):
        read = {name: parse_cell(CODEBOOK[name], text) for name, text in person.items()}
        slow = assess(rules, {name: (found,) for name, found in read.items() if isinstance(found, Observation)})
        assert row == {"verdict": slow.verdict, **{name: found.status for name, found in slow.criteria.items()}}
        verdicts.append(slow.verdict.value)
    assert verdicts == [
        "eligible", "not eligible", "cannot tell yet", "eligible", "cannot tell yet", "needs judgement", "cannot tell yet",
        "not eligible", "cannot tell yet", "not eligible", "cannot tell yet",
    ]  # fmt: skip
