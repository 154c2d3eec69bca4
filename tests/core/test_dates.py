"""Partial dates and calendar arithmetic."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.core.dates import PartialDate, add_months, completed_years


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1985", date(1985, 1, 1), date(1985, 12, 31)),
        ("1985-02", date(1985, 2, 1), date(1985, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("1985-06-17", date(1985, 6, 17), date(1985, 6, 17)),
    ],
)
def test_a_partial_date_is_an_interval_of_days(text: str, earliest: date, latest: date) -> None:
    read = PartialDate.parse(text)
    assert read is not None
    assert (read.earliest, read.latest, str(read)) == (earliest, latest, text)


@pytest.mark.parametrize(
    "text", ["", "85", "1985-13", "1985-02-30", "17/06/1985", "1985-6", "0000", "1985-06-17T00:00"]
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert PartialDate.parse(text) is None


def test_the_31st_of_august_plus_six_months_is_the_end_of_february() -> None:
    assert add_months(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert add_months(date(2023, 8, 31), 6) == date(2024, 2, 29)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)


def test_a_date_outside_the_calendar_is_refused() -> None:
    with pytest.raises(OverflowError, match="leaves the calendar"):
        add_months(date(9999, 12, 1), 1)


def test_who_is_born_on_29_february_has_the_birthday_on_1_march_in_a_common_year() -> None:
    assert completed_years(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert completed_years(date(2008, 2, 29), date(2026, 3, 1)) == 18


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-600, 600))
def test_adding_months_lands_in_that_month_and_never_later_in_it(day: date, months: int) -> None:
    there = add_months(day, months)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    assert there.day <= day.day
