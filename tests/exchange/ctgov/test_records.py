"""A record as a listing. The oracle is the registry's description of its fields and what a reader takes them to mean."""

from __future__ import annotations

import json
import runpy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.core.problem import Problem, ProblemsError, Severity
from equipoise.core.words import LANGUAGES, say
from equipoise.exchange.ctgov.reading import Record, files_of, read_records
from equipoise.exchange.ctgov.record import Converted, listing_of_record
from equipoise.exchange.ctgov.values import age, partial_date
from equipoise.study.listing import Listing, Status

record = runpy.run_path(str(Path(__file__).with_name("record.py")))["record"]


def converted(**modules: Any) -> Converted:
    """Return the small record with other modules, as a listing."""
    return listing_of_record(record(**modules), "one.json")


def codes(problems: Any) -> list[str]:
    """Return the names of problems."""
    return [problem.code.rpartition(".")[2] for problem in problems]


def refused(content: Any) -> Problem:
    """Return why a record is refused."""
    with pytest.raises(ProblemsError) as error:
        listing_of_record(content, "one.json")
    (problem,) = error.value.problems
    for language in LANGUAGES:
        assert "one.json" in say(problem, language)
    return problem


def test_the_small_record_is_a_listing() -> None:
    listing = converted().listing
    assert listing == Listing(
        number="NCT99000101",
        registry="ClinicalTrials.gov",
        url="https://clinicaltrials.gov/study/NCT99000101",
        title="Asthma in adults",
        conditions=("Asthma",),
        status=Status.RECRUITING,
        status_date="2026-05",
        updated="2026-05-20",
        youngest=Decimal(18),
        inclusion=("Asthma",),
    )


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("18 Years", "18"), ("1 Year", "1"), ("6 Months", "0.5"), ("18 Months", "1.5"), ("2 Weeks", "0.0383"),
        ("28 Days", "0.0767"), ("12 Hours", "0.0014"), ("30 Minutes", "0.0001"), ("N/A", None), ("", None),
    ],
)  # fmt: skip
def test_an_age_is_years(text: str, years: str | None) -> None:
    assert age(text) == (None if years is None else Decimal(years))


@pytest.mark.parametrize("text", ["about 60", "eighteen", "-1 Years", "18", "18 Years or so"])
def test_what_is_no_age_is_said_and_the_record_is_in(text: str) -> None:
    done = converted(eligibilityModule={"minimumAge": text, "maximumAge": "60 Years"})
    assert codes(done.notes) == ["age-unreadable"]
    assert done.listing.youngest is None
    assert done.listing.oldest == 60
    assert text in say(done.notes[0], "en")


def test_crossed_ages_are_no_limits() -> None:
    done = converted(eligibilityModule={"minimumAge": "60 Years", "maximumAge": "18 Years"})
    assert codes(done.notes) == ["ages-crossed"]
    assert (done.listing.youngest, done.listing.oldest) == (None, None)


def test_dates_are_as_precise_as_they_are() -> None:
    assert [partial_date(each) for each in ("2026", "2026-03", "2026-03-12")] == ["2026", "2026-03", "2026-03-12"]
    done = converted(statusModule={
        "overallStatus": "COMPLETED", "startDateStruct": {"date": "2024"}, "completionDateStruct": {"date": "2026-02-30"},
        "lastUpdateSubmitDate": "2026-01-05",
    })  # fmt: skip
    assert codes(done.notes) == ["date-unreadable"]
    assert [(one.kind, one.value) for one in done.listing.dates] == [("start", "2024")]
    assert done.listing.updated == "2026-01-05"


def test_an_old_unknown_status_keeps_what_it_was_and_its_day() -> None:
    listing = converted(
        statusModule={"overallStatus": "UNKNOWN", "lastKnownStatus": "RECRUITING", "statusVerifiedDate": "2019-12"}
    ).listing
    assert (listing.status, listing.last_known, listing.status_date) == (Status.UNKNOWN, Status.RECRUITING, "2019-12")
    assert not listing.is_recruiting


def test_a_status_that_nobody_knows_is_said() -> None:
    done = converted(statusModule={"overallStatus": "SOMETHING_NEW"})
    assert done.listing.status is Status.UNKNOWN
    assert codes(done.notes) == ["status-unknown"]


def test_centres_without_coordinates_contacts_or_anything_but_a_country_are_in() -> None:
    done = converted(contactsLocationsModule={"locations": [
        {"country": "Peru"},
        {"facility": "A", "city": "Wuhan", "country": "China", "status": "SUSPENDED", "geoPoint": {"lat": 30.5, "lon": 114.3}},
        {"city": "Nowhere", "geoPoint": {"lat": 130.5, "lon": 10**400}},
    ]})  # fmt: skip
    peru, wuhan, nowhere = done.listing.centres
    assert (peru.country, peru.latitude, peru.contacts) == ("Peru", None, ())
    assert (float(wuhan.latitude), float(wuhan.longitude), wuhan.status) == (30.5, 114.3, Status.SUSPENDED)
    assert nowhere.latitude is None
    assert codes(done.notes) == ["place-unreadable"]
    assert converted().listing.centres == ()


def test_contacts_are_taken_over_and_empty_ones_are_not() -> None:
    listing = converted(contactsLocationsModule={
        "centralContacts": [
            {"name": "A. B.", "role": "CONTACT", "phone": "01.49", "phoneExt": "+33", "email": "a@example.org"},
            {"role": "CONTACT"}, {"name": "C", "phone": "555", "phoneExt": "12"},
        ],
        "overallOfficials": [{"name": "D", "affiliation": "E", "role": "PRINCIPAL_INVESTIGATOR"}],
    }).listing  # fmt: skip
    assert [(one.name, one.phone, one.organisation) for one in listing.contacts] == [
        ("A. B.", "+33 01.49", ""),
        ("C", "555 ext. 12", ""),
        ("D", "", "E"),
    ]


