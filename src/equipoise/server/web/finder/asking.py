"""What somebody looks for, as the address says it: read, checked, and its place looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from urllib.parse import urlencode

from equipoise.core.problem import Problem
from equipoise.recruit import places
from equipoise.recruit.places import Place
from equipoise.recruit.searches import OLDEST
from equipoise.server.recruit.finding import FARTHEST, Ages, Near, Search, Sort

ROOM = "server.web.finder"
USUAL = 100
LONGEST = 200  # characters
LAST_PAGE = 100
FIELDS = ("q", "condition", "place", "place-id", "lat", "lon", "km", "age", "sex", "recruiting", "sort", "page")
_YEARS = re.compile(r"(\d{1,3})\s*(?:years?|y|yrs?|岁|周岁)?(?:\s*old)?")
_MONTHS = re.compile(r"(\d{1,3})\s*(?:months?|mo|个?月)(?:\s*old)?")
_YES, _NO = ("1", "on", "yes", "true"), ("", "0", "no", "false")


@dataclass(slots=True)
class Asked:
    """What was asked: as it was typed, as a search, and what of it makes no sense, by the field's name."""

    typed: dict[str, str]
    search: Search = field(default_factory=Search)
    page: int = 1
    place: Place | None = None
    others: tuple[Place, ...] = ()  # the places of the same name
    problems: dict[str, Problem] = field(default_factory=dict)

    @property
    def must_choose(self) -> bool:
        """Whether the place may be one of several, and nobody knows which."""
        return bool(self.others) and self.place is None

    @property
    def anything(self) -> bool:
        """Whether anything was asked for at all."""
        return any(value for name, value in self.typed.items() if name not in ("sort", "page", "km"))

    def address(self, **changed: str) -> str:
        """Return the query of an address with the same search but for what is changed."""
        said = {name: self.typed.get(name, "") for name in FIELDS} | {"page": ""} | changed
        return urlencode({name: value for name, value in said.items() if value})


def read(given: Mapping[str, str]) -> Asked:
    """Return what the parameters of an address ask for. A parameter that is not known is passed over."""
    asked = Asked({name: given.get(name, "").strip() for name in FIELDS})
    typed = asked.typed
    for name in ("q", "condition", "place"):
        if len(typed[name]) > LONGEST:
            asked.problems[name] = Problem(f"{ROOM}.too-long", {"longest": LONGEST})
    ages = _ages(asked)
    sex = _one_of(asked, "sex", ("female", "male", "all", ""))
    recruiting = _one_of(asked, "recruiting", (*_YES, *_NO)) in _YES
    sort = _one_of(asked, "sort", ("", *Sort))
    asked.page = _whole(asked, "page", 1, LAST_PAGE, 1)
    near = _near(asked)
    usual = Sort.DISTANCE if near is not None and not (typed["q"] or typed["condition"]) else Sort.RELEVANCE
    if not asked.problems:
        asked.search = Search(
            text=typed["q"],
            condition=typed["condition"],
            near=near,
            ages=ages,
            sex=sex if sex in ("female", "male") else "",
            recruiting=recruiting,
            sort=Sort(sort) if sort and (near is not None or sort == Sort.RELEVANCE) else usual,
        )
    return asked


def _one_of(asked: Asked, name: str, values: tuple[str, ...]) -> str:
    value = asked.typed[name].lower()
    if value not in values:
        known = ", ".join(filter(None, values))
        asked.problems[name] = Problem(f"{ROOM}.no-such-choice", {"name": name, "known": known})
        return ""
    return value


def _whole(asked: Asked, name: str, least: int, most: int, usual: int) -> int:
    text = asked.typed[name]
    if not text:
        return usual
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if not least <= value <= most:
        asked.problems[name] = Problem(f"{ROOM}.no-such-number", {"name": name, "least": least, "most": most})
        return usual
    return value


def _ages(asked: Asked) -> Ages | None:
    """Return the months that a stated age stands for; "about 60" is asked for again."""
    text = asked.typed["age"].lower()
    if not text:
        return None
    if (found := _YEARS.fullmatch(text)) and int(found[1]) <= OLDEST:
        years = int(found[1])
        return Ages(12 * years, 12 * years + 11)
    if (found := _MONTHS.fullmatch(text)) and int(found[1]) <= 12 * OLDEST:
        months = int(found[1])
        # Beyond the second year a limit in years counts to its end: "up to 5 years" until the sixth birthday.
        return Ages(months if months < 24 else 12 * (months // 12), months)
    asked.problems["age"] = Problem(f"{ROOM}.no-age", {"oldest": OLDEST})
    return None


def _near(asked: Asked) -> Near | None:
    kilometres = _whole(asked, "km", 1, FARTHEST, USUAL)
    if asked.typed["lat"] or asked.typed["lon"]:
        latitude, longitude = _degrees(asked, "lat", 90), _degrees(asked, "lon", 180)
        return None if latitude is None or longitude is None else Near(latitude, longitude, kilometres)
    text = asked.typed["place"]
    if not text or "place" in asked.problems:
        return None
    found = places.find(text)
    asked.place = places.chosen(found, asked.typed["place-id"])
    asked.others = tuple(each for each in found if each != asked.place) if len(found) > 1 else ()
    if not found:
        asked.problems["place"] = Problem(f"{ROOM}.no-place", {"place": text})
    if asked.place is None:
        return None
    return Near(asked.place.latitude, asked.place.longitude, kilometres)


def _degrees(asked: Asked, name: str, most: int) -> float | None:
    text = asked.typed[name]
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or abs(value) > most:
        asked.problems[name] = Problem(f"{ROOM}.no-degrees", {"name": name, "most": most})
        return None
    return value
