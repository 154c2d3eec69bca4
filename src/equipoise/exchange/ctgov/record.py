"""A registry's record as a listing: its facts taken over, its texts cleaned, and what could not be read said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, cast

from equipoise.core.problem import Place, Problem, ProblemsError, Severity
from equipoise.exchange.ctgov import values
from equipoise.exchange.ctgov.criteria import told_apart
from equipoise.exchange.ctgov.texts import flowing, line
from equipoise.study.listing import ListedCentre, ListedContact, ListedDate, Listing, Status

REGISTRY = "ClinicalTrials.gov"
_ADDRESS = "https://clinicaltrials.gov/study/"
_DEGREES = Decimal("0.00001")  # a metre
_KINDS = {str: "text", int: "number", float: "number", bool: "truth", dict: "object", list: "list"}


@dataclass(slots=True)
class _Reader:
    """Takes values out of one record and notes what it cannot read."""

    file: str
    number: str = ""
    notes: list[Problem] = field(default_factory=list)

    def refuse(self, name: str, **params: str | int) -> ProblemsError:
        """Return what refuses the whole record."""
        return ProblemsError([self._problem(name, Severity.ERROR, params)])

    def note(self, name: str, **params: str | int) -> None:
        """Note what of the record is left out."""
        self.notes.append(self._problem(name, Severity.NOTE, params))

    def _problem(self, name: str, severity: Severity, params: Mapping[str, str | int]) -> Problem:
        known = {"number": self.number or "—", "file": self.file, **params}
        return Problem(f"exchange.ctgov.{name}", known, Place(self.file), severity)

    def _take(self, node: Mapping[str, Any], key: str, kind: type) -> Any:
        value = node.get(key)
        if value is not None and not isinstance(value, kind):
            raise self.refuse("wrong-kind", field=key, expected=_KINDS[kind])
        return value

    def within(self, node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """Return what a key holds: an object, empty if it is not there."""
        return cast(Mapping[str, Any], self._take(node, key, dict) or {})

    def each(self, node: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
        """Return a list of objects."""
        found = self._take(node, key, list) or []
        if not all(isinstance(one, dict) for one in found):
            raise self.refuse("wrong-kind", field=key, expected="list")
        return cast(Sequence[Mapping[str, Any]], found)

    def text(self, node: Mapping[str, Any], key: str) -> str:
        """Return a text of one line."""
        return line(self._take(node, key, str) or "")

    def texts(self, node: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """Return a list of texts without empty ones, each once."""
        found = self._take(node, key, list) or []
        if not all(isinstance(one, str) for one in found):
            raise self.refuse("wrong-kind", field=key, expected="list")
        return tuple(dict.fromkeys(filter(None, map(line, found))))

    def long_text(self, node: Mapping[str, Any], key: str) -> str:
        """Return a text as it stands."""
        return cast(str, self._take(node, key, str) or "")

    def truth(self, node: Mapping[str, Any], key: str) -> bool | None:
        """Return a truth, or None."""
        return cast("bool | None", self._take(node, key, bool))

    def date(self, node: Mapping[str, Any], key: str) -> str:
        """Return a date, partial or whole, from a text or from an object that has one."""
        value = node.get(key)
        text = self.text(value, "date") if isinstance(value, dict) else self.text(node, key)
        if not text:
            return ""
        try:
            return values.partial_date(text)
        except ValueError:
            self.note("date-unreadable", field=key, value=text[:60])
            return ""

    def age(self, node: Mapping[str, Any], key: str) -> Decimal | None:
        """Return an age in years."""
        text = self.text(node, key)
        try:
            return values.age(text)
        except ValueError:
            self.note("age-unreadable", field=key, value=text[:60])
            return None


@dataclass(frozen=True, slots=True)
class Converted:
    """A record as a listing, and what of it was left out."""

    listing: Listing
    notes: tuple[Problem, ...] = ()


def number_in(record: object) -> str:
    """Return a record's number as far as it says one, whatever else is wrong with it."""
    for key in ("protocolSection", "identificationModule", "nctId"):
        record = record.get(key) if isinstance(record, dict) else None
    return line(record)[:40] if isinstance(record, str) else ""


