"""Working days, counted where the centre is. Oracle: a calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from equipoise.recruit.deadlines import after_working_days

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("since", "days", "until"),
    [
        ("2026-09-01T08:00+00:00", 3, "2026-09-04T08:00+00:00"),  # Tuesday to Friday
        ("2026-09-03T08:00+00:00", 3, "2026-09-08T08:00+00:00"),  # Thursday to Tuesday
        ("2026-09-04T08:00+00:00", 1, "2026-09-07T08:00+00:00"),  # Friday to Monday
        ("2026-09-04T16:30+00:00", 1, "2026-09-07T16:00+00:00"),  # Saturday already, in China: from Monday morning
        ("2026-09-05T08:00+00:00", 3, "2026-09-09T16:00+00:00"),
        ("2026-09-06T15:59+00:00", 0, "2026-09-06T16:00+00:00"),
        ("2026-09-01T08:00+00:00", 10, "2026-09-15T08:00+00:00"),
    ],
)
def test_saturdays_and_sundays_of_the_centre_do_not_count(since, days, until):
    found = after_working_days(datetime.fromisoformat(since), days, CHINA)
    assert found.astimezone(UTC) == datetime.fromisoformat(until)
