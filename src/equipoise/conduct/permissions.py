"""May this person? The complete table of roles and commands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from equipoise.conduct import commands as c


class Role(StrEnum):
    """What somebody is in a study. The last two are technical: they play a simulated and carry over a past trial."""

    COORDINATOR = "coordinator"
    INVESTIGATOR = "investigator"
    PHARMACIST = "pharmacist"
    MONITOR = "monitor"
    DATA_MANAGER = "data_manager"
    STATISTICIAN_BLINDED = "statistician_blinded"
    STATISTICIAN_UNBLINDED = "statistician_unblinded"
    SPONSOR = "sponsor"
    ADMINISTRATOR = "administrator"
    SIMULATOR = "simulator"
    IMPORTER = "importer"


# A centre's people act only for their centre.
OF_A_CENTRE = frozenset({Role.COORDINATOR, Role.INVESTIGATOR, Role.PHARMACIST})
# Where the events of a study come from; a technical role has no place in a study of another origin.
ORIGIN_OF: Mapping[str, str] = {Role.SIMULATOR: "simulated", Role.IMPORTER: "imported"}

_CENTRE = (Role.COORDINATOR, Role.INVESTIGATOR)
_REVIEW = (Role.MONITOR, Role.DATA_MANAGER)
_PLAYED = (Role.SIMULATOR,)
_CARRIED = (Role.SIMULATOR, Role.IMPORTER)


def _may(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


ALLOWED: Mapping[type, frozenset[Role]] = {
    c.PublishVersion: _may(Role.SPONSOR, Role.ADMINISTRATOR, *_CARRIED),
    # Whoever analyses blinded must not hold the secret; the sponsor must not either.
    c.CommitAllocation: _may(Role.STATISTICIAN_UNBLINDED, Role.ADMINISTRATOR, *_PLAYED),
    c.CommitDeclarations: _may(Role.STATISTICIAN_BLINDED, Role.SPONSOR, *_CARRIED),
    c.RegisterKits: _may(Role.PHARMACIST, Role.SPONSOR, *_PLAYED),
    c.Freeze: _may(Role.DATA_MANAGER, *_CARRIED),
    c.Lock: _may(Role.DATA_MANAGER, *_CARRIED),
    c.Unlock: _may(Role.DATA_MANAGER, *_CARRIED),
    c.RevealAllocation: _may(Role.STATISTICIAN_UNBLINDED, Role.ADMINISTRATOR, *_PLAYED),
    c.Refer: _may(*_CENTRE, *_CARRIED),
    c.Register: _may(*_CENTRE, *_CARRIED),
    c.GiveConsent: _may(*_CENTRE, *_CARRIED),
    c.RenewConsent: _may(*_CENTRE, *_CARRIED),
    c.EnterItems: _may(*_CENTRE, *_CARRIED),
    c.CorrectItem: _may(*_CENTRE, *_CARRIED),
    c.RecordVisit: _may(*_CENTRE, *_CARRIED),
    c.MissVisit: _may(*_CENTRE, *_CARRIED),
    # Who is eligible is a medical decision (ICH E6, 4.3.1).
    c.DecideEligibility: _may(Role.INVESTIGATOR, *_CARRIED),
    c.Allocate: _may(*_CENTRE, *_PLAYED),
    c.ImportAllocation: _may(Role.IMPORTER),
    c.AssignKit: _may(Role.INVESTIGATOR, Role.PHARMACIST, *_PLAYED),
    c.Unblind: _may(Role.INVESTIGATOR, Role.PHARMACIST, *_PLAYED),
    c.GiveDose: _may(*_CENTRE, *_CARRIED),
    c.WithholdDose: _may(*_CENTRE, *_CARRIED),
    c.CollectSpecimen: _may(*_CENTRE, *_CARRIED),
    c.StoreSpecimen: _may(*_CENTRE, *_CARRIED),
    c.ShipSpecimen: _may(*_CENTRE, *_CARRIED),
    c.ReportAdverseEvent: _may(*_CENTRE, *_CARRIED),
    c.ReportMedication: _may(*_CENTRE, *_CARRIED),
    c.JudgeReversion: _may(Role.INVESTIGATOR, *_CARRIED),
    c.RecordDeviation: _may(*_CENTRE, Role.MONITOR, *_CARRIED),
    c.StopTreatment: _may(*_CENTRE, *_CARRIED),
    c.StopVisits: _may(*_CENTRE, *_CARRIED),
    c.WithdrawConsent: _may(*_CENTRE, *_CARRIED),
    c.OpenQuery: _may(*_REVIEW, *_PLAYED),
    c.AnswerQuery: _may(*_CENTRE, *_CARRIED),
    c.CloseQuery: _may(*_REVIEW, *_CARRIED),
    c.Sign: _may(Role.INVESTIGATOR, *_CARRIED),
}

# A judgement is the investigator's own; a coordinator does not enter it for them.
MAY_JUDGE = _may(Role.INVESTIGATOR, *_CARRIED)


def who_may(command: type) -> tuple[Role, ...]:
    """Return the roles of people that may give a command, in the table's order; technical ones only if no other may."""
    allowed = [role for role in Role if role in ALLOWED[command]]
    people = [role for role in allowed if role not in ORIGIN_OF]
    return tuple(people or allowed)
