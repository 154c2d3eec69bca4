"""What `decide` reads: a study's and a participant's state, folded from the history by `evolve` and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from equipoise.conduct.states import NOBODY
from equipoise.randomise.state import AllocationState

if TYPE_CHECKING:
    from equipoise.conduct.events import Event
    from equipoise.conduct.protocol import Protocol
    from equipoise.criteria.facts import Observation
    from equipoise.study.model.study import Study

Data = dict[str, Any]


@dataclass(slots=True)
class Consignment:
    """Kits of one product that came to a centre together."""

    kits: tuple[str, ...]
    assigned: set[str] = field(default_factory=set)


@dataclass(slots=True)
class StudyState:
    """What a command needs to know of the study. Its size depends on centres, strata and kits, not on the history."""

    id: str
    state: str = "unpublished"
    published: Protocol | None = None
    origin: str = "conducted"
    commitment: str = ""
    declarations: str = ""  # the hash that was committed last
    secret: str = ""  # once revealed
    known: Study | None = None  # a version that is at hand already, so that its event need not be read again
    allocation: AllocationState = field(default_factory=AllocationState)
    allocated: int = 0
    numbers: dict[str, int] = field(default_factory=dict)  # the last participant number of each centre
    open_queries: int = 0
    consignments: dict[tuple[str, str], list[Consignment]] = field(default_factory=dict)  # by centre and product

    @property
    def protocol(self) -> Protocol:
        """The protocol in force."""
        if self.published is None:
            raise LookupError(f"study {self.id} has no published version")
        return self.published

    @property
    def version(self) -> str:
        """The version in force; empty before the first is published."""
        return self.published.version if self.published else ""


class Series(NamedTuple):
    """The first `entered` entries of a variable, as a protocol reads them, in date order."""

    protocol: Protocol
    entered: int
    known: tuple[Observation, ...]


@dataclass(slots=True)
class ParticipantState:
    """What a command needs to know of one participant."""

    id: str
    site: str = ""
    state: str = NOBODY
    casebook: str = "open"
    consent: Data | None = None  # document, language, on, options, age
    verdict: str = ""
    decided_on: str = ""
    judged_by: Protocol | None = None  # the protocol of the verdict, while nothing was entered since
    allocation: Data | None = None  # slot, arm (sealed text in a blinded study), on, levels, scheme
    visits: dict[str, str] = field(default_factory=dict)  # visit → its state
    visited_on: dict[str, str] = field(default_factory=dict)
    items: dict[str, dict[tuple[str, str], Event]] = field(default_factory=dict)  # by variable, then (visit, form)
    series: dict[str, Series] = field(default_factory=dict)  # `facts` keeps here what it has read
    doses: dict[tuple[str, str], Data] = field(default_factory=dict)  # (schedule, visit) → the dose given or withheld
    last_dose: dict[str, str] = field(default_factory=dict)  # product → day
    kits: dict[str, str] = field(default_factory=dict)  # kit → product
    kit_visits: set[tuple[str, str]] = field(default_factory=set)  # (product, visit)
    specimens: dict[str, str] = field(default_factory=dict)
    adverse_events: dict[str, Data] = field(default_factory=dict)
    medication: dict[str, Data] = field(default_factory=dict)
    deviations: set[str] = field(default_factory=set)
    reversions: dict[tuple[str, str], str] = field(default_factory=dict)  # (reversion, first positive) → finding
    queries: dict[str, str] = field(default_factory=dict)
    unblinded_by: set[str] = field(default_factory=set)
    treatment_stopped_on: str = ""
    stopped_on: str = ""
    withdrawn_on: str = ""
    data_use: str = ""

    @property
    def last_day(self) -> str:
        """The day after which nothing more can be recorded; empty while the person is followed."""
        if self.stopped_on and self.withdrawn_on:
            return min(self.stopped_on, self.withdrawn_on)
        return self.stopped_on or self.withdrawn_on


@dataclass(slots=True)
class State:
    """What `decide` is given: the study's state and, for a participant's command, the participant's."""

    study: StudyState
    participant: ParticipantState | None = None
