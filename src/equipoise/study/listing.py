"""A study as a public listing shows it: of this site, or somebody else's from a registry; in one language."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from equipoise.study.model.base import Number, Part


class Status(StrEnum):
    """Where a study or one of its centres stands."""

    NOT_YET_RECRUITING = "not_yet_recruiting"
    RECRUITING = "recruiting"
    BY_INVITATION = "by_invitation"
    ACTIVE = "active"  # going on, and nobody new is taken in
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class ListedContact(Part):
    """Whom to ask, as the source gives it."""

    name: str = ""
    role: str = ""
    organisation: str = ""
    phone: str = ""
    email: str = ""


class ListedCentre(Part):
    """A place where people are taken in. Without coordinates it cannot be near anybody; it is still shown."""

    site: str = ""  # the centre's two digits, of a study of this site
    name: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    address: str = ""
    latitude: Number | None = None  # degrees
    longitude: Number | None = None
    status: Status | None = None  # None: as the study's
    contacts: tuple[ListedContact, ...] = ()
    assumed: bool = False
    reason: str = ""


class ListedDate(Part):
    """A date as one source gives it."""

    value: str  # YYYY, YYYY-MM or YYYY-MM-DD
    kind: Literal["start", "completion"]
    source: str = ""


class Listing(Part):
    """A study, its facts and its words in one language."""

    number: str  # its registry number; a study without one goes by its id
    study: str = ""  # its id, if this site carries it
    language: str = "en"
    registry: str = ""
    url: str = ""
    title: str
    official_title: str = ""
    summary: str = ""
    description: str = ""
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    phase: str = ""  # in words
    status: Status = Status.UNKNOWN
    last_known: Status | None = None  # where the status is unknown because nobody confirmed it for long
    status_date: str = ""  # the day on which the source last confirmed it
    why_stopped: str = ""
    dates: tuple[ListedDate, ...] = ()
    updated: str = ""  # the day of the last change
    sponsor: str = ""
    sex: Literal["all", "female", "male"] = "all"
    youngest: Number | None = None  # years; None: no limit
    oldest: Number | None = None
    healthy_volunteers: bool | None = None  # whether healthy people may take part; None: not said
    inclusion: tuple[str, ...] = ()  # below an item, on lines of their own that begin with "– ", what belongs to it
    exclusion: tuple[str, ...] = ()
    criteria: str = ""  # the source's own text, where it could not be told apart into the two lists
    enrolment: int | None = None
    contacts: tuple[ListedContact, ...] = ()
    centres: tuple[ListedCentre, ...] = ()
    demonstration: str = ""  # shown on every page when set
    simulated: bool = False

    @property
    def is_recruiting(self) -> bool:
        """Whether people are taken in now."""
        return self.status is Status.RECRUITING

    def is_recruiting_at(self, centre: ListedCentre) -> bool:
        """Whether people are taken in at a centre now: it says so, or says nothing and the study does."""
        return self.is_recruiting and centre.status in (None, Status.RECRUITING)
