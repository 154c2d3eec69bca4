"""How hard a text is to read: a named index in each language, with the limit that patients' texts keep.

English: the Flesch-Kincaid grade, 0.39 · words/sentences + 11.8 · syllables/words - 15.59 (Kincaid and others,
"Derivation of new readability formulas …", Naval Technical Training Command, Research Branch Report 8-75, 1975),
limit 8. Figures, symbols and initials count as they are read aloud, as Flesch's own rules have it.

Chinese: the Chinese language difficulty coefficient, mean sentence length + difficult units in a hundred, counted in
characters; limit 30, above which its authors call material for patients difficult (Wang and others, BMJ Open
2020;10:e038091, doi:10.1136/bmjopen-2020-038091, table 1). They count words, which needs a dictionary for cutting
text into words; we count characters: sentences are longer in characters than in words, so the first term is stricter,
and a character is difficult outside level 1 (3,500 characters) of the 通用规范汉字表, so the second is milder.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

from equipoise.recruit.plain.splitting import is_chinese, sentences_of
from equipoise.recruit.plain.syllables import syllables_in

GRADE = "flesch-kincaid"
COEFFICIENT = "cldc"
UNKNOWN = "none"  # no index of this language is carried: its texts are counted, not judged
LIMITS = {GRADE: 8.0, COEFFICIENT: 30.0, UNKNOWN: math.inf}
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+(?:[.,]\d+)*%?")
_HAN = re.compile(r"[㐀-䶿一-鿿𠀀-𪛟]")
# An index over a handful of words says nothing: "Subcutaneous immunoglobulin" would be grade 50.
_FEWEST = {GRADE: 15, COEFFICIENT: 20, UNKNOWN: math.inf}
_HARD = 4  # syllables from which a word is named as hard


@dataclass(frozen=True, slots=True)
class Level:
    """A text's reading level: `units` are words in English, characters in Chinese."""

    index: str
    value: float
    sentences: int
    units: int
    longest: int  # units of the longest sentence
    hard: tuple[str, ...]  # what makes it harder: long words, uncommon characters

    @property
    def limit(self) -> float:
        """The limit that patients' texts keep."""
        return LIMITS[self.index]

    @property
    def per_sentence(self) -> float:
        """Words or characters a sentence."""
        return self.units / self.sentences if self.sentences else 0.0

    @property
    def is_measured(self) -> bool:
        """Whether there is enough text for the index to mean anything."""
        return self.units >= _FEWEST[self.index]

    @property
    def is_within(self) -> bool:
        """Whether the limit is kept; a text too short to measure keeps it."""
        return not self.is_measured or round(self.value, 1) <= self.limit


def level_of(text: str, language: str) -> Level:
    """Return the reading level of a text."""
    if is_chinese(language):
        return _coefficient(text)
    cut = [words for sentence in sentences_of(text, "en") if (words := _WORD.findall(sentence))]
    if language == "en" and cut:
        return _grade(cut)
    index = GRADE if language == "en" else UNKNOWN
    return Level(index, 0.0, len(cut), sum(map(len, cut)), max(map(len, cut), default=0), ())


def _grade(cut: list[list[str]]) -> Level:
    words = [word for sentence in cut for word in sentence]
    counts = {word: syllables_in(word) for word in words}
    syllables = sum(counts[word] for word in words)
    value = 0.39 * len(words) / len(cut) + 11.8 * syllables / len(words) - 15.59
    hard = tuple(dict.fromkeys(word for word in words if counts[word] >= _HARD and word[0].isalpha()))
    return Level(GRADE, value, len(cut), len(words), max(map(len, cut)), hard)


def _coefficient(text: str) -> Level:
    # Its authors count a semicolon as the end of a sentence.
    parts = (part for sentence in sentences_of(text, "zh-hans") for part in re.split(r"[；;]", sentence))
    cut = [found for part in parts if (found := _HAN.findall(unicodedata.normalize("NFC", part)))]
    found = [character for part in cut for character in part]
    if not found:
        return Level(COEFFICIENT, 0.0, 0, 0, 0, ())
    uncommon = [character for character in found if character not in _common()]
    value = len(found) / len(cut) + 100 * len(uncommon) / len(found)
    return Level(COEFFICIENT, value, len(cut), len(found), max(map(len, cut)), tuple(dict.fromkeys(uncommon)))


@cache
def _common() -> frozenset[str]:
    """Return level 1 of the 通用规范汉字表 (State Council of China, document 23 of 2013)."""
    text = resources.files("equipoise.recruit.plain").joinpath("common_characters.txt").read_text(encoding="utf-8")
    return frozenset("".join(line for line in text.splitlines() if not line.startswith("#")))
