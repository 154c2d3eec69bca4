"""The day that it is at a centre."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from equipoise.server import clock
from equipoise.study.model.study import Study


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def today_at(study: Study, site: str) -> date:
    """Return the day that it is at a centre."""
    declared = study.sites.get(site)
    moment = clock.now()
    return (moment.astimezone(_zone(declared.time_zone)) if declared and declared.time_zone else moment).date()
