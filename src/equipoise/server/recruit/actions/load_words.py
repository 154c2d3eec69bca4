"""Load the drafts of a study's folder: what is here already is not loaded again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from equipoise.core.problem import Problem, ProblemsError
from equipoise.recruit.plain.overview import Overview
from equipoise.server import clock
from equipoise.server.recruit.actions.keep_words import hash_of, keep_words
from equipoise.server.recruit.models import WordsVersion


def load_words(
    study: str, drafts: Iterable[Overview], by: str, *, now: Callable[[], str] = clock.instant
) -> tuple[WordsVersion, ...]:
    """Keep those drafts that no version holds yet, and return them. A draft that is loaded is approved by nobody."""
    kept = []
    for draft in drafts:
        here = WordsVersion.objects.filter(study=study, language=draft.language)
        # Words that a rule wrote are there so that a team does not begin with nothing.
        if here.filter(hash=hash_of(draft)).exists() or (draft.author == "automatic" and here.exists()):
            continue
        version = keep_words(study, draft, by, now=now)
        if isinstance(version, Problem):
            raise ProblemsError([version])
        kept.append(version)
    return tuple(kept)
