"""Syllables of an English word, by rules and a list of exceptions; figures and initials as they are read aloud."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

_ONES = (2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 2, 2, 2, 2, 3, 2, 2)  # zero, one, … nineteen
_TENS = (0, 1, 2, 2, 2, 2, 2, 3, 2, 2)  # –, ten, twenty, … ninety
_VOWELS = re.compile(r"[aeiouy]+")
# What the count of groups of vowels gets wrong, by one each: silent endings, and vowels that meet without joining.
_LESS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[^aeiouyl]e$",
        r"[aeiouy]le$",
        r"(?<![^aeiouylrw]l)(?<=[^aeiouytd])ed$",
        r"[aeiouy]ed$(?<!ied)(?<!ted)(?<!ded)(?<!eed)(?<!ued)(?<!yed)(?<!oed)",
        r"[^aeiouysxzgc]es$(?<!ches)(?<!shes)",
        r"[a-z]ely$",
        r"[a-z]ement(?:s)?$",
        r"[a-z]eful(?:ly)?$",
        r"[a-z]eless(?:ly|ness)?$",
        r"[a-z]eness$",
        r"^(?:some|fore|there|where|here|home|care|life|time|side|safe|base|these)(?!n|r)[a-z]",
        r"ically$",
        r"[cst]i(?:ous|on|al|ent|ence|an)[a-z]*$(?!ize)",
        r"^[a-z]*[^aeiou]e(?:some|where|thing|ware|time|work|land)s?$",
    )
)
_MORE = tuple(
    re.compile(pattern)
    for pattern in (
        r"ia(?!ge|ck|l?ly$)",
        r"i(?:o|u)(?!us)",
        r"ious$",
        r"[^aeiouq]ua(?!r)",
        r"eo(?!us|p(?:le|ard)|n$)",
        r"[^q]uou",
        r"[aeou]ing",
        r"ying",
        r"[^aeiou]lying",
        r"[aeiouy]sm$|thms?$|[aeiouy]sms$",
        r"^mc",
        r"^(?:re|pre|co|bi|de|anti|semi)[aeiou](?!i)(?<!rea|dea|coa|coo|rei|bie|dee|coi|cou|ree|dei)",
        r"[^aeiou]ie(?:t|r|st)y?$",
        r"creat|realit|idea|theat|area|oasis|poet|diet|quiet|science|variet|societ|client|giant",
        r"trial|dial|triang|violen|lion|riot|pion",
        r"[^aeiouy][^aeiouyrwl]les$",
        r"nuclei|protein|casein|codeine",
    )
)


@lru_cache(maxsize=4096)
def syllables_in(word: str) -> int:
    """Return how many syllables a word, a figure or an abbreviation has when it is read aloud."""
    if word[:1].isdecimal():
        return _figure(word)
    parts = re.split(r"['’]|-", word)
    if len(parts) > 1:
        # "patient's" is one word; "open-label" is two.
        return sum(_spoken(part) for part in parts if len(part) > 1 or part.isupper()) or 1
    return _spoken(word)


def _spoken(word: str) -> int:
    lower = word.lower()
    known = _exceptions().get(lower)
    if known is not None:
        return known
    if word.isupper() and 2 <= len(word) <= 6 and not (len(word) > 4 and re.search(r"[AEIOU]", word)):
        return sum(3 if letter == "W" else 1 for letter in word)
    count = len(_VOWELS.findall(lower))
    count -= sum(1 for pattern in _LESS if pattern.search(lower))
    count += sum(1 for pattern in _MORE if pattern.search(lower))
    return max(count, 1)


def _figure(text: str) -> int:
    """Return the syllables of a figure: "132" is said "one hundred thirty-two"."""
    count = 2 if text.endswith("%") else 0  # per cent
    whole, _, decimals = text.rstrip("%").replace(",", "").partition(".")
    count += sum(_ONES[int(digit)] for digit in decimals) + (1 if decimals else 0)  # point
    return count + _whole(int(whole[:12]))


def _whole(number: int) -> int:
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (_ONES[number % 10] if number % 10 else 0)
    for size, said in ((1_000_000_000, 2), (1_000_000, 2), (1_000, 2), (100, 2)):
        if number >= size:
            rest = number % size
            return _whole(number // size) + said + (_whole(rest) if rest else 0)
    return 1


@cache
def _exceptions() -> dict[str, int]:
    text = resources.files("equipoise.recruit.plain").joinpath("syllables.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {word: int(count) for count, *words in lines for word in words}
