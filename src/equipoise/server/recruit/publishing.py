"""Whether a study's page is shown to anybody, since when and by whom; and listings that follow the study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from equipoise.core.problem import ProblemsError
from equipoise.server import clock
from equipoise.server.recruit.actions.keep_listings import Kept
from equipoise.server.recruit.actions.list_study import list_study
from equipoise.server.recruit.models import Listed, PageChange


@dataclass(frozen=True, slots=True)
class Page:
    """A study's public page as it stands."""

    number: str  # "" if it has never been listed
    shown: bool
    change: PageChange | None  # the last one; None if it is as the site was set up


def page_of(study: str) -> Page:
    """Return where a study's public page stands."""
    row = Listed.objects.filter(study=study).order_by("number").first()
    change = PageChange.objects.filter(study=study).order_by("-id").first()
    return Page(str(row.number) if row else "", bool(row and row.shown), change)


def refresh_listings(*, now: Callable[[], str] = clock.instant) -> tuple[str, ...]:
    """List every study that is listed as its version in force says it; return those that changed."""
    changed = []
    for study in Listed.objects.exclude(study="").order_by("study").values_list("study", flat=True):
        try:
            kept = list_study(study, now=now)
        except ProblemsError:  # its records are away: the listing stays as it was
            continue
        if kept is not Kept.SAME:
            changed.append(study)
    return tuple(changed)
