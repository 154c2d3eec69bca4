"""Writing to a history: lock and load, decide, append and project; what is to follow waits for the commit.

Everything that changes a study goes through `writing`, whoever asks: a page, the command line, a simulated trial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from equipoise.conduct import commands as c
from equipoise.conduct.appending import answered_before, next_events, unfit
from equipoise.conduct.context import Context
from equipoise.conduct.events import Event as Happened
from equipoise.conduct.evolve import evolve, follow
from equipoise.conduct.facts import facts_of
from equipoise.conduct.snapshot import restored
from equipoise.conduct.state import ParticipantState, State, StudyState
from equipoise.conduct.visibility import open_sealed_arm, sealed_arm
from equipoise.core import canonical
from equipoise.core.ids import STUDY_STREAM, is_participant_id
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.sealed import Sealed
from equipoise.server import clock
from equipoise.server.records import history, memory, statements
from equipoise.server.records.models import LONGEST_KEY
from equipoise.server.records.projections import Projected, study_values
from equipoise.server.records.secrets import opened
from equipoise.server.records.turn import turn_to_write
from equipoise.study.model.study import Study as Declared

# The commands that draw, assign, open or publish what the secret hides.
_NEEDS_SECRET = frozenset({c.CommitAllocation, c.Allocate, c.AssignKit, c.Unblind, c.RevealAllocation})
_SKEW = 5  # seconds by which two machines' clocks may differ without a write being refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks for a change: an account's name, its role in the study, its centre."""

    by: str
    role: str
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """What will be asked for: with it everything is loaded that can be before others have to wait for the row."""

    key: str
    participant: str = ""


class Writing:
    """A study whose row is locked until the transaction ends."""

    def __init__(self, locked: statements.Locked, now: Callable[[], str]) -> None:
        row = locked.row
        self._row, self._now, self._sealed = row, now, locked.secret
        self._seq, self._head, self._at = row.seq, row.head, row.at
        self._published_seq = row.published_seq
        self._participants: dict[str, memory.Kept[ParticipantState]] = {}
        self._made: list[Happened] = []
        self._projected = Projected()
        self._foreseen: dict[str, list[Happened]] = {}  # key → the events that it has given already
        self.study = self._load_study()

    def foresee(self, ahead: Ahead, kept: memory.Kept[ParticipantState], events: list[Happened]) -> None:
        """Take what was loaded ahead, and the events that came with the row."""
        self._foreseen[ahead.key] = [event for event in events if event.key == ahead.key]
        # A state that is ahead of this history is another database's, from before a restore.
        if ahead.participant and kept.seq <= self._row.seq:
            self._load_participant(ahead.participant, kept, _since(events, ahead.participant, kept.seq))

    def do(
        self,
        command: c.Command,
        asker: Asker,
        key: str,
        *,
        version: str = "",
        publishes: Declared | None = None,
        at: str = "",
    ) -> tuple[Happened, ...] | Problem:
        """Decide a command and append its events, or say why it is refused.

        `version` is the study version that the asker has before them, `publishes` the one to publish; `at` is the
        moment in a history that is carried over or played, otherwise it is now.
        """
        if len(key) > LONGEST_KEY:
            return Problem("server.records.key-too-long", {"limit": LONGEST_KEY})
        context = Context(
            by=asker.by,
            role=asker.role,
            site=asker.site,
            at=at or self._moment(),
            key=key,
            version=version,
            secret=self._secret(command),
            study=publishes,
        )
        problem = unfit(context) or self._backwards(context.at)
        if problem is not None:
            return problem
        number = getattr(command, "participant", "")
        kept = [event for event in self._made if event.key == key] or self._under_key(key, number)
        if kept:
            return answered_before(command, context, kept)
        state = State(self.study, self.participant(number))
        made = next_events(state, command, context, after=self._seq, previous=self._head)
        if isinstance(made, Problem):
            return made
        if any(b"\\u0000" in canonical.dumps(event.data) for event in made):
            return Problem("conduct.bad-text")  # PostgreSQL keeps no such character
        for event in made:
            self._fold(event)
        return made

    def arm_of(self, participant: str, asker: Asker) -> str | Problem:
        """Return a participant's arm to who may see it now."""
        secret = self._opened_secret()
        context = Context(by=asker.by, role=asker.role, site=asker.site, at=self._at, key="", secret=secret)
        state = State(self.study, self.participant(participant))
        arm = sealed_arm(state, context)
        return arm if isinstance(arm, Problem) else open_sealed_arm(arm, state, context)

    def participant(self, number: str) -> ParticipantState | None:
        """Return a participant's state, folded from what this process knows and what came since; None for nobody."""
        if number not in self._participants and is_participant_id(number):
            kept = _remembered(self._row.study, number, self._row.seq)
            self._load_participant(number, kept, history.stream_since(self._row.study, number, kept.seq))
        held = self._participants.get(number)
        return held.state if held is not None else None

    # --- loading ----------------------------------------------------------------------------------------------

    def _load_study(self) -> StudyState:
        row = self._row
        kept = memory.STUDIES.take(row.study)
        if kept is not None and (kept.seq, kept.head) == (row.seq, row.head):
            return kept.state
        if not row.folded:
            return StudyState(row.study)
        folded = canonical.loads(row.folded.encode())
        version = folded["content_hash"]
        declared = history.in_force(row.study, row.published_seq, version) if version else None
        return restored(row.study, folded, declared)

    def _under_key(self, key: str, number: str) -> list[Happened]:
        """Return the events of a key, and load the participant in the same breath."""
        if key in self._foreseen:
            return self._foreseen.pop(key)
        if number in self._participants or not is_participant_id(number):
            return history.under_key(self._row.study, key)
        kept = _remembered(self._row.study, number, self._row.seq)
        found = history.under_key_or_since(self._row.study, key, number, kept.seq)
        self._load_participant(number, kept, _since(found, number, kept.seq))
        return [event for event in found if event.key == key]

    def _load_participant(self, number: str, kept: memory.Kept[ParticipantState], since: list[Happened]) -> None:
        for event in since:
            follow(kept.state, event, self.study.published)
        seq = since[-1].seq if since else kept.seq
        if seq:  # otherwise there is nobody of that number
            self._participants[number] = memory.Kept(kept.state, seq)

    def _secret(self, command: c.Command) -> Sealed[bytes] | None:
        return self._opened_secret() if type(command) in _NEEDS_SECRET else None

    def _opened_secret(self) -> Sealed[bytes] | None:
        return opened(self._sealed) if self._sealed is not None else None

    # --- time -------------------------------------------------------------------------------------------------

    def _moment(self) -> str:
        """Return now; where another machine's clock is a little ahead, the moment of the last event."""
        now = self._now()
        return self._at if now < self._at and _seconds_between(now, self._at) <= _SKEW else now

    def _backwards(self, at: str) -> Problem | None:
        if at < self._at:
            return Problem("server.records.clock-behind", {"now": at[:19] + "Z", "last": self._at[:19] + "Z"})
        return None

    # --- appending --------------------------------------------------------------------------------------------

    def _fold(self, event: Happened) -> None:
        participant = None
        if event.stream != STUDY_STREAM:
            held = self._participants.get(event.stream) or memory.Kept(ParticipantState(event.stream), 0)
            participant = held.state
            self._participants[event.stream] = memory.Kept(participant, event.seq)
        state = State(self.study, participant)
        evolve(state, event)
        if event.type == "version_published":
            self._published_seq = event.seq
        self._projected.add(event, state)
        self._made.append(event)
        self._seq, self._head, self._at = event.seq, event.hash, event.at

    def flush(self) -> None:
        """Write the events and what follows from them."""
        if not self._made:
            return
        study = self._row.study
        wanted = list(statements.insert_events(self._made))
        for table, rows in self._projected.by_table().items():
            wanted += statements.upsert(table, study, rows)
        values = study_values(self.study, self._made[-1], self._published_seq)
        statements.run([*wanted, statements.update_study(study, values)])

    def keep(self) -> None:
        """Keep the states for the next command: the transaction has been committed."""
        memory.STUDIES.keep(memory.Kept(self.study, self._seq, self._head), self._row.study)
        for number, kept in self._participants.items():
            memory.PARTICIPANTS.keep(kept, self._row.study, number)


