"""Reading a study as one person may: their role, their centre, and what `conduct.visibility` lets them see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from equipoise.conduct.context import Context
from equipoise.conduct.permissions import ALLOWED, OF_A_CENTRE
from equipoise.conduct.snapshot import restored
from equipoise.conduct.state import ParticipantState, State, StudyState
from equipoise.conduct.visibility import Fact, is_blinded, may_see, open_sealed_arm, sealed_arm
from equipoise.core import canonical
from equipoise.core.problem import Problem, ProblemsError
from equipoise.server.records import history
from equipoise.server.records.models import Event, Participant, Study
from equipoise.server.records.secrets import secret_of
from equipoise.server.records.statements import Row, ask, select_study
from equipoise.server.records.writing import Asker
from equipoise.study.model.study import Study as Declared


@dataclass(frozen=True, slots=True)
class Reading:
    """A study at one moment, in the eyes of one person. Nothing of it is written."""

    row: Study
    state: StudyState
    asker: Asker

    @property
    def declared(self) -> Declared:
        """The version of the study in force."""
        return self.state.protocol.study

    def sees(self, fact: Fact, participant: Participant | None = None) -> bool:
        """Whether the person may see a fact, of a participant or of the study."""
        asker = self.asker
        context = Context(by=asker.by, role=asker.role, site=asker.site, at="", key="")
        if participant is None:
            return may_see(self.state, context, fact)
        person = ParticipantState(participant.participant, site=participant.site)
        if fact is Fact.ARM and self.declared.is_blinded and not may_see(self.state, context, fact, person):
            unblinded = Event.objects.filter(study=self.row.study, stream=person.id, type="unblinded", by=asker.by)
            person.unblinded_by = {asker.by} if unblinded.exists() else set()
        return may_see(self.state, context, fact, person)

    def arm_of(self, participant: Participant) -> str | None:
        """Return a participant's arm to who may see it; None where it is sealed to them, or there is none."""
        if not participant.arm or not self.sees(Fact.ARM, participant):
            return None
        return self.opened_arm(participant.participant, participant.site, participant.slot, participant.arm)

    def opened_arm(self, number: str, site: str, slot: int | None, arm: str) -> str | None:
        """Return an arm as the history has it, opened for who `sees` it by the one door of `conduct.visibility`."""
        if arm in self.declared.arms:  # an open label, or a past trial that is carried over
            return arm
        asker, study = self.asker, self.state
        secret = secret_of(study.id) if is_blinded(study) else None
        context = Context(by=asker.by, role=asker.role, site=asker.site, at="", key="", secret=secret)
        person = ParticipantState(number, site=site, unblinded_by={asker.by})
        person.allocation = {"slot": slot, "arm": arm, "scheme": ""}
        state = State(study, person)
        sealed = sealed_arm(state, context)
        opened = sealed if isinstance(sealed, Problem) else open_sealed_arm(sealed, state, context)
        return None if isinstance(opened, Problem) else opened

    def may(self, command: type) -> bool:
        """Whether the person's role has the right to a command at all."""
        return self.asker.role in ALLOWED[command]

    def participants(self) -> QuerySet[Participant]:
        """Return the participants whom the person may see: a centre's people see their centre's."""
        if not self.sees(Fact.CLINICAL_DATA):
            return Participant.objects.none()
        own = Participant.objects.filter(study=self.row.study)
        return own.filter(site=self.asker.site) if self.asker.role in OF_A_CENTRE else own


def reading_of(study: str, asker: Asker) -> Reading:
    """Return a study as somebody may read it. Raises ProblemsError if it is not here, or has no published version."""
    return reading_from(ask([select_study(study)])[0], study, asker)


def reading_from(rows: list[Row], study: str, asker: Asker) -> Reading:
    """Return what `reading_of` does from what `select_study` has found."""
    row = Study(*rows[0]) if rows else None
    if row is None or not row.published_seq:
        raise ProblemsError([Problem("server.records.no-such-study", {"study": study})])
    return Reading(row, _state(study, row.seq, row.folded, row.published_seq), asker)


@lru_cache(maxsize=8)
def _state(study: str, seq: int, folded: str, published_seq: int) -> StudyState:  # noqa: ARG001 - seq is the key
    kept = canonical.loads(folded.encode())
    return restored(study, kept, history.in_force(study, published_seq, kept["content_hash"]))
