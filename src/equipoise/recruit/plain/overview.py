"""The overview of a study in plain words: sentences that name what they rest on, who wrote them, who checked them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Author = Literal["ai", "automatic", "person"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, and the sources that it rests on: paths into the study, `registry.<number>.overview#3`."""

    text: str
    sources: tuple[str, ...] = ()


Paragraphs = tuple[tuple[Sentence, ...], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """An overview in one language. Without `checked_by` nobody has approved it."""

    language: str
    paragraphs: Paragraphs
    author: Author  # who wrote it first
    model: str = ""  # which model, if it was one
    drafted_on: str = ""  # a day
    writer: str = ""  # the person who wrote or changed it
    checked_by: str = ""
    checked_on: str = ""  # a day

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, one after another."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph)

    @property
    def texts(self) -> tuple[str, ...]:
        """The paragraphs as a reader sees them."""
        return tuple(joined(self.language, paragraph) for paragraph in self.paragraphs)

    @property
    def plain_text(self) -> str:
        """The whole text, its paragraphs apart by an empty line."""
        return "\n\n".join(self.texts)


def joined(language: str, sentences: tuple[Sentence, ...]) -> str:
    """Return sentences as one paragraph: Chinese has no space between them."""
    return ("" if language.startswith("zh") else " ").join(sentence.text for sentence in sentences)
