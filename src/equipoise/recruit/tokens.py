"""The words of a text as the finder and the saved searches compare them, in what is asked and in what is listed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from snowballstemmer import stemmer

from equipoise.study.listing import Listing

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
# Letters and digits part ("IL-6", "IL6", "COVID 19"), but a registry's number stays whole. Combining marks of scripts
# that need them stay with their letters.
_RUNS = re.compile(rf"[{_HAN}]+|[^\W\d_{_HAN}]{{1,10}}\d{{5,}}|\d+|(?:[^\W\d_{_HAN}][\u0300-\u036f\u3099\u309a]*)+")
_IS_HAN = re.compile(f"[{_HAN}]")
_MARKS = re.compile("([a-z\u0370-\u03ff])[\u0300-\u036f]+")
# Words so common that they tell no study from another. "a" is not one of them: vitamin A.
_COMMON = frozenset(
    ("an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "of", "on", "or", "that", "the",
     "their", "this", "to", "was", "were", "with")
)  # fmt: skip
# Letters that have no accent to take off.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ς": "σ"})
_MICRO = re.compile("μ(?=(?:g|l|m|mol|u|iu|ci|sv)\\b)")
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
# Two Greek letters in a row are a Greek word; one alone is a sign ("TGF-β", "β2") and goes by its name.
_SIGN = re.compile("(?<![α-ω])([α-ω])(?![α-ω])")
_LONGEST = 40  # letters of a word that is worth comparing

_ENGLISH = stemmer("english")


def tokens_of(text: str) -> list[str]:
    """Return the tokens of a text, in its order, repeated as they are.

    A word is its English stem without accents; a run of Han characters is its overlapping pairs, so that no dictionary
    decides where a word ends; one Han character alone stands for itself.
    """
    found: list[str] = []
    for run in _RUNS.findall(plain(text)):
        if _IS_HAN.match(run):
            found += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
        elif run not in _COMMON:
            found.append(_stem(run))
    return found


def plain(text: str) -> str:
    """Return a text in small letters without accents, wide forms and signs made plain."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    folded = unicodedata.normalize("NFC", _MARKS.sub(r"\1", unicodedata.normalize("NFD", folded)))
    return _SIGN.sub(lambda sign: f" {_GREEK[sign[1]]} ", _MICRO.sub("u", folded))


def tokens_of_listing(listings: Mapping[str, Listing]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the tokens of what a study is called and is about, and of all that the finder looks in, each once.

    The criteria are left out: who has had an infection may not enter most studies of cancer, and finds them by that.
    """
    named: list[str] = []
    more: list[str] = []
    for listing in listings.values():
        named += [listing.number, listing.title, *listing.conditions, *listing.keywords]
        more += [listing.official_title, listing.summary, listing.sponsor, *listing.interventions]
        for centre in listing.centres:
            more += [centre.name, centre.city, centre.state, centre.country]
    head = _unique(named)
    return head, tuple(dict.fromkeys((*head, *_unique(more))))


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    # A study of three hundred centres says the same country three hundred times.
    return tuple(dict.fromkeys(token for text in dict.fromkeys(texts) for token in tokens_of(text)))


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    return str(_ENGLISH.stemWord(word))[:_LONGEST]
