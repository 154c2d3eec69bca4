"""Who may see what: the complete table of roles and facts, and the one door that sealed values open through.

No sealed value opens without its event: the allocation's secret is used only for the act whose event records the
use, and a sealed arm opens only for somebody whose own `unblinded` event is in the history, or after the reveal.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from equipoise.conduct.context import Context
from equipoise.conduct.permissions import OF_A_CENTRE, Role
from equipoise.conduct.state import ParticipantState, State, StudyState
from equipoise.conduct.terms import Term
from equipoise.core.problem import Problem
from equipoise.core.sealed import Sealed, Warrant
from equipoise.randomise.blinding import open_arm


class Fact(StrEnum):
    """Something that can be known about a study or a participant."""

    ARM = "arm"  # of one participant
    ALLOCATION_LIST = "allocation_list"  # who has which arm, all of them
    KIT_ARM = "kit_arm"  # what a numbered kit holds
    NEXT_ALLOCATION = "next_allocation"
    RESULTS_BY_ARM = "results_by_arm"
    UNBLINDING_RESULTS = "unblinding_results"  # results that would tell the arm
    CLINICAL_DATA = "clinical_data"
    PERSONAL_DATA = "personal_data"
    QUERIES = "queries"
    DEVIATIONS = "deviations"
    HISTORY = "history"  # the events, arms sealed as they are
    ACCESS_LOG = "access_log"
    STUDY = "study"  # the study folder


class Sight(StrEnum):
    """When somebody sees a fact."""

    YES = "yes"
    OWN_CENTRE = "own_centre"
    OPEN = "open"  # in an open-label study, and after the reveal
    OPEN_OWN_CENTRE = "open_own_centre"  # the same, of the own centre
    # The same; in a blinded study also of the one person whom they have unblinded, with its reason in the history.
    EMERGENCY = "emergency"
    NO = "no"


_Y, _OWN, _OPEN, _OPEN_OWN, _EMERGENCY, _NO = (
    Sight.YES, Sight.OWN_CENTRE, Sight.OPEN, Sight.OPEN_OWN_CENTRE, Sight.EMERGENCY, Sight.NO,
)  # fmt: skip

# Columns in the order of `Role`: coordinator, investigator, pharmacist, monitor, data manager, statistician blinded
# and unblinded, sponsor, administrator, simulator, importer.
_TABLE: Mapping[Fact, tuple[Sight, ...]] = {
    Fact.ARM: (_OPEN_OWN, _EMERGENCY, _EMERGENCY, _OPEN, _OPEN, _OPEN, _Y, _OPEN, _NO, _OPEN, _Y),
    Fact.ALLOCATION_LIST: (_NO, _NO, _NO, _OPEN, _OPEN, _OPEN, _Y, _OPEN, _NO, _OPEN, _Y),
    Fact.KIT_ARM: (_NO, _NO, _NO, _NO, _NO, _OPEN, _Y, _NO, _NO, _NO, _NO),
    # Nobody: an allocation that can be foreseen is no allocation.
    Fact.NEXT_ALLOCATION: (_NO,) * 11,
    # Interim results by arm bias an open-label study too: only whoever reports to the safety board has them.
    Fact.RESULTS_BY_ARM: (_NO, _NO, _NO, _NO, _NO, _NO, _Y, _NO, _NO, _OPEN, _Y),
    Fact.UNBLINDING_RESULTS: (_OPEN_OWN, _OPEN_OWN, _OPEN_OWN, _OPEN, _OPEN, _OPEN, _Y, _OPEN, _NO, _Y, _Y),
    Fact.CLINICAL_DATA: (_OWN, _OWN, _OWN, _Y, _Y, _Y, _Y, _NO, _NO, _Y, _Y),
    # A monitor reads names beside the source documents at the centre, never through the system.
    Fact.PERSONAL_DATA: (_OWN, _OWN, _NO, _NO, _NO, _NO, _NO, _NO, _NO, _NO, _NO),
    Fact.QUERIES: (_OWN, _OWN, _NO, _Y, _Y, _NO, _NO, _NO, _NO, _Y, _Y),
    Fact.DEVIATIONS: (_OWN, _OWN, _OWN, _Y, _Y, _Y, _Y, _Y, _NO, _Y, _Y),
    Fact.HISTORY: (_OWN, _OWN, _OWN, _Y, _Y, _Y, _Y, _NO, _Y, _Y, _Y),
    Fact.ACCESS_LOG: (_NO, _NO, _NO, _Y, _Y, _NO, _NO, _NO, _Y, _NO, _NO),
    Fact.STUDY: (_Y,) * 11,
}
SIGHT: Mapping[tuple[Role, Fact], Sight] = {
    (role, fact): sight for fact, row in _TABLE.items() for role, sight in zip(Role, row, strict=True)
}


def may_see(study: StudyState, context: Context, fact: Fact, participant: ParticipantState | None = None) -> bool:
    """Whether who asks may see a fact, of one participant or (None) of the study."""
    role = Role(context.role)
    sight = SIGHT[role, fact]
    open_now = not is_blinded(study)
    own = _is_own(context, participant)
    match sight:
        case Sight.YES:
            return True
        case Sight.NO:
            return False
        case Sight.OWN_CENTRE:
            return own
        case Sight.OPEN:
            return open_now
        case Sight.OPEN_OWN_CENTRE:
            return own and open_now
        case Sight.EMERGENCY:
            unblinded = participant is not None and context.by in participant.unblinded_by
            return own and (open_now or unblinded)


def is_blinded(study: StudyState) -> bool:
    """Whether arms are sealed now: a double-blind study whose allocation has not been revealed.

    A past trial that is carried over was unblinded long ago.
    """
    return study.protocol.study.is_blinded and not study.secret and study.origin != "imported"


def _is_own(context: Context, participant: ParticipantState | None) -> bool:
    if context.role not in OF_A_CENTRE:
        return True
    return context.site is not None and (participant is None or participant.site == context.site)


class Act(StrEnum):
    """What the allocation's secret is used for: each act has its event, which is the record of the use."""

    COMMIT = "allocation_committed"
    DRAW = "allocated"
    ASSIGN_KIT = "kit_assigned"
    UNBLIND = "unblinded"
    REVEAL = "allocation_revealed"


