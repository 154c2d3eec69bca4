"""What a sentence can rest on: every text of a study by its path, the facts of its plan, a listing's fields.

`arms.<id>.description` is a field, `registry.<number>.overview#3` the third sentence of one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from equipoise.core.languages import spoken
from equipoise.recruit.plain.facts import facts_of
from equipoise.recruit.plain.splitting import sentences_of
from equipoise.study.cached import once_a_study
from equipoise.study.listing import Listing
from equipoise.study.model.study import Study
from equipoise.study.words import say, wanted_words

# The words of the folder call it by the things, the brief reader by the file.
_RENAMED = {"criteria": "eligibility"}
# Fields of a longer text must be named by their sentence: "it stands somewhere in there" is no source.
WIDEST = 3


@dataclass(frozen=True, slots=True)
class Said:
    """What a source says in each language in which it says it, the reader's first."""

    texts: Mapping[str, str]

    @property
    def text(self) -> str:
        """What it says to the reader."""
        return next(iter(self.texts.values()))

    @property
    def all(self) -> str:
        """What it says in all its languages: a number may stand in one alone."""
        return " ".join(self.texts.values())


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of one study, for a reader of one language."""

    language: str
    fields: Mapping[str, Mapping[str, str]]

    def get(self, path: str) -> Said | None:
        """Return what a source says; None if there is no such source."""
        field, _, number = path.partition("#")
        texts = self.fields.get(field)
        if texts is None:
            return None
        if "#" not in path:
            return Said(texts)
        # Another language says the same in its sentence of this number only where it has as many sentences.
        cut = {language: sentences_of(text, language) for language, text in texts.items()}
        if not number.isascii() or not number.isdecimal() or len(number) > 4:
            return None
        place = int(number) - 1
        first = next(iter(cut.values()))
        if not 0 <= place < len(first):
            return None
        return Said({language: each[place] for language, each in cut.items() if len(each) == len(first)})

    def is_wide(self, path: str) -> bool:
        """Whether a source is a whole text of more sentences than one statement rests on."""
        if "#" in path or path not in self.fields:
            return False
        return any(len(sentences_of(text, language)) > WIDEST for language, text in self.fields[path].items())

    def hash_of(self, paths: Iterable[str]) -> str:
        """Return a hash of what these sources say: an approval holds as long as they say it."""
        lines = [f"{path}\n{said.all if (said := self.get(path)) else ''}" for path in sorted(set(paths))]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path, fields only."""
        return tuple(self.fields)


def sources_of(study: Study, language: str) -> Sources:
    """Return the sources of a study, for a reader of a language."""
    main = study.identity.language
    own, others = _fields(study).get(language, {}), _fields(study).get(main, {})
    fields = {path: {language: text} for path, text in own.items()}
    for path, text in others.items():
        fields.setdefault(path, {})[main] = text
    return Sources(language, fields)


@once_a_study
def _fields(study: Study) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for language in study.identity.languages:
        fields = found.setdefault(language, {})
        for wanted in wanted_words(study):
            text = say(study, language, *wanted.path)
            if text:
                section, *rest = wanted.path
                fields[".".join([_RENAMED.get(section, section), *rest])] = text
        fields |= facts_of(study, language if language in spoken() else "en")
        for place, one in enumerate(study.identity.dates, 1):
            fields[f"dates.{place}"] = f"{one.kind}: {one.value} ({one.source})"
    return found


def sources_of_listing(listing: Listing) -> Sources:
    """Return the sources of a study that stands in a registry alone."""
    single = ("title", "official_title", "summary", "description", "phase", "sponsor", "criteria", "why_stopped")
    found = {name: str(getattr(listing, name)) for name in (*single, "status", "sex")}
    for name in ("conditions", "keywords", "interventions", "inclusion", "exclusion"):
        for place, text in enumerate(getattr(listing, name), 1):
            found[f"{name}.{place}"] = text
    for name in ("youngest", "oldest", "enrolment"):
        value = getattr(listing, name)
        if value is not None:
            found[name] = str(value)
    for place, one in enumerate(listing.dates, 1):
        found[f"dates.{place}"] = f"{one.kind}: {one.value}"
    if listing.centres:
        found["centres"] = str(len(listing.centres))
    return Sources(listing.language, {path: {listing.language: text} for path, text in found.items() if text})
