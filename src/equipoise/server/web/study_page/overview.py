"""The overview as the page shows it: its paragraphs, who wrote it, and what each sentence rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.core.words import text
from equipoise.recruit.page.taking_part import paragraphs
from equipoise.recruit.plain.overview import Overview
from equipoise.recruit.plain.splitting import sentences_of
from equipoise.server import written
from equipoise.server.recruit.wording import overview_of
from equipoise.study.model.study import Study
from equipoise.study.words import leaves, say

_ROOM = "server.web.study_page"


@dataclass(frozen=True, slots=True)
class Rests:
    """A sentence, and what it rests on: the words of the study, or where no words stand, their place."""

    sentence: str
    sources: tuple[tuple[str, str], ...]  # the place, the words there


@dataclass(frozen=True, slots=True)
class OverviewShown:
    """An overview, ready to be shown."""

    texts: tuple[str, ...]
    byline: str
    by_ai: bool = False
    rests: tuple[Rests, ...] = ()


def shown_overview(study: Study | None, language: str) -> OverviewShown | None:
    """Return a study's overview in a language; None for a listing alone and a study without one."""
    if study is None:
        return None
    made = overview_of(study.id, study, language)
    if made is not None:
        rests = tuple(
            Rests(sentence.text, tuple(_source(study, language, source) for source in sentence.sources))
            for sentence in made.sentences
        )
        return OverviewShown(made.texts, byline(made, language), made.author == "ai", rests)
    folder = paragraphs(say(study, language, "overview"))
    return OverviewShown(folder, text(_ROOM, "by.folder", language)) if folder else None


def byline(overview: Overview, language: str) -> str:
    """Return who wrote an overview and who checked it."""
    checked = {"name": overview.checked_by, "day": written.day(overview.checked_on, language)}
    if overview.author == "ai" and not overview.checked_by:
        return text(_ROOM, "by.ai-unchecked", language)
    if overview.author == "person":
        if not overview.checked_by or overview.checked_by == overview.writer:
            return text(_ROOM, "by.person", language, name=overview.writer)
        return text(_ROOM, "by.person-checked", language, writer=overview.writer, **checked)
    if overview.checked_by:
        return text(_ROOM, f"by.{overview.author}-checked", language, **checked)
    return text(_ROOM, "by.automatic", language)


def _source(study: Study, language: str, source: str) -> tuple[str, str]:
    """Return a source as its place in the study and the words that stand there."""
    path, _, number = source.partition("#")
    words = say(study, language, *path.split(".")) or "; ".join(_below(study, tuple(path.split("."))))
    if number.isdigit():
        found = sentences_of(words, language)
        words = found[int(number) - 1] if 0 < int(number) <= len(found) else words
    return source, words


def _below(study: Study, path: tuple[str, ...]) -> Iterator[str]:
    """Yield what the study's own content says at a path: a number, a code, the parts of a list."""
    node: object = study.content
    for part in path:
        if isinstance(node, dict):
            node = node.get(part)
        elif isinstance(node, list):
            node = next((each for each in node if isinstance(each, dict) and part in _names(each)), None)
        else:
            node = None
    if isinstance(node, dict):
        yield from (words for _, words in leaves(node))
    elif isinstance(node, list):
        yield from (str(each) for each in node)
    elif node is not None:
        yield str(node)


def _names(thing: dict[str, object]) -> set[object]:
    return {thing.get(key) for key in ("id", "name", "number", "kind")}
