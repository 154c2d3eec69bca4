"""What a person wants to be told of: a saved search, and whether a study is one of what it looks for, and why.

A search is looked up by keys, one for each condition that it names. A key says everything that decides, so that a
study is held against a hundred thousand of them without asking for anything else. `matches` is the plain way to decide,
`Offer` the quick one, and a test holds them equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain, islice, product
from typing import NamedTuple

from equipoise.recruit.distance import distance_km
from equipoise.recruit.globe import cell_of, cells_around, point_of
from equipoise.recruit.terms import alternatives
from equipoise.recruit.tokens import tokens_of, tokens_of_listing
from equipoise.study.listing import Listing

DISTANCES = (25, 50, 100, 250, 500, 1_000)  # kilometres that a person may choose from
MOST_CONDITIONS, MOST_WORDS, MOST_WAYS = 10, 12, 12
OLDEST = 120
_BETWEEN = re.compile(r"[,，、;；/\n]|\bor\b|或者|或")
_AGE = re.compile(r"[0-9]{1,3}")
# In so many studies that nobody would be told apart by them: another word of the same condition is looked up instead.
_FREQUENT = frozenset(
    tokens_of(
        "cancer disease infection chronic acute syndrome disorder study trial patient treatment therapy cell type virus"
        " adult child advanced tumor carcinoma failure severe pain 疾病 感染 慢性 急性 病毒 患者 治疗 肿瘤"
    )
)


class Often(StrEnum):
    """How often news are sent."""

    AT_ONCE = "at_once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for."""

    words: str = ""
    place: str = ""  # its id in the gazetteer
    latitude: float | None = None
    longitude: float | None = None
    kilometres: int | None = None
    born: int | None = None  # the latest month of birth that the stated age allows, in months since year 0
    sex: str = ""  # "female", "male", or nothing
    often: Often = Often.WEEKLY


class Key(NamedTuple):
    """One condition of a search with everything else that decides; `token` is what it is looked up by."""

    token: str  # "": of a search that names no condition
    others: str = ""  # its other tokens, by spaces
    cell: int | None = None  # of the place, None: anywhere
    latitude: float = 0.0
    longitude: float = 0.0
    kilometres: int = 0
    born: int | None = None
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a study is news: how far its nearest centre is that takes people in; None: no place was asked for."""

    kilometres: float | None = None


def month_of(day: date) -> int:
    """Return a day's month, counted from year 0."""
    return day.year * 12 + day.month - 1


def born_of(age: int, today: date) -> int:
    """Return the latest month of birth of somebody who is so old today."""
    return month_of(today) - age * 12


def age_in(text: str) -> int | None:
    """Return the age that a text states ("60", "about 60", "60岁"); None if it states none, or several."""
    found = {int(each) for each in _AGE.findall(text[:40])}
    return found.pop() if len(found) == 1 and max(found) <= OLDEST else None


def conditions_of(words: str) -> tuple[frozenset[str], ...]:
    """Return the tokens of each condition that was named, in each way to say it: one with all its tokens is enough."""
    found: list[frozenset[str]] = []
    for part in [each for each in _BETWEEN.split(words.casefold()) if each.strip()][:MOST_CONDITIONS]:
        said = alternatives(part)[:MOST_WORDS]
        found += [frozenset(chain(*ways)) for ways in islice(product(*said), MOST_WAYS)] if said else []
    return tuple(dict.fromkeys(found))


