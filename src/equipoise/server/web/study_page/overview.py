"""The overview as the page shows it: its paragraphs, who wrote it, and what each sentence rests on."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.words import text, words
from equipoise.recruit.plain.overview import Overview
from equipoise.recruit.plain.sources import Sources, sources_of
from equipoise.server import written
from equipoise.server.recruit.wording import overview_of
from equipoise.study.model.study import Study

_ROOM = "server.web.study_page"


@dataclass(frozen=True, slots=True)
class Source:
    """What a sentence rests on: what it is called, and what stands there."""

    place: str
    words: str


@dataclass(frozen=True, slots=True)
class OverviewShown:
    """An overview, ready to be shown."""

    texts: tuple[str, ...]
    byline: str
    rests: tuple[tuple[str, tuple[Source, ...]], ...]  # each sentence with its sources


def shown_overview(study: Study | None, language: str) -> OverviewShown | None:
    """Return a study's overview in a language; None for a listing alone, and while nobody may read one."""
    made = overview_of(study.id, study, language) if study is not None else None
    if study is None or made is None:
        return None
    sources = sources_of(study, language)
    rests = tuple(
        (sentence.text, tuple(_source(sources, path, language) for path in sentence.sources))
        for sentence in made.sentences
    )
    return OverviewShown(made.texts, byline(made, language), rests)


def byline(overview: Overview, language: str) -> str:
    """Return who wrote an overview and who checked it. What nobody has checked says so."""
    told = {
        "writer": overview.writer,
        "name": overview.checked_by,
        "day": written.day(overview.checked_on, language),
    }
    if not overview.checked_by:
        return text(_ROOM, f"by.{overview.author}-unchecked", language, **told)
    if overview.author == "person" and overview.writer in ("", overview.checked_by):
        return text(_ROOM, "by.person", language, **told)
    return text(_ROOM, f"by.{overview.author}-checked", language, **told)


def _source(sources: Sources, path: str, language: str) -> Source:
    """Return a source as a reader can find it: `registry.<number>.overview#3` is the registry's sentence 3."""
    said = sources.get(path)
    field, _, number = path.partition("#")
    section, *rest = field.split(".")
    named = section in words(_ROOM, "en")["sources"]
    place = text(_ROOM, f"sources.{section}", language) if named else field
    if section == "eligibility" and rest:
        place = text(_ROOM, "criterion", language, kind=place, id=rest[0])
    if number:
        place = text(_ROOM, "sentence", language, place=place, number=number)
    return Source(place, said.text if said else "")
