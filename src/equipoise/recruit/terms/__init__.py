"""What a disease is also called, in both languages: 糖尿病 finds a study that is listed as one of diabetes."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from equipoise.recruit.tokens import plain, tokens_of

Way = tuple[str, ...]  # tokens that must all be there
_HAN = re.compile(r"[\u3400-\u9fff]")


def alternatives(text: str) -> tuple[tuple[Way, ...], ...]:
    """Return the words of a text, in its order: of each the ways to say it, its own first."""
    known, pattern = _names()
    found: list[tuple[Way, ...]] = []
    at, clean = 0, plain(text)
    for name in pattern.finditer(clean):
        found += _singly(clean[at : name.start()])
        own = tuple(tokens_of(name[0]))
        found.append(tuple(dict.fromkeys((own, *known[name[0]]))))
        at = name.end()
    found += _singly(clean[at:])
    return tuple(dict.fromkeys(found))


def _singly(text: str) -> list[tuple[Way, ...]]:
    return [((token,),) for token in tokens_of(text)]


@cache
def _names() -> tuple[dict[str, tuple[Way, ...]], re.Pattern[str]]:
    known: dict[str, tuple[Way, ...]] = {}
    lines = resources.files(__name__).joinpath("names.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        names = [plain(name) for name in line.split("|")] if not line.startswith("#") else []
        ways = tuple(dict.fromkeys(tuple(tokens_of(name)) for name in names))
        known |= dict.fromkeys(names, ways)
    # The longest name first: 慢性胃炎 before 胃炎. A Latin name ends where its word ends.
    longest = sorted(known, key=len, reverse=True)
    said = (re.escape(name) if _HAN.search(name) else rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest)
    return known, re.compile("|".join(said))
