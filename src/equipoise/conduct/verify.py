"""Verify a history: its chain, that everything in it could happen in its turn, and, once revealed, every draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from equipoise.conduct.appending import is_instant
from equipoise.conduct.chain import fault, is_intact
from equipoise.conduct.commands import EVENT_OF
from equipoise.conduct.decide.allocation import IMPORTED, levels_of, not_eligible_on
from equipoise.conduct.decide.eligibility import decision
from equipoise.conduct.decide.kits import shares
from equipoise.conduct.events import GENESIS, Event
from equipoise.conduct.evolve import evolve
from equipoise.conduct.permissions import ALLOWED
from equipoise.conduct.state import ParticipantState, State, StudyState
from equipoise.conduct.terms import Term
from equipoise.core.ids import STUDY_STREAM
from equipoise.core.problem import Problem, ProblemsError
from equipoise.randomise.blinding import open_arm
from equipoise.randomise.kits import kit_list
from equipoise.randomise.secret import check_commitment
from equipoise.randomise.stream import SECRET_BYTES
from equipoise.randomise.verify import verify_draws

_ROLES: Mapping[str, frozenset[str]] = {
    event: frozenset(role for command, events in EVENT_OF.items() if event in events for role in ALLOWED[command])
    for events in EVENT_OF.values()
    for event in events
}


class Allocations(StrEnum):
    """How far the allocations of a history have been checked."""

    VERIFIED = "verified"
    NOT_YET = "not yet verifiable"
    IMPORTED = "imported, not drawn here"
    NONE = "none"
    FAILED = "not verified"


@dataclass(frozen=True, slots=True)
class Verification:
    """What verification found. Without problems the history is whole; `head` is the hash of its last event."""

    study: str
    version: str
    events: int
    head: str
    allocated: int
    allocations: Allocations
    problems: tuple[Problem, ...] = ()
    head_seq: int = 0  # where the head that somebody kept stands; 0 if none was given

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong (allocations that cannot be verified yet are nothing wrong)."""
        return not self.problems


Watch = Callable[[State, Event], None]


def verify_events(events: Iterable[Event], *, head: str = "", watch: Watch | None = None) -> Verification:
    """Verify a history from its first event to its last, naming the first guilty event.

    `head` is a hash that the last event is known to have had once (it stands in a dataset's manifest and on every
    printed report): only it can show that events were cut off at the end, or that somebody made the whole chain anew.
    `watch` is told each event that holds, with the states after it.
    """
    replay = _Replay(watch)
    rest = iter(events)
    for event in rest:
        problem = replay.check(event, rest)
        if problem is not None:
            return replay.result(Allocations.FAILED, problem)
    if not head:
        return _with_allocations(replay)
    if head not in replay.hashes:
        return replay.result(Allocations.FAILED, Problem("conduct.cut-off", {"seq": len(replay.hashes)}))
    return replace(_with_allocations(replay), head_seq=replay.hashes.index(head) + 1)


def _where(event: Event) -> dict[str, str | int]:
    return {"seq": event.seq, "stream": event.stream}


