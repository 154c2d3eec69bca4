"""Does the state allow it? Seven state machines as tables: states, owners, what moves them, what else may happen.

`decide` asks the tables before anything else, the fold moves along them, `verify` holds a history against them, and
the diagrams of the manual are drawn from them.

The name of a move is an event's type, with its outcome where that decides (`eligibility_decided:eligible`), or
with `:imported` where only the import of a past trial may do it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from equipoise.conduct.permissions import Role

NOBODY = "absent"  # the state of what is not there yet


@dataclass(frozen=True, slots=True)
class State:
    """A state: whose turn it is, where each event leads, and which events may happen without leading anywhere."""

    owner: Role
    moves: Mapping[str, str] = field(default_factory=dict)
    permits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Machine:
    """A table of states. `initial` is the state of what is not there yet."""

    name: str
    initial: str
    states: Mapping[str, State]
    _next: dict[tuple[str, str], str] = field(init=False, repr=False, default_factory=dict)
    _types: dict[str, frozenset[str]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name, state in self.states.items():
            unknown = set(state.moves.values()) - self.states.keys()
            if unknown or name in self._types:
                raise ValueError(f"{self.name}: {name} leads to {unknown}")
            self._next.update({(name, event): name for event in state.permits})
            self._next.update({(name, event): target for event, target in state.moves.items()})
            events = {*state.moves, *state.permits}
            self._types[name] = frozenset(
                {event if event.endswith(":imported") else event.partition(":")[0] for event in events}
            )

    def after(self, state: str, event: str, *, imported: bool = False) -> str | None:
        """Return the state after an event (with its outcome), or None if it cannot happen."""
        target = self._next.get((state, event))
        if target is None and imported:
            target = self._next.get((state, event.partition(":")[0] + ":imported"))
        return target

    def allows(self, state: str, event_type: str, *, imported: bool = False) -> bool:
        """Whether an event of a type can happen in a state, with one outcome or another."""
        types = self._types[state]
        return event_type in types or (imported and event_type + ":imported" in types)

    def states_for(self, event_type: str) -> tuple[str, ...]:
        """Return the states in which an event of a type can happen to people's own doing."""
        return tuple(state for state, types in self._types.items() if event_type in types)


_WITH_OUTCOME = frozenset({"eligibility_decided", "visits_stopped", "allocated"})


def outcome(event_type: str, data: Mapping[str, Any]) -> str:
    """Return the name that the tables know an event by."""
    if event_type not in _WITH_OUTCOME:
        return event_type
    if event_type == "eligibility_decided":
        return f"eligibility_decided:{data['verdict']}"
    if event_type == "visits_stopped":
        return "visits_stopped:completed" if data["reason"] == "completed" else "visits_stopped:early"
    return "allocated:imported" if data["scheme"] == "imported" else "allocated"


# --- what may happen together -----------------------------------------------------------------------------------
_QUERIES = frozenset({"query_opened", "query_answered", "query_closed"})
_VISITS = frozenset({"visit_recorded", "visit_missed", "item_entered", "item_corrected"})
_SPECIMENS = frozenset({"specimen_collected", "specimen_stored", "specimen_shipped"})
_SAFETY = frozenset({"adverse_event_reported", "medication_reported"})
_PAPERS = frozenset({"deviation_recorded", "frozen", "unlocked"})
_SCREENING = _VISITS | _SPECIMENS | _SAFETY | _QUERIES | _PAPERS | {"consent_renewed", "signed"}
_REVERSION = frozenset({"reversion_confirmed", "reversion_refuted"})
_DOSES = frozenset({"dose_given", "dose_withheld"})
# What may still be written down, for days up to the end, after a person has left.
_AFTERWARDS = _SCREENING - {"consent_renewed"} | _REVERSION | _DOSES | {"unblinded"}
_IMPORTED = frozenset(
    f"{event}:imported" for event in ("item_entered", "visit_recorded", "visit_missed", *sorted(_SAFETY))
)

_DECIDED = {
    "eligibility_decided:eligible": "eligible",
    "eligibility_decided:not eligible": "not_eligible",
    "eligibility_decided:cannot tell yet": "cannot_tell_yet",
    "eligibility_decided:needs judgement": "needs_judgement",
}
_LEAVES = {
    "visits_stopped:early": "stopped",
    "consent_withdrawn": "withdrawn",
}
_UNDECIDED = {**_DECIDED, **_LEAVES, "allocated:imported": "allocated"}
_FOLLOWED = {**_LEAVES, "visits_stopped:completed": "completed"}

