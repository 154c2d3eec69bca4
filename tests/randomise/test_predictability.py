"""The docs page's table of predictability is what the benchmark measures."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = re.compile(r"^\| (?P<name>[^|]+?) \| (?P<own>[\d.]+) % \| (?P<every>[\d.]+) % \| (?P<gap>[\d.]+) \|$", re.M)


@pytest.fixture(scope="module")
def benchmark() -> dict[str, object]:
    name = "predictability_benchmark"
    try:
        return runpy.run_path(str(ROOT / "benchmarks" / "predictability.py"), run_name=name)
    finally:
        sys.modules.pop(name, None)


def test_a_smaller_run_is_consistent_with_the_page(benchmark: dict) -> None:
    page = (ROOT / "docs" / "explanation" / "allocation.md").read_text(encoding="utf-8")
    printed = {row["name"]: row for row in ROWS.finditer(page)}
    assert set(printed) == set(benchmark["SCHEMES"])
    assert "python benchmarks/predictability.py --write" in page
    for name, scheme in benchmark["SCHEMES"].items():
        again = benchmark["measured"](scheme, 40, 7)
        assert abs(again.own_centre - float(printed[name]["own"]) / 100) < 4 * again.own_error + 0.001
        assert abs(again.all_centres - float(printed[name]["every"]) / 100) < 4 * again.all_error + 0.001


def test_simple_randomisation_is_a_coin_and_a_last_place_is_certain(benchmark: dict) -> None:
    measured, schemes = benchmark["measured"], benchmark["SCHEMES"]
    coin = measured(schemes["simple"], 60, 1)
    assert abs(coin.all_centres - 0.5) < 4 * coin.all_error
    # Blackwell and Hodges: 2 + (16/6 - 1)/2 right guesses in a block of 4, 70.8 %; the last block is cut short.
    blocks = measured(schemes["blocks of 4, centre"], 60, 1)
    assert abs(blocks.all_centres - 0.708) < 0.02