class _Replay:
    """The states of a history while it is read, and what is needed to say where it goes wrong."""

    def __init__(self, watch: Watch | None) -> None:
        self.watch = watch
        self.study = StudyState("")
        self.participants: dict[str, ParticipantState] = {}
        self.head = GENESIS
        self.hashes: list[str] = []
        self.streams: list[str] = []
        self.allocated: list[Event] = []
        self.kits: list[Event] = []
        self.slots: dict[int, Event] = {}
        self.committed = 0
        self.revealed = 0
        self._key = ("", "", "")
        self._keys: set[str] = set()

    def check(self, event: Event, following: Iterator[Event]) -> Problem | None:
        """Return what is wrong with the next event, or fold it."""
        if event.seq != len(self.hashes) + 1 or event.previous != self.head or not is_intact(event):
            return fault(event, following, self.hashes, self.streams)
        problem = self._out_of_place(event)
        if problem is not None:
            return problem
        self.head = event.hash
        self.hashes.append(event.hash)
        self.streams.append(event.stream)
        return None

    def _out_of_place(self, event: Event) -> Problem | None:
        where = _where(event)
        if not self.hashes:
            self.study.id = event.study
        if event.study != self.study.id:
            return Problem("conduct.other-stream", {**where, "study": event.study})
        roles = _ROLES.get(event.type)
        if roles is None:
            return Problem("conduct.unknown-event", {"seq": event.seq, "type": event.type})
        if event.role not in roles:
            role = Term("roles", event.role)
            return Problem("conduct.wrong-role", {**where, "role": role, "type": Term("events", event.type)})
        transaction = (event.key, event.by, event.at)
        if transaction != self._key:
            if event.key in self._keys or not event.key or not is_instant(event.at):
                return Problem("conduct.key-again", {**where, "key": event.key})
            self._keys.add(event.key)
            self._key = transaction
        try:
            return self._fold(event)
        except ProblemsError as error:
            return self._named(error.problems[0], event)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # Whoever can write events of a form that Equipoise does not write gets no traceback out of it.
            return Problem("conduct.incomplete-event", {**where, "field": str(error)[:80]})

    def _fold(self, event: Event) -> Problem | None:
        participant = None
        if event.stream != STUDY_STREAM:
            participant = self.participants.get(event.stream)
            if participant is None:
                participant = self.participants[event.stream] = ParticipantState(event.stream)
        state = State(self.study, participant)
        match event.type:
            case "eligibility_decided":
                problem = _wrong_verdict(state, event)
            case "allocated":
                problem = self._wrong_allocation(state, event)
            case _:
                problem = None
        if problem is not None:
            return problem
        evolve(state, event)
        match event.type:
            case "allocated":
                self.slots[event.data["slot"]] = event
                self.allocated.append(event)
            case "kit_assigned":
                self.kits.append(event)
            case "allocation_committed":
                self.committed = event.seq
            case "allocation_revealed":
                self.revealed = event.seq
        if self.watch is not None:
            self.watch(state, event)
        return None

    def _wrong_allocation(self, state: State, event: Event) -> Problem | None:
        """Return why a person could not be allocated so: not eligible on that day, or of other levels."""
        if event.data["slot"] in self.slots:
            return self._named(Problem("conduct.slot-not-next", {"slot": event.data["slot"]}), event)
        # What the tables do not allow, and what was imported, is left to the fold.
        if state.participant is None or state.participant.state != "eligible" or event.data["scheme"] == IMPORTED:
            return None
        where = _where(event)
        problem = not_eligible_on(state, event.data["on"])
        if problem is not None:
            return Problem("conduct.allocated-not-eligible", {**where, "criteria": problem.params.get("criteria", "–")})
        levels = levels_of(state)
        if levels != event.data["levels"]:
            return Problem("conduct.wrong-levels", where)
        return None

    def _named(self, problem: Problem, event: Event) -> Problem:
        """Say of a slot that is not the next one whose it is."""
        slot = problem.params.get("slot")
        first = self.slots.get(slot) if problem.code == "conduct.slot-not-next" and isinstance(slot, int) else None
        if first is None:
            return problem
        return Problem(
            "conduct.slot-given-twice",
            {**_where(event), "slot": first.data["slot"], "first": first.stream, "first_seq": first.seq},
        )

    def result(self, allocations: Allocations, *problems: Problem) -> Verification:
        """Return what has been found."""
        study = self.study
        return Verification(
            study.id, study.version, len(self.hashes), self.head, len(self.allocated), allocations, problems
        )


def _wrong_verdict(state: State, event: Event) -> Problem | None:
    """Return that a decision on eligibility is not what the criteria say of the values before it."""
    if state.participant is None or state.study.published is None:
        return None
    if decision(state, event.data["on"]) == event.data:
        return None
    return Problem(
        "conduct.wrong-verdict", {"seq": event.seq, "stream": event.stream, "verdict": str(event.data["verdict"])}
    )


def _with_allocations(replay: _Replay) -> Verification:
    study = replay.study
    drawn = [event for event in replay.allocated if event.data["scheme"] != IMPORTED]
    if not replay.allocated:
        return replay.result(Allocations.NONE)
    if not drawn:
        return replay.result(Allocations.IMPORTED)
    if not study.secret:
        return replay.result(Allocations.NOT_YET)
    problem = _wrong_secret(replay)
    if problem is not None:
        return replay.result(Allocations.FAILED, problem)
    secret = bytes.fromhex(study.secret)
    protocol = study.protocol
    wrong = verify_draws(protocol.scheme, study.id, secret, drawn, blinded=protocol.study.is_blinded)
    found = (*wrong, *_wrong_kits(replay, secret)) if not wrong else tuple(wrong)
    return replay.result(Allocations.FAILED if found else Allocations.VERIFIED, *found)


def _wrong_secret(replay: _Replay) -> Problem | None:
    where: dict[str, str | int] = {"seq": replay.revealed}
    try:
        secret = bytes.fromhex(replay.study.secret)
    except ValueError:
        return Problem("conduct.secret-in-no-form", where)
    if len(secret) != SECRET_BYTES:
        return Problem("conduct.secret-in-no-form", where)
    if check_commitment(secret, replay.study.id, replay.study.commitment) is not None:
        return Problem("conduct.other-secret-revealed", {**where, "committed": replay.committed})
    return None


def _wrong_kits(replay: _Replay, secret: bytes) -> Iterator[Problem]:
    """Yield the first kit that does not hold its person's arm."""
    study = replay.study
    contents: dict[str, str] = {}
    for (_, product), consignments in study.consignments.items():
        for consignment in consignments:
            contents |= kit_list(secret, study.id, product, consignment.kits, shares(study.protocol.study))
    for event in replay.kits:
        arm = _arm(replay.participants[event.stream], study, secret)
        if contents.get(event.data["kit"]) != arm:
            yield Problem(
                "conduct.wrong-kit", {"seq": event.seq, "stream": event.stream, "kit": str(event.data["kit"])}
            )
            return


def _arm(participant: ParticipantState, study: StudyState, secret: bytes) -> str:
    allocation: dict[str, Any] = participant.allocation or {}
    if not study.protocol.study.is_blinded:
        return str(allocation["arm"])
    return open_arm(secret, study.id, allocation["slot"], allocation["arm"])