def keys_of(search: Search) -> tuple[Key, ...]:
    """Return the keys by which a search is looked up."""
    cell = None
    if search.latitude is not None and search.longitude is not None and search.kilometres is not None:
        cell = cell_of(search.latitude, search.longitude)
    found = []
    for condition in conditions_of(search.words) or (frozenset(),):
        # The longest word is the rarest, more often than not.
        token = max(condition, key=lambda each: (each not in _FREQUENT, len(each), each), default="")
        found.append(
            Key(
                token,
                " ".join(sorted(condition - {token})),
                cell,
                (search.latitude or 0.0) if cell is not None else 0.0,
                (search.longitude or 0.0) if cell is not None else 0.0,
                (search.kilometres or 0) if cell is not None else 0,
                search.born,
                search.sex,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a study decides whether it is news for somebody."""

    is_open: bool
    tokens: frozenset[str]
    centres: tuple[tuple[float, float], ...]  # where people are taken in
    sex: str
    youngest: int | None  # months
    oldest: int | None


def facts_of(listings: Mapping[str, Listing]) -> Facts:
    """Return the facts of a listed study."""
    main = next(iter(listings.values()))
    return Facts(
        main.is_recruiting,
        frozenset(tokens_of_listing(listings)[1]),
        tuple(
            (float(centre.latitude), float(centre.longitude))
            for centre in main.centres
            if centre.latitude is not None and centre.longitude is not None and main.is_recruiting_at(centre)
        ),
        main.sex,
        None if main.youngest is None else int(main.youngest * 12),
        None if main.oldest is None else int(main.oldest * 12),
    )


def matches(search: Search, facts: Facts, today: date) -> Why | None:
    """Return why a study is news for a search, or None: the plain way."""
    if not facts.is_open or (search.sex and facts.sex not in ("all", search.sex)):
        return None
    conditions = conditions_of(search.words)
    if conditions and not any(condition <= facts.tokens for condition in conditions):
        return None
    if not _is_of_age(search.born, facts, month_of(today)):
        return None
    if search.latitude is None or search.longitude is None or search.kilometres is None:
        return Why()
    far = [distance_km(search.latitude, search.longitude, *centre) for centre in facts.centres]
    return Why(min(far)) if far and min(far) <= search.kilometres else None


def _is_of_age(born: int | None, facts: Facts, month: int) -> bool:
    """Whether somebody may be of an age that is taken in: as time goes by, one of two ages may be theirs."""
    if born is None:
        return True
    youngest, oldest = (month - born) // 12, (month - born + 11) // 12
    # A limit of months counts within the year; whoever is as old in completed years as the upper limit still counts.
    above = facts.youngest is None or (oldest + 1) * 12 > facts.youngest
    return above and (facts.oldest is None or youngest * 12 <= facts.oldest)


class Offer:
    """A study that is held against many keys."""

    def __init__(self, facts: Facts, today: date) -> None:
        self._facts = facts
        self._month = month_of(today)
        # Many keys say the same: each saying is decided once.
        self._has: dict[str, bool] = {}
        self._of_age: dict[int | None, bool] = {}
        # For each distance the cells from which a centre may be so near, with the centres that may be.
        self._near: dict[int, dict[int, list[_Near]]] = {each: _cells(facts, each) for each in DISTANCES}

    def why(self, key: Key) -> Why | None:
        """Return why the study is news for a key whose token it has, or None."""
        facts = self._facts
        if not facts.is_open or (key.sex and facts.sex not in ("all", key.sex)):
            return None
        has = self._has.get(key.others)
        if has is None:
            has = self._has[key.others] = facts.tokens.issuperset(key.others.split())
        is_of_age = self._of_age.get(key.born)
        if is_of_age is None:
            is_of_age = self._of_age[key.born] = _is_of_age(key.born, facts, self._month)
        if not (has and is_of_age):
            return None
        if key.cell is None:
            return Why()
        near = self._near.get(key.kilometres)
        if near is None:
            near = self._near[key.kilometres] = _cells(facts, key.kilometres)
        around = near.get(key.cell)
        if around is None:
            return None
        # The nearest is in the direction, from the middle of the Earth, that is most alike: a third of the cost.
        at = point_of(key.latitude, key.longitude)
        x, y, z = at.x, at.y, at.z
        alike = [x * a + y * b + z * c for a, b, c, _, _ in around]
        *_, latitude, longitude = around[alike.index(max(alike))]
        far = distance_km(key.latitude, key.longitude, latitude, longitude)
        return Why(far) if far <= key.kilometres else None


_Near = tuple[float, float, float, float, float]  # a centre's point on the sphere, and its latitude and longitude


def _cells(facts: Facts, kilometres: int) -> dict[int, list[_Near]]:
    found: dict[int, list[_Near]] = {}
    for latitude, longitude in dict.fromkeys(facts.centres):
        at = point_of(latitude, longitude)
        for cell in _every(cells_around(latitude, longitude, kilometres)):
            found.setdefault(cell, []).append((at.x, at.y, at.z, latitude, longitude))
    return found


def _every(ranges: Iterable[tuple[int, int]]) -> Iterable[int]:
    # Two ranges of one circle may share a cell.
    return {cell for first, last in ranges for cell in range(first, last + 1)}
