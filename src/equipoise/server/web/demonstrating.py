"""Whether this site shows anything that is played or invented: its public pages say so, whatever they are about."""

from __future__ import annotations

import time
from collections.abc import Callable

from equipoise.server.recruit.models import Listed
from equipoise.server.recruit.shown import listings_of

_KEPT = 60.0  # seconds for which a process keeps the answer
_last: tuple[float, bool] = (float("-inf"), False)


def demonstrates(clock: Callable[[], float] = time.monotonic) -> bool:
    """Whether a listed study of this site is one, or the studies of a source that was imported are."""
    global _last  # noqa: PLW0603 - one answer a process
    at, answer = _last
    if clock() - at > _KEPT:
        answer = looked_up()
        _last = (clock(), answer)
    return answer


def looked_up() -> bool:
    """Look it up. A delivery is all invented or all real: the first study of each source tells."""
    shown = Listed.objects.filter(shown=True)
    own = shown.exclude(study="").values_list("content", flat=True)
    # Ordered by nothing: a default order would make every row distinct.
    sources = shown.filter(study="").order_by().values_list("source", flat=True).distinct()
    imported = [shown.filter(study="", source=source).values_list("content", flat=True).first() for source in sources]
    return any(
        listing.demonstration or listing.simulated
        for content in (*own, *filter(None, imported))
        for listing in listings_of(content).values()
    )
