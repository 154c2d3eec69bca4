"""A real mail server, studies to find, and a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from equipoise.server import clock
from equipoise.study.listing import ListedCentre, Listing, Status

BEGAN = "2026-09-01T08:00:00.000000Z"


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return what turns the server's clock, forward from a fixed moment."""
    moment = [datetime.fromisoformat(BEGAN)]
    monkeypatch.setattr(clock, "now", lambda: moment[0])

    def turned(**by: float) -> str:
        moment[0] += timedelta(**by)
        return clock.written(moment[0])

    return turned


@pytest.fixture
def study(database: str) -> Callable[..., Any]:
    """Return what lists a study, as it is said to be now."""
    from equipoise.server.recruit.actions.keep_listing import keep_listing

    def listed(number: str = "NCT00000001", *, shown: bool = True, **changes: Any) -> Any:
        said: dict[str, Any] = {
            "number": number,
            "title": "Peginterferon after childbirth",
            "conditions": ("Chronic Hepatitis B",),
            "status": Status.RECRUITING,
            "youngest": 18,
            "oldest": 60,
            "centres": (ListedCentre(city="Wuhan", latitude=Decimal("30.583"), longitude=Decimal("114.267")),),
        }
        return keep_listing({"en": Listing(**said | changes)}, shown=shown)

    return listed
