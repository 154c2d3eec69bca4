"""By when a centre should answer, as the installation has it."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from equipoise.core.problem import ProblemsError
from equipoise.recruit.deadlines import after_working_days
from equipoise.server import environment
from equipoise.server.records.reading import reading_of
from equipoise.server.recruit.shown import ANYBODY


def answer_days() -> int:
    """Return how many working days a centre has."""
    return environment.number("EQUIPOISE_ANSWER_DAYS")


def due_at(study: str, site: str, moment: datetime) -> datetime:
    """Return when a centre that gets an enquiry now should have answered."""
    return after_working_days(moment, answer_days(), _zone_of(study, site))


def _zone_of(study: str, site: str) -> tzinfo:
    try:
        declared = reading_of(study, ANYBODY).declared.sites.get(site)
    except ProblemsError:
        return UTC  # the study has left this site; its enquiries have not
    return _zone(declared.time_zone) if declared is not None and declared.time_zone else UTC


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