def _seconds_between(first: str, second: str) -> float:
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds()


def _remembered(study: str, number: str, until: int | None = None) -> memory.Kept[ParticipantState]:
    kept = memory.PARTICIPANTS.take(study, number)
    if kept is None or (until is not None and kept.seq > until):
        return memory.Kept(ParticipantState(number), 0)
    return kept


def _since(events: list[Happened], number: str, seq: int) -> list[Happened]:
    return [event for event in events if event.stream == number and event.seq > seq]


def _loaded_ahead(study: str, ahead: Ahead) -> memory.Kept[ParticipantState]:
    """Return the participant as far as they are known before the row is locked; what comes after is folded then.

    A verdict of another version than the one then in force does not count as judged by it (`follow`), so that an
    amendment in between is seen.
    """
    kept = _remembered(study, ahead.participant)
    known = memory.STUDIES.peek(study)
    if kept.seq or known is None or not is_participant_id(ahead.participant):
        return kept
    events = history.stream_since(study, ahead.participant, 0)
    for event in events:
        follow(kept.state, event, known.published)
    if known.published is not None:  # the values that criteria look at are read now, and kept with the state
        facts_of(kept.state, known.published, known.published.screening)
    return memory.Kept(kept.state, events[-1].seq if events else 0)


@contextmanager
def writing(study: str, *, now: Callable[[], str] = clock.instant, ahead: Ahead | None = None) -> Iterator[Writing]:
    """Lock a study and write to its history; all that is done inside is committed together, or nothing of it.

    Raises ProblemsError if there is no such study here.
    """
    kept = _loaded_ahead(study, ahead) if ahead is not None else memory.Kept(ParticipantState(""), 0)
    with turn_to_write():
        locked = (
            statements.lock_study(study, ahead.key, ahead.participant, kept.seq)
            if ahead is not None
            else statements.lock_study(study)
        )
        if locked is None:
            raise ProblemsError([Problem("server.records.no-such-study", {"study": study})])
        begun = Writing(locked, now)
        if ahead is not None:
            begun.foresee(ahead, kept, [history.event_of(row) for row in locked.events])
        yield begun
        begun.flush()
        transaction.on_commit(begun.keep)
