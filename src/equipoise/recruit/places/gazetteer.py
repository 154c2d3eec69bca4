"""The gazetteer as it lies in this folder: sorted lines, searched where they are, so that opening it is quick."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources

from equipoise.recruit.places.folding import fold, stem
from equipoise.recruit.places.place import Place


@dataclass(frozen=True)
class Area:
    """A country or a region: its code, its names, and all of them folded."""

    code: str
    name: str
    han: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Named:
    """A place under one of its names, and what may stand beside that name."""

    place: Place
    own: bool  # whether it is the place's own name, not only one by which it is known too
    around: frozenset[str]

    @property
    def weight(self) -> float:
        """How likely it is meant: its people, far fewer where the name is not its own."""
        # The source does not say how many live in a Chinese district or county: half a million is usual.
        people = float(self.place.population or (500_000 if self.place.id.startswith("cn-") else 1))
        return people if self.own else people / 20

    @property
    def weighed(self) -> Place:
        """The place, with how likely it is meant."""
        return replace(self.place, weight=self.weight)


class Gazetteer:
    """The places, their names, the postcodes of mainland China, the regions and the countries."""

    def __init__(self, body: bytes) -> None:
        self._places, self._names, self._postcodes, regions, countries = body.split(b"\n\n")
        self.regions = {area.code: area for area in _areas(regions)}
        self.countries = {area.code: area for area in _areas(countries)}

    def place(self, key: str) -> Place | None:
        """Return a place by its id."""
        named = self._at(key)
        return named.weighed if named else None

    def called(self, name: str) -> tuple[Named, ...]:
        """Return the places of a folded name."""
        line = _line(self._names, name)
        found = (self._at(key.removeprefix("~"), own=not key.startswith("~")) for key in line.split())
        return tuple(each for each in found if each is not None)

    def has(self, name: str) -> bool:
        """Return whether a folded name is one of a place."""
        return bool(_line(self._names, name))

    def of_postcode(self, postcode: str) -> Place | None:
        """Return where a Chinese postcode is delivered: its district if it is known whole, else its town.

        Four digits are a town or a county, and the last two an office of it: which district that lies in, nobody knows
        from its neighbours.
        """
        exact = _line(self._postcodes, postcode)
        if exact:
            return self.place(exact)
        for length in (4, 3):
            ids = [line.split("\t")[1] for line in _beginning(self._postcodes, postcode[:length])]
            if ids:
                # The first of a beginning is its town: 4300.. before 4301.., which are its districts.
                return self.place(ids[0])
        return None

    @cached_property
    def areas(self) -> dict[str, tuple[Area, ...]]:
        """All regions and countries by each of their folded names."""
        found: dict[str, tuple[Area, ...]] = {}
        for area in (*self.regions.values(), *self.countries.values()):
            for name in area.names:
                found[name] = (*found.get(name, ()), area)
        return found

    def largest(self, area: Area, most: int) -> tuple[Place, ...]:
        """Return the largest places of a region or country."""
        column, sign = (3, area.code.encode()) if "." in area.code else (4, area.code.encode())
        rows = [row for line in self._places.split(b"\n") if (row := line.split(b"\t"))[column] == sign]
        rows.sort(key=lambda row: -int(row[7]))
        found = (self._at(row[0].decode()) for row in rows[:most])
        return tuple(each.weighed for each in found if each is not None)

    def _at(self, key: str, *, own: bool = True) -> Named | None:
        line = _line(self._places, key)
        if not line:
            return None
        name, han, region, country, latitude, longitude, population, near = line.split("\t")
        land, part = self.countries.get(country), self.regions.get(region)
        region_name, region_han = (part.name, part.han) if part else ("", "")
        around = (land.names if land else frozenset()) | (part.names if part else frozenset())
        if near:
            said, said_han, names = self._near(near)
            around |= names
            if near.startswith("<"):
                region_name = ", ".join(filter(None, (said, region_name if region_name != said else "")))
                region_han += said_han if stem(said_han) != stem(region_han) else ""
            elif not part:
                region_name, region_han = f"near {said}", f"，近{said_han or said}"
        place = Place(
            key, name, han, region_name, land.name if land else country, land.han if land else country,
            float(latitude), float(longitude), int(population), region_han, country,
        )  # fmt: skip
        return Named(place, own, around)

    def _near(self, near: str) -> tuple[str, str, frozenset[str]]:
        name, han = _line(self._places, near[1:]).split("\t")[:2]
        city = f"{stem(han)}市" if han else ""
        return name, city if near.startswith("<") else stem(han), frozenset({fold(name), stem(han), city}) - {""}


@cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer, read once by each process that needs it."""
    packed = resources.files(__package__).joinpath("gazetteer.gz").read_bytes()
    return Gazetteer(gzip.decompress(packed))


def _areas(lines: bytes) -> Iterator[Area]:
    for line in lines.decode().split("\n"):
        code, name, han, others = line.split("\t")
        names = {fold(each) for each in (code.rpartition(".")[2] if "." not in code else "", name, *others.split("|"))}
        yield Area(code, name, han, frozenset(names | {han, stem(han)} - {""}) - {""})


def _start(lines: bytes, key: bytes) -> int:
    """Return where the first line begins that is not before the key."""
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high) // 2
        start = lines.rfind(b"\n", low, middle) + 1 or low
        end = lines.find(b"\n", middle)
        end = len(lines) if end < 0 else end
        if lines[start:end] < key:
            low = min(end + 1, len(lines))
        else:
            high = start
    return low


def _line(lines: bytes, key: str) -> str:
    """Return what stands in the line of a key, or nothing."""
    sought = f"{key}\t".encode()
    start = _start(lines, sought)
    if not lines.startswith(sought, start):
        return ""
    end = lines.find(b"\n", start)
    return lines[start + len(sought) : end if end >= 0 else len(lines)].decode()


def _beginning(lines: bytes, begin: str) -> Iterator[str]:
    start, sought = _start(lines, begin.encode()), begin.encode()
    while lines.startswith(sought, start):
        end = lines.find(b"\n", start)
        end = len(lines) if end < 0 else end
        yield lines[start:end].decode()
        start = end + 1
