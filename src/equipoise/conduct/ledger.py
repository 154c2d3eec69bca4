"""The history in memory: events, the states folded from them, and the one way to add to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Self

from equipoise.conduct.appending import answered_before, next_events, unfit
from equipoise.conduct.commands import Command, PublishVersion
from equipoise.conduct.context import Context
from equipoise.conduct.events import GENESIS, Event
from equipoise.conduct.evolve import evolve
from equipoise.conduct.state import ParticipantState, State, StudyState
from equipoise.conduct.visibility import open_sealed_arm, sealed_arm
from equipoise.core.ids import STUDY_STREAM
from equipoise.core.problem import Problem
from equipoise.study.model.study import Study


class Ledger:
    """A study's history. Commands go in, events come out; a retry with the same key gives the same events again.

    The states it holds are as large as the number of participants; what a command costs does not depend on the
    number of events.
    """

    def __init__(self, study: Study) -> None:
        self.study = StudyState(study.id, known=study)
        self.participants: dict[str, ParticipantState] = {}
        self._events: list[Event] = []
        self._keys: dict[str, tuple[int, int]] = {}
        self._published = study

    @classmethod
    def replayed(cls, study: Study, events: Iterable[Event]) -> Self:
        """Return the ledger of a history. Raises ProblemsError at the first event that cannot have happened."""
        ledger = cls(study)
        for event in events:
            ledger._fold(event)
            ledger._remember(event.key)
        return ledger

    @property
    def events(self) -> Sequence[Event]:
        """The events so far, in order."""
        return self._events

    @property
    def head(self) -> str:
        """The hash of the last event: whoever keeps it can tell later that nothing before it was changed."""
        return self._events[-1].hash if self._events else GENESIS

    def do(self, command: Command, context: Context) -> tuple[Event, ...] | Problem:
        """Decide a command and append its events, or say why it is refused; then nothing is appended."""
        problem = unfit(context)
        if problem is not None:
            return problem
        kept = self._keys.get(context.key)
        if kept is not None:
            return answered_before(command, context, self._events[kept[0] : kept[1]])
        if isinstance(command, PublishVersion) and context.study is None:
            context = replace(context, study=self._published)
        state = State(self.study, self.participants.get(getattr(command, "participant", "")))
        count = len(self._events)
        made = next_events(state, command, context, after=count, previous=self.head)
        if isinstance(made, Problem):
            return made
        for event in made:
            self._fold(event)
        self._keys[context.key] = (count, len(self._events))
        return made

    def arm_of(self, participant: str, context: Context) -> str | Problem:
        """Return a participant's arm to who may see it now (after `Unblind`, to who unblinded)."""
        state = State(self.study, self.participants.get(participant))
        arm = sealed_arm(state, context)
        return arm if isinstance(arm, Problem) else open_sealed_arm(arm, state, context)

    def _fold(self, event: Event) -> None:
        participant = None
        if event.stream != STUDY_STREAM:
            participant = self.participants.get(event.stream)
            if participant is None:
                participant = self.participants[event.stream] = ParticipantState(event.stream)
        evolve(State(self.study, participant), event)
        self._events.append(event)

    def _remember(self, key: str) -> None:
        """Keep where the last event's transaction stands; a key belongs to one, whose events stand together."""
        position = len(self._events)
        first, last = self._keys.get(key, (position - 1, position))
        if last in (position - 1, position):
            self._keys[key] = (first, position)
