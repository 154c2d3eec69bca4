"""Endpoints: the outcome of each participant in each reading, before what intercurrent events make of it.

An endpoint with a visit sees nothing beyond its horizon: an episode of reversion may begin up to the end of the
visit's window, a repeat may decide it up to `stands`. A rule that is neither true nor false leaves the outcome
missing, with the reason why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from equipoise.core.dates import PartialDate
from equipoise.criteria.facts import Facts, Kind, Observation
from equipoise.criteria.truth import Truth
from equipoise.dataset.derive.derive_decisive import Standing, derive_decisive
from equipoise.dataset.derive.derive_reversion import Reverted
from equipoise.dataset.derive.derive_strategies import Outcome
from equipoise.dataset.derive.subject import Subject
from equipoise.dataset.facts import reversion_facts
from equipoise.study.model.endpoints import Endpoint, Reading
from equipoise.study.model.schedule import Visit


@dataclass(frozen=True, slots=True)
class View:
    """What an endpoint sees of a participant: up to its horizon, with the sample that stands for its visit."""

    endpoint: Endpoint
    subject: Subject
    visit: Visit | None
    reverted: Mapping[str, Reverted]
    standing: Standing | None
    until: int | None  # the last day of the visit's window

    def facts(self, rule: str, needs: Kind = Kind.YES_NO) -> Facts:
        """Return the facts that a rule of the endpoint is evaluated with."""
        names = self.subject.book.rule(rule, needs).variables
        made: dict[str, tuple[Observation, ...]] = {}
        for name in names:
            reversion, _, what = name.partition(".")
            if what and reversion in self.reverted:
                found = reversion_facts(reversion, self.reverted[reversion])
                if name in found:
                    made[name] = found[name]
            elif self.standing is not None and name == self.endpoint.variable:
                narrow = needs is Kind.YES_NO and self.subject.book.asks_only_at(rule, name, self.endpoint.visit)
                made[name] = self._standing_series(name, alone=narrow)
            else:
                series = self.subject.facts.series(name, self._last_day())
                if series:
                    made[name] = series
        return made

    def truth(self, rule: str) -> Truth:
        """Return whether a yes-or-no rule of the endpoint holds.

        A rule that asks for the visit and for reversions alone has one answer for equal samples: it is remembered.
        """
        book, variable = self.subject.book, self.endpoint.variable
        if self.standing is None or not book.rests_on_visit(rule, variable, self.endpoint.visit):
            return book.truth(rule, self.facts(rule))
        value = self.standing.sample.value if self.standing.sample else None
        seen = tuple((reverted.status, reverted.has_blip) for reverted in self.reverted.values())
        return book.remembered((rule, variable, value, seen), lambda: book.truth(rule, self.facts(rule)))

    def named_reversions(self, rule: str) -> set[str]:
        """Return the reversions that a rule asks about."""
        names = self.subject.book.rule(rule).variables
        return {name.partition(".")[0] for name in names if "." in name} & self.reverted.keys()

    def waits_for_repeat(self, name: str) -> bool:
        """Whether a positive sample called for a repeat of a reversion and nobody took it."""
        return self.reverted[name].status == "unrepeated" and self.subject.book.reversions[name].calls_repeat

    def decided_by(self, rule: str) -> int:
        """Return the event that a rule without a standing sample rests on: the last item it asks for, of the visit."""
        facts, names = self.subject.facts, self.subject.book.rule(rule).variables
        items = [item for name in names for item in facts.items(name)]
        of_visit = [item for item in items if item.visit == self.endpoint.visit]
        return max((item.seq for item in of_visit or items), default=self.subject.record.seq)

    def _last_day(self) -> date | None:
        start = self.subject.record.allocated_on
        return start + timedelta(days=self.until) if start is not None and self.until is not None else None

    def _standing_series(self, name: str, *, alone: bool) -> tuple[Observation, ...]:
        """Return the variable's series with the standing sample under the visit's name: rules speak of the visit."""
        visit = self.endpoint.visit
        sample = self.standing.sample if self.standing else None
        own: list[Observation] = []
        if sample is not None and sample.on is not None:
            on = PartialDate.of(sample.on)
            own = [Observation(sample.value, on=on, visit=visit, source=f"event {sample.seq}")]
        if alone:
            return tuple(own)
        replaced = {each.source for each in own}
        series = self.subject.facts.series(name, self._last_day())
        own += [each for each in series if each.visit != visit and each.source not in replaced]
        return tuple(sorted(own, key=lambda each: each.on.earliest if each.on else date.min))


def view_of(endpoint: Endpoint, subject: Subject) -> View:
    """Return what an endpoint sees of a participant."""
    visit = subject.book.study.visits.get(endpoint.visit)
    if visit is None:
        return View(endpoint, subject, None, subject.reverted, None, None)
    until = visit.day + visit.after
    horizon = max(until, endpoint.stands or until)
    reversions = subject.book.reversions
    reverted = {name: subject.reverted_until(each, until, horizon) for name, each in reversions.items()}
    # Only a laboratory result can be indecisive, masked or repeated; a plain item says what it says at its visit.
    has_samples = endpoint.variable and subject.book.codebook[endpoint.variable].kind is Kind.LABORATORY
    standing = _standing(endpoint, visit, subject, reverted) if has_samples else None
    return View(endpoint, subject, visit, reverted, standing, until)


def _standing(endpoint: Endpoint, visit: Visit, subject: Subject, reverted: Mapping[str, Reverted]) -> Standing:
    book, variable = subject.book, endpoint.variable
    own = next((each for each in book.reversions.values() if each.variable == variable), None)
    return derive_decisive(
        visit,
        subject.samples.get(variable, ()),
        partial(book.is_decisive, endpoint),
        reverted[own.id] if own else None,
    )


def derive_endpoint(view: View, reading: Reading) -> Outcome:
    """Return the outcome of a binary endpoint in one reading: success, failure or missing."""
    rule = reading.success
    truth = view.truth(rule)
    named = view.named_reversions(rule)
    if truth is not Truth.FALSE:
        # Nobody who came back and was not repeated is a success: no repeat is a failure, and not a missing value.
        if any(view.waits_for_repeat(name) for name in named):
            return _failure(view, rule, named)
        if truth is Truth.TRUE:
            return _settled(view, rule, "success", "")
        return _missing(view)
    return _failure(view, rule, named)


def _failure(view: View, rule: str, named: set[str]) -> Outcome:
    """Return a failure with what decided it: a reversion that the rule asks about, else the standing value."""
    for name in sorted(named):
        episode = view.reverted[name].decisive
        if episode is not None and episode.status in ("confirmed", "unrepeated"):
            decided = episode.decider or episode.first
            reason, flagged = f"{name}.{episode.status}", decided.mask is not None
            day = episode.first.day
            return Outcome("binary", "failure", reason, decided.seq, day=day, until=view.until, flagged=flagged)
    return _settled(view, rule, "failure", "value")


def _settled(view: View, rule: str, status: str, reason: str) -> Outcome:
    sample = view.standing.sample if view.standing else None
    seq = sample.seq if sample else view.decided_by(rule)
    # A repeat stands for the window: the outcome is settled on the window's day, not on the repeat's.
    placed = (view.standing.for_sample or sample) if view.standing else None
    # But who was given rescue before the repeat was taken was not seen without it.
    until = max(view.until, sample.day) if view.until is not None and sample and sample.day is not None else view.until
    flagged = sample is not None and sample.mask is not None
    return Outcome("binary", status, reason, seq, day=placed.day if placed else None, until=until, flagged=flagged)


def _missing(view: View) -> Outcome:
    reason, seq = why_missing(view)
    return Outcome("binary", "missing", reason, seq, until=view.until)


def why_missing(view: View) -> tuple[str, int]:
    """Return why there is no outcome, and the event that says so."""
    record = view.subject.record
    if view.standing is not None and view.standing.undecided is not None:
        sample = view.standing.undecided
        return ("masked" if sample.mask else "indecisive"), sample.seq
    for entry in record.dispositions:
        day = record.day(entry.on)
        in_time = view.until is None or day is None or day <= view.until
        if in_time and entry.kind == "consent_withdrawn":
            return entry.kind, entry.seq
        if in_time and entry.kind == "visits_stopped" and entry.data["reason"] != "completed":
            return entry.data["reason"], entry.seq
    missed = record.visits.get(view.endpoint.visit)
    if missed is not None and missed.kind == "visit_missed":
        return "visit_missed", missed.seq
    return ("no_sample" if view.standing is not None else "unknown"), record.seq
