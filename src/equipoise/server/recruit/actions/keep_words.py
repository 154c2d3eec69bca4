"""Keep words about a study as a new version; nobody but its team reads them yet."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, transaction

from equipoise.core import canonical
from equipoise.core.problem import Problem
from equipoise.recruit.plain.drafts import content_of, paragraphs_as_plain
from equipoise.recruit.plain.overview import Overview
from equipoise.server import clock
from equipoise.server.recruit.models import WordsVersion


def keep_words(
    study: str, overview: Overview, by: str, *, base: int | None = None, now: Callable[[], str] = clock.instant
) -> WordsVersion | Problem:
    """Keep words. `base` is the version that was changed; if another came since, theirs is not overwritten."""
    newest = _newest(study, overview.language)
    number = newest.number if newest else 0
    if base is not None and base != number:
        return Problem(
            "server.recruit.words-changed-since", {"number": number, "by": newest.saved_by if newest else ""}
        )
    version = WordsVersion(
        study=study,
        language=overview.language,
        number=number + 1,
        paragraphs=canonical.dumps(paragraphs_as_plain(overview.paragraphs)).decode(),
        author=overview.author,
        model=overview.model[:128],
        drafted_on=overview.drafted_on,
        writer=overview.writer[:150],
        saved_by=by,
        saved_at=now(),
        hash=hash_of(overview),
    )
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError:  # another version took this number in the same moment
        newest = _newest(study, overview.language)
        return Problem(
            "server.recruit.words-changed-since",
            {"number": newest.number if newest else 0, "by": newest.saved_by if newest else ""},
        )
    return version


def hash_of(overview: Overview) -> str:
    """Return the hash of words as they are written down."""
    return canonical.digest_of(content_of(overview))


def _newest(study: str, language: str) -> WordsVersion | None:
    return WordsVersion.objects.filter(study=study, language=language).order_by("-number").first()
