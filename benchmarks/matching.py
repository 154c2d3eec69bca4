"""Measure how long one new study takes to be held against 100,000 saved searches, on either database.

- A usual study: one condition, twelve centres; the searches are about 60 conditions, most of them near a place in Asia.
- The worst: every search is about its condition, and every second one is near one of its 300 centres.

Run it by itself (python benchmarks/matching.py; `--small` takes 5,000 searches) or with all (make bench). PostgreSQL is
started in a folder of its own with its defaults; where it is not installed, only SQLite is measured.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from databases import connected, databases

ROOT = Path(__file__).parents[1]
SEARCHES, SMALL, ROUNDS = 100_000, 5_000, 5
AIM = 1.0  # seconds
X = "sealed"
AT = "2026-06-15T08:00:00.000000Z"
_KINDS = ("carcinoma", "fibrosis", "failure", "hepatitis", "neuropathy", "arthritis")
_ORGANS = ("liver", "lung", "kidney", "heart", "skin", "breast", "colon", "bone", "brain", "eye")
CONDITIONS = [f"{kind} {organ}" for kind in _KINDS for organ in _ORGANS]


def save(count: int, *, all_about: str = "") -> None:
    """Save so many confirmed searches, straight into the tables: mails are not what is measured."""
    from equipoise.recruit.searches import DISTANCES, Search, keys_of
    from equipoise.server.recruit.models import SavedSearch, SearchKey

    draw = np.random.default_rng(5)
    SavedSearch.objects.all().delete()
    rows, keys = [], []
    for number in range(1, count + 1):
        near = draw.random() < 0.6
        search = Search(
            all_about or CONDITIONS[draw.integers(len(CONDITIONS))],
            latitude=draw.uniform(20, 50) if near else None,
            longitude=draw.uniform(75, 125) if near else None,
            kilometres=DISTANCES[draw.integers(len(DISTANCES))] if near else None,
            born=int(draw.integers(1930 * 12, 2020 * 12)) if draw.random() < 0.7 else None,
            sex=("", "female", "male")[draw.integers(3)],
        )
        row = SavedSearch(id=number, address=X, token=X, content=X, language="en", often="weekly")
        row.address_of = row.token_hash = row.form = str(number)
        row.saved_at = row.confirmed_at = row.due = AT
        row.ends_at = "2027"
        rows.append(row)
        keys += [SearchKey(search_id=number, **key._asdict()) for key in keys_of(search)]
    SavedSearch.objects.bulk_create(rows, batch_size=5_000)
    SearchKey.objects.bulk_create(keys, batch_size=5_000)


def study(about: str, centres: int) -> Any:
    """Keep a study as new, and return its row."""
    from decimal import Decimal

    from equipoise.server.recruit.actions.keep_listing import keep_listing
    from equipoise.server.recruit.models import Listed
    from equipoise.study.listing import ListedCentre, Listing, Status

    draw = np.random.default_rng(7)
    places = tuple(
        ListedCentre(
            city="A city",
            latitude=Decimal(str(round(draw.uniform(20, 50), 3))),
            longitude=Decimal(str(round(draw.uniform(75, 125), 3))),
        )
        for _ in range(centres)
    )
    listing = Listing(
        number="NCT00000001", title=f"A new study of {about}", conditions=(about,), status=Status.RECRUITING,
        youngest=18, oldest=75, centres=places, summary="Whether one treatment is better than another. " * 20,
    )  # fmt: skip
    keep_listing({"en": listing}, shown=True)
    return Listed.objects.get(number="NCT00000001")


def measure(name: str, count: int) -> list[str]:
    """Measure the usual and the worst case in the database that is connected; return what missed its aim."""
    from equipoise.server.recruit.matching import match
    from equipoise.server.recruit.models import SearchFound, SearchKey

    missed = []
    for case, all_about, centres in (("usual", "", 12), ("worst", "hepatitis liver", 300)):
        save(count, all_about=all_about)
        row = study("hepatitis liver", centres)
        times, found = [], 0
        for _ in range(ROUNDS):
            SearchFound.objects.all().delete()
            began = time.perf_counter()
            found = match(row)
            times.append(time.perf_counter() - began)
        keys = SearchKey.objects.count()
        line = f"{name:<11}{case:<6} {count:>7,} searches, {keys:>9,} keys: {median(times):.3f} s, found for {found:,}"
        print(line, flush=True)
        if median(times) > AIM and case == "usual":
            missed.append(line)
    return missed


def main() -> int:
    """Measure both databases; the exit code is the number of claims that were missed."""
    missed: list[str] = []
    with databases() as given:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "equipoise.server.settings",
            "EQUIPOISE_HOME": str(given.home),
            "EQUIPOISE_KEY": "5e" * 32,
        }
        import django

        django.setup()
        from django.core.management import call_command

        for name, address in given.addresses.items():
            with connected(address):
                call_command("migrate", verbosity=0)
                missed += measure(name, SMALL if "--small" in sys.argv else SEARCHES)
    print(f"aim: {AIM:.0f} s for a usual study" + (f"; missed: {len(missed)}" if missed else ""))
    return len(missed)


if __name__ == "__main__":
    sys.exit(main())
