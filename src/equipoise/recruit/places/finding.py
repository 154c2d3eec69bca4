"""What place a person means: by its name in Latin or Han script, with or without what it lies in; by a postcode."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from equipoise.recruit.distance import distance_km
from equipoise.recruit.places.folding import HAN, fold, stem
from equipoise.recruit.places.gazetteer import Gazetteer, Named, gazetteer
from equipoise.recruit.places.place import Place

MOST = 8  # places that a person can choose between at a glance
_LONGEST = 100  # characters; the longest official name of a place has 85
_OBVIOUS = 10  # times as likely as the next
_SAME_JOURNEY = 40  # kilometres
_WORDS = 8  # of a place with all that it lies in
_POSTCODE = re.compile(r"[0-9]{6}")
_CHINA = "CN"
_CITY = 1_000_000


def find(text: str, *, country: str = "", exactly: bool = False) -> tuple[Place, ...]:
    """Return the places that a text may mean, best first: none, one, or at most `MOST` to choose between.

    `country` (its code, or its name in either language) leaves out all others. Where the first of several is what
    nearly everybody means (Paris), `obvious` says so. `exactly`: a misspelt name is none, for what no person looks at.
    """
    # Cut before anything is done with it: ten megabytes cost what a hundred characters do.
    if len(text) > _LONGEST or not text.strip():
        return ()
    return _found(text, country[:_LONGEST], exactly)


def obvious(found: tuple[Place, ...]) -> Place | None:
    """Return the place that is meant if one is: the only one, or one ten times as likely as any that is elsewhere."""
    if not found:
        return None
    first = found[0]
    # A district of the same name in or beside it is the same journey.
    others = [
        each
        for each in found[1:]
        if distance_km(first.latitude, first.longitude, each.latitude, each.longitude) > _SAME_JOURNEY
    ]
    return first if all(first.weight >= _OBVIOUS * each.weight for each in others) else None


def chosen(found: tuple[Place, ...], key: str) -> Place | None:
    """Return the place that somebody chose of those that were found, by its id; else the one that is obvious."""
    return next((each for each in found if each.id == key), None) or obvious(found)


def by_id(key: str) -> Place | None:
    """Return a place by its id, or None."""
    return gazetteer().place(key) if len(key) <= _LONGEST and key.isascii() and key.isprintable() else None


@lru_cache(maxsize=4096)
def _found(text: str, country: str, exactly: bool) -> tuple[Place, ...]:
    book = gazetteer()
    codes = _codes(book, country)
    if country and not codes:
        return ()
    parts = [part for part in map(fold, re.split(r"[,，;；/、\n]", text)) if part]
    whole = " ".join(parts)
    if len(whole) > _LONGEST:
        return ()  # one character can stand for eighteen
    digits = unicodedata.normalize("NFKC", text).strip()
    if _POSTCODE.fullmatch(digits):
        at = book.of_postcode(digits) if not codes or _CHINA in codes else None
        return (at,) if at else ()
    found = _best(chain.from_iterable(_readings(book, parts)), codes)
    # A country that has its name in common with a small town (China in Mexico) is what was meant.
    if len(parts) == 1 and (not found or found[0].weight < _CITY):
        found = (() if exactly else _of_area(book, whole, codes, countries_alone=bool(found))) or found
    if not found and not exactly and not HAN.search(whole):
        found = _best(_misspelt(book, parts), codes)
    return found


def _codes(book: Gazetteer, country: str) -> frozenset[str]:
    """Return the codes of the countries that a name may mean."""
    if country.upper() in book.countries:
        return frozenset({country.upper()})
    named = book.areas.get(fold(country), ())
    return frozenset(area.code for area in named if "." not in area.code)


def _best(found: Iterable[Named], codes: frozenset[str]) -> tuple[Place, ...]:
    """Return the places, the likeliest first, each once."""
    best: dict[str, Named] = {}
    for each in found:
        known = best.get(each.place.id)
        if (not codes or each.place.country_code in codes) and (known is None or each.weight > known.weight):
            best[each.place.id] = each
    ordered = sorted(best.values(), key=lambda each: (-each.weight, each.place.id))
    # Two that are called alike cannot be told apart by anybody: the likelier stands for both.
    apart = {each.place.called("en"): each for each in reversed(ordered)}
    return tuple(each.weighed for each in ordered if apart[each.place.called("en")] is each)[:MOST]


def _readings(book: Gazetteer, parts: list[str]) -> Iterator[tuple[Named, ...]]:
    """Return the places by each way to read the parts, until one way finds any."""
    for name, around in _ways(parts):
        found = tuple(each for each in _called(book, name) if all(_lies_in(each, part) for part in around))
        if found:
            yield found
            return


def _ways(parts: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Return the ways to take parts as a name and what it lies in: "City, State", "State, City", "City State", 省市."""
    for at, part in enumerate(parts):
        yield part, parts[:at] + parts[at + 1 :]
    if len(parts) > 1 and any(HAN.search(part) for part in parts):
        parts = ["".join(parts).replace(" ", "")]
    for at, part in enumerate(parts):
        others = parts[:at] + parts[at + 1 :]
        for name, around in _split(part):
            yield name, [around, *others]


