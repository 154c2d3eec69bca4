"""Enquiries as they are found, counted and watched."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from equipoise.server import clock
from equipoise.server.recruit.actions.offer_next import WAITING, offer_next
from equipoise.server.recruit.contacts import fingerprints
from equipoise.server.recruit.links import hashed
from equipoise.server.recruit.models import Enquiry, EnquiryState

_AT_ONCE = 500


def by_token(token: str) -> Enquiry | None:
    """Return the enquiry of a private link."""
    wanted = hashed(token)
    found = Enquiry.objects.filter(token_hash=wanted).first()
    return found if found is not None and hmac.compare_digest(found.token_hash, wanted) else None


def by_code(receipt: str, code: str) -> Enquiry | None:
    """Return the enquiry of a receipt number and a status code, however they are written."""
    found = Enquiry.objects.filter(receipt=_tidy(receipt, 4)).first()
    kept = found.code_hash if found is not None else ""
    # Compared in any case, so that the time tells nobody which receipt numbers there are.
    same = [hmac.compare_digest(kept, each) for each in fingerprints(_tidy(code, 4))]
    return found if any(same) else None


def _tidy(text: str, size: int) -> str:
    bare = "".join(each for each in text.upper()[:40] if each.isalnum())
    return "-".join(bare[start : start + size] for start in range(0, len(bare), size))


def offer_overdue(now: Callable[[], datetime] = clock.now) -> int:
    """Offer what centres have not answered in time to the next ones; return how many enquiries were seen to."""
    moment = now()
    late = Enquiry.objects.filter(state__in=WAITING, due__lt=clock.written(moment), offers__overdue_at="")
    done = [offer_next(pk, moment) for pk in late.distinct().order_by("due").values_list("pk", flat=True)[:_AT_ONCE]]
    return sum(each is not None for each in done)


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of a study's enquiries, at one centre or at all: numbers alone."""

    site: str
    count: int
    states: dict[str, int]
    overdue: int
    hours: tuple[float, ...]  # from writing to the first answer, shortest first
    median_hours: float | None


def figures_of(study: str, at: str, sites: Iterable[str] = ()) -> list[Figures]:
    """Return a study's figures: of all centres, then of each that has or had an enquiry, or that is named."""
    kept = Enquiry.objects.filter(study=study)
    rows = list(kept.values_list("site", "state", "received_at", "contacted_at", "due"))
    named = sorted({*sites, *(row[0] for row in rows)})
    return [_figures("", rows, at), *(_figures(site, [row for row in rows if row[0] == site], at) for site in named)]


def _figures(site: str, rows: list[tuple[str, str, str, str, str]], at: str) -> Figures:
    hours = sorted(_hours(received, contacted) for _, _, received, contacted, _ in rows if contacted)
    return Figures(
        site,
        len(rows),
        {each.value: sum(row[1] == each for row in rows) for each in EnquiryState},
        sum(row[1] in WAITING and row[4] < at for row in rows),
        tuple(hours),
        median(hours) if hours else None,
    )


def _hours(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds() / 3600
