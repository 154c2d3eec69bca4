"""Let patients read words, with the name of the person who checked them; or take the words back."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from equipoise.core.problem import Problem
from equipoise.recruit.plain.checker import check_overview
from equipoise.recruit.plain.sources import sources_of
from equipoise.server import clock
from equipoise.server.recruit.models import WordsDecision, WordsVersion
from equipoise.server.recruit.wording import last_decision, newest_version, overview_in
from equipoise.study.model.study import Study


def approve_words(
    study: Study, language: str, number: int, *, name: str, by: str, now: Callable[[], str] = clock.instant
) -> tuple[Problem, ...]:
    """Let patients read a version: the newest, which passes the check against the study in force."""
    with transaction.atomic():
        newest = newest_version(study.id, language, lock=True)
        if newest is None or newest.number != number:
            kept = newest.number if newest else 0
            return (
                Problem(
                    "server.recruit.words-changed-since", {"number": kept, "by": newest.saved_by if newest else ""}
                ),
            )
        overview, sources = overview_in(newest), sources_of(study, language)
        problems = check_overview(overview, sources)
        if problems:
            return problems
        WordsDecision.objects.create(
            version=newest,
            approves=True,
            name=name,
            by=by,
            at=now(),
            sources=sources.hash_of(path for sentence in overview.sentences for path in sentence.sources),
        )
    return ()


def withdraw_words(study: str, language: str, *, by: str, now: Callable[[], str] = clock.instant) -> Problem | None:
    """Take words back from patients. In a demonstration an unapproved draft is taken back too."""
    with transaction.atomic():
        newest: WordsVersion | None = newest_version(study, language, lock=True)
        last = last_decision(study, language)
        if newest is None or (last is not None and not last.approves and last.version_id == newest.pk):
            return Problem("server.recruit.no-words-shown", {})
        WordsDecision.objects.create(version=newest, approves=False, by=by, at=now())
    return None
