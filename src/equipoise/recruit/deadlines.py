"""By when somebody who wrote should have an answer: so many working days, counted where the centre is."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

_SATURDAY = 5


def after_working_days(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """Return the moment that many working days later. Saturdays and Sundays do not count; holidays nobody knows here.

    What comes in on a Saturday begins to wait on Monday morning.
    """
    local = moment.astimezone(zone)
    if local.weekday() >= _SATURDAY:
        local = datetime.combine(local.date() + timedelta(days=7 - local.weekday()), time(0), zone)
    for _ in range(days):
        local += timedelta(days=1)
        while local.weekday() >= _SATURDAY:
            local += timedelta(days=1)
    return local