PARTICIPANT = Machine(
    "participant",
    NOBODY,
    {
        NOBODY: State(Role.COORDINATOR, {"referred": "referred", "registered": "registered"}),
        "referred": State(Role.COORDINATOR, {"registered": "registered", "visits_stopped:early": "stopped"}, _PAPERS),
        "registered": State(
            Role.INVESTIGATOR,
            {"consent_given": "consented", "visits_stopped:early": "stopped", "allocated:imported": "allocated"},
            _PAPERS | _IMPORTED,
        ),
        "consented": State(Role.INVESTIGATOR, _UNDECIDED, _SCREENING),
        "cannot_tell_yet": State(Role.COORDINATOR, _UNDECIDED, _SCREENING),
        "needs_judgement": State(Role.INVESTIGATOR, _UNDECIDED, _SCREENING),
        "not_eligible": State(Role.INVESTIGATOR, _UNDECIDED, _SCREENING),
        "eligible": State(Role.INVESTIGATOR, {**_UNDECIDED, "allocated": "allocated"}, _SCREENING),
        "allocated": State(
            Role.COORDINATOR,
            {"treatment_stopped": "treatment_stopped", **_FOLLOWED},
            _SCREENING | _REVERSION | _DOSES | {"kit_assigned", "unblinded"},
        ),
        "treatment_stopped": State(Role.COORDINATOR, _FOLLOWED, _SCREENING | _REVERSION | _DOSES | {"unblinded"}),
        "completed": State(Role.DATA_MANAGER, {"consent_withdrawn": "withdrawn"}, _AFTERWARDS),
        "stopped": State(Role.DATA_MANAGER, {"consent_withdrawn": "withdrawn"}, _AFTERWARDS),
        "withdrawn": State(Role.DATA_MANAGER, {}, _AFTERWARDS),
    },
)

# Freezing one person's casebook stops entry; cleaning goes on, and so does what safety and the person's will ask for.
_CLEANING = _QUERIES | _REVERSION | {"item_corrected", "signed", "deviation_recorded", "consent_withdrawn", "unblinded"}
EVERYTHING = frozenset(
    event.partition(":")[0] for state in PARTICIPANT.states.values() for event in (*state.moves, *state.permits)
)

CASEBOOK = Machine(
    "casebook",
    "open",
    {
        "open": State(Role.COORDINATOR, {"frozen": "frozen"}, EVERYTHING - {"frozen", "unlocked"}),
        "frozen": State(Role.DATA_MANAGER, {"unlocked": "open"}, _CLEANING),
    },
)

VISIT = Machine(
    "visit",
    "expected",
    {
        "expected": State(Role.COORDINATOR, {"visit_recorded": "recorded", "visit_missed": "missed"}),
        # It can turn out later that a visit took place after all.
        "missed": State(Role.COORDINATOR, {"visit_recorded": "recorded"}),
        "recorded": State(Role.INVESTIGATOR, {"signed": "signed"}, frozenset({"item_entered", "item_corrected"})),
        # A signature covers what was there: whatever is entered later wants a new one.
        "signed": State(Role.INVESTIGATOR, {"item_entered": "recorded", "item_corrected": "recorded"}),
    },
)

QUERY = Machine(
    "query",
    NOBODY,
    {
        NOBODY: State(Role.MONITOR, {"query_opened": "open"}),
        "open": State(Role.COORDINATOR, {"query_answered": "answered"}),
        # An answer that does not settle it: the same query is opened again.
        "answered": State(Role.DATA_MANAGER, {"query_closed": "closed", "query_opened": "open"}),
        "closed": State(Role.DATA_MANAGER),
    },
)

SPECIMEN = Machine(
    "specimen",
    NOBODY,
    {
        NOBODY: State(Role.COORDINATOR, {"specimen_collected": "collected"}),
        "collected": State(Role.COORDINATOR, {"specimen_stored": "stored"}),
        "stored": State(Role.COORDINATOR, {"specimen_shipped": "shipped"}),
        "shipped": State(Role.SPONSOR),
    },
)

KIT = Machine(
    "kit",
    NOBODY,
    {
        NOBODY: State(Role.SPONSOR, {"kits_registered": "in_stock"}),
        "in_stock": State(Role.PHARMACIST, {"kit_assigned": "assigned"}),
        "assigned": State(Role.PHARMACIST),
    },
)

# The study is frozen and unlocked by events of the same type as one person's casebook.
_OWN_NAMES = {"frozen": "casebook_frozen", "unlocked": "casebook_unlocked"}
_RUNNING = frozenset({"version_published", "allocation_committed", "declarations_committed", "kits_registered"})
STUDY = Machine(
    "study",
    "unpublished",
    {
        "unpublished": State(Role.SPONSOR, {"version_published": "open"}),
        "open": State(
            Role.DATA_MANAGER,
            {"frozen": "frozen", "locked": "locked"},
            _RUNNING | EVERYTHING - _OWN_NAMES.keys() | frozenset(_OWN_NAMES.values()),
        ),
        "frozen": State(Role.DATA_MANAGER, {"locked": "locked", "unlocked": "open"}, _CLEANING),
        # An emergency does not wait for an unlock.
        "locked": State(
            Role.STATISTICIAN_UNBLINDED,
            {"unlocked": "open", "allocation_revealed": "revealed"},
            frozenset({"unblinded"}),
        ),
        "revealed": State(Role.STATISTICIAN_BLINDED),
    },
)


def known_to_study(event_type: str, *, of_participant: bool) -> str:
    """Return the name by which the study's table knows an event of its own stream or of a participant's."""
    return _OWN_NAMES.get(event_type, event_type) if of_participant else event_type


MACHINES: Mapping[str, Machine] = {
    machine.name: machine for machine in (STUDY, PARTICIPANT, CASEBOOK, VISIT, QUERY, SPECIMEN, KIT)
}
