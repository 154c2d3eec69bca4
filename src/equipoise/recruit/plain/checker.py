"""What patients read is checked before they do: sources, numbers, reading level, promises, leftovers.

The same check runs on a model's draft, on what a rule wrote and on what a person typed. It sees what a machine can
see: that a number stands in the source, not that the sentence means what the source means. That is for the person who
approves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.criteria.facts import meant
from equipoise.recruit.plain.numbers import numbers_in
from equipoise.recruit.plain.overview import Overview, Sentence
from equipoise.recruit.plain.promises import promises_in
from equipoise.recruit.plain.reading_level import GRADE, Level, level_of
from equipoise.recruit.plain.sources import Sources
from equipoise.recruit.plain.splitting import is_chinese, sentences_of

MOST_SENTENCES = 60
MOST_SOURCES = 6
LONGEST = {"en": 300, "zh": 120}  # characters of a sentence
_PLACEHOLDER = re.compile(
    r"\{\{.*?\}\}|\{\{|\}\}|\{[A-Za-z_ ]+\}|\[(?:insert|name|date|xx+|tbd|todo)[^\]]*\]|\bTBD\b|\bXXX+\b", re.I | re.S
)
_MARKUP = re.compile(
    r"</?[A-Za-z!][^>\n]*>?|&(?:[a-z]{2,8}|#x?[0-9a-f]{1,6});|https?://\S+|\bwww\.\S+|\bjavascript:\S*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|!?\[[^\]\n]*\]\([^)\n]*\)|\*\*|__|```|^#{1,6}\s|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|cn|edu|gov|io|info)\b(?:/\S*)?",
    re.I | re.M,
)
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_LATIN = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_WHITE = frozenset("\n\t ")


def check_overview(overview: Overview, sources: Sources) -> tuple[Problem, ...]:
    """Return everything that keeps an overview from patients, by the numbers of its sentences."""
    sentences = overview.sentences
    if not sentences:
        return (_problem("no-sentences"),)
    found: list[Problem] = []
    for number, sentence in enumerate(sentences[:MOST_SENTENCES], 1):
        found.extend(_one_sentence(sentence, number, overview.language))
        found.extend(_sources(sentence, number, sources))
    if len(sentences) > MOST_SENTENCES:
        found.append(_problem("too-many-sentences", count=len(sentences), most=MOST_SENTENCES))
    text = overview.plain_text
    found.extend(_spoken(text, overview.language))
    found.extend(check_level(level_of(text, overview.language)))
    return tuple(found)


def check_text(text: str, language: str) -> tuple[Problem, ...]:
    """Return what keeps a person's text from patients: everything but sources, which a text of the folder is itself."""
    found: list[Problem] = []
    for number, sentence in enumerate(sentences_of(text, language), 1):
        found.extend(_leftovers(sentence, number, language))
    return (*found, *check_level(level_of(text, language)))


def check_level(level: Level) -> tuple[Problem, ...]:
    """Return whether a text is harder to read than patients' texts may be."""
    if level.is_within:
        return ()
    params = {"level": f"{level.value:.1f}", "limit": f"{level.limit:g}", "average": f"{level.per_sentence:.0f}"}
    hard = "、".join(level.hard[:8]) if level.index != GRADE else ", ".join(level.hard[:8])
    return (_problem(f"reading-level-{level.index}", **params, hard=hard or "–"),)


def _one_sentence(sentence: Sentence, number: int, language: str) -> Iterator[Problem]:
    text = sentence.text
    if not text.strip():
        yield _problem("empty-sentence", number=number)
        return
    longest = LONGEST["zh" if is_chinese(language) else "en"]
    if len(text) > longest:
        yield _problem("too-long", number=number, length=len(text), longest=longest)
        text = text[:longest]
    elif len(sentences_of(text, language)) > 1:
        yield _problem("several-sentences", number=number, text=_short(text))
    yield from _leftovers(text, number, language)


def _leftovers(text: str, number: int, language: str) -> Iterator[Problem]:
    """Yield what stands in a sentence and no patient should read: promises, placeholders, markup, hidden characters."""
    hidden = {character for character in text if _is_hidden(character)}
    for character in sorted(hidden):
        yield _problem("hidden-character", number=number, code=f"U+{ord(character):04X}")
    plain = unicodedata.normalize("NFKC", "".join(character for character in text if character not in hidden))
    for said in _PLACEHOLDER.findall(plain):
        yield _problem("placeholder", number=number, said=_short(said))
    for match in _MARKUP.finditer(plain):
        yield _problem("markup", number=number, said=_short(match[0]))
    for said in promises_in(plain, language):
        yield _problem("promise", number=number, said=_short(said))


def _is_hidden(character: str) -> bool:
    """Whether a character cannot be seen: it may hide a figure from a check, or turn a line around."""
    return character not in _WHITE and (unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn"))


def _sources(sentence: Sentence, number: int, sources: Sources) -> Iterator[Problem]:
    if not sentence.text.strip():
        return
    if not sentence.sources:
        yield _problem("no-source", number=number, text=_short(sentence.text))
        return
    if len(sentence.sources) > MOST_SOURCES:
        yield _problem("too-many-sources", number=number, count=len(sentence.sources), most=MOST_SOURCES)
    said = []
    for path in sentence.sources[:MOST_SOURCES]:
        found = sources.get(path)
        if found is None:
            near = meant(path, sources.paths)
            name = "unknown-source-close" if near else "unknown-source"
            yield _problem(name, number=number, source=_short(path), meant=near or "")
        elif sources.is_wide(path):
            yield _problem("wide-source", number=number, source=path)
        if found is not None:
            said.append(found.all)
    known = numbers_in(" ; ".join(said))
    for each in numbers_in(sentence.text):
        if not any(each.matches(one) for one in known):
            yield _problem("number", number=number, said=each.said, sources=_short(", ".join(sentence.sources), 120))


def _spoken(text: str, language: str) -> Iterator[Problem]:
    """Yield whether the text is in another language than it says."""
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    if is_chinese(language):
        if latin > han:  # names of drugs and tests stay in Latin letters
            yield _problem("other-language", language=language)
    elif han > latin // 10:
        yield _problem("other-language", language=language)


def _short(text: str, longest: int = 60) -> str:
    plain = "".join(character for character in " ".join(text.split()) if not _is_hidden(character))
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _problem(name: str, **params: str | int) -> Problem:
    return Problem(f"recruit.plain.{name}", params)
