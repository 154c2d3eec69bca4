"""Commands: what people ask for. `decide` turns each into events, or a Problem.

An event's data are its command's fields (without the participant, which is its stream), plus what `decide`
adds; `EVENT_OF` names the event of each. Values travel as text, as they were written; dates as ISO text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# --- the study's stream ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishVersion:
    """Publish a version of the study; the event adds version, content_hash and the canonical study."""

    reason: str = ""
    truth: str = ""  # of a simulated trial: what holds in it
    seed: str = ""  # of a simulated trial: what makes it again


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitAllocation:
    """Commit to the allocation secret before the first draw; the event adds the commitment and the scheme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitDeclarations:
    """Commit to the endpoint and analysis declarations; the event adds their hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterKits:
    """Tell a centre's stock of blinded kits."""

    site: str
    product: str
    kits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Freeze (no entry; queries and corrections go on) the study or one participant."""

    participant: str = ""  # empty: the study


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Lock the database of the study: nothing changes any more."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """Unlock the study (frozen or locked) or one frozen participant, with the reason."""

    reason: str
    participant: str = ""  # empty: the study


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealAllocation:
    """Reveal the allocation secret after the lock, so that anybody can replay every draw."""


# --- a participant's stream -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer:
    """Refer a person to a centre; gives the number."""

    participant: str  # empty: the centre's next number
    site: str
    on: str
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Register a person at a centre for screening; gives the number if no referral did."""

    participant: str  # empty: the centre's next number
    site: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveConsent:
    """Record consent to a version of the form, in a language, with the optional parts."""

    participant: str
    document: str  # the form's version
    language: str
    on: str
    options: Mapping[str, bool] = field(default_factory=dict)
    age: int | None = None  # completed years on that day; the full birth date stays with the personal data


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewConsent:
    """Record renewed consent to a newer version of the form."""

    participant: str
    document: str
    language: str
    on: str
    options: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item value as written ("<0.05", "negative", "unknown"); laboratory values with what their slip states."""

    item: str
    value: str
    unit: str = ""
    limit: str = ""
    assay: str = ""
    laboratory: str = ""
    stated_by: Literal["document", "patient"] = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterItems:
    """Enter items of a form at a visit on a day: one event `item_entered` an item (data: visit, form, on, + Entry)."""

    participant: str
    visit: str
    form: str
    on: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectItem:
    """Correct an item; the reason is required, the event adds the previous value."""

    participant: str
    visit: str
    form: str
    on: str
    entry: Entry
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVisit:
    """Record that a visit took place on a day; an unscheduled one has a visit id `unscheduled-N`."""

    participant: str
    visit: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissVisit:
    """Record that a visit did not take place."""

    participant: str
    visit: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideEligibility:
    """Decide eligibility on a day; the event adds the verdict and each criterion's status."""

    participant: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocate:
    """Allocate an eligible person; the event adds slot, factor levels and arm (sealed text in a blinded study)."""

    participant: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAllocation:
    """Carry over an allocation that was drawn elsewhere; the event is `allocated` with the scheme "imported"."""

    participant: str
    on: str
    arm: str
    levels: Mapping[str, str]
    source: str  # the file and row that state it


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignKit:
    """Assign the next kit of the person's arm at the centre; the event adds the kit's number."""

    participant: str
    visit: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unblind:
    """Unblind one person; the reason is required. The arm goes to who asked, never into the history."""

    participant: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveDose:
    """Record a dose with what a dose must carry."""

    participant: str
    visit: str
    schedule: str  # the dose schedule's id
    product: str
    batch: str
    expiry: str
    amount: str
    unit: str
    body_site: str
    given_by: str
    on: str
    observation: str
    despite: str = ""  # the reason, where the rule says to withhold: then also a deviation is recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class WithholdDose:
    """Record a planned dose that was not given, and why."""

    participant: str
    visit: str
    schedule: str
    on: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectSpecimen:
    """Collect a specimen."""

    participant: str
    visit: str
    specimen: str  # its own id
    kind: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSpecimen:
    """Store a collected specimen."""

    participant: str
    specimen: str
    on: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipSpecimen:
    """Ship a stored specimen in a batch."""

    participant: str
    specimen: str
    on: str
    batch: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAdverseEvent:
    """Report an adverse event, or (same id again) what has become of it."""

    participant: str
    adverse_event: str
    term: str
    on: str  # onset
    severity: Literal["mild", "moderate", "severe", "life_threatening", "fatal"]
    serious: bool
    related: Literal["related", "possibly_related", "not_related"]
    outcome: Literal["recovered", "recovering", "not_recovered", "fatal", "unknown"]
    ended: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMedication:
    """Report a medication, or (same id again) its end."""

    participant: str
    medication: str
    name: str
    category: str
    started: str
    ended: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeReversion:
    """Confirm or refute a reversion that was seen; the event is `reversion_confirmed` or `reversion_refuted`."""

    participant: str
    reversion: str  # the declaration's id
    first_positive: str
    repeated: str
    finding: Literal["confirmed", "refuted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDeviation:
    """Record a deviation from the protocol."""

    participant: str
    deviation: str
    category: str
    on: str
    words: str
    major: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTreatment:
    """Stop treatment; visits go on."""

    participant: str
    on: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopVisits:
    """Stop visits: completed, lost, moved, died …; the reason `death` is a death."""

    participant: str
    on: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent:
    """Withdraw consent, with the person's choice on what was collected so far."""

    participant: str
    on: str
    data_use: Literal["keep", "keep_without_specimens", "no_further_use"]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuery:
    """Open a query on an item."""

    participant: str
    query: str
    visit: str
    item: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuery:
    """Answer a query."""

    participant: str
    query: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseQuery:
    """Close an answered query."""

    participant: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Sign a visit, or the whole casebook (empty visit)."""

    participant: str
    meaning: str
    visit: str = ""


Command = (
    PublishVersion
    | CommitAllocation
    | CommitDeclarations
    | RegisterKits
    | Freeze
    | Lock
    | Unlock
    | RevealAllocation
    | Refer
    | Register
    | GiveConsent
    | RenewConsent
    | EnterItems
    | CorrectItem
    | RecordVisit
    | MissVisit
    | DecideEligibility
    | Allocate
    | ImportAllocation
    | AssignKit
    | Unblind
    | GiveDose
    | WithholdDose
    | CollectSpecimen
    | StoreSpecimen
    | ShipSpecimen
    | ReportAdverseEvent
    | ReportMedication
    | JudgeReversion
    | RecordDeviation
    | StopTreatment
    | StopVisits
    | WithdrawConsent
    | OpenQuery
    | AnswerQuery
    | CloseQuery
    | Sign
)

EVENT_OF: Mapping[type, tuple[str, ...]] = {
    PublishVersion: ("version_published",),
    CommitAllocation: ("allocation_committed",),
    CommitDeclarations: ("declarations_committed",),
    RegisterKits: ("kits_registered",),
    Freeze: ("frozen",),
    Lock: ("locked",),
    Unlock: ("unlocked",),
    RevealAllocation: ("allocation_revealed",),
    Refer: ("referred",),
    Register: ("registered",),
    GiveConsent: ("consent_given",),
    RenewConsent: ("consent_renewed",),
    EnterItems: ("item_entered", "query_opened"),
    CorrectItem: ("item_corrected", "query_opened"),
    RecordVisit: ("visit_recorded",),
    MissVisit: ("visit_missed",),
    DecideEligibility: ("eligibility_decided",),
    Allocate: ("allocated",),
    ImportAllocation: ("allocated",),
    AssignKit: ("kit_assigned",),
    Unblind: ("unblinded",),
    GiveDose: ("dose_given", "deviation_recorded"),
    WithholdDose: ("dose_withheld",),
    CollectSpecimen: ("specimen_collected",),
    StoreSpecimen: ("specimen_stored",),
    ShipSpecimen: ("specimen_shipped",),
    ReportAdverseEvent: ("adverse_event_reported",),
    ReportMedication: ("medication_reported",),
    JudgeReversion: ("reversion_confirmed", "reversion_refuted"),
    RecordDeviation: ("deviation_recorded",),
    StopTreatment: ("treatment_stopped",),
    StopVisits: ("visits_stopped",),
    WithdrawConsent: ("consent_withdrawn",),
    OpenQuery: ("query_opened",),
    AnswerQuery: ("query_answered",),
    CloseQuery: ("query_closed",),
    Sign: ("signed",),
}
