"""Show a study's public page to anybody, or hide it; who did it and when is kept."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from equipoise.server import clock
from equipoise.server.recruit.actions.list_study import list_study
from equipoise.server.recruit.models import PageChange


def show_page(study: str, *, shown: bool, by: str, now: Callable[[], str] = clock.instant) -> PageChange:
    """Show a study's page, as its version in force says it, or hide it from the next moment on."""
    with transaction.atomic():
        list_study(study, shown=shown, now=now)
        return PageChange.objects.create(study=study, shown=shown, by=by, at=now())