def listing_of_record(record: Mapping[str, Any], file: str, demonstration: str = "") -> Converted:
    """Return a record as a listing. Raises ProblemsError if it cannot be one.

    ``demonstration`` is said on every page of it; an invented record has no page at the registry.
    """
    reader = _Reader(file, number_in(record))
    protocol = reader.within(record, "protocolSection")
    if not protocol:
        raise reader.refuse("no-record")
    identity, status = reader.within(protocol, "identificationModule"), reader.within(protocol, "statusModule")
    if not values.NUMBER.fullmatch(reader.number):
        raise reader.refuse("no-number")
    brief, official = reader.text(identity, "briefTitle"), reader.text(identity, "officialTitle")
    if not (brief or official):
        raise reader.refuse("no-title")
    texts, about = reader.within(protocol, "descriptionModule"), reader.within(protocol, "conditionsModule")
    design, people = reader.within(protocol, "designModule"), reader.within(protocol, "eligibilityModule")
    where = reader.within(protocol, "contactsLocationsModule")
    done = reader.each(reader.within(protocol, "armsInterventionsModule"), "interventions")
    sponsor = reader.within(reader.within(protocol, "sponsorCollaboratorsModule"), "leadSponsor")
    criteria = told_apart(reader.long_text(people, "eligibilityCriteria"))
    listing = Listing(
        number=reader.number,
        registry=REGISTRY,
        url="" if demonstration else f"{_ADDRESS}{reader.number}",
        title=brief or official,
        official_title=official if brief and official != brief else "",
        summary=flowing(reader.long_text(texts, "briefSummary")),
        description=flowing(reader.long_text(texts, "detailedDescription")),
        conditions=reader.texts(about, "conditions"),
        keywords=reader.texts(about, "keywords"),
        interventions=tuple(dict.fromkeys(filter(None, (reader.text(one, "name") for one in done)))),
        phase=_phase(reader, design),
        dates=_dates(reader, status),
        updated=_updated(reader, status),
        sponsor=reader.text(sponsor, "name"),
        sex=_sex(reader, people),
        **_ages(reader, people),
        healthy_volunteers=reader.truth(people, "healthyVolunteers"),
        inclusion=criteria.inclusion,
        exclusion=criteria.exclusion,
        criteria=criteria.whole,
        enrolment=_enrolment(reader, design),
        contacts=_contacts(reader, where, "centralContacts") + _officials(reader, where),
        centres=tuple(_centre(reader, one) for one in reader.each(where, "locations")),
        demonstration=demonstration,
        **_status(reader, status),
    )
    return Converted(listing, tuple(reader.notes))


def _status(reader: _Reader, status: Mapping[str, Any]) -> dict[str, Any]:
    known = reader.text(status, "lastKnownStatus")
    return {
        "status": _status_of(reader, reader.text(status, "overallStatus")),
        "last_known": _status_of(reader, known) if known else None,
        "status_date": reader.date(status, "statusVerifiedDate"),
        "why_stopped": reader.text(status, "whyStopped"),
    }


def _status_of(reader: _Reader, text: str) -> Status:
    found = values.STATUSES.get(text)
    if found is None:
        reader.note("status-unknown", value=text[:60])
    return found or Status.UNKNOWN


def _dates(reader: _Reader, status: Mapping[str, Any]) -> tuple[ListedDate, ...]:
    kinds: tuple[tuple[Literal["start", "completion"], str], ...] = (
        ("start", "startDateStruct"),
        ("completion", "completionDateStruct"),
    )
    found = ((kind, reader.date(status, key)) for kind, key in kinds)
    return tuple(ListedDate(value=value, kind=kind, source=REGISTRY) for kind, value in found if value)


