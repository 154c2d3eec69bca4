"""The clock of the server. A clock that jumped is not believed: what it would date could never be put right."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from equipoise.core.problem import Problem, ProblemsError

_FURTHEST = 120.0  # seconds by which the wall clock may drift from the machine's own count before it is a jump


def _counted() -> float:
    """Return the seconds that the machine counts by itself, through its sleep too where it can."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


_OFFSET = time.time() - _counted()


def now() -> datetime:
    """Return the present moment in UTC. Raises ProblemsError if the clock has jumped since the process began."""
    wall = time.time()
    jump = wall - _counted() - _OFFSET
    if abs(jump) > _FURTHEST:
        raise ProblemsError([Problem("server.clock-jumped", {"seconds": round(jump)})])
    return datetime.fromtimestamp(wall, UTC)


def instant() -> str:
    """Return the present moment as events keep it."""
    return written(now())


def later(instant: str, by: timedelta) -> str:
    """Return an instant so much later."""
    return written(datetime.fromisoformat(instant) + by)


def written(moment: datetime) -> str:
    """Return a moment as events keep it: UTC, microseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
