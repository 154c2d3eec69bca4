"""Count attempts at something that is limited, each in one statement: two at once are two."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.models import Attempt

_COUNT = (
    "INSERT INTO recruit_attempt (of, count, until) VALUES (%s, 1, %s)"
    " ON CONFLICT (of) DO UPDATE SET count = recruit_attempt.count + 1 RETURNING count"
)


def count_attempts(attempts: Sequence[tuple[str, int]]) -> list[int]:
    """Count one more attempt of each, within a window that ends at a second; return how many there are of each."""
    with turn_to_write(), connection.cursor() as cursor:
        found = []
        # In one order, so that two who count the same do not wait for each other for ever.
        for of, until in sorted(attempts):
            cursor.execute(_COUNT, [of, until])
            found.append((of, int(cursor.fetchone()[0])))
    counts = dict(found)
    return [counts[of] for of, _ in attempts]


def forget_attempts(before: int) -> int:
    """Forget the attempts of windows that ended before a second."""
    return Attempt.objects.filter(until__lt=before).delete()[0]
