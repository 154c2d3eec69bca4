"""Laboratory results keep their shape."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.core.problem import Problem
from equipoise.core.quantity import Comparator, Quantity, parse_quantity


@pytest.mark.parametrize(
    ("written", "comparator", "value"),
    [
        ("0.03", "=", "0.03"),
        ("<0.05", "<", "0.05"),
        ("<=10", "<=", "10"),
        ("≤10", "<=", "10"),
        ("≥ 10", ">=", "10"),
        (">1000", ">", "1000"),
        ("＜0.05", "<", "0.05"),
        ("＞ １０", ">", "10"),
        ("1.2E+03", "=", "1200"),
        ("5×10^2", "=", "500"),
        ("< 5 x 10^2", "<", "500"),
        ("=7", "=", "7"),
    ],
)
def test_reads_results_as_laboratories_print_them(written: str, comparator: str, value: str) -> None:
    read = parse_quantity(written)
    assert read == Quantity(Comparator(comparator), Decimal(value))


@pytest.mark.parametrize("written", ["not detected", "未检出", " Not Detected ", "undetectable"])
def test_not_detected_is_below_the_stated_limit_and_unknown_without_one(written: str) -> None:
    stated = parse_quantity(written, limit=Decimal(20))
    assert isinstance(stated, Quantity)
    assert str(stated) == "<20"
    unstated = parse_quantity(written)
    assert isinstance(unstated, Quantity)
    assert not unstated.is_known


@pytest.mark.parametrize(
    "written", ["", "abc", "1,000", "<", "1e999", "0x10", "1" * 16, "nan", "inf", "--3", "5^10", "9" * 300]
)
def test_refuses_what_is_no_result_with_a_problem_that_helps(written: str) -> None:
    refused = parse_quantity(written)
    assert isinstance(refused, Problem)
    assert refused.code == "core.bad-result"


def test_less_than_twenty_is_not_less_than_ten_and_not_zero_and_not_twenty() -> None:
    read = parse_quantity("<20")
    assert isinstance(read, Quantity)
    assert (read.bounds.low, read.bounds.high, read.bounds.high_open) == (None, Decimal(20), True)


@given(st.decimals(min_value="-1e9", max_value="1e9", places=4), st.sampled_from(list(Comparator)))
def test_what_is_printed_is_read_back(value: Decimal, comparator: Comparator) -> None:
    quantity = Quantity(comparator, value)
    assert parse_quantity(str(quantity)) == quantity