def _split(part: str) -> Iterator[tuple[str, str]]:
    """Return the ways to cut one part in two: a name before or after what it lies in; the longer names first."""
    if HAN.search(part):
        part = part.replace(" ", "")
        for cut in range(1, len(part)):
            yield part[cut:], part[:cut]
        for cut in range(len(part) - 1, 1, -1):
            yield part[:cut], part[cut:]
        return
    words = part.split()
    if len(words) > _WORDS:
        return
    for cut in range(len(words) - 1, 0, -1):
        yield " ".join(words[:cut]), " ".join(words[cut:])
    for cut in range(1, len(words)):
        yield " ".join(words[cut:]), " ".join(words[:cut])


def _called(book: Gazetteer, name: str) -> tuple[Named, ...]:
    """Return the places of a name; of a Chinese one without its ending if there is none with it."""
    found = book.called(name)
    if not found and HAN.search(name) and stem(name) != name:
        found = book.called(stem(name))
    return found


def _lies_in(named: Named, around: str) -> bool:
    """Return whether a place lies in all that a text names: Hubei China; 中国湖北省."""
    if not around or around in named.around:
        return True
    if HAN.search(around):
        around = around.replace(" ", "")
        return any(
            around.startswith(name) and _lies_in(named, around[len(name) :])
            for name in named.around
            if HAN.search(name)
        )
    return any(around.startswith(f"{name} ") and _lies_in(named, around[len(name) + 1 :]) for name in named.around)


def _of_area(book: Gazetteer, name: str, codes: frozenset[str], *, countries_alone: bool) -> tuple[Place, ...]:
    """Return the largest places of a region or country that was named instead of a place."""
    areas = book.areas.get(name, ()) or book.areas.get(stem(name), ())
    inside = [
        area
        for area in areas
        if (not codes or area.code.split(".")[0] in codes)
        # A code is no name of a country here: IN, ME and CA are two letters of a word, or a state.
        and not (countries_alone and ("." in area.code or name == area.code.casefold()))
    ]
    found = sorted(
        (place for area in inside for place in book.largest(area, MOST)), key=lambda place: -place.population
    )
    return tuple(found[:MOST])


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SPELT = range(4, 31)  # shorter names are too many, longer ones nobody types


def _misspelt(book: Gazetteer, parts: list[str]) -> Iterator[Named]:
    """Return the places whose name is one letter off: left out, put in, changed, or two in the other order."""
    for name, around in islice(_ways(parts), _WORDS):
        if len(name) in _SPELT:
            found = [each for near in _one_off(name) for each in book.called(near)]
            yield from (each for each in found if all(_lies_in(each, part) for part in around))


def _one_off(name: str) -> set[str]:
    cuts = [(name[:at], name[at:]) for at in range(len(name) + 1)]
    out = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    changed = {a + letter + b[1:] for a, b in cuts if b for letter in _LETTERS}
    put_in = {a + letter + b for a, b in cuts for letter in _LETTERS}
    return (out | swapped | changed | put_in) - {name}