def secret_for(act: Act, context: Context) -> bytes | Problem:
    """Return the allocation's secret for an act that `decide` records with an event."""
    if context.secret is None:
        return Problem("conduct.no-secret", {"act": Term("events", act.value)})
    return context.secret.open(Warrant(context.by, context.role, act.value))


def sealed_arm(state: State, context: Context) -> Sealed[str] | Problem:
    """Return a participant's arm, still sealed; in a blinded study that takes the secret."""
    study, participant = state.study, state.participant
    if participant is None or participant.allocation is None:
        return Problem("conduct.not-allocated", {"participant": participant.id if participant else ""})
    allocation = participant.allocation
    if not study.protocol.study.is_blinded or allocation["scheme"] == "imported":
        return Sealed(allocation["arm"])
    secret = bytes.fromhex(study.secret) if study.secret else secret_for(Act.UNBLIND, context)
    if isinstance(secret, Problem):
        return secret
    return Sealed(open_arm(secret, study.id, allocation["slot"], allocation["arm"]))


def open_sealed_arm(arm: Sealed[str], state: State, context: Context) -> str | Problem:
    """Open a participant's arm for who may see it now; the event that allows it is in the history already."""
    study, participant = state.study, state.participant
    if not may_see(study, context, Fact.ARM, participant):
        return Problem(
            "conduct.may-not-see",
            {"role": Term("roles", context.role), "fact": Term("facts", Fact.ARM.value)},
        )
    return arm.open(Warrant(context.by, context.role, "may see"))


def arm_for_kit(state: State, secret: bytes) -> str:
    """Return a participant's arm for choosing a kit that holds it; the kit's number is all that leaves `decide`."""
    participant = state.participant
    if participant is None or participant.allocation is None:
        raise LookupError("a kit is assigned to who is allocated")
    if not state.study.protocol.study.is_blinded:
        return str(participant.allocation["arm"])
    return open_arm(secret, state.study.id, participant.allocation["slot"], participant.allocation["arm"])
