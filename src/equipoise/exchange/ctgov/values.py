"""The registry's single values: ages, partial dates, statuses, phases."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from equipoise.study.listing import Status

NUMBER = re.compile(r"NCT\d{8}")
_AGE = re.compile(r"(\d{1,5})\s*(year|month|week|day|hour|minute)s?", re.IGNORECASE)
_NO_LIMIT = frozenset({"", "n/a", "na", "none", "no limit"})
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T[\d:.]+Z?)?")
# How many of each go into a year of 365.25 days.
_A_YEAR: Final = {
    "year": Decimal(1),
    "month": Decimal(12),
    "week": Decimal("52.178571"),
    "day": Decimal("365.25"),
    "hour": Decimal(8766),
    "minute": Decimal(525960),
}
STATUSES: Final = {
    "ACTIVE_NOT_RECRUITING": Status.ACTIVE,
    "COMPLETED": Status.COMPLETED,
    "ENROLLING_BY_INVITATION": Status.BY_INVITATION,
    "NOT_YET_RECRUITING": Status.NOT_YET_RECRUITING,
    "RECRUITING": Status.RECRUITING,
    "SUSPENDED": Status.SUSPENDED,
    "TERMINATED": Status.TERMINATED,
    "WITHDRAWN": Status.WITHDRAWN,
    "UNKNOWN": Status.UNKNOWN,
    # Treatment outside of a trial ("expanded access"), and records that are not shown: no trial takes anybody in there.
    "AVAILABLE": Status.UNKNOWN,
    "NO_LONGER_AVAILABLE": Status.UNKNOWN,
    "TEMPORARILY_NOT_AVAILABLE": Status.UNKNOWN,
    "APPROVED_FOR_MARKETING": Status.UNKNOWN,
    "WITHHELD": Status.UNKNOWN,
}
SEXES: Final = {"ALL": "all", "FEMALE": "female", "MALE": "male"}
PHASES: Final = {
    "NA": "",
    "EARLY_PHASE1": "Early phase 1",
    "PHASE1": "Phase 1",
    "PHASE2": "Phase 2",
    "PHASE3": "Phase 3",
    "PHASE4": "Phase 4",
}


def age(text: str) -> Decimal | None:
    """Return an age in years, or None where there is no limit. Raises ValueError if it cannot be read."""
    if text.strip().lower() in _NO_LIMIT:
        return None
    found = _AGE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    years = Decimal(found[1]) / _A_YEAR[found[2].lower()]
    return years if years == years.to_integral() else years.quantize(Decimal("0.0001"))


def partial_date(text: str) -> str:
    """Return a date as precise as it is: YYYY, YYYY-MM or YYYY-MM-DD. Raises ValueError if there is no such date."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    year, month, day = found.groups()
    date(int(year), int(month or 1), int(day or 1))
    return "-".join(part for part in (year, month, day) if part)
