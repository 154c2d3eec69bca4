"""Sentences of a text, in English and in Chinese."""

from __future__ import annotations

import re

# A full stop ends no sentence after these; the rest of the work is done by what follows it.
# A single capital is an initial after nothing or another name ("J. Smith"), and no initial in "vitamin B."
_SHORT = re.compile(
    r"\b(?:e\.g|i\.e|vs|cf|approx|[Dd]r|Mr|Mrs|Ms|Prof|St|No|Fig|et al|resp)\.$|(?:^|\b[A-Z][\w.]*\s)[A-Z]\.$"
)
_ENGLISH_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9]|\s*$)")
_CHINESE_END = re.compile(r"(?:[。！？!?]|……)+[”’」』）)]*")


def is_chinese(language: str) -> bool:
    """Whether a language is written in Han characters."""
    return language.startswith("zh")


def sentences_of(text: str, language: str) -> tuple[str, ...]:
    """Return the sentences of a text, in order; an empty line ends a sentence too."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        joined = " ".join(paragraph.split())
        found.extend(_chinese(joined) if is_chinese(language) else _english(joined))
    return tuple(sentence for sentence in found if sentence)


def _chinese(text: str) -> list[str]:
    found, start = [], 0
    for end in _CHINESE_END.finditer(text):
        found.append(text[start : end.end()].strip())
        start = end.end()
    return [*found, text[start:].strip()]


def _english(text: str) -> list[str]:
    found, start = [], 0
    for end in _ENGLISH_END.finditer(text):
        sentence = text[start : end.end()].strip()
        # "Dr. Li" and "J. Smith" go on; a sentence may still end with a single capital at the end of the text.
        if end.end() < len(text.rstrip()) and _SHORT.search(sentence):
            continue
        found.append(sentence)
        start = end.end()
    return [*found, text[start:].strip()]
