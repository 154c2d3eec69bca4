"""Count an attempt at something that is limited, in one statement: two at once are two."""

from __future__ import annotations

from django.db import connection

from equipoise.server.records.turn import turn_to_write
from equipoise.server.recruit.models import Attempt

_COUNT = (
    "INSERT INTO recruit_attempt (of, count, until) VALUES (%s, 1, %s)"
    " ON CONFLICT (of) DO UPDATE SET count = recruit_attempt.count + 1 RETURNING count"
)


def count_attempt(of: str, until: int) -> int:
    """Count one more attempt within a window that ends at a second; return how many there are."""
    with turn_to_write(), connection.cursor() as cursor:
        cursor.execute(_COUNT, [of, until])
        return int(cursor.fetchone()[0])


def forget_attempts(before: int) -> int:
    """Forget the attempts of windows that ended before a second."""
    return Attempt.objects.filter(until__lt=before).delete()[0]
