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
from equipoise.conduct.snapshot import restored
from equipoise.conduct.state import ParticipantState, State, StudyState
from equipoise.conduct.visibility import open_sealed_arm, sealed_arm
from equipoise.core import canonical
from equipoise.core.ids import STUDY_STREAM, is_participant_id
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.sealed import Sealed
from equipoise.server import clock
from equipoise.server.records import history, memory, statements
from equipoise.server.records.models import LONGEST_KEY, Study
from equipoise.server.records.projections import Projected, study_values
from equipoise.server.records.secrets import secret_of
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


class Writing:
    """A study whose row is locked until the transaction ends."""

    def __init__(self, row: Study, now: Callable[[], str]) -> None:
        self._row, self._now = row, now
        self._seq, self._head, self._at = row.seq, row.head, row.at
        self._published_seq = row.published_seq
        self._participants: dict[str, memory.Kept[ParticipantState]] = {}
        self._made: list[Happened] = []
        self._projected = Projected()
        self.study = self._load_study()

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
        secret = secret_of(self._row.study)
        context = Context(by=asker.by, role=asker.role, site=asker.site, at=self._at, key="", secret=secret)
        state = State(self.study, self.participant(participant))
        arm = sealed_arm(state, context)
        return arm if isinstance(arm, Problem) else open_sealed_arm(arm, state, context)

    def participant(self, number: str) -> ParticipantState | None:
        """Return a participant's state, folded from what this process knows and what came since; None for nobody."""
        if number not in self._participants and is_participant_id(number):
            kept = self._remembered(number)
            self._load_participant(number, kept, history.stream_since(self._row.study, number, kept.seq))
        held = self._participants.get(number)
        return held.state if held is not None else None

    # --- loading ----------------------------------------------------------------------------------------------

    def _load_study(self) -> StudyState:
        row = self._row
        kept = memory.STUDIES.take(row.study)
        if kept is not None and kept.seq == row.seq:
            return kept.state
        if not row.folded:
            return StudyState(row.study)
        declared = history.published(row.study, row.published_seq) if row.published_seq else None
        return restored(row.study, canonical.loads(row.folded.encode()), declared)

    def _under_key(self, key: str, number: str) -> list[Happened]:
        """Return the events of a key, and load the participant in the same breath."""
        if number in self._participants or not is_participant_id(number):
            return history.under_key(self._row.study, key)
        kept = self._remembered(number)
        found = history.under_key_or_since(self._row.study, key, number, kept.seq)
        since = [event for event in found if event.stream == number and event.seq > kept.seq]
        self._load_participant(number, kept, since)
        return [event for event in found if event.key == key]

    def _remembered(self, number: str) -> memory.Kept[ParticipantState]:
        kept = memory.PARTICIPANTS.take(self._row.study, number)
        return kept if kept is not None else memory.Kept(ParticipantState(number), 0)

    def _load_participant(self, number: str, kept: memory.Kept[ParticipantState], since: list[Happened]) -> None:
        for event in since:
            follow(kept.state, event, self.study.published)
        seq = since[-1].seq if since else kept.seq
        if seq:  # otherwise there is nobody of that number
            self._participants[number] = memory.Kept(kept.state, seq)

    def _secret(self, command: c.Command) -> Sealed[bytes] | None:
        return secret_of(self._row.study) if type(command) in _NEEDS_SECRET else None

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
        memory.STUDIES.keep(memory.Kept(self.study, self._seq), self._row.study)
        for number, kept in self._participants.items():
            memory.PARTICIPANTS.keep(kept, self._row.study, number)


def _seconds_between(first: str, second: str) -> float:
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds()


@contextmanager
def writing(study: str, *, now: Callable[[], str] = clock.instant) -> Iterator[Writing]:
    """Lock a study and write to its history; all that is done inside is committed together, or nothing of it.

    Raises ProblemsError if there is no such study here.
    """
    with turn_to_write():
        row = statements.lock_study(study)
        if row is None:
            raise ProblemsError([Problem("server.records.no-such-study", {"study": study})])
        opened = Writing(row, now)
        yield opened
        opened.flush()
        transaction.on_commit(opened.keep)