def _updated(reader: _Reader, status: Mapping[str, Any]) -> str:
    for key in ("lastUpdatePostDateStruct", "lastUpdateSubmitDate", "statusVerifiedDate"):
        if found := reader.date(status, key):
            return found
    return ""


def _phase(reader: _Reader, design: Mapping[str, Any]) -> str:
    phases = reader.texts(design, "phases")
    if unknown := [each for each in phases if each not in values.PHASES]:
        reader.note("phase-unknown", value=unknown[0][:60])
    return " / ".join(filter(None, (values.PHASES.get(each, "") for each in phases)))


def _sex(reader: _Reader, people: Mapping[str, Any]) -> Any:
    text = reader.text(people, "sex")
    if text and text not in values.SEXES:
        reader.note("sex-unknown", value=text[:60])
    return values.SEXES.get(text, "all")


def _ages(reader: _Reader, people: Mapping[str, Any]) -> dict[str, Decimal | None]:
    youngest, oldest = reader.age(people, "minimumAge"), reader.age(people, "maximumAge")
    if youngest is not None and oldest is not None and youngest > oldest:
        reader.note("ages-crossed", youngest=str(youngest), oldest=str(oldest))
        return {"youngest": None, "oldest": None}
    return {"youngest": youngest, "oldest": oldest}


def _enrolment(reader: _Reader, design: Mapping[str, Any]) -> int | None:
    count = reader.within(design, "enrollmentInfo").get("count")
    return count if isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 10**9 else None


def _contacts(reader: _Reader, node: Mapping[str, Any], key: str) -> tuple[ListedContact, ...]:
    found = (
        ListedContact(
            name=reader.text(one, "name"),
            role=reader.text(one, "role").replace("_", " ").lower(),
            phone=_phone(reader, one),
            email=reader.text(one, "email"),
        )
        for one in reader.each(node, key)
    )
    return tuple(one for one in found if one != ListedContact(role=one.role))


def _officials(reader: _Reader, node: Mapping[str, Any]) -> tuple[ListedContact, ...]:
    return tuple(
        ListedContact(
            name=reader.text(one, "name"),
            role=reader.text(one, "role").replace("_", " ").lower(),
            organisation=reader.text(one, "affiliation"),
        )
        for one in reader.each(node, "overallOfficials")
        if reader.text(one, "name")
    )


def _phone(reader: _Reader, one: Mapping[str, Any]) -> str:
    phone, more = reader.text(one, "phone"), reader.text(one, "phoneExt")
    # Some write the country's code into the field of the extension.
    return f"{more} {phone}" if phone and more.startswith("+") else f"{phone} ext. {more}" if phone and more else phone


def _centre(reader: _Reader, one: Mapping[str, Any]) -> ListedCentre:
    latitude, longitude = _point(reader, one)
    status = reader.text(one, "status")
    return ListedCentre(
        name=reader.text(one, "facility"),
        city=reader.text(one, "city"),
        state=reader.text(one, "state"),
        postcode=reader.text(one, "zip"),
        country=reader.text(one, "country"),
        latitude=latitude,
        longitude=longitude,
        status=_status_of(reader, status) if status else None,
        contacts=_contacts(reader, one, "contacts"),
    )


def _point(reader: _Reader, one: Mapping[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    point = one.get("geoPoint")
    if point is None:
        return None, None
    both = (point.get("lat"), point.get("lon")) if isinstance(point, dict) else (None, None)
    # Bounds first: a whole number may be too large to ask whether it is finite.
    if not all(map(_is_within, both, (90, 180))):
        reader.note("place-unreadable", city=reader.text(one, "city") or "—")
        return None, None
    return tuple(Decimal(repr(each)).quantize(_DEGREES) for each in both)  # type: ignore[return-value]


def _is_within(value: object, most: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most
