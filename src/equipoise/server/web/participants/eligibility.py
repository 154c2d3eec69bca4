"""Eligibility as it was decided: each criterion with the values used, where they are from, and its verdict.

The person is folded as they were at the decision, so that the page shows what the decision rested on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from equipoise.conduct.decide.allocation import levels_of
from equipoise.conduct.facts import AGE_AT_CONSENT, facts_of
from equipoise.conduct.protocol import Protocol, protocol_of
from equipoise.conduct.state import ParticipantState, State
from equipoise.core import canonical
from equipoise.core import words as spoken
from equipoise.core.problem import Problem
from equipoise.core.words import text
from equipoise.criteria.explain import Part, Use
from equipoise.criteria.facts import Provenance
from equipoise.criteria.truth import Standard
from equipoise.criteria.verdict import CriterionResult, Status, assess
from equipoise.criteria.wording import Wording
from equipoise.server.records.history import participant_from, published, stream_since
from equipoise.server.records.models import Event, Participant
from equipoise.server.records.reading import Reading
from equipoise.server.web.participants.course import visit_label
from equipoise.server.web.participants.days import ROOM, long, middling, parsed
from equipoise.study.words import labels_of, level_label
from equipoise.study.words import say as said_by_study

_ORDER = (Status.FAIL, Status.UNKNOWN, Status.JUDGEMENT, Status.PASS)
_CLASS = {Status.FAIL: "fail", Status.UNKNOWN: "unknown", Status.JUDGEMENT: "unknown", Status.PASS: "pass"}


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion in words."""

    id: str
    text: str
    used: tuple[tuple[str, str], ...]  # each value, and where it is from
    verdict: str
    kind: str
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """The level of a factor of the allocation, in words."""

    factor: str
    level: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What the criteria say, and when they said it; `decided_on` is empty while nobody has decided."""

    decided_on: str
    verdict: str
    criteria: tuple[Criterion, ...]
    levels: tuple[Level, ...]
    waiting: str  # a factor that cannot be decided yet, and how to mend it


def eligibility_of(reading: Reading, person: Participant, language: str) -> Eligibility:
    """Return a person's eligibility at the last decision, or as it stands now before one."""
    rows = Event.objects.filter(study=person.study, stream=person.participant)
    decision = rows.filter(type="eligibility_decided").order_by("-seq").values_list("seq", "version", "data").first()
    protocol = reading.state.protocol
    verdict, decided, until = "", {}, None
    if decision is not None:
        until, version, content = decision
        data = canonical.loads(content.encode())
        verdict, decided = data["verdict"], data["criteria"]
        if version != protocol.version:
            protocol = _protocol(person.study, version) or protocol
    events = stream_since(person.study, person.participant, 0, until=until)
    state = participant_from(events, person.participant, protocol)
    return _Saying(protocol, state, language).eligibility(reading, verdict, decided)


def undecided_factor(reading: Reading, person: Participant, language: str) -> str:
    """Say which factor of the allocation cannot be decided yet, and how to mend it; empty if all can."""
    events = stream_since(person.study, person.participant, 0)
    state = participant_from(events, person.participant, reading.state.protocol)
    levels = levels_of(State(reading.state, state))
    return spoken.say(levels, language) if isinstance(levels, Problem) else ""


def _protocol(study: str, version: str) -> Protocol | None:
    row = Event.objects.filter(study=study, stream="study", type="version_published", version=version)
    seq = row.values_list("seq", flat=True).first()
    return protocol_of(published(study, seq)) if seq is not None else None


class _Saying:
    """Puts the criteria of one person into words of one language."""

    def __init__(self, protocol: Protocol, person: ParticipantState, language: str) -> None:
        self.protocol, self.person, self.language = protocol, person, language
        self.labels = labels_of(protocol.study, language)
        self.wording = Wording(language, self.labels)

    def eligibility(self, reading: Reading, verdict: str, decided: Mapping[str, str]) -> Eligibility:
        """Say each criterion; the verdicts are those of the decision, where there is one."""
        protocol, person = self.protocol, self.person
        facts = facts_of(person, protocol, protocol.screening)
        assessed = assess(protocol.rules.criteria, facts, standard=Standard.DOCUMENTED)
        said = {name: Status(decided.get(name, result.status)) for name, result in assessed.criteria.items()}
        ordered = sorted(assessed.criteria.items(), key=lambda one: _ORDER.index(said[one[0]]))
        levels = levels_of(State(reading.state, person)) if protocol is reading.state.protocol else {}
        waiting = spoken.say(levels, self.language) if isinstance(levels, Problem) else ""
        return Eligibility(
            person.decided_on,
            text("conduct", f"outcomes.{verdict or assessed.verdict.value}", self.language),
            tuple(self._criterion(name, result, said[name]) for name, result in ordered),
            () if isinstance(levels, Problem) else tuple(self._levels(levels)),
            waiting,
        )

    def _levels(self, levels: dict[str, str]) -> Iterator[Level]:
        for factor, level in levels.items():
            called = said_by_study(self.protocol.study, self.language, "factors", factor, "label")
            if called:  # the centre stands in the head of the page
                yield Level(called, level_label(self.protocol.study, factor, level, self.language))

    def _criterion(self, name: str, result: CriterionResult, status: Status) -> Criterion:
        explanation = result.explanation
        uses = dict.fromkeys(use for atom in _atoms(explanation.root) for use in atom.uses) if explanation else {}
        seen = [use for use in uses if use.occasion.observation.value is not None or use.occasion.conflict]
        missing = [use for use in uses if use not in seen]
        used = [(self._value(use), self._source(use)) for use in seen]
        if status is Status.PASS:  # otherwise what is missing is named by what would help
            used += [(self._value(use), "") for use in missing]
        helps = explanation.remedies() if explanation else ()
        return Criterion(
            name,
            " ".join(said_by_study(self.protocol.study, self.language, "criteria", name, "text").split()),
            tuple(used),
            text(ROOM, f"status.{status}", self.language),
            _CLASS[status],
            tuple(remedy.words(self.wording) for remedy in helps),
        )

    def _value(self, use: Use) -> str:
        """Return a value without its day and source, which stand in a column of their own."""
        if use.occasion.observation.source == AGE_AT_CONSENT:
            # The birth date is kept less exactly; what was recorded, and what decides, is the age.
            age = self.person.consent["age"] if self.person.consent else None
            return text(ROOM, "eligibility.age", self.language, n=age)
        bare = replace(use.occasion.observation, source=None, visit=None, on=None)
        return self.wording.observation(use.ref, use.occasion._replace(observation=bare))

    def _source(self, use: Use) -> str:
        one = use.occasion.observation
        if use.ref.variable.name == self.protocol.anchor or one.source == AGE_AT_CONSENT:
            return text(ROOM, "eligibility.consent", self.language)
        parts = [visit_label(self.protocol, one.visit, self.language)] if one.visit else []
        if one.on is not None:
            day = parsed(str(one.on)) if one.on.is_complete else None
            parts.append(middling(day, self.language) if day else long(str(one.on)))
        if one.provenance is Provenance.PATIENT_STATED:
            parts.append(text(ROOM, "eligibility.patient", self.language))
        return text(ROOM, "between", self.language).join(parts)


def _atoms(part: Part) -> Iterator[Part]:
    if not part.parts:
        yield part
    for inner in part.parts:
        yield from _atoms(inner)
