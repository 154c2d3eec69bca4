"""Real records, where a folder of them lies: `pytest tests/exchange/ctgov --records DIR`; they stay where they are.

Without the option it is `../shared/data/ctgov` where that exists. The oracles are the records themselves: nothing that a
reader would look for is lost; and the registry's own description of its values (ctg-oas-*.yaml), where it lies beside.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from equipoise.exchange.ctgov import values
from equipoise.exchange.ctgov.reading import Record, read_records
from equipoise.exchange.ctgov.record import listing_of_record
from equipoise.exchange.ctgov.texts import paragraphs


def folder_of(config: pytest.Config) -> Path:
    given = config.getoption("--records")
    if given is not None:
        if not Path(given).is_dir():
            raise pytest.UsageError(f"--records {given}: there is no such folder")
        return Path(given)
    return config.rootpath.parent / "shared" / "data" / "ctgov"


@pytest.fixture
def folder(pytestconfig: pytest.Config) -> Path:
    """Return the folder of real records, or skip."""
    found = folder_of(pytestconfig)
    if not found.is_dir():
        pytest.skip("no real records: pytest --records DIR tries a folder of them")
    return found


def test_every_real_record_is_a_listing_with_nothing_lost(folder: Path) -> None:
    read = [each for path in sorted(folder.rglob("*.json")) for each in read_records(path)]
    assert read, f"{folder} has no records"
    for each in read:
        assert isinstance(each, Record), each
        protocol = each.content["protocolSection"]
        done = listing_of_record(each.content, each.file)
        listing, people = done.listing, protocol.get("eligibilityModule", {})
        assert not done.notes, each.number
        assert listing.number == each.number
        assert len(listing.centres) == len(protocol.get("contactsLocationsModule", {}).get("locations", []))
        said = " ".join((*listing.inclusion, *listing.exclusion, listing.criteria))
        wanted = _words(paragraphs(people.get("eligibilityCriteria", "")))
        # Headings and numbers of lists are what is not repeated.
        assert len(wanted - _words(said)) <= 8, (each.number, wanted - _words(said))
        assert (listing.youngest is None) == ("minimumAge" not in people)
        assert listing.status_date[:4] == protocol["statusModule"].get("statusVerifiedDate", "")[:4]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text))


def test_every_value_that_the_registry_describes_is_known(folder: Path) -> None:
    described = sorted(folder.glob("ctg-oas-*.yaml"))
    if not described:
        pytest.skip(f"{folder} has no description of the registry (ctg-oas-*.yaml)")
    schemas: dict[str, Any] = yaml.safe_load(described[-1].read_text(encoding="utf-8"))["components"]["schemas"]
    assert set(values.STATUSES) == set(schemas["Status"]["enum"])
    assert set(values.SEXES) == set(schemas["Sex"]["enum"])
    assert set(values.PHASES) == set(schemas["Phase"]["enum"])
    assert set(schemas["RecruitmentStatus"]["enum"]) <= set(values.STATUSES)
    pattern = schemas["EligibilityModule"]["properties"]["minimumAge"]["pattern"]
    for unit in re.findall(r"[A-Z]\w+", pattern):
        assert values.age(f"3 {unit}") is not None