def test_texts_are_without_tags_entities_and_escapes() -> None:
    listing = converted(
        identificationModule={"nctId": "NCT99000101", "briefTitle": "A &amp; B\n<b>bold</b>\x00"},
        descriptionModule={"briefSummary": "p \\< 0.05<br>next \ud800"},
    ).listing
    assert listing.title == "A & B bold"
    assert listing.summary == "p < 0.05\nnext"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({}, "no-record"),
        ({"protocolSection": []}, "wrong-kind"),
        ({"protocolSection": {"x": {}}}, "no-number"),
        (record("NCT123"), "no-number"),
        (record("<script>"), "no-number"),
        (record(identificationModule={"nctId": "NCT99000101"}), "no-title"),
        (record(identificationModule={"nctId": "NCT99000101", "briefTitle": 5}), "wrong-kind"),
        (record(contactsLocationsModule={"locations": {"city": "X"}}), "wrong-kind"),
        (record(contactsLocationsModule={"locations": ["X"]}), "wrong-kind"),
        (record(conditionsModule={"conditions": [1]}), "wrong-kind"),
    ],
)
def test_what_is_no_record_is_refused_in_words(content: Any, name: str) -> None:
    problem = refused(content)
    assert codes([problem]) == [name]
    assert problem.severity is Severity.ERROR


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = (
    "statusModule", "descriptionModule", "conditionsModule", "designModule", "eligibilityModule",
    "contactsLocationsModule", "sponsorCollaboratorsModule", "armsInterventionsModule",
)  # fmt: skip
_KEYS = (
    "overallStatus", "startDateStruct", "locations", "geoPoint", "minimumAge", "sex", "conditions", "phases",
    "enrollmentInfo", "leadSponsor", "interventions", "healthyVolunteers", "centralContacts", "eligibilityCriteria",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(_FIELDS), st.dictionaries(st.sampled_from(_KEYS), _JSON, max_size=4) | _JSON))
def test_whatever_stands_in_a_record_it_is_a_listing_or_a_refusal(modules: dict[str, Any]) -> None:
    try:
        done = listing_of_record(record(**modules), "one.json")
    except ProblemsError:
        return
    assert Listing.model_validate_json(done.listing.model_dump_json()) == done.listing


# --- files ------------------------------------------------------------------------------------------------------------


def read(path: Path, text: str | bytes) -> list[Any]:
    """Write a file and read it."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_records(path))


def numbers(found: list[Any]) -> list[str]:
    """Return the numbers of the records among what was found."""
    return [each.number for each in found if isinstance(each, Record)]


def test_one_record_a_list_and_a_page_are_read(tmp_path: Path) -> None:
    both = [record("NCT99000101"), record("NCT99000102")]
    assert numbers(read(tmp_path / "a.json", json.dumps(both[0]))) == ["NCT99000101"]
    for written in (both, {"studies": both, "nextPageToken": "x"}, {"totalCount": 2, "studies": both}):
        assert numbers(read(tmp_path / "b.json", json.dumps(written))) == ["NCT99000101", "NCT99000102"]
    assert numbers(read(tmp_path / "c.json", b"\xef\xbb\xbf" + json.dumps(both).encode())) == numbers(both_of(both))


def both_of(records: list[Any]) -> list[Any]:
    """Return records as they would be read."""
    return [Record("", each["protocolSection"]["identificationModule"]["nctId"], each) for each in records]


@pytest.mark.parametrize(
    "wrap", ["[{}]", '{{"studies": [{}], "nextPageToken": "x"}}', '{{"totalCount": 3, "studies": [{}]}}']
)
def test_a_truncated_list_gives_what_is_whole_and_says_what_is_missing(tmp_path: Path, wrap: str) -> None:
    records = [json.dumps(record(f"NCT9900010{place}")) for place in (1, 2, 3)]
    whole = wrap.format(",\n".join(records))
    cut = whole[: whole.rindex("Asthma in adults")]
    found = read(tmp_path / "cut.json", cut)
    assert numbers(found) == ["NCT99000101", "NCT99000102"]
    assert isinstance(found[-1], Problem)
    assert codes(found[-1:]) == ["cut-off"]
    assert found[-1].params["number"] == "NCT99000103"
    for language in LANGUAGES:
        assert "NCT99000103" in say(found[-1], language)


def test_a_truncated_record_names_its_number(tmp_path: Path) -> None:
    text = json.dumps(record())
    (problem,) = read(tmp_path / "cut.json", text[:-30])
    assert codes([problem]) == ["cut-off"]
    assert problem.params["number"] == "NCT99000101"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "cut-off"), (b"not JSON at all", "not-json"), (b"\xff\xfe\x00", "not-utf8"), (b"[" * 100_000, "not-json"),
        (b"5", "no-record"), (b"[1]", "no-record"), (b'{"a": ' + b"9" * 5_000 + b"}", "not-json"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_records_is_said(tmp_path: Path, content: bytes, name: str) -> None:
    (problem,) = read(tmp_path / "odd.json", content)
    assert codes([problem]) == [name]
    say(problem, "zh-hans")


def test_a_folder_is_its_files_in_order_and_one_without_any_is_said(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/2.json", "a.json", "readme.txt"):
        (tmp_path / name).write_text("{}")
    assert [path.name for path in files_of([tmp_path])] == ["a.json", "2.json"]
    with pytest.raises(ProblemsError):
        files_of([tmp_path / "b" / "nothing"] if (tmp_path / "b" / "nothing").mkdir() is None else [])
