"""How often something may be done: from one address, and about one thing (an e-mail address, a token, a passcode).

Counted in the database, for all server processes together, in windows of fixed length; of whom is kept only a keyed
digest, and nothing after its window has passed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from equipoise.server import clock
from equipoise.server.accounts.addressing import address_of
from equipoise.server.recruit.actions.count_attempt import count_attempts
from equipoise.server.recruit.contacts import fingerprint


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds."""

    times: int
    seconds: int


_HOUR, _DAY = 3600, 86_400


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for one address, and for one key. A clinic's whole network may share an address."""

    by_address: Limit = Limit(120, _HOUR)
    by_key: Limit = Limit(20, _HOUR)


LIMITS: dict[str, Limits] = {
    "enquiry": Limits(Limit(30, _HOUR), Limit(5, _DAY)),
    # A token has 256 bits and a code 60: guessing is hopeless long before the limit; the limit keeps it cheap for us.
    "enquiry-page": Limits(Limit(120, _HOUR), Limit(120, _HOUR)),
    "enquiry-code": Limits(Limit(20, _HOUR), Limit(10, _HOUR)),
    "search": Limits(Limit(20, _HOUR), Limit(5, _DAY)),
    "search-page": Limits(Limit(120, _HOUR), Limit(120, _HOUR)),
    "note": Limits(Limit(30, _HOUR), Limit(60, _HOUR)),
}
_OTHERS = Limits()


def within(request: HttpRequest, action: str, key: str = "", *, now: Callable[[], datetime] = clock.now) -> bool:
    """Count an attempt; return whether it is still within the limits of its action."""
    limits, moment = LIMITS.get(action, _OTHERS), int(now().timestamp())
    counted = [(limits.by_address, f"{action} from {address_of(request)}")]
    if key:
        counted.append((limits.by_key, f"{action} about {key}"))
    # Both are counted, whatever the first says.
    counts = count_attempts([_window(limit, what, moment) for limit, what in counted])
    return all(count <= limit.times for count, (limit, _) in zip(counts, counted, strict=True))


def _window(limit: Limit, what: str, moment: int) -> tuple[str, int]:
    until = (moment // limit.seconds + 1) * limit.seconds
    return fingerprint(f"{what} until {until}"), until
